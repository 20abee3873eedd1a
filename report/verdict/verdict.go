// Package verdict writes what compare and check found, for people and for the
// hosts of CI: text, Markdown, JSON, JUnit, GitHub's annotations and CSV, each
// within its host's limits, the worst first. It judges nothing.
package verdict

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"crmreport/metrics/compare"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// Writers are the forms by their names.
var Writers = map[string]func(io.Writer, *compare.Diff, Options) error{
	"text": Text, "md": Markdown, "json": JSON, "junit": JUnit, "github": GitHub, "csv": CSV,
}

// Options of writing.
type Options struct {
	All  bool   // rows for information, too, and in JSON and CSV those without a change
	File string // where all rows are, for forms that leave some out; "" says nothing
}

// shown are the rows to print: all, or those that ask for something: to mend
// what fails, to look at what warns, to tighten a limit.
func shown(d *compare.Diff, o Options) []*compare.Row {
	return rows(d, func(r *compare.Row) bool {
		return o.All || r.Level == compare.Fail || r.Level == compare.Warn || r.State == compare.LimitLoose
	})
}

// told are the rows of the forms for machines: all but those that no rule asked
// about and that did not change, of which there are tens of thousands.
func told(d *compare.Diff, o Options) []*compare.Row {
	return rows(d, func(r *compare.Row) bool { return o.All || r.Rule != "" || r.State != compare.Same })
}

func rows(d *compare.Diff, wanted func(*compare.Row) bool) []*compare.Row {
	var out []*compare.Row
	for i := range d.Rows {
		if r := &d.Rows[i]; wanted(r) {
			out = append(out, r)
		}
	}
	return out
}

// word is how a row's weight is called.
func word(r *compare.Row) string {
	if r.Waived != "" {
		return "waived"
	}
	return string(r.Level)
}

// what names a row's value: metric, key, scope.
func what(r *compare.Row) string {
	parts := make([]string, 0, 3)
	for _, s := range []string{r.Metric, r.Key, r.Scope} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) == 0 {
		return r.Rule
	}
	return strings.Join(parts, " ")
}

// number writes a value as its unit asks, with its two sides.
func number(r *compare.Row, v *snapshot.Value) string {
	switch {
	case v == nil:
		return "–"
	case !v.OK:
		return "no data"
	case r.Kind == measure.Amount:
		return lang.Exact(v.Num, measure.MinorDigits(v.Currency)) + " " + v.Currency
	case r.Kind == measure.Ratio:
		return fmt.Sprintf("%s (%d/%d)", decimal(r, v.V), v.Num, v.Den)
	}
	return decimal(r, v.V)
}

// decimal writes a number with as many digits as a reader needs.
func decimal(r *compare.Row, x float64) string {
	if r.Unit == measure.UnitPercent.EN {
		return strconv.FormatFloat(100*x, 'f', 2, 64) + "%"
	}
	return strconv.FormatFloat(x, 'f', digits(r), 64)
}

func digits(r *compare.Row) int {
	if r.Kind == measure.Count {
		return 0
	}
	return 2
}

// change writes how far a value went, absolutely and as a share.
func change(r *compare.Row) string {
	if r.DeltaAbs == nil {
		return ""
	}
	s := strconv.FormatFloat(*r.DeltaAbs, 'f', digits(r), 64)
	if r.Unit == measure.UnitPercent.EN {
		s = strconv.FormatFloat(100**r.DeltaAbs, 'f', 2, 64) + " pp"
	}
	if *r.DeltaAbs > 0 {
		s = "+" + s
	}
	if r.DeltaRel != nil {
		s += fmt.Sprintf(" (%+.1f%%)", 100**r.DeltaRel)
	}
	return s
}

// why says in words why a row is what it is.
func why(r *compare.Row) string {
	parts := []string{strings.ReplaceAll(string(r.State), "_", " ")}
	if r.P != nil {
		parts = append(parts, "p "+chance(*r.P))
	}
	if r.State == compare.TooFew {
		parts[0] = fmt.Sprintf("too few (n=%d)", r.N)
	}
	if r.Message != "" {
		parts = append(parts, r.Message)
	}
	if r.Waived != "" {
		parts = append(parts, "waived "+r.Waived)
	}
	return strings.Join(parts, "; ")
}

func chance(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return strconv.FormatFloat(p, 'f', 4, 64)
}

// sides says what was held against what.
func sides(d *compare.Diff) string {
	if d.Base == nil {
		return fmt.Sprintf("check: %s, data up to %s", d.Head.Label, d.Head.AsOf)
	}
	return fmt.Sprintf("compare, mode %s: %s (data up to %s) → %s (data up to %s)", d.Mode, d.Base.Label, d.Base.AsOf, d.Head.Label, d.Head.AsOf)
}

// counts says how many rows weigh what.
func counts(d *compare.Diff) string {
	v := d.Verdict()
	return fmt.Sprintf("%d fail, %d warn, %d waived, %d for information", v.Fail, v.Warn, v.Waived, v.Info)
}
