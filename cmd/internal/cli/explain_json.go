package cli

import (
	"encoding/json"
	"io"

	"crmreport/metrics"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// The JSON of explain.
type (
	jsonRow struct {
		File  string `json:"file"`
		Line  int32  `json:"line"`
		Table string `json:"table"`
		ID    string `json:"id"`
	}
	// jsonValue is a number as metrics.json has it; num and den of money are
	// minor units of the currency.
	jsonValue struct {
		Num      int64              `json:"num"`
		Den      int64              `json:"den"`
		Value    *float64           `json:"value"`
		CI       *[2]snapshot.Bound `json:"ci,omitempty"`
		Method   string             `json:"method,omitempty"`
		Bounds   *[2]snapshot.Bound `json:"bounds,omitempty"`
		N        int64              `json:"n"`
		Currency string             `json:"currency,omitempty"`
		Final    bool               `json:"final"`
		Flags    []string           `json:"flags"`
	}
	jsonEvidence struct {
		Metric string    `json:"metric"`
		Period string    `json:"period"`
		Key    string    `json:"key,omitempty"`
		Side   string    `json:"side,omitempty"`
		Value  jsonValue `json:"value"`
		Rows   []jsonRow `json:"rows"`
	}
	jsonAnswer struct {
		Metric   string         `json:"metric"`
		Title    measure.Text   `json:"title"`
		Meaning  measure.Text   `json:"meaning"`
		Formula  measure.Text   `json:"formula"`
		Worked   string         `json:"worked,omitempty"` // the formula with the numbers in it
		Rulings  string         `json:"rulings"`
		Scope    string         `json:"scope"`
		Period   string         `json:"period"`
		Key      string         `json:"key,omitempty"`
		Currency string         `json:"currency,omitempty"`
		Value    jsonValue      `json:"value"`
		Verdicts []measure.Text `json:"verdicts,omitempty"` // what the flags mean
		Rejected *jsonValue     `json:"if_rejected,omitempty"`
		Alone    string         `json:"computed_from_these_rows_alone"`
		Evidence []jsonEvidence `json:"evidence"`
	}
)

func valueJSON(v *snapshot.Value) jsonValue {
	out := jsonValue{Num: v.Num, Den: v.Den, CI: v.CI, Method: v.Method, Bounds: v.Bounds, N: v.N, Currency: v.Currency, Final: v.Final, Flags: []string{}}
	if v.OK {
		out.Value = &v.V
	}
	out.Flags = append(out.Flags, v.Flags...)
	return out
}

// json writes the explanation for machines: rows as file, line, table and id.
func (a *answer) json(w io.Writer) error {
	d := a.Definition
	out := jsonAnswer{Metric: d.ID, Title: d.Title, Meaning: d.Meaning, Formula: d.Formula, Worked: a.worked(), Rulings: d.Rulings,
		Scope: a.Scope.ID, Period: a.Period.Name, Key: a.Value.Key, Currency: a.Value.Currency, Value: valueJSON(&a.Value),
		Alone: string(a.Alone), Evidence: []jsonEvidence{}}
	for _, f := range a.Value.Flags {
		out.Verdicts = append(out.Verdicts, metrics.Says(f))
	}
	if a.IfRejected != nil {
		v := valueJSON(a.IfRejected)
		out.Rejected = &v
	}
	for i, e := range a.Evidence {
		ev := jsonEvidence{e.Value.Metric, e.Value.Period, e.Value.Key, e.Side, valueJSON(&e.Value), []jsonRow{}}
		for _, r := range a.rows[i] {
			ev.Rows = append(ev.Rows, jsonRow{r.File, r.Line, r.Table, r.ID})
		}
		out.Evidence = append(out.Evidence, ev)
	}
	j := json.NewEncoder(w)
	j.SetEscapeHTML(false)
	j.SetIndent("", " ")
	return j.Encode(out)
}
