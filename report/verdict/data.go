package verdict

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"crmreport/metrics/compare"
	"crmreport/metrics/snapshot"
)

// Schema is the version of the JSON form.
const Schema = "crmreport.compare/1"

type document struct {
	Schema  string   `json:"schema"`
	Mode    string   `json:"mode"`
	Base    *side    `json:"base"`
	Head    *side    `json:"head"`
	Summary summary  `json:"summary"`
	Notes   []string `json:"notes"`
	Rows    []row    `json:"rows"`
}

type side struct {
	Label        string `json:"label"`
	AsOf         string `json:"as_of"`
	Tool         string `json:"tool"`
	ConfigSHA256 string `json:"config_sha256"`
}

type summary struct {
	Fail   int            `json:"fail"`
	Warn   int            `json:"warn"`
	Waived int            `json:"waived"`
	Info   int            `json:"info"`
	States map[string]int `json:"states"`
}

type row struct {
	Metric   string   `json:"metric"`
	Scope    string   `json:"scope"`
	Key      string   `json:"key,omitempty"`
	Base     *term    `json:"base"`
	Head     *term    `json:"head"`
	DeltaAbs *float64 `json:"delta_abs"`
	DeltaRel *float64 `json:"delta_rel"`
	P        *float64 `json:"p"`
	N        int64    `json:"n"`
	State    string   `json:"state"`
	Rule     string   `json:"rule"`
	Level    string   `json:"level"`
	Waived   string   `json:"waived,omitempty"`
	Message  string   `json:"message"`
}

// term is a value with its terms.
type term struct {
	Period   string   `json:"period"`
	Num      string   `json:"num,omitempty"`
	Den      string   `json:"den,omitempty"`
	Value    *float64 `json:"value"`
	Currency string   `json:"currency,omitempty"`
}

// JSON writes one object. Its rows are all but those that no rule asked about
// and that did not change; with All those too.
func JSON(w io.Writer, d *compare.Diff, o Options) error {
	v := d.Verdict()
	out := document{Schema: Schema, Mode: string(d.Mode), Base: sideOf(d.Base), Head: sideOf(d.Head), Notes: append([]string{}, d.Notes...),
		Summary: summary{v.Fail, v.Warn, v.Waived, v.Info, map[string]int{}}, Rows: []row{}}
	if out.Mode == "" {
		out.Mode = "check"
	}
	for i := range d.Rows {
		out.Summary.States[string(d.Rows[i].State)]++
	}
	for _, r := range told(d, o) {
		out.Rows = append(out.Rows, row{r.Metric, r.Scope, r.Key, numberOf(r, r.Base), numberOf(r, r.Head), r.DeltaAbs, r.DeltaRel, r.P, r.N,
			string(r.State), r.Rule, string(r.Level), r.Waived, r.Message})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func sideOf(s *compare.Side) *side {
	if s == nil {
		return nil
	}
	return &side{s.Label, s.AsOf, s.Tool, s.ConfigSHA256}
}

func numberOf(r *compare.Row, v *snapshot.Value) *term {
	if v == nil {
		return nil
	}
	n := &term{Period: v.Period, Currency: v.Currency}
	if v.Den != 0 || v.Num != 0 {
		n.Num, n.Den = strconv.FormatInt(v.Num, 10), strconv.FormatInt(v.Den, 10)
	}
	if v.OK {
		x, _ := compare.Exactly(v, r.Kind).Float64()
		n.Value = &x
	}
	return n
}

// CSV writes the rows of JSON. It begins with a
// byte order mark: spreadsheets take a file without one for another encoding.
func CSV(w io.Writer, d *compare.Diff, o Options) error {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.Write([]string{"level", "state", "metric", "key", "scope", "base_period", "base_num", "base_den", "base", "head_period", "head_num", "head_den", "head",
		"delta_abs", "delta_rel", "p", "n", "rule", "waived", "message"})
	for _, r := range told(d, o) {
		line := []string{string(r.Level), string(r.State), r.Metric, r.Key, r.Scope}
		for _, v := range []*snapshot.Value{r.Base, r.Head} {
			line = append(line, cells(numberOf(r, v))...)
		}
		line = append(line, float(r.DeltaAbs), float(r.DeltaRel), float(r.P), strconv.FormatInt(r.N, 10), r.Rule, r.Waived, r.Message)
		for i, text := range line {
			if _, err := strconv.ParseFloat(text, 64); err != nil { // numbers may be below 0
				line[i] = snapshot.Guard(strings.ToValidUTF8(text, "\uFFFD"))
			}
		}
		c.Write(line)
	}
	c.Flush()
	return c.Error()
}

func cells(n *term) []string {
	if n == nil {
		return make([]string, 4)
	}
	return []string{n.Period, n.Num, n.Den, float(n.Value)}
}

func float(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}
