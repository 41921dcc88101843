# batch.gp - what the loss sees of a batch, and what of it is back-propagated.
width = 860; height = 490
load templates."/style.gp"
set multiplot
set label 1 "What the loss sees" at screen across(60), up(26) left font title_font textcolor rgb ink
set label 2 "similarity of every sample to every other, zᵢ · zⱼ" at screen across(60), up(47) left textcolor rgb faint
set lmargin at screen across(60); set rmargin at screen across(430)
set tmargin at screen up(66); set bmargin at screen up(436)
set xrange [0.5:32.5]; set yrange [32.5:0.5]
unset xtics; unset ytics
set palette defined (-0.4 "#ffffff", 0 "#f2f5f8", 0.5 "#8fb8c6", 1 "#0d343e")
set cbrange [-0.4:1]
unset colorbox
do for [c = 0:7] {
    set label 10 + c "".substr("ABCDEFGH", c + 1, c + 1) at 0, 4 * c + 2.5 right textcolor rgb faint
    set label 20 + c "".substr("ABCDEFGH", c + 1, c + 1) at 4 * c + 2.5, 34 center textcolor rgb faint
    set object 10 + c rectangle from 4 * c + 0.5, 4 * c + 0.5 to 4 * c + 4.5, 4 * c + 4.5 fillstyle empty border linecolor rgb rust linewidth 1.2 front
}
plot data index 0 using 1:2:3 with image pixels notitle
unset label
unset object
set label 1 "What is back-propagated" at screen across(490), up(26) left font title_font textcolor rgb ink
set label 2 "each sample’s gradient; darker: a random quarter" at screen across(490), up(47) left textcolor rgb faint
set lmargin at screen across(490); set rmargin at screen across(835)
set xrange [0:*]; set yrange [32.5:0.5]
set xtics; set grid xtics linecolor rgb grid_color linewidth 0.7 dashtype 1
set xtics 0.002 format "%g"
set xlabel "|uᵢ|, what the network receives of gᵢ" offset 0, 0.4
do for [c = 0:7] { set label 10 + c "".substr("ABCDEFGH", c + 1, c + 1) at 0, 4 * c + 2.5 right offset -0.8, 0 textcolor rgb faint }
do for [c = 1:7] { set arrow c from 0, 4 * c + 0.5 to graph 1, first 4 * c + 0.5 nohead linecolor rgb grid_color linewidth 0.7 dashtype 3 }
set style fill solid 1 noborder
plot data index 1 using ($5 / 2):1:($5 / 2):(0.36):($6 > 0 ? number(random) : number(pale)) with boxxyerror linecolor rgb variable notitle
unset multiplot
unset output
