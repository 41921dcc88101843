# memory.gp - what a training step keeps in memory, as planned: by part at one batch size, and in all by batch size.
width = 900; height = 400
load templates."/style.gp"
set multiplot
set label 1 "What a step keeps in memory" at screen across(24), up(26) left font title_font textcolor rgb ink
set label 2 "MobileNetV2, 160 px, f32, a batch of 64; MiB" at screen across(24), up(47) left textcolor rgb faint
set lmargin at screen across(162); set rmargin at screen across(470)
set tmargin at screen up(96); set bmargin at screen up(346)
set xrange [0:1010]; set yrange [3.6:-0.6]
set ytics scale 0; set xtics 250
set grid xtics linecolor rgb grid_color linewidth 0.7 dashtype 1
set label 3 "weights, gradients, optimizer" at screen across(162), up(88) left font small_font textcolor rgb faint
set label 5 "the tape" at first 480, first 0 center front textcolor rgb paper
set style fill solid 1 noborder
bar = 0.3
plot data index 0 using 5:0:(0):5:($0 - bar):($0 + bar):ytic(1) with boxxyerror linecolor rgb pale notitle, \
     data index 0 using 4:0:(0):4:($0 - bar):($0 + bar) with boxxyerror linecolor rgb random notitle, \
     data index 0 using 3:0:(0):3:($0 - bar):($0 + bar) with boxxyerror linecolor rgb petrol notitle, \
     data index 0 using 2:0:(0):2:($0 - bar):($0 + bar) with boxxyerror linecolor rgb faint notitle, \
     data index 0 using 5:0:(sprintf("%.0f", $5)) with labels left offset 0.5, 0 textcolor rgb ink notitle
unset label
set label 1 "… and how it grows with the batch" at screen across(540), up(26) left font title_font textcolor rgb ink
set label 2 "all planned arrays, MiB" at screen across(540), up(47) left textcolor rgb faint
set lmargin at screen across(540); set rmargin at screen across(744)
set tmargin at screen up(66); set bmargin at screen up(346)
set logscale x 2
set xrange [14:280]; set yrange [0:3700]
set xtics (16, 32, 64, 128, 256); set ytics 1000 scale 0.6
set grid xtics ytics linecolor rgb grid_color linewidth 0.7 dashtype 1
set xlabel "batch size B" offset 0, 0.4
color = full." ".rust." ".ochre." ".petrol
mark = "7 5 9 11"
plot for [w = 1:4] data index w using 1:2 with linespoints pointtype int(word(mark, w)) pointsize 0.8 linecolor rgb word(color, w) notitle, \
     for [w = 1:4] data index w using (256):2:(w == 1 ? "whole, direct" : w == 2 ? "p = 0.5, direct" : w == 3 ? "p = 0.25, direct" : "two_pass, any p") every ::4::4 \
         with labels left offset 1, 0 textcolor rgb word(color, w) notitle
unset multiplot
unset output
