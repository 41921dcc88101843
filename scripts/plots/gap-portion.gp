# gap-portion.gp - overfitting gap against the gradient portion.
plot_name = "gap"
plot_title = "Overfitting gap by gradient portion"
y_title = "train − test recall@1, points"
y_format = "%g"
load templates."/style.gp"
load templates."/logarithmic.gp"
set xlabel "gradient portion p"
set yrange [y_low - 0.06 * (y_high - y_low) - 0.1 : y_high + 0.06 * (y_high - y_low) + 0.1]
load templates."/lines.gp"
