package forecast

import (
	"math"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// calibrationBook is examples/forecast/calibration_credibility: four months of
// history, and forecasts with managers' indices for the running one.
func calibrationBook(t *testing.T) *maker {
	m := newMaker(t, "2024-07-14")
	for _, s := range []string{"S1", "S2", "S3", "S4", "S5", "S6"} {
		m.person(s, crm.Seller, "T", "", "", "", "")
	}
	for _, r := range casetest.CSV(t, "calibration_credibility", "history.csv") {
		m.forecast(r["period"], r["rep_id"], r["period"]+"-01T09:00", r["forecast"], "")
		m.contract(r["rep_id"]+r["period"], r["rep_id"], r["period"]+"-15", r["actual"], crm.New)
	}
	for _, r := range casetest.CSV(t, "calibration_credibility", "next_forecast.csv") {
		m.forecast(r["period"], r["rep_id"], r["period"]+"-01T09:00", r["forecast"], "")
		m.index(r["period"], r["rep_id"], r["period"]+"-01T09:00", r["manager_index"])
	}
	return m
}

// every expected number, through the book.
func TestCalibrationCredibility(t *testing.T) {
	var want struct {
		Reps map[string]struct {
			Credibility float64
			Index       float64 `json:"calibrated_index"`
		}
		New   map[string]float64 `json:"new_rep_without_history"`
		Next  map[string]float64 `json:"calibrated_forecast_next"`
		Total float64            `json:"calibrated_total"`
		Raw   float64            `json:"raw_total"`
	}
	casetest.JSON(t, &want, "calibration_credibility", "expected.json")
	m := calibrationBook(t)
	g := m.compute(DefaultOptions())
	if len(want.Reps) != 5 || len(want.New) != 1 || len(want.Next) != 6 {
		t.Fatal("no cases")
	}
	cents := func(x float64) int64 { return int64(math.Round(100 * x)) }
	for rep, w := range want.Reps {
		g.real("suggested_index "+rep+" 2024-07", &w.Index)
		if v := g.at("suggested_index " + rep + " 2024-07"); v.N != 4 {
			t.Errorf("%s rests on %d periods", rep, v.N)
		}
	}
	for rep, w := range want.New {
		g.real("suggested_index "+rep+" 2024-07", &w)
		g.flags("suggested_index "+rep+" 2024-07", "few_periods")
	}
	for rep, w := range want.Next {
		g.parts("calibrated "+rep+" 2024-07", cents(w), 1)
	}
	for _, unit := range []string{"T", "company"} {
		g.parts("calibrated "+unit+" 2024-07", cents(want.Total), 1)
		g.parts("submitted "+unit+" 2024-07", cents(want.Raw), 1)
		g.absent("suggested_index " + unit + " 2024-07")
	}
	// Off by more than 10 % of the manager's index, by what it makes of the
	// forecast: S4 (1 − .867)·18 = 2.4 and S6 (1 − .898)·40 = 4.1; S1 .016 of
	// .5, S2 .022 of 1.25, S3 .007 of 1 and S5 .016 of .9 are within.
	l := g.list("forecast.calibration")
	if len(l.Rows) != 2 {
		t.Fatalf("%d rows", len(l.Rows))
	}
	for i, rep := range []string{"S6", "S4"} {
		if n := crm.NodeNo(l.Rows[i].Cells[0].Num); m.b.Org.Nodes[n].ID != rep {
			t.Errorf("row %d is of %s, want %s", i, m.b.Org.Nodes[n].ID, rep)
		}
	}
	// S4 by hand: 49 of 57; |20−8| + |15−22| + |10−4| + |12−15| = 28, no index then.
	c := l.Rows[1].Cells
	if c[1].Num != 1800 || c[2] != (measure.Cell{Num: 1e6, Den: 1e6}) || c[3].Num != 867272 || c[4].Num != 4 ||
		c[5] != (measure.Cell{Num: 4900, Den: 5700}) || c[6].Num != 799199 || c[7].Num != 2800 || c[8].Num != 2800 {
		t.Errorf("row of S4: %+v", c)
	}
}

// Fewer than four reps with three periods: no suggestion for anybody.
func TestTooFewToCalibrate(t *testing.T) {
	m := calibrationBook(t)
	var left []crm.Forecast
	for _, f := range m.b.Forecasts {
		if early := f.Period.Start < day(t, "2024-05-01"); f.Subject != "S1" && f.Subject != "S2" || !early {
			left = append(left, f)
		}
	}
	m.b.Forecasts = left
	g := m.compute(DefaultOptions())
	for _, s := range []string{"S1", "S5", "S6"} {
		g.absent("suggested_index " + s + " 2024-07")
		g.absent("calibrated " + s + " 2024-07")
	}
	if g.list("forecast.calibration").ID != "" {
		t.Error("a list without suggestions")
	}
}

// The period that an index is suggested for is no part of what it rests on, and
// a forecast of 0 has no ratio.
func TestCalibrationLooksBack(t *testing.T) {
	m := calibrationBook(t)
	was := m.compute(DefaultOptions()).at("suggested_index S1 2024-07")
	m.contract("now", "S1", "2024-07-10", "500", crm.New)
	m.forecast("2024-02", "S1", "2024-02-01T09:00", "0", "")
	m.contract("then", "S1", "2024-02-15", "77", crm.New)
	if is := m.compute(DefaultOptions()).at("suggested_index S1 2024-07"); is.V != was.V || is.N != 4 {
		t.Errorf("%v of %d periods, want %v", is.V, is.N, was.V)
	}
}
