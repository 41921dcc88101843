# recall-portion.gp - recall@1 on test classes against the gradient portion.
plot_name = "recall"
plot_title = "Test recall@1 by gradient portion"
y_title = "test recall@1"
y_format = "%g %%"
load templates."/style.gp"
load templates."/logarithmic.gp"
set xlabel "gradient portion p"
set yrange [y_low - 0.06 * (y_high - y_low) - 0.1 : y_high + 0.06 * (y_high - y_low) + 0.1]
load templates."/lines.gp"
