package snapshot

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Selection says which values a file holds.
type Selection int

// The selections.
const (
	Units Selection = iota // metrics.json and metrics.csv
	Reps                   // metrics-reps.csv
	All                    // --values all
)

// Select yields the values of s in order.
func (d *Document) Select(s Selection) iter.Seq[*Value] {
	level := make(map[string]string, len(d.Scopes))
	for _, sc := range d.Scopes {
		level[sc.ID] = sc.Level
	}
	current, before := map[string]bool{}, map[string]bool{}
	for _, p := range d.Periods {
		current[p.Name] = current[p.Name] || p.Role == RoleCurrent
		before[p.Name] = before[p.Name] || p.Role == RoleBefore
	}
	keep := func(v *Value) bool {
		switch l := level[v.Scope]; s {
		case Reps:
			return l == "rep" && current[v.Period]
		case Units:
			return l != "rep" && current[v.Period] || before[v.Period] && (l == "company" || l == "region")
		}
		return true
	}
	return func(yield func(*Value) bool) {
		for i := range d.Values {
			if v := &d.Values[i]; keep(v) && !yield(v) {
				return
			}
		}
	}
}

type wireHead struct {
	Schema       string `json:"schema"`
	Tool         string `json:"tool"`
	AsOf         string `json:"as_of"`
	Timezone     string `json:"timezone"`
	Currency     string `json:"currency"`
	ConfigSHA256 string `json:"config_sha256"`
}

type wireInput struct {
	Table      string `json:"table"`
	File       string `json:"file"`
	SHA256     string `json:"sha256"`
	Bytes      int64  `json:"bytes"`
	Encoding   string `json:"encoding"`
	Read       int64  `json:"read"`
	Accepted   int64  `json:"accepted"`
	Duplicates int64  `json:"duplicates"`
	Rejected   int64  `json:"rejected"`
	Skipped    int64  `json:"skipped"`
	FutureRows int64  `json:"future_rows"`
	Newest     string `json:"newest"`
}

type wireScope struct {
	ID     string `json:"id"`
	Level  string `json:"level"`
	Name   string `json:"name"`
	Parent string `json:"parent"`
}

type wirePeriod struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Start   string `json:"start"`
	Last    string `json:"last"`
	Role    Role   `json:"role"`
	Running bool   `json:"running"`
}

type wireDefinition struct {
	ID       string         `json:"id"`
	Revision int            `json:"revision"`
	Kind     measure.Kind   `json:"kind"`
	Unit     string         `json:"unit"`
	Better   measure.Better `json:"better"`
}

type wireValue struct {
	Metric   string           `json:"metric"`
	Scope    string           `json:"scope"`
	Period   string           `json:"period"`
	Key      string           `json:"key,omitempty"`
	Num      string           `json:"num,omitempty"`
	Den      string           `json:"den,omitempty"`
	Value    *json.RawMessage `json:"value"`
	CI       *[2]Bound        `json:"ci,omitempty"`
	Method   string           `json:"method,omitempty"`
	Bounds   *[2]Bound        `json:"bounds,omitempty"`
	N        int64            `json:"n"`
	Currency string           `json:"currency,omitempty"`
	Final    bool             `json:"final"`
	Flags    []string         `json:"flags"`
}

type wireWarning struct {
	Code string       `json:"code"`
	N    int64        `json:"n"`
	Text measure.Text `json:"text"`
}

// wire prepares v for a file: kind decides which of num, den and value it has.
func wire(v *Value, kind measure.Kind) wireValue {
	w := wireValue{Metric: v.Metric, Scope: v.Scope, Period: v.Period, Key: v.Key, CI: v.CI, Method: v.Method,
		Bounds: v.Bounds, N: v.N, Currency: v.Currency, Final: v.Final, Flags: v.Flags}
	if w.Flags == nil {
		w.Flags = []string{}
	}
	if kind != measure.Effect && kind != measure.Score {
		w.Num = strconv.FormatInt(v.Num, 10)
		if kind == measure.Ratio || v.Den != 1 {
			w.Den = strconv.FormatInt(v.Den, 10)
		}
	}
	if v.OK {
		raw := json.RawMessage(number(v, kind))
		w.Value = &raw
	}
	return w
}

