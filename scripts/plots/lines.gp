# lines.gp - one line with error bars for each block of the data file; called by the templates when axes are set.
plot for [i = 1:lines] data index (i - 1) using 1:2:3 with yerrorlines linecolor rgb color(i) pointtype point(i) \
    dashtype dash(i) linewidth 1.6 title columnheader(1)
unset output
