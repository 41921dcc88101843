# memory-batch.gp - peak memory of activations against the batch size.
plot_name = "memory"
plot_title = "Peak activation memory by batch size"
y_title = "activations, MiB"
y_format = "%g"
load templates."/style.gp"
load templates."/logarithmic.gp"
set xlabel "batch size B"
set yrange [0 : y_high > 0 ? y_high * 1.08 : 1]
load templates."/lines.gp"
