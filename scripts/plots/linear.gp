# linear.gp - the x axis of plots by epochs: from the first point to the last, with some room.
x_room = 0.04 * (tick[|tick|] - tick[1]) + 0.01
set xrange [tick[1] - x_room : tick[|tick|] + x_room]
