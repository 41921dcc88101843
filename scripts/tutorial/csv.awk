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
