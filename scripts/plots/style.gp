# style.gp - what all plots share: size, fonts, and colours that colour-blind readers can tell apart (Okabe & Ito 2008).
# Sizes are in points of the SVG; the PNG has twice as many pixels.
hue = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
mark = "7 5 9 11 13 6 4 8"
line_color(i) = word(hue, color[i] % words(hue) + 1)
line_mark(i) = int(word(mark, (shape[i] + color[i] / words(hue)) % words(mark) + 1)) # another mark where hues repeat
line_dash(i) = dash[i] % 5 + 1

longest = 0; names = 0
do for [i = 1:lines] {
    if (strlen(label[i]) > longest) { longest = strlen(label[i]) }
    names = names + in_key[i]
}
columns = panels < 3 ? panels : 3
rows = (panels + columns - 1) / columns
left = 82; right = 76 + int(7.6 * longest); top = 68; bottom = 62; between = 26
panel_width = panels == 1 ? 460 : 300
panel_height = 290
width = left + columns * panel_width + (columns - 1) * between + right
height = top + rows * panel_height + (rows - 1) * (top + bottom) + bottom
if (height < top + 27 * names) { height = top + 27 * names }

if (format eq "svg") {
    set terminal svg size width, height font "DejaVu Sans,13" linewidth 1.5 background "#ffffff" name plot_name
    title_font = ",15"
} else {
    set terminal pngcairo size 2 * width, 2 * height font "DejaVu Sans,20" linewidth 3 pointscale 2
    title_font = ",23"
}
set termoption noenhanced
set output target
set border 3 linecolor "#555555" linewidth 0.7
set tics nomirror textcolor "#333333" scale 0.6
set grid xtics ytics linecolor "#dcdcdc" linewidth 0.7 dashtype 1
