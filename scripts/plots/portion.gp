# portion.gp - the axis that plots against the portion share.
set xlabel "gradient portion p"
set logscale x 2
set xrange [x_low / 1.15 : x_high * 1.15]
