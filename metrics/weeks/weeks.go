// Package weeks keeps what each week's report said of its headlines, small
// enough to be kept when the report itself is not: one Record a week, and what
// the revisions before it said otherwise. It holds results, never running sums,
// and no clock.
package weeks

import (
	"cmp"
	"slices"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// Schema is the version of the JSON form. Readers accept the same major.
const Schema = "crmreport.history/1.1"

// ReconstructedCode is the code of the warning of a document that was built
// later than its week, from exports that tell of a later state.
const ReconstructedCode = "reconstructed"

// Record is what the report of a week said.
type Record struct {
	Week, AsOf, Run          string // 2025-W10, 2025-03-09, 2025-W10.r2
	Tool, Timezone, Currency string
	ConfigSHA256             string
	Reconstructed            bool
	Inputs                   []Input
	Scopes                   []Scope  // the first and its regions
	Periods                  []Period // the week, and the month and quarter it lies in
	Values                   []Value  // of those periods; sorted by metric, scope, period
	Before                   []Value  // of the first scope in the weeks before, as this report saw them
	Below                    []Unit   // areas and teams, in the order of the report; none before 1.1
	Revisions                []Revision
}

// Input is a file that the report was made of.
type Input struct {
	Table  string `json:"table"`
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Rows   int64  `json:"rows"`
}

// Scope is whom values are of.
type Scope struct {
	ID    string `json:"id"`
	Level string `json:"level"`
	Name  string `json:"name"`
}

// Period is a stretch of days.
type Period struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Running bool   `json:"running"`
}

// Place is what a value is of.
type Place struct {
	Metric string `json:"metric"`
	Scope  string `json:"scope"`
	Period string `json:"period"`
}

func (p Place) compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Metric, q.Metric), cmp.Compare(p.Scope, q.Scope), cmp.Compare(p.Period, q.Period))
}

// Number is a value as a report had it. Amounts are minor units of the record's
// currency.
type Number struct {
	Num, Den int64   // Den 0: no data, or a number without terms
	Real     float64 // where there are no terms
	OK       bool    // false: no data
	Final    bool
}

// V is the number itself, of an amount in minor units.
func (n Number) V() float64 {
	if n.Den == 0 {
		return n.Real
	}
	return float64(n.Num) / float64(n.Den)
}

// same says that two reports said the same, whether or not it could still move.
func (n Number) same(m Number) bool {
	n.Final, m.Final = false, false
	return n == m
}

// Value is a number and its place.
type Value struct {
	Place
	Number
}

// Revision is an earlier report of the same week: what it said that the one
// after it says otherwise.
type Revision struct {
	Run     string
	AsOf    string
	Because []string // what else is other than in the one after: inputs, configuration, tool, as_of
	Changed []Value  // as they were; sorted
}

// Of is the record of a document that was published as run, a folder's name.
// headline says which metrics are kept.
func Of(d *snapshot.Document, run string, headline map[string]bool) Record {
	r := Record{AsOf: d.AsOf, Run: run, Tool: d.Tool, Timezone: d.Timezone, Currency: d.Currency, ConfigSHA256: d.ConfigSHA256,
		Reconstructed: slices.ContainsFunc(d.Warnings, func(w snapshot.Warning) bool { return w.Code == ReconstructedCode })}
	for _, i := range d.Inputs {
		r.Inputs = append(r.Inputs, Input{i.Table, i.File, i.SHA256, i.Read})
	}
	tops := map[string]bool{}
	for i, s := range d.Scopes {
		switch {
		case i == 0 || s.Level == "region":
			tops[s.ID] = true
			r.Scopes = append(r.Scopes, Scope{s.ID, s.Level, s.Name})
		case s.Level == "area" || s.Level == "team":
			r.Below = append(r.Below, Unit{Scope: Scope{s.ID, s.Level, s.Name}})
		}
	}
	now, before := map[string]bool{}, map[string]bool{}
	for _, p := range d.Periods {
		switch {
		case p.Role == snapshot.RoleCurrent && p.Kind != "year":
			now[p.Name] = true
			r.Periods = append(r.Periods, Period{p.Name, p.Kind, p.Running})
			if p.Kind == "week" {
				r.Week = p.Name
			}
		case p.Role == snapshot.RoleBefore && p.Kind == "week":
			before[p.Name] = true
		}
	}
	for v := range d.Values.All() {
		if !headline[v.Metric] || v.Key != "" || !tops[v.Scope] {
			continue
		}
		kept := Value{Place{v.Metric, v.Scope, v.Period}, numberOf(v)}
		switch {
		case now[v.Period]:
			r.Values = append(r.Values, kept)
		case before[v.Period] && v.Scope == d.Scopes[0].ID:
			r.Before = append(r.Before, kept)
		}
	}
	sorted(r.Values)
	sorted(r.Before)
	r.fillBelow(d)
	return r
}

