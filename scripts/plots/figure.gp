# figure.gp - draws the picture that partgrad describes; only its look is decided here.
#
# partgrad sets (harness/reports/plots/script.c):
#   target, format                        file, "svg" or "png"
#   paper, ink, faint, border, ...        colors by their role
#   title, subject                        of the figure
#   width, height, left, top, panel_width, panel_height, between, below, columns
#   panels, and for p = 1 ... panels      panel_title[p], x_low[p], x_high[p], y_low[p], y_high[p], x_step[p], y_step[p] in print
#   x_title, y_title, x_log, x_names, y_names, own_x, own_y, ticks of x in tick[]; steps of 0: no ticks
#   $data, a block for each series        x y low high position color
#   lines, and for each i = 1 ... lines   panel[i], layer[i], color[i], mark[i], size[i], dash[i], joined[i], on_x[i]
#   labels, and for each i                label_text[i], label_panel[i], label_x[i], label_y[i] on the screen, label_align[i], label_ink[i]
#   keys, keys_lined, and for each i      key_label[i], key_color[i], key_mark[i], key_dash[i]
BEHIND = 0; GUIDE = 1; MEANS = 2; SEEDS = 3; OVER = 4; TILES = 5
set encoding utf8
if (format eq "svg") {
    set terminal svg size width, height font "DejaVu Sans,13" linewidth 1.5 background paper
    title_font = ",16"
} else {
    set terminal pngcairo size 2 * width, 2 * height font "DejaVu Sans,20" linewidth 3 pointscale 2 background paper
    title_font = ",24"
}
set termoption noenhanced
set output target
across(x) = 1.0 * x / width
up(y) = 1 - 1.0 * y / height
set border 3 linecolor rgb border linewidth 0.7
set tics nomirror textcolor rgb ink scale 0.6
set grid xtics ytics linetype 1 linecolor rgb grid_color linewidth 0.7
if (x_log) { set logscale x 2 }
# gnuplot also reads the statement of an empty list once.
of(i) = strlen(i) ? int(i) : 1
set multiplot
set label 1 title at screen across(left), up(24) left font title_font textcolor rgb ink front
set label 2 subject at screen across(left), up(45) left textcolor rgb faint front
if (panels > 1 && !own_x) {
    set label 3 x_title at screen across(left + 0.5 * (columns * panel_width + (columns - 1) * between)), up(height - 14) \
        center textcolor rgb ink front
}
do for [p = 1:panels] {
    do for [i = 1:labels] {
    if (label_panel[i] == p) {
    if (label_align[i] < 0) { set label 3 + i label_text[i] at screen label_x[i], label_y[i] left textcolor rgb label_ink[i] front }
    if (label_align[i] == 0) { set label 3 + i label_text[i] at screen label_x[i], label_y[i] center textcolor rgb label_ink[i] front }
    if (label_align[i] > 0) { set label 3 + i label_text[i] at screen label_x[i], label_y[i] right textcolor rgb label_ink[i] front }
    } }
    column = (p - 1) % columns
    row = (p - 1) / columns
    x0 = left + column * (panel_width + between)
    y0 = top + row * (panel_height + below)
    set lmargin at screen across(x0)
    set rmargin at screen across(x0 + panel_width)
    set tmargin at screen up(y0)
    set bmargin at screen up(y0 + panel_height)
    set title panel_title[p] offset 0, -0.6 textcolor rgb ink
    set xrange [x_low[p]:x_high[p]]
    set yrange [y_low[p]:y_high[p]]
    inner = column > 0 && !own_y
    upper = !own_x && p + columns <= panels
    set format y (inner ? "" : "%g")
    set format x (upper ? "" : "%g")
    if (x_step[p] > 0) { set xtics x_step[p] } else { if (x_names) { set xtics ("" 0) } else { set xtics () } }
    do for [t = 1:ticks] { set xtics add (upper ? "" : sprintf("%g", tick[t]) tick[t]) }
    if (y_step[p] > 0) { set ytics y_step[p] } else { set ytics ("" 0) }
    do for [t = 1:x_names] { set xtics add ("" t) }
    do for [t = 1:y_names] { set ytics add ("" t) }
    if (inner || own_y) { unset ylabel } else { set ylabel y_title offset (y_names ? -4 : -0.8), 0 textcolor rgb ink }
    if (panels > 1 && !own_x) { unset xlabel } else { set xlabel x_title textcolor rgb ink }
    pale_ones = ""; guides = ""; joins = ""; bars_up = ""; bars_across = ""; points = ""; tiles = ""
    do for [i = 1:lines] {
        if (panel[i] == p) {
            if (layer[i] == BEHIND) { pale_ones = pale_ones." ".i }
            if (layer[i] == GUIDE) { guides = guides." ".i }
            if (layer[i] == TILES) { tiles = tiles." ".i }
            if (layer[i] == MEANS) { if (on_x[i]) { bars_across = bars_across." ".i } else { bars_up = bars_up." ".i } }
            if (layer[i] == MEANS && joined[i]) { joins = joins." ".i }
            if (layer[i] >= MEANS && layer[i] <= OVER && mark[i] > 0) { points = points." ".i }
        }
    }
    hinted = ""
    if (format eq "svg") { hinted = points; points = "" } # hints cost time, and only the SVG shows them
    plot NaN notitle, \
         for [i in tiles] $data index (of(i) - 1) using 1:2:(0.48):(0.48):6 with boxxyerror fillstyle solid noborder \
             fillcolor rgb variable notitle, \
         for [i in pale_ones] $data index (of(i) - 1) using 1:2 with lines linecolor rgb color[of(i)] linewidth 0.8 notitle, \
         for [i in guides] $data index (of(i) - 1) using 1:2 with lines linecolor rgb color[of(i)] linewidth 0.9 \
             dashtype dash[of(i)] notitle, \
         for [i in bars_up] $data index (of(i) - 1) using 1:(valid(3) ? $2 : NaN):3:4 with yerrorbars linecolor rgb color[of(i)] linewidth 0.8 \
             pointtype 0 notitle, \
         for [i in bars_across] $data index (of(i) - 1) using 1:(valid(3) ? $2 : NaN):3:4 with xerrorbars linecolor rgb color[of(i)] \
             linewidth 1 pointtype 0 notitle, \
         for [i in joins] $data index (of(i) - 1) using 1:2 with lines linecolor rgb color[of(i)] dashtype dash[of(i)] notitle, \
         for [i in points] $data index (of(i) - 1) using 1:2 with points pointtype mark[of(i)] pointsize size[of(i)] \
             linecolor rgb color[of(i)] notitle, \
         for [i in hinted] $data index (of(i) - 1) using 1:2:5 with labels hypertext point pointtype mark[of(i)] \
             pointsize size[of(i)] linecolor rgb color[of(i)] notitle
    unset label
}

# The key has its own plot, otherwise empty and as high as the image, because gnuplot leaves out keys that do not fit a plot.
if (keys > 0) {
    set tmargin at screen 1
    set bmargin at screen 0
    unset border
    unset tics
    unset grid
    unset title
    unset xlabel
    unset ylabel
    set xrange [1:2]
    set yrange [1:2]
    set key at screen across(left + columns * panel_width + (columns - 1) * between + 18), up(top - 6) left top Left \
        reverse vertical samplen 2.2 spacing 1.3 textcolor rgb ink
    if (keys_lined) {
        plot NaN notitle, for [i = 1:keys] keyentry with linespoints linecolor rgb key_color[i] pointtype key_mark[i] \
            pointsize 0.8 dashtype key_dash[i] title key_label[i]
    } else {
        plot NaN notitle, for [i = 1:keys] keyentry with points linecolor rgb key_color[i] pointtype key_mark[i] \
            pointsize 0.9 title key_label[i]
    }
}
unset multiplot
unset output
