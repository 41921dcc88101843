# logarithmic.gp - the x axis of plots by portion or batch size: with a tick where something was measured, unless it would
# touch the next.
set logscale x 2
set xrange [tick[1] / 1.15 : tick[|tick|] * 1.15]
set xtics ()
last = 0
per_e = panel_width / log(tick[|tick|] * 1.15 ** 2 / tick[1])
do for [t = |tick|:1:-1] {
    if (last == 0 || per_e * log(last / tick[t]) > 42) {
        set xtics add (sprintf("%g", tick[t]) tick[t])
        last = tick[t]
    }
}
