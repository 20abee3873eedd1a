package value

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Exact is a number as written, without rounding: ±mantissa × 10^exponent.
type Exact struct {
	Mantissa int64
	Exponent int
}

var errTooLarge = errors.New("is too large")

// limit leaves room for sums of two.
const limit = 1 << 62

// Scaled is the number times 10^places. More decimals than that are an error
// unless they are zeros: a number is never rounded on the way in.
func (e Exact) Scaled(places int) (int64, error) {
	v := e.Mantissa
	for n := places + e.Exponent; n > 0 && v != 0; n-- {
		if v > limit/10 || v < -limit/10 {
			return 0, errTooLarge
		}
		v *= 10
	}
	for n := places + e.Exponent; n < 0 && v != 0; n++ {
		if v%10 != 0 {
			return 0, fmt.Errorf("has more than %d decimal places", places)
		}
		v /= 10
	}
	return v, nil
}

// Times is e × 10^n.
func (e Exact) Times(n int) Exact { return Exact{e.Mantissa, e.Exponent + n} }

// Plain reads the canonical numbers, -?digits[.digits], scaled by 10^places. It
// declines (ok = false) what is longer, has more places, or may be read in two
// ways: 1.234 is a thousand and more in half of Europe.
func Plain(s string, places int) (v int64, ok bool) {
	i := 0
	if s != "" && s[0] == '-' {
		i = 1
	}
	start := i
	for i < len(s) && s[i]-'0' < 10 {
		v = v*10 + int64(s[i]-'0')
		if i++; i-start > 18-places {
			return 0, false
		}
	}
	whole := i - start
	if whole == 0 {
		return 0, false
	}
	left := places
	if i < len(s) {
		if s[i] != '.' {
			return 0, false
		}
		i++
		from := i
		for ; i < len(s); i++ {
			c := s[i] - '0'
			if c > 9 || left == 0 && c != 0 {
				return 0, false
			}
			if left > 0 {
				v, left = v*10+int64(c), left-1
			}
		}
		if n := i - from; n == 0 || n == 3 && whole <= 3 && s[start] != '0' {
			return 0, false
		}
	}
	for ; left > 0; left-- {
		v *= 10
	}
	if start == 1 {
		v = -v
	}
	return v, true
}

// Sign is a currency sign or code beside a number, and the currencies that it
// may stand for, separated by spaces; "" where there is none.
type Sign struct{ Text, Means string }

// Fits reports whether a number with the sign may be in the currency.
func (s Sign) Fits(currency string) bool {
	if s.Means == "" {
		return true
	}
	for _, c := range strings.Fields(s.Means) {
		if c == currency {
			return true
		}
	}
	return false
}

// signs are tried in order: longer ones first.
var signs = []Sign{
	{"US$", "USD"}, {"HK$", "HKD"}, {"NT$", "TWD"}, {"AU$", "AUD"}, {"CA$", "CAD"}, {"NZ$", "NZD"}, {"A$", "AUD"}, {"C$", "CAD"}, {"S$", "SGD"}, {"R$", "BRL"},
	{"CN¥", "CNY"}, {"JP¥", "JPY"}, {"RMB", "CNY"}, {"人民币", "CNY"}, {"美元", "USD"}, {"欧元", "EUR"}, {"港元", "HKD"}, {"港币", "HKD"}, {"日元", "JPY"}, {"英镑", "GBP"},
	{"$", "USD AUD CAD NZD HKD SGD TWD MXN CLP COP ARS"}, {"¥", "CNY JPY"}, {"€", "EUR"}, {"£", "GBP"}, {"₩", "KRW"}, {"₹", "INR"}, {"元", "CNY HKD TWD"}, {"円", "JPY"},
	{"CNY", "CNY"}, {"USD", "USD"}, {"EUR", "EUR"}, {"GBP", "GBP"}, {"JPY", "JPY"}, {"HKD", "HKD"}, {"TWD", "TWD"}, {"KRW", "KRW"}, {"SGD", "SGD"}, {"AUD", "AUD"},
	{"CAD", "CAD"}, {"NZD", "NZD"}, {"CHF", "CHF"}, {"INR", "INR"}, {"THB", "THB"}, {"VND", "VND"}, {"MYR", "MYR"}, {"IDR", "IDR"}, {"PHP", "PHP"}, {"BRL", "BRL"},
	{"MXN", "MXN"}, {"CLP", "CLP"}, {"COP", "COP"}, {"ARS", "ARS"}, {"PEN", "PEN"}, {"RUB", "RUB"}, {"SEK", "SEK"}, {"NOK", "NOK"}, {"DKK", "DKK"}, {"PLN", "PLN"},
	{"CZK", "CZK"}, {"HUF", "HUF"}, {"TRY", "TRY"}, {"ZAR", "ZAR"}, {"AED", "AED"}, {"SAR", "SAR"}, {"ILS", "ILS"},
}

