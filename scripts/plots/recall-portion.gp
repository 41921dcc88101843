# recall-portion.gp - recall@1 on test classes against the gradient portion.
plot_name = "recall"
load templates."/style.gp"
set title "Test recall@1 by gradient portion"
set xlabel "gradient portion p"
set ylabel "recall@1, %"
set xrange [0:1]
load templates."/lines.gp"
