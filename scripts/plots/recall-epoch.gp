# recall-epoch.gp - recall@1 on test classes from epoch to epoch.
plot_name = "recall_epoch"
plot_title = "Test recall@1 by epoch"
y_title = "test recall@1"
y_format = "%g %%"
load templates."/style.gp"
load templates."/linear.gp"
set xlabel "epoch"
if (tick[|tick|] - tick[1] < 6) { set xtics 1 }
load templates."/around.gp"
load templates."/lines.gp"
