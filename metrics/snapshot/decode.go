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
	err := json.NewDecoder(r).Decode(&f)
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
	kinds := d.kinds()
	values := make([]Value, len(f.Values))
	for i, w := range f.Values {
		var err error
		if values[i], err = unwire(w, kinds[w.Metric]); err != nil {
			return nil, err
		}
	}
	d.Values = ValuesOf(values)
	return d, nil
}

func unwire(w wireValue, kind measure.Kind) (Value, error) {
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
		if kind == measure.Amount && v.Den != 0 {
			v.V = float64(v.Num) / float64(v.Den) // amounts are kept in minor units
		}
	}
	unit := minorIn(kind, crm.Currency(w.Currency).MinorDigits())
	for _, iv := range []*[2]Bound{v.CI, v.Bounds} {
		for i := range 2 {
			if iv != nil && iv[i] != nil {
				*iv[i] = toMinor(*iv[i], unit)
			}
		}
	}
	if len(v.Flags) == 0 {
		v.Flags = nil
	}
	return v, nil
}

// toMinor is x times unit; what can only be a whole number of minor units is one.
func toMinor(x, unit float64) float64 {
	y := x * unit
	if r := math.Round(y); unit != 1 && math.Abs(y-r) <= 1e-9*math.Abs(y) {
		return r
	}
	return y
}
