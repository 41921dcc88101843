# around.gp - the y axis of plots whose zero says nothing: what was measured, with some room.
set yrange [y_low - 0.06 * (y_high - y_low) - 0.1 : y_high + 0.06 * (y_high - y_low) + 0.1]
