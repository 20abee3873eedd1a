package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Decode reads what Encode wrote. It refuses another schema or major version.
// Lists, titles of definitions and problems of inputs are not in the file.
func Decode(r io.Reader) (*Document, error) {
	var f struct {
		wireHead
		Inputs      []wireInput      `json:"inputs"`
		Missing     []string         `json:"missing"`
		Scopes      []wireScope      `json:"scopes"`
		Periods     []wirePeriod     `json:"periods"`
		Definitions []wireDefinition `json:"definitions"`
		Values      []wireValue      `json:"values"`
		Warnings    []wireWarning    `json:"warnings"`
	}
	w := newWritten()
	rest, taken := w.lines(r)
	err := json.NewDecoder(rest).Decode(&f)
	var typed *json.UnmarshalTypeError // another major may have members of other types: its schema is read all the same
	if err != nil && (!errors.As(err, &typed) || f.Schema == "") {
		if typed != nil {
			err = fmt.Errorf("a JSON %s stands where a metrics file has another kind of value (byte %d)", typed.Value, typed.Offset)
		}
		return nil, fmt.Errorf("not a metrics file: %w", err)
	}
	if err := readable(f.Schema); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("not a metrics file: a JSON %s stands in %s", typed.Value, typed.Field)
	}
	d := &Document{Tool: f.Tool, AsOf: f.AsOf, Timezone: f.Timezone, Currency: f.Currency, ConfigSHA256: f.ConfigSHA256, Missing: f.Missing}
	d.Inputs = unwireInputs(f.Inputs)
	for _, s := range f.Scopes {
		d.Scopes = append(d.Scopes, Scope{ID: s.ID, Level: s.Level, Name: s.Name, Parent: s.Parent})
	}
	for _, p := range f.Periods {
		d.Periods = append(d.Periods, Period(p))
	}
	for _, x := range f.Definitions {
		d.Definitions = append(d.Definitions, measure.Definition{ID: x.ID, Revision: x.Revision, Kind: x.Kind,
			Unit: measure.Unit{Text: measure.Text{EN: x.Unit}}, Better: x.Better, Amounts: x.Terms == "amounts"})
	}
	for _, w := range f.Warnings {
		d.Warnings = append(d.Warnings, Warning(w))
	}
	switch {
	case taken && len(f.Values) > 0 && f.Values[0].Metric == standInMetric:
		f.Values = f.Values[1:]
	case taken:
		w = newWritten()
	}
	for _, x := range f.Values {
		v, err := unwire(x)
		if err != nil {
			return nil, err
		}
		w.value(&v)
	}
	d.Values = Values{w.done(nil)}
	d.Values[0].toMinor(d.kinds())
	return d, nil
}

func unwire(w wireValue) (Value, error) {
	v := Value{Metric: w.Metric, Scope: w.Scope, Period: w.Period, Key: w.Key, CI: w.CI, Method: w.Method,
		Bounds: w.Bounds, N: w.N, Currency: w.Currency, Final: w.Final, Flags: w.Flags}
	bad := func(what string) error {
		return fmt.Errorf("value %s of %s in %s: %s is not an integer", w.Metric, w.Scope, w.Period, what)
	}
	var err error
	if w.Num != "" {
		if v.Num, err = strconv.ParseInt(w.Num, 10, 64); err != nil {
			return v, bad("num")
		}
		v.Den = 1
	}
	if w.Den != "" {
		if v.Den, err = strconv.ParseInt(w.Den, 10, 64); err != nil {
			return v, bad("den")
		}
	}
	if w.Value != nil {
		v.OK = true
		if v.V, err = strconv.ParseFloat(string(*w.Value), 64); err != nil {
			return v, fmt.Errorf("value %s of %s in %s is not a number", w.Metric, w.Scope, w.Period)
		}
	}
	return v, nil
}

// toMinor puts amounts into minor units, as they are kept.
func (b *Block) toMinor(kinds map[string]measure.Kind) {
	for i := range b.rows {
		r := &b.rows[i]
		h, x := &b.heads[r.head], &b.rare[r.rare]
		if kinds[b.metrics.list[h.metric]] != measure.Amount {
			continue
		}
		if r.ok && r.den != 0 {
			r.v = float64(r.num) / float64(r.den)
		}
		unit := minorIn(measure.Amount, crm.Currency(h.currency).MinorDigits())
		for _, end := range []*float64{&x.ci.lo, &x.ci.hi, &x.bounds.lo, &x.bounds.hi} {
			*end = toMinor(*end, unit)
		}
	}
}

// toMinor is x times unit; what can only be a whole number of minor units is one.
func toMinor(x, unit float64) float64 {
	y := x * unit
	if r := math.Round(y); unit != 1 && math.Abs(y-r) <= 1e-9*math.Abs(y) {
		return r
	}
	return y
}