// units of a number, as a power of ten; longer ones first.
var units = []struct {
	word string
	exp  int
}{{"千万", 7}, {"百万", 6}, {"万", 4}, {"萬", 4}, {"千", 3}, {"亿", 8}, {"億", 8}, {"K", 3}, {"k", 3}, {"M", 6}}

// ParseUnit reads a unit as a header or a configuration says it: 元, 千元,
// 万元, 亿元, K, M, 万, 分, cents. It is the power of ten; 元 is 0, 分 is -2.
func ParseUnit(s string) (exp int, ok bool) {
	s = Fold(s)
	for _, g := range signs {
		if rest, cut := strings.CutSuffix(s, g.Text); cut {
			if rest == "" {
				return 0, true
			}
			s = strings.TrimSpace(rest)
			break
		}
		if rest, cut := strings.CutPrefix(s, g.Text); cut && rest != "" {
			s = strings.TrimSpace(rest)
			break
		}
	}
	for _, u := range units {
		if s == u.word {
			return u.exp, true
		}
	}
	if s == "分" || strings.EqualFold(s, "cent") || strings.EqualFold(s, "cents") {
		return -2, true
	}
	return 0, s == "元" || s == "圆"
}

// HeaderUnit finds the unit that a header states: 金额（万元）, Amount (K),
// 金额/千元. Only what stands in brackets or behind the last / or : is one.
func HeaderUnit(header string) (word string, exp int, ok bool) {
	h := Fold(header)
	if n := len(h); n > 0 && strings.IndexByte(")]", h[n-1]) >= 0 {
		if i := strings.LastIndexAny(h, "(["); i >= 0 {
			word = h[i+1 : n-1]
		}
	} else if n > 0 && strings.HasSuffix(h, "】") {
		if i := strings.LastIndex(h, "【"); i >= 0 {
			word = strings.TrimSuffix(h[i+len("【"):], "】")
		}
	} else if i := strings.LastIndexAny(h, "/:"); i >= 0 {
		word = h[i+1:]
	}
	word = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(word), "单位"), ":"))
	if word == "" {
		return "", 0, false
	}
	exp, ok = ParseUnit(word)
	return word, exp, ok
}

// written is a number cell taken apart; body is its digits and separators.
type written struct {
	body    string
	neg     bool
	percent bool
	unit    int // power of ten of a suffix such as 万
	scaled  bool
	sign    Sign
	exp     int // of 1.2E+5
}

// takeApart strips what may stand around the digits, each at most once.
func takeApart(cell string) (w written, ok bool) {
	s := Fold(cell)
	if n := len(s); n > 2 && s[0] == '(' && s[n-1] == ')' {
		w.neg, s = true, strings.TrimSpace(s[1:n-1])
	}
	for s != "" && (s[0] < '0' || s[0] > '9') && s[0] != '.' {
		if !w.front(&s) {
			return w, false
		}
		s = strings.TrimLeft(s, " ")
	}
	for s != "" && (s[len(s)-1] < '0' || s[len(s)-1] > '9') {
		if !w.back(&s) {
			return w, false
		}
		s = strings.TrimRight(s, " ")
	}
	if i := strings.IndexAny(s, "eE"); i > 0 {
		if !w.scientific(s[i+1:]) {
			return w, false
		}
		s = s[:i]
	}
	w.body = s
	return w, s != "" && strings.Trim(s, "0123456789., '") == ""
}

