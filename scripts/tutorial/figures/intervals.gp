# intervals.gp - two blocks of differences with their intervals side by side, MAP@R and recall@1; what differences.gp and tuned.gp draw.
# They set figure_title and figure_subtitle. Columns: name, difference, low, high, 1 where it is shown, 1 for the whole batch; low
# and high for other classes, NaN where they are not known; the outer ends of both intervals.
set datafile separator ","
stats data index 0 using 2 nooutput
count = int(STATS_records)
least(a, b) = a < b ? a : b
most(a, b) = a > b ? a : b
array low[2]
array high[2]
do for [m = 1:2] {
    stats data index m - 1 using 9:10 nooutput
    low[m] = least(0, STATS_min_x)
    high[m] = most(0, STATS_max_y)
}
width = 860; height = 130 + 24 * count
load templates."/style.gp"
set multiplot
set label 1 figure_title at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 figure_subtitle at screen across(24), up(47) left textcolor rgb faint
set tmargin at screen up(86); set bmargin at screen up(height - 42)
set yrange [count - 0.4:-0.6]
set ytics scale 0
set grid xtics linecolor rgb grid_color linewidth 0.7 dashtype 1
set arrow 1 from 0, graph 0 to 0, graph 1 nohead linecolor rgb border linewidth 0.9
do for [m = 0:1] {
    set lmargin at screen across(m == 0 ? 152 : 516); set rmargin at screen across(m == 0 ? 482 : 842)
    set label 3 (m == 0 ? "MAP@R" : "recall@1") at screen across(m == 0 ? 152 : 516), up(74) left textcolor rgb ink
    room = 0.06 * (high[m + 1] - low[m + 1])
    set xrange [low[m + 1] - room : high[m + 1] + room]
    step = high[m + 1] - low[m + 1] > 20 ? 10 : 1
    set xtics step
    plot data index m using ($7 == $7 ? $2 : NaN):0:7:8 with xerrorbars pointtype 0 linecolor rgb pale linewidth 3.2 notitle, \
         data index m using 2:0:3:4:ytic(1) with xerrorbars pointtype 0 linecolor rgb faint linewidth 0.9 notitle, \
         data index m using 2:0:($6 > 0 ? number(full) : number(petrol)) with points pointtype 7 pointsize 0.9 linecolor rgb variable notitle, \
         data index m using ($5 > 0 ? NaN : $2):0 with points pointtype 7 pointsize 0.5 linecolor rgb paper notitle
    unset label 1
    unset label 2
}
unset multiplot
unset output
