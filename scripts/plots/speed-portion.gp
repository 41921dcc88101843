# speed-portion.gp - training speed against the gradient portion.
plot_name = "speed"
load templates."/style.gp"
set title "Training speed by gradient portion"
set xlabel "gradient portion p"
set ylabel "images per second"
set xrange [0:1]
set yrange [0:*]
load templates."/lines.gp"
