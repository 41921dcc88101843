# gap-recall.gp - overfitting gap against recall@1 on test classes, epoch after epoch.
plot_name = "gap_recall"
plot_title = "Overfitting gap by test recall@1"
y_title = "train − test recall@1, points"
y_format = "%g"
load templates."/style.gp"
load templates."/linear.gp"
set xlabel "test recall@1, %"
set yrange [y_low - 0.06 * (y_high - y_low) - 0.1 : y_high + 0.06 * (y_high - y_low) + 0.1]
load templates."/lines.gp"
