# memory-batch.gp - peak memory of activations against the batch size.
plot_name = "memory"
load templates."/style.gp"
set title "Peak activation memory by batch size"
set xlabel "batch size B"
set ylabel "activations, MiB"
set logscale x 2
set yrange [0:*]
load templates."/lines.gp"
