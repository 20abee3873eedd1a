package snapshot

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"crmreport/metrics/measure"
)

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
	Workdays   int64  `json:"age_workdays"`
}

type wireScope struct {
	ID     string `json:"id"`
	Level  string `json:"level"`
	Name   string `json:"name"`
	Parent string `json:"parent"`
}

type wirePeriod struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Start    string `json:"start"`
	Last     string `json:"last"`
	Role     Role   `json:"role"`
	Running  bool   `json:"running"`
	Workdays int64  `json:"workdays"`
}

type wireDefinition struct {
	ID       string         `json:"id"`
	Revision int            `json:"revision"`
	Kind     measure.Kind   `json:"kind"`
	Unit     string         `json:"unit"`
	Better   measure.Better `json:"better"`
	Terms    string         `json:"terms,omitempty"` // amounts: num and den are minor units
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
	if err := d.encodeValues(b, s); err != nil {
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
					i.Rejected, i.Skipped, i.FutureRows, i.Newest, i.AgeWorkdays}
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
				return wireDefinition{x.ID, x.Revision, x.Kind, x.Unit.EN, x.Better, terms(x)}
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

// terms says what the two sides of a ratio count, where they do not count things.
func terms(x measure.Definition) string {
	if x.Amounts {
		return "amounts"
	}
	return ""
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

func line[T any](v T) (string, error) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false) // names stay readable; the page escapes for itself
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(buf.String(), "\n"), nil
}

func (d *Document) encodeValues(b *bufio.Writer, s Selection) error {
	f := format{text: line[string], flags: jsonFlags, line: (*form).json, before: "\n ", comma: ","}
	b.WriteString(`"values":[`)
	if err := d.write(b, s, f); err != nil {
		return fmt.Errorf("metrics.json: values: %w", err)
	}
	b.WriteString("]")
	return nil
}

func jsonFlags(set []string) (string, error) {
	if set == nil {
		return "[]", nil
	}
	return line(set)
}

// json appends a value as an object: kind decides which of num, den and value
// it has. doc.go has the members.
func (f *form) json(b []byte, i int32) ([]byte, error) {
	v, at := &f.rows[i], f.slots[i]
	h, x := &f.heads[v.head], &f.rare[v.rare]
	b = append(append(b, `{"metric":`...), h.metric...)
	b = append(append(b, `,"scope":`...), f.scopes[v.scope]...)
	b = append(append(b, `,"period":`...), f.periods[at.period]...)
	b = jsonText(b, `,"key":`, f.keys[at.key])
	if h.terms() {
		b = append(strconv.AppendInt(append(b, `,"num":"`...), v.num, 10), '"')
	}
	if h.hasDen(v) {
		b = append(strconv.AppendInt(append(b, `,"den":"`...), v.den, 10), '"')
	}
	b = append(b, `,"value":`...)
	if !v.ok {
		b = append(b, `null`...)
	} else if b = h.number(b, v); math.IsNaN(v.v) || math.IsInf(v.v, 0) {
		return b, fmt.Errorf("%s of %s in %s is %v", h.metric, f.scopes[v.scope], f.periods[at.period], v.v)
	}
	var err error
	if b, err = jsonSpan(b, `,"ci":[`, &x.ci, h.unit); err != nil {
		return b, err
	}
	b = jsonText(b, `,"method":`, f.words[x.method])
	if b, err = jsonSpan(b, `,"bounds":[`, &x.bounds, h.unit); err != nil {
		return b, err
	}
	b = strconv.AppendInt(append(b, `,"n":`...), v.n, 10)
	b = jsonText(b, `,"currency":`, h.currency)
	b = strconv.AppendBool(append(b, `,"final":`...), v.final)
	b = append(append(b, `,"flags":`...), f.flags[x.flags]...)
	return append(b, '}'), nil
}

// jsonText appends a member that is not there where it is empty.
func jsonText(b []byte, name, text string) []byte {
	if text == `""` {
		return b
	}
	return append(append(b, name...), text...)
}

// jsonSpan appends an interval that is not there where there is none.
func jsonSpan(b []byte, name string, s *span, unit float64) ([]byte, error) {
	if !s.there {
		return b, nil
	}
	b = append(b, name...)
	b, err := jsonEnd(b, s.lo/unit, s.hasLo)
	if err == nil {
		b, err = jsonEnd(append(b, ','), s.hi/unit, s.hasHi)
	}
	return append(b, ']'), err
}

func jsonEnd(b []byte, x float64, there bool) ([]byte, error) {
	if !there {
		return append(b, `null`...), nil
	}
	text, err := json.Marshal(x)
	return append(b, text...), err
}