// number is the text of v's value: exact for money, the shortest that reads
// back for the rest.
func number(v *Value, kind measure.Kind) string {
	if kind == measure.Amount && v.Den == 1 {
		return Major(v.Num, crm.Currency(v.Currency))
	}
	return strconv.FormatFloat(v.V, 'g', -1, 64)
}

// Major prints minor units of c in major units, exactly: 123456 CNY is 1234.56.
func Major(minor int64, c crm.Currency) string {
	places := c.MinorDigits()
	s := strconv.FormatInt(minor, 10)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	if len(s) <= places {
		s = strings.Repeat("0", places+1-len(s)) + s
	}
	if places > 0 {
		s = s[:len(s)-places] + "." + s[len(s)-places:]
	}
	if neg {
		s = "-" + s
	}
	return s
}

func (d *Document) kinds() map[string]measure.Kind {
	m := map[string]measure.Kind{}
	for _, def := range d.Definitions {
		m[def.ID] = def.Kind
	}
	return m
}

// Encode writes metrics.json with the values of s.
func (d *Document) Encode(w io.Writer, s Selection) error {
	b := bufio.NewWriter(w)
	head, err := line(wireHead{Schema, d.Tool, d.AsOf, d.Timezone, d.Currency, d.ConfigSHA256})
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "%s,\n", strings.TrimSuffix(head, "}"))
	if err := d.encodeLists(b); err != nil {
		return err
	}
	kinds := d.kinds()
	err = list(b, "values", d.Select(s), func(v *Value) any { return wire(v, kinds[v.Metric]) })
	if err != nil {
		return err
	}
	b.WriteString(",\n")
	if err := list(b, "warnings", slices.Values(d.Warnings), func(w Warning) any { return wireWarning(w) }); err != nil {
		return err
	}
	b.WriteString("}\n")
	return b.Flush()
}

func (d *Document) encodeLists(b *bufio.Writer) error {
	steps := []func() error{
		func() error {
			return list(b, "inputs", slices.Values(d.Inputs), func(i Input) any {
				return wireInput{i.Table, i.File, i.SHA256, i.Bytes, i.Encoding, i.Read, i.Accepted, i.Duplicates,
					i.Rejected, i.Skipped, i.FutureRows, i.Newest}
			})
		},
		func() error { return list(b, "missing", slices.Values(d.Missing), func(s string) any { return s }) },
		func() error {
			return list(b, "scopes", slices.Values(d.Scopes), func(s Scope) any { return wireScope{s.ID, s.Level, s.Name, s.Parent} })
		},
		func() error {
			return list(b, "periods", slices.Values(d.Periods), func(p Period) any { return wirePeriod(p) })
		},
		func() error {
			return list(b, "definitions", slices.Values(d.Definitions), func(x measure.Definition) any {
				return wireDefinition{x.ID, x.Revision, x.Kind, x.Unit.EN, x.Better}
			})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
		b.WriteString(",\n")
	}
	return nil
}

func list[T any](b *bufio.Writer, name string, items iter.Seq[T], wire func(T) any) error {
	fmt.Fprintf(b, "%q:[", name)
	comma := ""
	for it := range items {
		s, err := line(wire(it))
		if err != nil {
			return fmt.Errorf("metrics.json: %s: %w", name, err)
		}
		b.WriteString(comma + "\n ")
		b.WriteString(s)
		comma = ","
	}
	b.WriteString("]")
	return nil
}

func line(v any) (string, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false) // names stay readable; the page escapes for itself
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(buf.String(), "\n"), nil
}

// csvHeader names the columns of metrics.csv and metrics-reps.csv.
var csvHeader = []string{"metric", "scope", "period", "key", "num", "den", "value", "ci_lo", "ci_hi", "method",
	"bounds_lo", "bounds_hi", "n", "currency", "final", "flags"}

