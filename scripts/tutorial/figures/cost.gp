# cost.gp - what a portion saves (memory and time of a step, beside the whole batch's) and what it costs after as many epochs.
set datafile separator ","
stats data index 1 using 2 nooutput
count = int(STATS_records)
width = 860; height = 400
load templates."/style.gp"
set multiplot
set label 1 "What it saves" at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 "shares of the whole batch’s, direct" at screen across(24), up(47) left textcolor rgb faint
set lmargin at screen across(76); set rmargin at screen across(400)
set tmargin at screen up(70); set bmargin at screen up(346)
set xrange [0:1.28]; set yrange [0:1.5]
set xtics 0.25; set ytics 0.25
set grid xtics ytics linecolor rgb grid_color linewidth 0.7 dashtype 1
set xlabel "memory of activations" offset 0, 0.4; set ylabel "time of a step" offset 1, 0
plot data index 0 using 2:(strstrt(strcol(1), "two_pass") ? NaN : $3) with points pointtype 7 pointsize 1 linecolor rgb petrol notitle, \
     data index 0 using 2:(strstrt(strcol(1), "two_pass") ? $3 : NaN) with points pointtype 9 pointsize 1.1 linecolor rgb rust notitle, \
     data index 0 using 2:(strstrt(strcol(1), "two_pass") ? NaN : $3):1 with labels left offset 0.9, 0 font small_font textcolor rgb ink notitle, \
     data index 0 using 2:(strstrt(strcol(1), "two_pass") ? $3 : NaN):1 with labels left offset 0.3, 0.8 font small_font textcolor rgb ink notitle
unset label
unset ylabel
set label 1 "What it costs" at screen across(452), up(26) left font title_font textcolor rgb ink
set label 2 "recall@1 less that of p = 1, after as many epochs; points" at screen across(452), up(47) left textcolor rgb faint
set lmargin at screen across(570); set rmargin at screen across(836)
set xrange [*:*]; set yrange [count - 0.4:-0.6]
set xtics autofreq; set ytics scale 0
unset xlabel
unset grid
set grid xtics linecolor rgb grid_color linewidth 0.7 dashtype 1
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb border linewidth 0.9
set label 3 "filled: shown after Holm’s correction" at screen across(570), up(386) left font small_font textcolor rgb faint
plot data index 1 using 2:0:3:4:ytic(1) with xerrorbars pointtype 0 linecolor rgb faint linewidth 0.9 notitle, \
     data index 1 using 2:0 with points pointtype 7 pointsize 0.9 linecolor rgb petrol notitle, \
     data index 1 using ($5 > 0 ? NaN : $2):0 with points pointtype 7 pointsize 0.5 linecolor rgb paper notitle
unset multiplot
unset output