func (w *written) front(s *string) bool {
	switch c := (*s)[0]; {
	case c == '-' && !w.neg:
		w.neg, *s = true, (*s)[1:]
		return true
	case c == '+' && !w.neg && len(*s) > 1 && (*s)[1] != '-' && (*s)[1] != '+':
		*s = (*s)[1:]
		return true
	case c == '(' && !w.neg && strings.HasSuffix(*s, ")"): // $(1,200.00)
		w.neg, *s = true, (*s)[1:len(*s)-1]
		return true
	}
	for _, g := range signs {
		if w.sign.Text == "" && strings.HasPrefix(*s, g.Text) {
			w.sign, *s = g, (*s)[len(g.Text):]
			return true
		}
	}
	return false
}

func (w *written) back(s *string) bool {
	if rest, ok := strings.CutSuffix(*s, "-"); ok && !w.neg {
		w.neg, *s = true, rest
		return true
	}
	if rest, ok := strings.CutSuffix(*s, "%"); ok && !w.percent {
		w.percent, *s = true, rest
		return true
	}
	for _, g := range signs {
		if rest, ok := strings.CutSuffix(*s, g.Text); ok && w.sign.Text == "" {
			w.sign, *s = g, rest
			return true
		}
	}
	for _, u := range units {
		if rest, ok := strings.CutSuffix(*s, u.word); ok && !w.scaled {
			w.unit, w.scaled, *s = u.exp, true, rest
			return true
		}
	}
	return false
}

func (w *written) scientific(s string) bool {
	t := text{s, true}
	sign := 1
	if t.take("-") {
		sign = -1
	} else {
		t.take("+")
	}
	w.exp = sign * t.number(1, 3)
	return t.ok && t.s == ""
}

// groups are the groups of digits of a number, cut by one separator.
type groups struct {
	separator byte
	first     int // digits of the first group
	size      int // of those behind it, but for the last, which has three
}

// cut takes a separator behind a group of n digits. Groups have three digits;
// with commas they may also have two, as in India: 12,34,567.
func (g *groups) cut(separator byte, n int) bool {
	switch {
	case g.separator == 0:
		g.separator, g.first = separator, n
		return n >= 1 && n <= 3
	case g.size == 0:
		g.size = n
		return separator == g.separator && (n == 3 || n == 2 && separator == ',' && g.first <= 2)
	}
	return separator == g.separator && n == g.size
}

// read takes the body with point as the decimal separator. What else separates
// must be one character between groups; without grouped, nothing else may.
func (w *written) read(point byte, grouped bool) (e Exact, ok bool) {
	var g groups
	run, fraction, digits := 0, 0, 0
	pointed := false
	for i := 0; i < len(w.body); i++ {
		switch c := w.body[i]; {
		case c-'0' < 10:
			if pointed {
				fraction++
			}
			if e.Mantissa > (math.MaxInt64-9)/10 {
				if c != '0' || !pointed {
					return e, false
				}
				fraction-- // a zero that only fills up
				continue
			}
			e.Mantissa, run, digits = e.Mantissa*10+int64(c-'0'), run+1, digits+1
		case c == point:
			if pointed || g.separator != 0 && run != 3 {
				return e, false
			}
			pointed, run = true, 0
		case pointed || !grouped || w.body[0] == '0' || !g.cut(c, run):
			return e, false
		default:
			run = 0
		}
	}
	if digits == 0 || pointed && run == 0 || g.separator != 0 && !pointed && run != 3 {
		return e, false
	}
	if w.neg {
		e.Mantissa = -e.Mantissa
	}
	e.Exponent = w.unit + w.exp - fraction
	return e, true
}

// grouping is how commas cut the digits of a number with a decimal point.
type grouping uint8

const (
	anyGroups grouping = iota // none, or one comma that may be either's
	western                   // 123,456 and 1,234,567
	indian                    // 1,23,456 and 12,34,567
)

func (w *written) grouping() grouping {
	whole, _, _ := strings.Cut(w.body, ".")
	first := strings.IndexByte(whole, ',')
	last := strings.LastIndexByte(whole, ',')
	switch {
	case first != last && whole[first+3] == ',':
		return indian
	case first != last || first == 3:
		return western
	}
	return anyGroups
}
