package report

import (
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// form is how the numbers of a metric print.
type form int

const (
	asCount form = iota
	asRatio
	asDays
	asPercent
	asSignedPercent
	asMoney
	asEffect
)

// signed are the ratios whose sign is the message.
func signed(metric string) bool {
	switch metric {
	case "forecast.deviation", "forecast.bias", "forecast.value_added":
		return true
	}
	return false
}

// form tells how v prints; a value without a definition goes by its looks.
func (x *index) form(v *snapshot.Value) form {
	d := x.defs[v.Metric]
	if d == nil {
		switch {
		case v.Currency != "" && v.Den == 1:
			return asMoney
		case v.Den == 1:
			return asCount
		}
		return asRatio
	}
	percent := d.Unit.EN == measure.UnitPercent.EN || v.Metric == "forecast.mape"
	switch {
	case d.Kind == measure.Amount:
		return asMoney
	case percent && (signed(v.Metric) || d.Kind == measure.Effect):
		return asSignedPercent
	case percent:
		return asPercent
	case d.Kind == measure.Effect:
		return asEffect
	case d.Kind == measure.Count:
		return asCount
	case d.Unit.EN == measure.UnitDays.EN:
		return asDays
	}
	return asRatio
}

func (x *index) digits(v *snapshot.Value) int {
	c := v.Currency
	if c == "" {
		c = x.d.Currency
	}
	return measure.MinorDigits(c)
}

// minor is the amount of v in minor units. Averages of money are rounded
// half away from zero for display.
func minor(v *snapshot.Value) int64 {
	if v.Den > 1 {
		q, r := v.Num/v.Den, v.Num%v.Den
		if 2*r >= v.Den {
			q++
		} else if -2*r >= v.Den {
			q--
		}
		return q
	}
	return v.Num
}

// whole is an amount in whole units of the currency, the same in both
// languages: what narrow pages print, for they are many.
func (x *index) whole(v *snapshot.Value) lang.Text {
	if v == nil || !v.OK || x.form(v) != asMoney {
		return x.plain(v)
	}
	return lang.Same(lang.Whole(minor(v), x.digits(v)))
}

// plain is the number of v without unit, currency or mark.
func (x *index) plain(v *snapshot.Value) lang.Text {
	if v == nil || !v.OK {
		return lang.Same(lang.NoData)
	}
	f := x.form(v)
	if f == asMoney {
		return lang.Amount(minor(v), x.digits(v))
	}
	return show(f, v.V)
}

// show prints one number in a form that is not money.
func show(f form, n float64) lang.Text {
	switch f {
	case asCount:
		return lang.Same(lang.Count(n))
	case asDays:
		return lang.Same(lang.Fixed(n, 1))
	case asPercent:
		return lang.Same(lang.Percent(n))
	case asSignedPercent:
		return lang.Same(signedPercent(n))
	case asEffect:
		return lang.Same(lang.Signed(n, 1))
	}
	return lang.Same(lang.Ratio(n))
}

func signedPercent(n float64) string {
	if s := lang.Signed(n*100, 1); s != lang.NoData {
		return s + "%"
	}
	return lang.NoData
}

// money is plain with the currency before an amount.
func (x *index) money(v *snapshot.Value) lang.Text {
	if v == nil || !v.OK || x.form(v) != asMoney {
		return x.plain(v)
	}
	c := v.Currency
	if c == "" {
		c = x.d.Currency
	}
	return lang.Money(minor(v), x.digits(v), c)
}

// interval prints an interval in the form of v; an open end reads as one.
func (x *index) interval(v *snapshot.Value, iv *[2]snapshot.Bound) lang.Text {
	if iv == nil {
		return lang.Same(lang.NoData)
	}
	f := x.form(v)
	end := func(b snapshot.Bound) lang.Text {
		if f == asMoney {
			return lang.Amount(int64(*b), x.digits(v))
		}
		return show(f, *b)
	}
	switch lo, hi := iv[0], iv[1]; {
	case lo != nil && hi != nil:
		return lang.Join(end(lo), lang.Same("–"), end(hi))
	case lo != nil:
		return lang.Join(lang.Same("≥ "), end(lo))
	case hi != nil:
		return lang.Join(lang.Same("≤ "), end(hi))
	}
	return lang.Same(lang.NoData)
}

// delta says how v stands to ref in words and sign: per cent for amounts and
// counts, points for shares, the difference for others.
func (x *index) delta(v, ref *snapshot.Value) (text lang.Text, diff float64, ok bool) {
	if v == nil || ref == nil || !v.OK || !ref.OK {
		return lang.Text{}, 0, false
	}
	diff = v.V - ref.V
	switch f := x.form(v); f {
	case asPercent, asSignedPercent:
		return lang.Points(diff), diff, true
	case asCount, asMoney:
		if ref.V > 0 && v.V >= 0 {
			return lang.Same(signedPercent(diff / ref.V)), diff, true
		}
		if f == asMoney {
			return lang.AmountSigned(minor(v)-minor(ref), x.digits(v)), diff, true
		}
		return lang.Same(lang.Signed(diff, 0)), diff, true
	}
	return lang.Same(lang.Signed(diff, 2)), diff, true
}

// tone is the colour of a difference: only when the interval of v excludes the
// reference, and only where a direction is good.
func (x *index) tone(v, ref *snapshot.Value) string {
	d := x.defs[v.Metric]
	if d == nil || v.CI == nil || ref == nil || !ref.OK || !v.Final {
		return ""
	}
	above := v.CI[0] != nil && *v.CI[0] > ref.V
	below := v.CI[1] != nil && *v.CI[1] < ref.V
	return verdict(d.Better, above, below)
}

func verdict(b measure.Better, above, below bool) string {
	switch {
	case b == measure.Up && above, b == measure.Down && below:
		return "good"
	case b == measure.Up && below, b == measure.Down && above:
		return "bad"
	}
	return ""
}

func has(v *snapshot.Value, flag string) bool {
	if v != nil {
		for _, f := range v.Flags {
			if f == flag {
				return true
			}
		}
	}
	return false
}

// periodText names a period: 2025-W10; a stretch 2025-02~d6 is the first six
// working days of it.
func periodText(name string) lang.Text {
	whole, days, cut := strings.Cut(name, "~d")
	if !cut {
		return lang.Same(name)
	}
	return lang.With("{0} 前 {1} 个工作日", "first {1} working days of {0}", lang.Same(whole), lang.Same(days))
}
