# speed-portion.gp - training speed against the gradient portion.
plot_name = "speed"
plot_title = "Training speed by gradient portion"
y_title = "images per second"
y_format = "%g"
load templates."/style.gp"
load templates."/logarithmic.gp"
set xlabel "gradient portion p"
set yrange [0 : y_high > 0 ? y_high * 1.08 : 1]
load templates."/lines.gp"
