# picks.gp - the same batch in the plane of its two main axes, once for each of six strategies: what it selects is filled.
width = 860; height = 612
load templates."/style.gp"
set multiplot
set label 1 "A quarter of one batch, six ways to choose it" at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 "32 embeddings of eight classes, A to H, in the plane of their two main axes; selected ones are filled" \
    at screen across(24), up(47) left textcolor rgb faint
names = "random per_class top_loss hardest gradient_norm diverse"
words_of = "'any eight' 'one of each class' 'the largest losses' 'the most confused with another class' 'the longest gradients' 'gradients that span the others'"
set xrange [-0.95:0.85]; set yrange [-0.8:0.62]
set border 15 linecolor rgb pale linewidth 0.7
unset xtics; unset ytics
do for [s = 0:5] {
    x0 = 24 + (s % 3) * 276; y0 = 106 + (s / 3) * 270
    set lmargin at screen across(x0); set rmargin at screen across(x0 + 260)
    set tmargin at screen up(y0); set bmargin at screen up(y0 + 220)
    set label 3 word(names, s + 1) at screen across(x0), up(y0 - 28) left textcolor rgb ink
    set label 4 word(words_of, s + 1) at screen across(x0), up(y0 - 11) left font small_font textcolor rgb faint
    plot data index s using 1:($4 > 0 ? NaN : $2):3 with labels textcolor rgb faint notitle, \
         data index s using 1:($4 > 0 ? $2 : NaN) with points pointtype 7 pointsize 1.9 linecolor rgb petrol notitle, \
         data index s using 1:($4 > 0 ? $2 : NaN):3 with labels font small_font textcolor rgb paper notitle
    unset label 1
    unset label 2
}
unset multiplot
unset output
