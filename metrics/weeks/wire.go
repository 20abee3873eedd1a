package weeks

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// The JSON form: keys in a fixed order, one value a line, so that two of them
// can be compared as text.

type wireHead struct {
	Schema        string `json:"schema"`
	Week          string `json:"week"`
	AsOf          string `json:"as_of"`
	Run           string `json:"run"`
	Reconstructed bool   `json:"reconstructed"`
	Tool          string `json:"tool"`
	Timezone      string `json:"timezone"`
	Currency      string `json:"currency"`
	ConfigSHA256  string `json:"config_sha256"`
}

// wireValue is a metric of a scope in some periods, by their names. A number is
// its numerator and denominator, "92/137", or the numerator alone where the
// denominator is 1; "0/0" or such is no data. A number without terms follows =,
// and open follows one that was not final.
type wireValue struct {
	Metric  string            `json:"metric"`
	Scope   string            `json:"scope"`
	Periods map[string]string `json:"periods"`
}

type wireRevision struct {
	Run     string      `json:"run"`
	AsOf    string      `json:"as_of"`
	Because []string    `json:"because"`
	Changed []wireValue `json:"changed"`
}

const openMark = " open"

func (n Number) text() string {
	s := strconv.FormatInt(n.Num, 10)
	switch {
	case n.Den == 0 && n.OK:
		s = "=" + strconv.FormatFloat(n.Real, 'g', -1, 64)
	case n.Den != 1:
		s += "/" + strconv.FormatInt(n.Den, 10)
	}
	if !n.Final {
		s += openMark
	}
	return s
}

func number(s string) (n Number, err error) {
	s, open := strings.CutSuffix(s, openMark)
	n.Final = !open
	if real, ok := strings.CutPrefix(s, "="); ok {
		n.Real, err = strconv.ParseFloat(real, 64)
		n.OK = err == nil
		return n, err
	}
	num, den, ratio := strings.Cut(s, "/")
	if !ratio {
		den = "1"
	}
	if n.Num, err = strconv.ParseInt(num, 10, 64); err == nil {
		n.Den, err = strconv.ParseInt(den, 10, 64)
	}
	n.OK = n.Den != 0
	return n, err
}

func (r Record) head() wireHead {
	return wireHead{Schema, r.Week, r.AsOf, r.Run, r.Reconstructed, r.Tool, r.Timezone, r.Currency, r.ConfigSHA256}
}

// Encode writes the record: the same record gives the same bytes.
func (r Record) Encode(w io.Writer) error {
	b := bufio.NewWriter(w)
	head, err := line(r.head())
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "%s,\n", strings.TrimSuffix(head, "}"))
	revisions := make([]wireRevision, len(r.Revisions))
	for i, x := range r.Revisions {
		revisions[i] = wireRevision{x.Run, x.AsOf, append([]string{}, x.Because...), wires(x.Changed)}
	}
	units := r.wireBelow()
	for _, write := range []func() error{
		func() error { return lines(b, "inputs", r.Inputs, ",") },
		func() error { return lines(b, "scopes", r.Scopes, ",") },
		func() error { return lines(b, "periods", r.Periods, ",") },
		func() error { return lines(b, "values", wires(r.Values), ",") },
		func() error { return lines(b, "before", wires(r.Before), ",") },
		func() error { return lines(b, "below_metrics", units.metrics, ",") },
		func() error { return lines(b, "below", units.rows, ",") },
		func() error { return lines(b, "revisions", revisions, "}") },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return b.Flush()
}

// wires puts the periods of a metric and scope together; vs are sorted.
func wires(vs []Value) []wireValue {
	out := []wireValue{}
	for _, v := range vs {
		if n := len(out); n == 0 || out[n-1].Metric != v.Metric || out[n-1].Scope != v.Scope {
			out = append(out, wireValue{v.Metric, v.Scope, map[string]string{}})
		}
		out[len(out)-1].Periods[v.Period] = v.text()
	}
	return out
}

func values(ws []wireValue) ([]Value, error) {
	var out []Value
	for _, w := range ws {
		for period, text := range w.Periods {
			n, err := number(text)
			if err != nil {
				return nil, fmt.Errorf("value %s of %s in %s: %q is no number of a history file", w.Metric, w.Scope, period, text)
			}
			out = append(out, Value{Place{w.Metric, w.Scope, period}, n})
		}
	}
	sorted(out)
	return out, nil
}

func lines[T any](b *bufio.Writer, name string, list []T, end string) error {
	fmt.Fprintf(b, "%q:[", name)
	for i, x := range list {
		text, err := line(x)
		if err != nil {
			return err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n " + text)
	}
	b.WriteString("]" + end + "\n")
	return nil
}

func line(x any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(x)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// Decode reads what Encode wrote. It refuses another schema or major version.
func Decode(from io.Reader) (Record, error) {
	var f struct {
		wireHead
		Inputs    []Input        `json:"inputs"`
		Scopes    []Scope        `json:"scopes"`
		Periods   []Period       `json:"periods"`
		Values    []wireValue    `json:"values"`
		Before    []wireValue    `json:"before"`
		Metrics   []string       `json:"below_metrics"`
		Below     []wireUnit     `json:"below"`
		Revisions []wireRevision `json:"revisions"`
	}
	if err := json.NewDecoder(from).Decode(&f); err != nil {
		return Record{}, fmt.Errorf("not a history file: %w", err)
	}
	major := Schema[:strings.LastIndex(Schema, ".")]
	if !strings.HasPrefix(f.Schema, major+".") {
		return Record{}, fmt.Errorf("schema is %q, this program reads %s.x", f.Schema, major)
	}
	r := Record{Week: f.Week, AsOf: f.AsOf, Run: f.Run, Reconstructed: f.Reconstructed, Tool: f.Tool, Timezone: f.Timezone,
		Currency: f.Currency, ConfigSHA256: f.ConfigSHA256, Inputs: f.Inputs, Scopes: f.Scopes, Periods: f.Periods}
	var err error
	if r.Values, err = values(f.Values); err != nil {
		return Record{}, err
	}
	if r.Before, err = values(f.Before); err != nil {
		return Record{}, err
	}
	if r.Below, err = below(r.Week, f.Metrics, f.Below); err != nil {
		return Record{}, err
	}
	for _, w := range f.Revisions {
		changed, err := values(w.Changed)
		if err != nil {
			return Record{}, err
		}
		r.Revisions = append(r.Revisions, Revision{w.Run, w.AsOf, w.Because, changed})
	}
	return r, nil
}
