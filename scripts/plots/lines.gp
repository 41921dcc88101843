# lines.gp - draws panels with the lines of the data file; called by the templates when title, labels and ranges are set.
#
# partgrad says what to draw:
#   data, target, format, templates    files, "svg" or "png", this folder
#   subject                            what was trained
#   lines, and for each i = 1 ... lines, which is block i - 1 of the data (x mean deviation):
#     panel[i], color[i], shape[i], dash[i]    positions from 0; equal ones look alike
#     label[i], in_key[i]                      its name, and 1 where the key shows it
#   panels, panel_title[p + 1]         how many there are, and what stands over them
#   tick[1] ... tick[|tick|]           each x that has a point, ascending
#   y_low, y_high                      hold all points and bars
across(x) = 1.0 * x / width
up(y) = 1 - 1.0 * y / height
set multiplot
set label 1 plot_title at screen across(left), up(24) left font title_font textcolor "#111111" front
set label 2 subject at screen across(left), up(45) left textcolor "#666666" front
do for [p = 0:panels - 1] {
    column = p % columns
    row = p / columns
    x0 = left + column * (panel_width + between)
    y0 = top + row * (panel_height + below)
    set lmargin at screen across(x0)
    set rmargin at screen across(x0 + panel_width)
    set tmargin at screen up(y0)
    set bmargin at screen up(y0 + panel_height)
    set title panel_title[p + 1] offset 0, -0.6 textcolor "#333333"
    if (column > 0) { unset ylabel; set format y "" } else { set ylabel y_title offset -0.8, 0; set format y y_format }
    mine = ""
    do for [i = 1:lines] { if (panel[i] == p) { mine = mine." ".i } }
    plot for [i in mine] data index (i - 1) using 1:($3 >= 0 ? $2 : NaN):3 with yerrorbars \
             linecolor rgb line_color(int(i)) linewidth 0.8 pointtype 0 notitle, \
         for [i in mine] data index (i - 1) using 1:2 with linespoints linecolor rgb line_color(int(i)) \
             pointtype line_mark(int(i)) pointsize mark_size(int(i)) dashtype line_dash(int(i)) notitle
    unset label
}

# The key has a plot of its own, empty but for it, and as high as the image: gnuplot leaves out what a plot cannot hold.
shown = ""
do for [i = 1:lines] { if (in_key[i]) { shown = shown." ".i } }
set tmargin at screen 1
set bmargin at screen 0
unset border
unset tics
unset grid
unset title
unset xlabel
unset ylabel
set key at screen across(width - right + 14), up(top - 6) left top Left reverse vertical samplen 2.6 spacing 1.35
plot NaN notitle, for [i in shown] keyentry with linespoints linecolor rgb line_color(int(i)) \
    pointtype line_mark(int(i)) pointsize mark_size(int(i)) dashtype line_dash(int(i)) title label[int(i)]
unset multiplot
unset output
