# gap-portion.gp - overfitting gap against the gradient portion.
plot_name = "gap"
load templates."/style.gp"
set title "Overfitting gap by gradient portion"
set xlabel "gradient portion p"
set ylabel "train - test recall@1, points"
set xrange [0:1]
load templates."/lines.gp"