func numberOf(v snapshot.Value) Number {
	n := Number{Num: v.Num, Den: v.Den, OK: v.OK, Final: v.Final}
	switch {
	case !v.OK: // with signings and no visits known there is a denominator and no number
		n.Den = 0
	case v.Den == 0:
		n.Num, n.Real = 0, v.V
	}
	return n
}

func sorted(vs []Value) {
	slices.SortFunc(vs, func(a, b Value) int { return a.compare(b.Place) })
}

// find is the value of a place in sorted values.
func find(vs []Value, p Place) (Number, bool) {
	i, ok := slices.BinarySearchFunc(vs, p, func(v Value, p Place) int { return v.compare(p) })
	if !ok {
		return Number{}, false
	}
	return vs[i].Number, true
}

// After is r as the record that follows an earlier one of the same week: it
// remembers what that one said otherwise.
func (r Record) After(was Record) Record {
	rev := Revision{Run: was.Run, AsOf: was.AsOf, Because: r.differs(was)}
	for _, v := range was.Values {
		if now, ok := find(r.Values, v.Place); !ok || !now.same(v.Number) {
			rev.Changed = append(rev.Changed, v)
		}
	}
	r.Revisions = append(slices.Clone(was.Revisions), rev)
	return r
}

// differs says what two reports were made of that is not the same.
func (r Record) differs(was Record) (out []string) {
	if !slices.Equal(r.Inputs, was.Inputs) {
		out = append(out, "inputs")
	}
	for _, x := range []struct {
		name     string
		now, was string
	}{{"configuration", r.ConfigSHA256, was.ConfigSHA256}, {"tool", r.Tool, was.Tool}, {"as_of", r.AsOf, was.AsOf}} {
		if x.now != x.was {
			out = append(out, x.name)
		}
	}
	return out
}

// First is the scope that the report is of: the company, most often.
func (r Record) First() Scope {
	if len(r.Scopes) == 0 {
		return Scope{}
	}
	return r.Scopes[0]
}

// Period is the name of the record's period of a kind; empty where it has none.
func (r Record) Period(kind string) string {
	for _, p := range r.Periods {
		if p.Kind == kind {
			return p.Name
		}
	}
	return ""
}

// Find is what the report said of a place.
func (r Record) Find(p Place) (Number, bool) {
	if n, ok := find(r.Values, p); ok {
		return n, true
	}
	if i := slices.IndexFunc(r.Below, func(u Unit) bool { return u.ID == p.Scope }); i >= 0 {
		return find(r.Below[i].Values, p)
	}
	return Number{}, false
}

// Shown are the headlines that a list of weeks shows, in its order.
var Shown = []string{"conversion.valid_visits", "conversion.signings", "conversion.valid_per_signing", "funnel.win_rate_count",
	"forecast.actual", "forecast.accuracy", "renewal.logo_rate", "receivables.overdue", "receivables.overdue_share", "commission.accrued"}

// Headlines are the metrics of definitions that a record keeps.
func Headlines(defs []measure.Definition) map[string]bool {
	out := map[string]bool{}
	for _, d := range defs {
		if d.Headline {
			out[d.ID] = true
		}
	}
	return out
}
