# differences.gp - strategies beside `random`.
figure_title = "Each strategy less random, in points"
figure_subtitle = "95 % intervals of these classes; filled: shown after Holm’s correction, hollow: not shown"
load templates."/intervals.gp"
