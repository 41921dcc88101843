# style.gp - what all plots share: size, fonts, and colours that colour-blind readers can tell apart (Okabe and Ito 2008).
# Set by the caller: data, target, format (svg or png), lines, and for each line its colour, point and dash.
palette_ = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000 #F0E442"
points_ = "7 5 9 13 11 6 4 8"
color(i) = word(palette_, (int(word(colors, i)) - 1) % 8 + 1)
point(i) = int(word(points_, (int(word(points, i)) - 1) % 8 + 1))
dash(i) = (int(word(dashes, i)) - 1) % 5 + 1

if (format eq "svg") set terminal svg size 760, 440 font "DejaVu Sans,13" background "#ffffff" name plot_name
if (format eq "png") set terminal pngcairo size 1520, 880 fontscale 1.0 font "DejaVu Sans,22" linewidth 2 pointscale 2
set termoption noenhanced
set output target
set border 3 linecolor "#555555"
set tics nomirror textcolor "#333333"
set grid ytics linecolor "#dddddd" linewidth 1 dashtype 1
set key outside right top vertical Left reverse samplen 3 spacing 1.25
set offsets graph 0.03, graph 0.03, graph 0.06, graph 0.06
