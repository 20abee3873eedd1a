package weeks

import (
	"fmt"
	"slices"
	"strings"

	"crmreport/metrics/snapshot"
)

// Unit is an area or a team and what the report said of it: the headlines of
// Shown in the week itself. There are hundreds of units and the file is to stay
// small, so neither the month and the quarter are kept of them nor what earlier
// revisions said; what had no data is not there.
type Unit struct {
	Scope
	Values []Value // sorted by metric
}

// fillBelow gives the units of r their values in the document.
func (r *Record) fillBelow(d *snapshot.Document) {
	at := map[string]*Unit{}
	for i := range r.Below {
		at[r.Below[i].ID] = &r.Below[i]
	}
	for v := range d.Values.All() {
		if u := at[v.Scope]; u != nil && v.Period == r.Week && v.Key == "" && v.OK && slices.Contains(Shown, v.Metric) {
			u.Values = append(u.Values, Value{Place{v.Metric, v.Scope, v.Period}, numberOf(v)})
		}
	}
	for i := range r.Below {
		sorted(r.Below[i].Values)
	}
}

// wireUnits are units as a table: the metrics once, and of each unit its numbers
// in their order, - where there is none and ~ behind one that was not final.
type wireUnits struct {
	metrics []string
	rows    []wireUnit
}

type wireUnit struct {
	Scope
	Values string `json:"values"`
}

const openShort, none = "~", "-"

func (r Record) wireBelow() (out wireUnits) {
	for _, u := range r.Below {
		for _, v := range u.Values {
			out.metrics = append(out.metrics, v.Metric)
		}
	}
	slices.Sort(out.metrics)
	out.metrics = slices.Compact(out.metrics)
	for _, u := range r.Below {
		cells := make([]string, len(out.metrics))
		for i, m := range out.metrics {
			cells[i] = none
			if n, ok := find(u.Values, Place{m, u.ID, r.Week}); ok {
				text, open := strings.CutSuffix(n.text(), openMark)
				if cells[i] = text; open {
					cells[i] += openShort
				}
			}
		}
		out.rows = append(out.rows, wireUnit{u.Scope, strings.Join(cells, " ")})
	}
	return out
}

// below reads what wireBelow wrote.
func below(week string, metrics []string, rows []wireUnit) ([]Unit, error) {
	var out []Unit
	for _, w := range rows {
		u, cells := Unit{Scope: w.Scope}, strings.Fields(w.Values)
		if len(cells) != len(metrics) {
			return nil, fmt.Errorf("%s has %d values of %d metrics", w.ID, len(cells), len(metrics))
		}
		for i, cell := range cells {
			if cell == none {
				continue
			}
			text, open := strings.CutSuffix(cell, openShort)
			n, err := number(text)
			if err != nil {
				return nil, fmt.Errorf("value %s of %s: %q is no number of a history file", metrics[i], w.ID, cell)
			}
			n.Final = !open
			u.Values = append(u.Values, Value{Place{metrics[i], w.ID, week}, n})
		}
		out = append(out, u)
	}
	return out, nil
}
