# demo.gp - the demo's learning curves by compute, and the memory of activations of each way.
width = 860; height = 380
load templates."/style.gp"
set multiplot
set label 1 "The demo: what is learned for the compute" at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 "test recall@1, %, mean of the seeds; compute as a share of the whole batch’s" at screen across(24), up(47) left textcolor rgb faint
set lmargin at screen across(66); set rmargin at screen across(440)
set tmargin at screen up(66); set bmargin at screen up(330)
set xrange [0:1.42]; set yrange [0:*]
set grid xtics ytics linecolor rgb grid_color linewidth 0.7 dashtype 1
set xlabel "compute" offset 0, 0.4
color = full." ".rust." ".random." ".ochre
mark = "7 5 9 11"
way = "'whole batch' 'whole batch, two_pass' 'a quarter, as much compute' 'a quarter, as many epochs'"
set key bottom right Left reverse samplen 2.2 spacing 1.3
plot for [i = 0:3] data index i using 1:2 with linespoints pointtype int(word(mark, i + 1)) pointsize 0.8 linecolor rgb word(color, i + 1) \
    dashtype i == 1 ? 2 : 1 title word(way, i + 1)
unset label
unset xlabel
set label 1 "and what it keeps in memory" at screen across(560), up(26) left font title_font textcolor rgb ink
set label 2 "activations, MiB" at screen across(560), up(47) left textcolor rgb faint
set lmargin at screen across(690); set rmargin at screen across(800)
set tmargin at screen up(80); set bmargin at screen up(290)
set xrange [0:*]; set yrange [3.6:0.4]
set ytics scale 0 ("whole batch" 1, "whole, two_pass" 2, "a quarter" 3)
unset grid
unset xtics
set border 2
set style fill solid 1 noborder
plot data index 4 using ($2 / 2):1:($2 / 2):(0.3):(int($1) == 1 ? number(full) : int($1) == 2 ? number(rust) : number(random)) with boxxyerror linecolor rgb variable notitle, \
     data index 4 using 2:1:(sprintf("%.1f", $2)) with labels left offset 0.5, 0 textcolor rgb ink notitle
unset multiplot
unset output
