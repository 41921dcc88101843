# style.gp - what all plots share: size, fonts, and colours that colour-blind readers can tell apart (Okabe & Ito 2008).
# Sizes are in points of the SVG; the PNG has twice as many pixels.
set encoding utf8
hue = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
mark = "7 5 9 11 13 6 4 8"
line_color(i) = word(hue, color[i] % words(hue) + 1)
line_mark(i) = int(word(mark, (shape[i] + color[i] / words(hue)) % words(mark) + 1)) # another mark where hues repeat
line_dash(i) = dash[i] % 5 + 1

longest = 0; names = 0; colors = 0
do for [i = 1:lines] {
    if (strlen(label[i]) > longest) { longest = strlen(label[i]) }
    if (color[i] >= colors) { colors = color[i] + 1 }
    names = names + in_key[i]
}
# Later lines have smaller points, so that rings show where lines meet.
size_step = colors > 4 ? 0.6 / (colors - 1) : 0.2
mark_size(i) = 0.65 + size_step * (colors - 1 - color[i])

columns = panels < 4 ? panels : panels == 4 ? 2 : 3
rows = (panels + columns - 1) / columns
headed = strlen(panel_title[1]) > 0
left = 82; right = 76 + int(7.6 * longest); top = headed ? 84 : 64; bottom = 62; between = 26
panel_width = panels == 1 ? 460 : 300
panel_height = 290
below = headed ? bottom + 34 : bottom
width = left + columns * panel_width + (columns - 1) * between + right
height = top + rows * panel_height + (rows - 1) * below + bottom
if (height < top + 27 * names) { height = top + 27 * names }

if (format eq "svg") {
    set terminal svg size width, height font "DejaVu Sans,13" linewidth 1.5 background "#ffffff" name plot_name
    title_font = ",16"
} else {
    set terminal pngcairo size 2 * width, 2 * height font "DejaVu Sans,20" linewidth 3 pointscale 2
    title_font = ",24"
}
set termoption noenhanced
set output target
set border 3 linecolor "#555555" linewidth 0.7
set tics nomirror textcolor "#333333" scale 0.6
set grid xtics ytics linecolor "#dcdcdc" linewidth 0.7 dashtype 1
