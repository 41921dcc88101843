# style.gp - what the tutorial's figures share: sizes in points of the SVG, the PNG has twice as many pixels; and
# the colors of reports (harness/reports/plots/palette.c), whose names `colors` sets. A figure sets `width` and `height` first.
set encoding utf8
load colors
if (format eq "svg") {
    set terminal svg size width, height font "DejaVu Sans,13" linewidth 1.5 background paper name name
    title_font = ",16"; small_font = ",11"
} else {
    set terminal pngcairo size 2 * width, 2 * height font "DejaVu Sans,20" linewidth 3 pointscale 2 background paper
    title_font = ",24"; small_font = ",17"
}
set termoption noenhanced
set output target
set datafile separator ","
set border 3 linecolor rgb border linewidth 0.7
set tics nomirror textcolor rgb ink scale 0.6
# A color as a number, where a column chooses between some.
number(color) = int("0x".substr(color, 2, 7))
across(x) = 1.0 * x / width
up(y) = 1 - 1.0 * y / height
