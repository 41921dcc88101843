# csv.awk - columns by name, and numbers as printed in the documents. Quoted fields may contain commas, which become spaces
# here, but no quotes or line ends, which partgrad's tables do not have.
BEGIN { FS = OFS = "," }

function unquoted(text, piece, count, i, plain) {
    count = split(text, piece, "\"")
    for (i = 1; i <= count; i++) {
        if (i % 2 == 0) gsub(/,/, " ", piece[i])
        plain = plain piece[i]
    }
    return plain
}

/"/ { $0 = unquoted($0) }

NR == 1 {
    for (column = 1; column <= NF; column++) at[$column] = column
    next
}

# A number with `digits` after the point; no -0.0.
function fixed(value, digits, text) {
    text = sprintf("%." digits "f", value)
    return text + 0 == 0 ? substr(text, text ~ /^-/ ? 2 : 1) : text
}

# With a minus sign instead of a hyphen.
function minus(text) {
    sub(/^-/, "−", text)
    return text
}

function signed(value, digits, text) {
    text = fixed(value, digits)
    return text + 0 > 0 ? "+" text : minus(text)
}

# Fractions of a file as percent or points.
function percent(share) { return minus(fixed(100 * share, 1)) }
function points(share) { return signed(100 * share, 1) }
function interval(low, high) { return points(low) " … " points(high) }

function holm(p) { return p == "" ? "" : p < 0.001 ? "< 0.001" : sprintf("%.3f", p) }

# "one", "two" ... for small numbers in prose.
function spelled(n) {
    split("one two three four five six seven eight nine ten eleven twelve", word_of, " ")
    return n == 0 ? "none" : n <= 12 && n == int(n) ? word_of[n] : n ""
}

# Adds to a list for prose: "a", "a and b", "a, b and c" by said().
function said(list, count, text, i) {
    text = ""
    for (i = 1; i <= count; i++) text = text (i == 1 ? "" : i == count ? " and " : ", ") list[i]
    return text
}

# The sizes of the differences in list (count), as points: "2.3 points", or from the least to the greatest "1.3 to 4.5 points".
function size_of(list, count, low, high, i, size) {
    for (i = 1; i <= count; i++) {
        size = list[i] < 0 ? -list[i] : list[i]
        if (i == 1 || size < low) low = size
        if (i == 1 || size > high) high = size
    }
    low = fixed(100 * low, 1)
    high = fixed(100 * high, 1)
    return (low == high ? low : low " to " high) (high == "1.0" && low == high ? " point" : " points")
}

# 1 if a row of `compare` shows a difference.
function is_shown(verdict) { return verdict == "better" || verdict == "worse" || verdict == "higher" || verdict == "lower" }

function metric_name(metric) {
    return metric == "test_recall_at_1" ? "recall@1" : metric == "test_map_at_r" ? "MAP@R" : metric == "gap_recall_at_1" ? "gap in recall@1" : metric
}

function capital(text) { return toupper(substr(text, 1, 1)) substr(text, 2) }

# "MEDIAN (LEAST to GREATEST)" of list[key, 1..count]; the median alone if there is one value. Of an even count the upper one
# of the two in the middle.
function spread(list, key, count, i, j, kept, sorted) {
    for (i = 1; i <= count; i++) {
        kept = list[key, i]
        for (j = i; j > 1 && sorted[j - 1] + 0 > kept + 0; j--) sorted[j] = sorted[j - 1]
        sorted[j] = kept
    }
    kept = sorted[int(count / 2) + 1]
    return count < 2 || sorted[1] == sorted[count] ? kept : kept " (" sorted[1] " to " sorted[count] ")"
}

# The two-sided p of a standard normal z (Abramowitz and Stegun 1964, 7.1.26; to 1.5e-7).
function normal_p(z, x, t) {
    x = (z < 0 ? -z : z) / sqrt(2)
    t = 1 / (1 + 0.3275911 * x)
    return t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-x * x)
}

# Holm's p of each in p (1..count), into adjusted.
function adjust(p, count, adjusted, i, j, best, greatest, done) {
    greatest = 0
    for (i = 1; i <= count; i++) {
        best = 0
        for (j = 1; j <= count; j++) if (!(j in done) && (!best || p[j] < p[best])) best = j
        done[best]
        greatest = greatest > (count - i + 1) * p[best] ? greatest : (count - i + 1) * p[best]
        adjusted[best] = greatest < 1 ? greatest : 1
    }
}
