package report

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/pack"
)

// ofSheets are the values that a sheet's table is made of: by column, the metric and
// whether it is that of the stretch compared with. A row is a key or a metric.
var ofSheets = map[string][]struct {
	metric string
	then   bool
}{
	"Stage/Step rate of entrants":  {{"funnel.cohort_step_conversion", false}, {"funnel.cohort_step_conversion", true}, {"funnel.reached", false}},
	"Stage/Days in stage (median)": {{"funnel.median_days", false}, {"funnel.open", false}, {"funnel.open_amount", false}, {"funnel.stalled", false}, {"funnel.stalled_amount", false}},
	"Days past due/Ageing":         {{"receivables.bucket", false}},
}

// staged is a document of many teams with what sheets draw besides: rates of
// steps with an interval, with bounds, of few and of none.
func staged() *snapshot.Document {
	d := many(maxPacked)
	for id, unit := range map[string]measure.Unit{"funnel.cohort_step_conversion": measure.UnitPercent, "funnel.median_days": measure.UnitDays, "receivables.dso_countback": measure.UnitDays} {
		kind := measure.Score
		if unit == measure.UnitPercent {
			kind = measure.Ratio
		}
		d.Definitions = append(d.Definitions, measure.Definition{ID: id, Kind: kind, Unit: unit, Better: measure.Up, Title: measure.Text{ZH: id, EN: id}})
	}
	values := slices.Collect(d.Values.All())
	for i, s := range d.Scopes {
		for j, p := range d.Periods {
			n := int64((7*i + 3*j) % 40)
			for k, stage := range []string{"contact", "proposal", "closing"} {
				v := snapshot.Value{Metric: "funnel.cohort_step_conversion", Scope: s.ID, Period: p.Name, Key: "stage=" + stage, Num: n * int64(k+1) / 3, Den: n, N: n, OK: n > 0, Final: k > 0}
				if n > 0 {
					v.V = float64(v.Num) / float64(n)
					lo, hi := v.V*0.7, min(1, v.V*1.2)
					v.Bounds = &[2]snapshot.Bound{&v.V, &hi}
					if k > 0 {
						v.CI = &[2]snapshot.Bound{&lo, &hi}
					}
					if k == 1 && n > 20 {
						v.Flags = []string{[]string{"lowest", "weakest"}[n%2]}
					}
				}
				values = append(values, v, snapshot.Value{Metric: "funnel.median_days", Scope: s.ID, Period: p.Name, Key: v.Key, V: float64(n) / 3, OK: n > 4, Final: true})
			}
			values = append(values, snapshot.Value{Metric: "receivables.dso_countback", Scope: s.ID, Period: p.Name, V: float64(n) * 1.7, OK: true, Final: true})
		}
	}
	slices.SortStableFunc(values, func(a, b snapshot.Value) int { return cmp.Compare(a.Metric, b.Metric) })
	d.Values = snapshot.ValuesOf(values)
	return d
}

// Each number of a unit's sections is what Go prints of the document's value, with
// its interval and what it rests on.
func TestSheetsAreTheDocuments(t *testing.T) {
	d := staged()
	h, cols := readColumns(t, file0(t, d, Options{}))
	x := newIndex(d)
	ids := map[string]string{}
	for id, a := range x.anchors {
		ids[a] = id
	}
	if len(h.Sheets) != 3 || len(h.Units) != 3+maxPacked {
		t.Fatalf("%d sections of %d units", len(h.Sheets), len(h.Units))
	}
	seen, rates, few := 0, 0, 0
	place := 0
	for row, step := range h.Units {
		place += step
		scope := ids[h.Anchors[place]]
		for _, s := range h.Sheets {
			for k, kind := range h.Kinds {
				for _, table := range s.Tables {
					of := ofSheets[table.Heads[0][1]+"/"+table.Heads[1][1]]
					for _, r := range table.Rows {
						for c, cell := range r.Cells {
							metric, key, period := r.Metric, "", kind.Name
							if of != nil {
								metric = of[c].metric
								for _, word := range x.keys[metric] {
									if pair(x.keyText(word)) == r.Title {
										key = word
									}
								}
								if of[c].then {
									period = x.compare[kind.Kind].Name
								}
							} else if strings.HasPrefix(table.Caption[1], "Accuracy over") {
								key = "last=6"
							}
							v := x.get(metric, scope, period, key)
							m, at, rate := sheetNumber(h, cell)
							if m == nil {
								if v != nil && v.OK {
									t.Errorf("%s %s of %s in %s is nowhere", metric, key, scope, period)
								}
								continue
							}
							i := row
							if at {
								i = place
							}
							n := pack.None
							if m.Columns[k] >= 0 {
								n = cols[m.Columns[k]][i]
							}
							if got, want := m.text(n), x.whole(v).EN; got != want {
								t.Errorf("%s %s of %s in %s is %s, Go prints %s", metric, key, scope, period, got, want)
							}
							if seen++; rate == nil || n == pack.None {
								continue
							}
							if got := cols[rate.N[k]][i]; got != v.N {
								t.Errorf("%s of %s in %s rests on %d, want %d", metric, scope, period, got, v.N)
							}
							if v.N < fewCases {
								few++
							}
							if iv := cmp.Or(v.CI, v.Bounds); iv != nil {
								lo, hi := m.text(n-2*cols[rate.Low[k]][i]), m.text(n+2*cols[rate.High[k]][i])
								if got, want := lo+"–"+hi, x.interval(v, iv).EN; got != want {
									t.Errorf("the interval of %s %s of %s in %s is %s, Go prints %s", metric, key, scope, period, got, want)
								}
								rates++
							}
						}
					}
				}
				if s.ID == "funnel" {
					key, _, sure := x.at(x.scopes[scope], kind.Kind).leak()
					want := pack.None
					if key != "" {
						if want = 2 * int64(slices.Index(x.keys["funnel.reached"], key)); sure {
							want++
						}
					}
					if got := cols[s.Marks[k]][row]; got != want {
						t.Errorf("the step of %s that stands out in %s is %d, want %d", scope, kind.Name, got, want)
					}
				}
			}
		}
	}
	if seen < 10000 || rates < 1000 || few < 50 {
		t.Errorf("%d numbers, %d intervals, %d of few", seen, rates, few)
	}
}

// sheetNumber is what a cell of a sheet shows, and whether it is of all scopes.
func sheetNumber(h *columns, cell int) (m *columnMetric, all bool, rate *rateColumns) {
	switch {
	case cell < -1:
		return &h.Metrics[-2-cell], true, nil
	case cell < 0:
		return nil, false, nil
	}
	return &h.Numbers[cell].columnMetric, false, h.Numbers[cell].Rate
}

// The script of sections is in the file only where a page has them.
func TestSheetsScript(t *testing.T) {
	for teams, want := range map[int]bool{10: false, maxPacked: true} {
		if got := strings.Contains(file0(t, many(teams), Options{}), "makers.sheets ="); got != want {
			t.Errorf("with %d more teams the script is there: %v", teams, got)
		}
	}
}
