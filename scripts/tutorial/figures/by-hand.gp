# by-hand.gp - four points, the gradients that the loss gives them, and their sums in the plane of the two weights.
width = 860; height = 430
load templates."/style.gp"
set multiplot
set label 1 "Four embeddings" at screen across(60), up(26) left font title_font textcolor rgb ink
set label 2 "arrows: a quarter of −gᵢ, the way each one is sent" at screen across(60), up(47) left textcolor rgb faint
set lmargin at screen across(60); set rmargin at screen across(360)
set tmargin at screen up(76); set bmargin at screen up(376)
set xrange [0:4]; set yrange [0:4]
set xtics 1; set ytics 1
set grid xtics ytics linecolor rgb grid_color linewidth 0.7 dashtype 1
plot data index 0 using 3:4:5:6 with vectors filled head size 0.14, 25 linecolor rgb faint notitle, \
     data index 0 using 3:(strcol(2) eq "A" ? $4 : NaN) with points pointtype 7 pointsize 1.5 linecolor rgb petrol notitle, \
     data index 0 using 3:(strcol(2) eq "B" ? $4 : NaN) with points pointtype 5 pointsize 1.5 linecolor rgb rust notitle, \
     data index 0 using 3:4:(sprintf("%s%d", strcol(2), $1)) with labels left offset 0.9, 0.7 textcolor rgb ink notitle
unset label
set label 1 "What the two weights receive" at screen across(450), up(26) left font title_font textcolor rgb ink
set label 2 "the four Jᵢᵀgᵢ end to end, and what two samples give" at screen across(450), up(47) left textcolor rgb faint
set lmargin at screen across(450); set rmargin at screen across(810)
set xrange [-8:16]; set yrange [-13:7]
set xtics 4; set ytics 4
set xlabel "weight a" offset 0, 0.4; set ylabel "weight b" offset 1.2, 0
set label 3 "whole batch" at 6.6, 4 right textcolor rgb ink
set label 4 "portion: samples 1 and 2 of four" at 8.4, -2.6 center textcolor rgb petrol
set label 5 "a batch of samples 1 and 2 alone" at -3.4, -11.6 left textcolor rgb rust
plot data index 1 using 2:3:4:5 with vectors filled head size 0.5, 25 linecolor rgb pale linewidth 1.4 notitle, \
     data index 1 using ($2 + $4 / 2.0):($3 + $5 / 2.0):1 with labels offset 0, 0.7 font small_font textcolor rgb faint notitle, \
     data index 2 using (0):(0):2:3 every ::0::0 with vectors filled head size 0.6, 25 linecolor rgb ink linewidth 1.6 notitle, \
     data index 2 using (0):(0):2:3 every ::1::1 with vectors filled head size 0.6, 25 linecolor rgb petrol linewidth 1.6 notitle, \
     data index 2 using (0):(0):2:3 every ::2::2 with vectors filled head size 0.6, 25 linecolor rgb rust linewidth 1.6 dashtype 2 notitle
unset multiplot
unset output
