# by-hand.awk - four points through a network of two weights, as docs/tutorial.md works them: what the loss gives each embedding, what
# that is for the weights, and the sums for the whole batch, for a portion of it and for a batch of as few samples.
#
# z_i = (a x_i, b y_i) with weights a = b = 1, so J_i = diag(x_i, y_i). L = sum of z_i . z_j over pairs of different classes, less that over
# pairs of the same class. The whole sum is held against finite differences of L, which are exact where L is quadratic.

function same(i, j) { return class[i] == class[j] ? -1 : 1 }

# g_i in gx[i], gy[i] of the loss over samples first..last, and of these the sum of J_i^T g_i over selected ones in sum_x, sum_y.
function differentiate(first, last, from, to, i, j) {
    sum_x = sum_y = 0
    for (i = first; i <= last; i++) {
        gx[i] = gy[i] = 0
        for (j = first; j <= last; j++)
            if (j != i) {
                gx[i] += same(i, j) * x[j]
                gy[i] += same(i, j) * y[j]
            }
        if (i < from || i > to) continue
        sum_x += x[i] * gx[i]
        sum_y += y[i] * gy[i]
    }
}

function loss(a, b, i, j, total) {
    for (i = 1; i <= 4; i++)
        for (j = 1; j < i; j++) total += same(i, j) * (a * x[i] * a * x[j] + b * y[i] * b * y[j])
    return total
}

function close_to(got, wanted) { return (got - wanted) ^ 2 < 1e-12 }

BEGIN {
    OFS = ","
    split("1 2 3 1", x, " ")
    split("3 2 1 1", y, " ")
    split("A A B B", class, " ")
    differentiate(1, 4, 1, 4)
    if (!close_to((loss(1.5, 1) - loss(0.5, 1)), sum_x) || !close_to((loss(1, 1.5) - loss(1, 0.5)), sum_y)) {
        print "by-hand.awk: the sum is not the derivative" >"/dev/stderr"
        exit 1
    }
    print "sample,class,x,y,gx,gy,jx,jy"
    for (i = 1; i <= 4; i++) print i, class[i], x[i], y[i], gx[i], gy[i], x[i] * gx[i], y[i] * gy[i]
    print "whole", "", "", "", "", "", sum_x, sum_y
    differentiate(1, 4, 1, 2)
    print "portion", "", "", "", "", "", sum_x, sum_y
    differentiate(1, 2, 1, 2)
    print "small", "", "", "", "", "", sum_x, sum_y
}
