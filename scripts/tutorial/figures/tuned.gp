# tuned.gp - a portion beside the whole batch, both with a learning rate of their own.
figure_title = "A tuned portion less the tuned whole batch, in points"
figure_subtitle = "95 % intervals, dark of these classes, pale of others of their kind; filled: shown after Holm’s correction"
load templates."/intervals.gp"
