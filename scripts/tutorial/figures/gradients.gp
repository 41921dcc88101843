# gradients.gp - bias and variance of each strategy's partial gradient, in the order of their bias.
set datafile separator ","
stats data index 0 using 2 nooutput
count = int(STATS_records)
stats data index 0 using 5 nooutput name "V"
stats data index 1 using 1 nooutput name "B"
stats data index 1 using 2 nooutput name "P"
width = 860; height = 130 + 24 * count
load templates."/style.gp"
set multiplot
set label 1 sprintf("What a portion of %g of a batch of %g is worth", P_min, B_min) at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 "each strategy’s gradient at its best scale, beside the whole batch’s" at screen across(24), up(47) left textcolor rgb faint
set tmargin at screen up(86); set bmargin at screen up(height - 42)
set yrange [count - 0.4:-0.6]
set ytics scale 0
set grid xtics linecolor rgb grid_color linewidth 0.7 dashtype 1
set xrange [0:1.05]; set xtics 0.25
set lmargin at screen across(152); set rmargin at screen across(482)
set label 3 "bias, as a share of the gradient" at screen across(152), up(74) left textcolor rgb ink
plot data index 0 using 2:0:3:(($4 > 1.05) ? 1.05 : $4):ytic(1) with xerrorbars pointtype 0 linecolor rgb faint linewidth 0.9 notitle, \
     data index 0 using 2:0 with points pointtype 7 pointsize 0.9 linecolor rgb petrol notitle
unset label 1
unset label 2
unset ytics
set lmargin at screen across(516); set rmargin at screen across(842)
set label 3 "variance, times the whole batch’s" at screen across(516), up(74) left textcolor rgb ink
set xrange [V_min / 1.6 : V_max * 1.6]; set logscale x; set xtics (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100) format "%g"
set arrow 1 from 1, graph 0 to 1, graph 1 nohead linecolor rgb border linewidth 0.9
plot data index 0 using 5:0 with points pointtype 5 pointsize 0.8 linecolor rgb rust notitle
unset multiplot
unset output
