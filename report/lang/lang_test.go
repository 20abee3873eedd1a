package lang

import (
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Fixed(1234567.5, 0), "1,234,568"}, {Fixed(-0.04, 1), "0.0"}, {Fixed(-1234.56, 1), "−1,234.6"}, {Fixed(0.45, 1), "0.5"}, {Fixed(-2.5, 0), "−3"},
		{Fixed(1.005, 2), "1.01"}, {Fixed(999, 0), "999"}, {Fixed(1000, 0), "1,000"},
		{Signed(3, 1), "+3.0"}, {Signed(-3, 1), "−3.0"}, {Signed(0.01, 1), "0.0"},
		{Count(12), "12"}, {Count(12.5), "12.5"}, {Count(0.333), "0.33"},
		{Percent(0.4125), "41.3%"}, {Percent(-0.0875), "−8.8%"}, {Percent(1), "100.0%"},
		{Ratio(8.4), "8.40"}, {Points(-0.0261).EN, "−2.6 pp"}, {Points(0.034).ZH, "+3.4 个百分点"},
		{Exact(123456, 2), "1,234.56"}, {Exact(-5, 2), "−0.05"}, {Exact(0, 2), "0.00"}, {Exact(1234, 0), "1,234"}, {Exact(1234567, 3), "1,234.567"}, {Exact(-9223372036854775808, 2), "−92,233,720,368,547,758.08"},
		{Whole(123450, 2), "1,235"}, {Whole(123449, 2), "1,234"}, {Whole(-50, 2), "−1"}, {Whole(-49, 2), "0"}, {Whole(12, 0), "12"}, {Whole(1500, 3), "2"},
		{Day(20156), "2025-03-09"}, {Day(0), "1970-01-01"}, {Day(-2147483648), NoData},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLargeNumbers(t *testing.T) {
	for _, c := range []struct {
		x      float64
		zh, en string
	}{
		{0, "0", "0"}, {999, "999", "999"}, {9999, "9,999", "10.00K"}, {10000, "1.0 万", "10.00K"}, {12345678, "1,234.6 万", "12.35M"},
		{99999999, "1.00 亿", "100.00M"}, {4.46e9, "44.60 亿", "4.46B"}, {-25000, "−2.5 万", "−25.00K"}, {999999, "100.0 万", "1.00M"},
	} {
		if got := Short(c.x); got.ZH != c.zh || got.EN != c.en {
			t.Errorf("%v: %q %q, want %q %q", c.x, got.ZH, got.EN, c.zh, c.en)
		}
	}
	if m := Money(123456700, 2, "CNY"); m.ZH != "¥123.5 万" || m.EN != "CN¥1.23M" {
		t.Error(m)
	}
	if m := Money(-33000000, 2, "CNY"); m.ZH != "−¥33.0 万" || m.EN != "−CN¥330.00K" {
		t.Errorf("a negative amount is %+v", m)
	}
	if m := Money(-500, 0, "JPY"); m.EN != "JPY −500" {
		t.Error(m)
	}
	if m := AmountSigned(100, 2); m.EN != "+1" {
		t.Error(m)
	}
}

// An axis has one unit, and no digits that say nothing.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		at     []float64
		zh, en string
	}{
		{[]float64{0, 1}, "0 1", "0 1"},
		{[]float64{0, 0.5, 1}, "0 0.5 1.0", "0 0.5 1.0"},
		{[]float64{0, 500, 1000}, "0 500 1,000", "0 0.5K 1.0K"},
		{[]float64{0, 25e6, 50e6, 75e6, 100e6}, "0 0.25 亿 0.50 亿 0.75 亿 1.00 亿", "0 25M 50M 75M 100M"},
		{[]float64{0, 5000, 10000, 15000}, "0 0.5 万 1.0 万 1.5 万", "0 5K 10K 15K"},
		{[]float64{0, 1.0 / 3}, "0 0.333", "0 0.333"},
	} {
		var zh, en []string
		for _, m := range Marks(c.at) {
			zh, en = append(zh, m.ZH), append(en, m.EN)
		}
		if z, e := strings.Join(zh, " "), strings.Join(en, " "); z != c.zh || e != c.en {
			t.Errorf("%v: %q %q, want %q %q", c.at, z, e, c.zh, c.en)
		}
	}
}

func TestWith(t *testing.T) {
	got := With("第 {1} 的 {0}", "{0} of {1}", Same("a"), T("乙", "b"))
	if got.ZH != "第 乙 的 a" || got.EN != "a of b" {
		t.Error(got)
	}
	if got := With("{x} {9} {", "{0}", Same("{0}")); got.ZH != "{x}  {" || got.EN != "{0}" {
		t.Errorf("%q", got)
	}
}

func TestVersus(t *testing.T) {
	for _, c := range []struct {
		a, b float64
		want string
	}{{2, 1, "above"}, {1, 2, "below"}, {1, 1, "equal to"}} {
		if got := Versus(c.a, c.b).EN; got != c.want {
			t.Errorf("%v against %v: %q", c.a, c.b, got)
		}
	}
}
