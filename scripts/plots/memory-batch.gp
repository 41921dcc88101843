# memory-batch.gp - peak memory of activations against the batch size.
plot_name = "memory"
plot_title = "Peak activation memory by batch size"
y_title = "activations, MiB"
y_format = "%g"
load templates."/style.gp"
set xlabel "batch size B"
set logscale x 2
set xrange [x_low / 1.15 : x_high * 1.15]
set yrange [0 : y_high * 1.08]
load templates."/lines.gp"
