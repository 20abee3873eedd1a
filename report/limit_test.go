package report

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/limittest"
)

// large is a company of 5,000 reps in 500 teams, 60 areas and 7 regions with 52
// weeks, every number by chance: what cannot be packed small by luck.
func large() *snapshot.Document {
	d := sample()
	r := rand.New(rand.NewPCG(1, 2))
	d.Scopes = d.Scopes[:1]
	add := func(level, parent, format string, n int) string {
		id := fmt.Sprintf(format, n)
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: id, Level: level, Name: fmt.Sprintf("%c%c%c", '一'+r.IntN(20000), '一'+r.IntN(20000), '一'+r.IntN(20000)), Parent: parent})
		return id
	}
	weeks := make([]snapshot.Period, 52)
	for i := range weeks {
		weeks[i].Name = fmt.Sprintf("2025-W%02d", i+1)
	}
	d.Series = &snapshot.Series{Weeks: weeks, Rows: map[string][]snapshot.SeriesRow{}}
	regions, areas, teams := make([]string, 7), make([]string, 60), make([]string, 500)
	for i := range regions {
		regions[i] = add("region", "company", "region%d", i)
	}
	for i := range areas {
		areas[i] = add("area", regions[i%len(regions)], "area%d", i)
	}
	for i := range teams {
		teams[i] = add("team", areas[i%len(areas)], "team%d", i)
	}
	for i := range 5000 {
		add("rep", teams[i%len(teams)], "R%05d", i)
	}
	kinds := map[string]measure.Kind{}
	for _, def := range d.Definitions {
		kinds[def.ID] = def.Kind
	}
	var values []snapshot.Value
	overdue := d.Lists[0]
	overdue.Rows = nil
	for _, s := range d.Scopes {
		size := map[string]float64{"rep": 1, "team": 10, "area": 80, "region": 700, "company": 5000}[s.Level]
		for _, p := range d.Periods {
			if p.Role != snapshot.RoleCurrent {
				continue
			}
			for _, m := range matrixMetrics() {
				v := snapshot.Value{Metric: m, Scope: s.ID, Period: p.Name, Num: int64(size * (1 + 40*r.Float64())), Den: 1, OK: true, N: 9, Final: !p.Running}
				switch kinds[m] {
				case measure.Amount:
					v.Num, v.Currency = int64(size*1e7*r.Float64()), "CNY"
				case measure.Ratio:
					v.Den = v.Num + int64(size*20*r.Float64())
					lo, hi := 0.7*float64(v.Num)/float64(v.Den), 1.4*float64(v.Num)/float64(v.Den)
					v.CI = &[2]snapshot.Bound{&lo, &hi}
				}
				v.V = float64(v.Num) / float64(v.Den)
				values = append(values, v)
			}
		}
		rows := []snapshot.SeriesRow{{Metric: "conversion.visits", Scale: 1}, {Metric: "conversion.valid_visits", Scale: 1}, {Metric: "conversion.signings", Scale: 1e9}, {Metric: "conversion.signed_amount", Scale: 1}}
		for range weeks {
			n := int64(size * (20 + 30*r.Float64()))
			for k, x := range []int64{n, int64(float64(n) * (0.2 + 0.2*r.Float64())), int64(size*2*r.Float64()*r.Float64()) * 1e9, int64(size*r.Float64()*r.Float64()*3) * int64(1e6+2e7*r.Float64())} {
				rows[k].Weeks = append(rows[k].Weeks, x)
			}
		}
		d.Series.Rows[s.ID] = rows
		for range 5 {
			if s.Level == levelRep {
				up := pathIn(d.Scopes, s.Parent)
				overdue.Rows = append(overdue.Rows, snapshot.Row{Scopes: append([]string{s.ID}, up...), Cells: []measure.Cell{{Text: fmt.Sprintf("%c%c%c%c有限公司", '一'+r.IntN(20000), '一'+r.IntN(20000), '一'+r.IntN(20000), '一'+r.IntN(20000))},
					{Text: s.ID}, {Num: int64(1e8 * r.Float64())}, {Num: 20000 + int64(r.IntN(300))}, {Num: 1, Den: 3}, {Text: "quality"}}})
			}
		}
	}
	d.Values = snapshot.ValuesOf(values)
	d.Definitions = append(d.Definitions, measure.Definition{ID: "conversion.signed_amount", Kind: measure.Amount, Unit: measure.UnitMoney, Title: measure.Text{ZH: "签约额", EN: "Signed"}})
	d.Lists = nil
	for i := range 6 {
		l := overdue
		l.ID = fmt.Sprint("receivables.list", i)
		d.Lists = append(d.Lists, l)
	}
	return d
}

// pathIn is a unit and those above it.
func pathIn(scopes []snapshot.Scope, id string) []string {
	var out []string
	for i := len(scopes) - 1; i >= 0; i-- {
		if scopes[i].ID == id {
			out, id = append(out, id), scopes[i].Parent
		}
	}
	return out
}

// The file of 5,000 reps with 52 weeks stays small, and every rep has a page.
func TestLimitOfManyReps(t *testing.T) {
	page := file0(t, large(), Options{})
	h, cols := readColumns(t, page)
	reps := 0
	at := 0
	for _, step := range h.Drawn {
		if at += step; strings.HasPrefix(h.Anchors[at], "r-R") {
			reps++
		}
	}
	limittest.Say(t, "report.html of 5,000 reps, 52 weeks", "3,000,000 bytes", "%d", len(page))
	if len(page) > 3_000_000 || reps != 5000 || len(h.Weeks) != 52 || len(h.Series) != 4 || len(cols[h.Series[0].Columns[0]]) != 52*len(h.Anchors) {
		t.Errorf("%d bytes, %d reps, %d weeks of %d metrics", len(page), reps, len(h.Weeks), len(h.Series))
	}
}
