# style.gp - what the tutorial's figures share: sizes in points of the SVG, the PNG has twice as many pixels; colors that color-blind
# readers can tell apart (Okabe and Ito 2008) and that differ in grey. A figure sets `width` and `height` first.
set encoding utf8
ink = "#111111"; faint = "#666666"; rule = "#dcdcdc"; pale = "#b8b8b8"
blue = "#0072B2"; orange = "#D55E00"; green = "#009E73"; pink = "#CC79A7"; yellow = "#E69F00"; sky = "#56B4E9"
if (format eq "svg") {
    set terminal svg size width, height font "DejaVu Sans,13" linewidth 1.5 background "#ffffff" name name
    title_font = ",16"; small_font = ",11"
} else {
    set terminal pngcairo size 2 * width, 2 * height font "DejaVu Sans,20" linewidth 3 pointscale 2
    title_font = ",24"; small_font = ",17"
}
set termoption noenhanced
set output target
set datafile separator ","
set border 3 linecolor "#555555" linewidth 0.7
set tics nomirror textcolor "#333333" scale 0.6
across(x) = 1.0 * x / width
up(y) = 1 - 1.0 * y / height
