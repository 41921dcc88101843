# demo.gp - the demo's learning curves by compute, and the memory of activations of each way.
width = 860; height = 380
load templates."/style.gp"
set multiplot
set label 1 "The demo: what is learned for the compute" at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 "test recall@1, %, mean of the seeds; compute as a share of the whole batch’s" at screen across(24), up(47) left textcolor rgb faint
set lmargin at screen across(66); set rmargin at screen across(440)
set tmargin at screen up(66); set bmargin at screen up(330)
# Before any range is set, which would leave numbers out.
stats data index 0:4 using 2 name "recall" nooutput
stats data index 5 using 4 name "B" nooutput
set xrange [0:1.42]; set yrange [0:1.55 * recall_max]; set ytics 10
set grid xtics ytics linecolor rgb grid_color linewidth 0.7 dashtype 1
set xlabel "compute" offset 0, 0.4
color = full." ".rust." ".random." ".ochre." ".pink
mark = "7 5 9 11 13"
way = sprintf("'whole batch of %d' 'the same, two_pass' 'a quarter, as much compute' 'a quarter, as many epochs' 'whole batch of %d'", B_max, B_min)
set key top left Left reverse samplen 2.2 spacing 1.3
plot for [i = 0:4] data index i using 1:2 with linespoints pointtype int(word(mark, i + 1)) pointsize 0.8 linecolor rgb word(color, i + 1) \
    dashtype i == 1 ? 2 : 1 title word(way, i + 1)
unset label
unset xlabel
set label 1 "and what it keeps in memory" at screen across(560), up(26) left font title_font textcolor rgb ink
set label 2 "activations, MiB" at screen across(560), up(47) left textcolor rgb faint
set lmargin at screen across(690); set rmargin at screen across(800)
set tmargin at screen up(80); set bmargin at screen up(290)
set xrange [0:*]; set yrange [4.6:0.4]
set ytics autofreq
set ytics scale 0 (sprintf("whole of %d", B_max) 1, "whole, two_pass" 2, "a quarter" 3, sprintf("whole of %d", B_min) 4)
unset grid
unset xtics
set border 2
set style fill solid 1 noborder
plot data index 5 using ($3 / 2):1:($3 / 2):(0.3):(number(word(color, int($2)))) with boxxyerror linecolor rgb variable notitle, \
     data index 5 using 3:1:(sprintf("%.1f", $3)) with labels left offset 0.5, 0 textcolor rgb ink notitle
unset multiplot
unset output