// EncodeCSV writes the values of s, one a row. A missing number is blank.
func (d *Document) EncodeCSV(w io.Writer, s Selection) error {
	c := csv.NewWriter(w)
	if err := c.Write(csvHeader); err != nil {
		return err
	}
	kinds := d.kinds()
	for v := range d.Select(s) {
		x := wire(v, kinds[v.Metric])
		value := ""
		if x.Value != nil {
			value = string(*x.Value)
		}
		ci, bounds := ends(x.CI), ends(x.Bounds)
		row := []string{x.Metric, x.Scope, x.Period, x.Key, x.Num, x.Den, value, ci[0], ci[1], x.Method,
			bounds[0], bounds[1], strconv.FormatInt(x.N, 10), x.Currency, strconv.FormatBool(x.Final), strings.Join(x.Flags, " ")}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// EncodeCSV writes every row of the list for a spreadsheet: the English titles
// of the columns, ids for scopes and words, amounts in major units with their
// currency where it is not the document's. A text that would be taken for a
// formula starts with an apostrophe.
func (l *List) EncodeCSV(w io.Writer, currency string) error {
	c := csv.NewWriter(w)
	head := make([]string, len(l.Columns))
	for i, col := range l.Columns {
		head[i] = col.Title.EN
	}
	if err := c.Write(head); err != nil {
		return err
	}
	for _, r := range l.Rows {
		row := make([]string, len(l.Columns))
		for i := range min(len(row), len(r.Cells)) {
			row[i] = cellText(l.Columns[i].Kind, r.Cells[i], currency)
		}
		if err := c.Write(row); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

func cellText(k measure.CellKind, c measure.Cell, currency string) string {
	switch k {
	case measure.CellInt:
		return strconv.FormatInt(c.Num, 10)
	case measure.CellMoney:
		if c.Num == measure.NoAmount {
			return ""
		}
		if c.Text != "" && c.Text != currency {
			return Major(c.Num, crm.Currency(c.Text)) + " " + c.Text
		}
		return Major(c.Num, crm.Currency(currency))
	case measure.CellDate:
		return crm.Date(c.Num).String()
	case measure.CellReal, measure.CellShare:
		if c.Den == 0 {
			return ""
		}
		return strconv.FormatFloat(float64(c.Num)/float64(c.Den), 'g', -1, 64)
	}
	if c.Text != "" && strings.IndexByte("=+-@\t\r", c.Text[0]) >= 0 {
		return "'" + c.Text
	}
	return c.Text
}

func ends(b *[2]Bound) (out [2]string) {
	if b == nil {
		return out
	}
	for i, e := range b {
		if e != nil {
			out[i] = strconv.FormatFloat(*e, 'g', -1, 64)
		}
	}
	return out
}

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
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return nil, fmt.Errorf("not a metrics file: %w", err)
	}
	major := Schema[:strings.LastIndex(Schema, ".")]
	if !strings.HasPrefix(f.Schema, major+".") {
		return nil, fmt.Errorf("schema is %q, this program reads %s.x", f.Schema, major)
	}
	d := &Document{Tool: f.Tool, AsOf: f.AsOf, Timezone: f.Timezone, Currency: f.Currency, ConfigSHA256: f.ConfigSHA256, Missing: f.Missing}
	for _, i := range f.Inputs {
		d.Inputs = append(d.Inputs, Input{Table: i.Table, File: i.File, SHA256: i.SHA256, Bytes: i.Bytes, Encoding: i.Encoding, Read: i.Read,
			Accepted: i.Accepted, Duplicates: i.Duplicates, Rejected: i.Rejected, Skipped: i.Skipped, FutureRows: i.FutureRows, Newest: i.Newest})
	}
	for _, s := range f.Scopes {
		d.Scopes = append(d.Scopes, Scope{ID: s.ID, Level: s.Level, Name: s.Name, Parent: s.Parent})
	}
	for _, p := range f.Periods {
		d.Periods = append(d.Periods, Period(p))
	}
	for _, x := range f.Definitions {
		d.Definitions = append(d.Definitions, measure.Definition{ID: x.ID, Revision: x.Revision, Kind: x.Kind,
			Unit: measure.Unit{Text: measure.Text{EN: x.Unit}}, Better: x.Better})
	}
	for _, w := range f.Warnings {
		d.Warnings = append(d.Warnings, Warning(w))
	}
	for _, w := range f.Values {
		v, err := unwire(w)
		if err != nil {
			return nil, err
		}
		d.Values = append(d.Values, v)
	}
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
		if w.Currency != "" && v.Den == 1 {
			v.V = float64(v.Num) // amounts are kept in minor units
		}
	}
	if len(v.Flags) == 0 {
		v.Flags = nil
	}
	return v, nil
}
