package lang

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Grouped is digits with a comma every three.
func grouped(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	head := len(digits) % 3
	var b strings.Builder
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// Fixed is x with so many decimals, grouped, half away from zero; -0 prints as 0.
func Fixed(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return NoData
	}
	s := strconv.FormatFloat(roundAway(x, decimals), 'f', decimals, 64)
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	out := grouped(whole)
	if frac != "" {
		out += "." + frac
	}
	if neg && strings.Trim(out, "0.,") != "" {
		out = minus + out
	}
	return out
}

// roundAway rounds the decimal that x stands for (its shortest form), so that
// 0.45 goes to 0.5 although the binary number lies below it.
func roundAway(x float64, decimals int) float64 {
	shift := math.Pow(10, float64(decimals))
	y := x * shift
	if r := math.Round(y); math.Abs(math.Abs(y-r)-0.5) < 1e-9*math.Max(1, math.Abs(y)) {
		return math.Copysign(math.Floor(math.Abs(y)+0.5+1e-9), x) / shift
	}
	return math.Round(y) / shift
}

// Signed is Fixed with a + before what is above zero as printed.
func Signed(x float64, decimals int) string {
	s := Fixed(x, decimals)
	if s == NoData || strings.HasPrefix(s, minus) || strings.Trim(s, "0.,") == "" {
		return s
	}
	return "+" + s
}

// Count is a count: whole numbers without decimals, split credit with up to two.
func Count(x float64) string {
	if x == math.Trunc(x) {
		return Fixed(x, 0)
	}
	return strings.TrimRight(strings.TrimRight(Fixed(x, 2), "0"), ".")
}

// Ratio has two decimals.
func Ratio(x float64) string { return Fixed(x, 2) }

// Percent is a share with one decimal and its sign.
func Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return NoData
	}
	return Fixed(share*100, 1) + "%"
}

// Points is a difference of shares, signed, in percentage points.
func Points(diff float64) Text {
	s := Signed(diff*100, 1)
	return T(s+" 个百分点", s+" pp")
}

// scale is a step of large numbers in words.
type scale struct {
	from     float64
	word     string
	decimals int
}

// scales of the two languages, largest first.
func scales() (zh, en []scale) {
	return []scale{{1e8, " 亿", 2}, {1e4, " 万", 1}}, []scale{{1e9, "B", 2}, {1e6, "M", 2}, {1e3, "K", 2}}
}

// step is that in whose words x is printed.
func step(x float64, steps []scale) scale {
	for i, s := range steps {
		// what the step below would print as a full one belongs here: 999,999
		// is 1.00M, not 1000.00K
		below := scale{from: 1}
		if i+1 < len(steps) {
			below = steps[i+1]
		}
		if math.Abs(roundAway(x/below.from, below.decimals))*below.from >= s.from {
			return s
		}
	}
	return scale{from: 1}
}

func short(x float64, steps []scale) string {
	s := step(x, steps)
	return Fixed(x/s.from, s.decimals) + s.word
}

// Short is a large number in the words of each language: 123.4 万, 1.23M.
func Short(x float64) Text {
	zh, en := scales()
	return T(short(x, zh), short(x, en))
}

// Marks are the labels of an axis: all in the words of its last mark, which is
// the largest, with as few decimals as print each of them exactly, three at most.
func Marks(at []float64) []Text {
	zh, en := scales()
	out := make([]Text, len(at))
	for i, x := range at {
		out[i] = T(mark(x, at, zh), mark(x, at, en))
	}
	return out
}

func mark(x float64, at []float64, steps []scale) string {
	if x == 0 {
		return "0"
	}
	s, decimals := step(at[len(at)-1], steps), 0
	for _, v := range at {
		for decimals < 3 && math.Abs(roundAway(v/s.from, decimals)*s.from-v) > 1e-9*math.Abs(v) {
			decimals++
		}
	}
	return Fixed(x/s.from, decimals) + s.word
}

// Amount is money in words of the language, without its currency.
func Amount(minor int64, digits int) Text { return Short(major(minor, digits)) }

// AmountSigned is Amount with its sign.
func AmountSigned(minor int64, digits int) Text {
	t := Amount(minor, digits)
	if minor > 0 {
		return T("+"+t.ZH, "+"+t.EN)
	}
	return t
}

// Exact is money to the minor unit, without its currency, by integers alone.
func Exact(minor int64, digits int) string {
	u := uint64(minor)
	sign := ""
	if minor < 0 {
		u, sign = -u, minus
	}
	s := strconv.FormatUint(u, 10)
	for len(s) <= digits {
		s = "0" + s
	}
	whole, frac := s[:len(s)-digits], s[len(s)-digits:]
	if frac == "" {
		return sign + grouped(whole)
	}
	return sign + grouped(whole) + "." + frac
}

// Whole is money rounded to whole units of its currency.
func Whole(minor int64, digits int) string { return Exact(Units(minor, digits), 0) }

// Units is minor units in whole units of the currency, half away from zero.
func Units(minor int64, digits int) int64 {
	for ; digits > 1; digits-- {
		minor /= 10
	}
	if digits == 1 {
		q, r := minor/10, minor%10
		if r >= 5 {
			q++
		} else if r <= -5 {
			q--
		}
		minor = q
	}
	return minor
}

func major(minor int64, digits int) float64 { return float64(minor) / math.Pow(10, float64(digits)) }

// Money is Amount with its currency: ¥12.3 万, USD 1.20M.
func Money(minor int64, digits int, currency string) Text {
	a := Amount(minor, digits)
	mark := Currency(currency)
	return T(marked(mark.ZH, a.ZH), marked(mark.EN, a.EN))
}

// marked puts a symbol behind the sign, −¥3.3 万, and a code before it, JPY −500.
func marked(mark, amount string) string {
	if rest, negative := strings.CutPrefix(amount, "−"); negative && !strings.HasSuffix(mark, " ") {
		return "−" + mark + rest
	}
	return mark + amount
}

// Currency is the mark to put before an amount.
func Currency(code string) Text {
	switch code {
	case "":
		return Text{}
	case "CNY":
		return T("¥", "CN¥")
	}
	return Same(code + " ")
}

// Day is a day counted from 1970-01-01 as 2025-03-09.
func Day(days int64) string {
	if days < -1e6 || days > 1e7 {
		return NoData
	}
	return time.Unix(days*86400, 0).UTC().Format("2006-01-02")
}

// Versus says in words which way a stands to b; colour never says it alone.
func Versus(a, b float64) Text {
	switch {
	case a > b:
		return T("高于", "above")
	case a < b:
		return T("低于", "below")
	}
	return T("等于", "equal to")
}
