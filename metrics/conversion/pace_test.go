package conversion

import (
	"fmt"
	"strconv"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

func (d *draft) target(period, scope, measure, value string) {
	p, err := crm.Fiscal{}.ParsePeriod(period)
	if err != nil {
		panic(err)
	}
	v, err := crm.ParseDecimal(value)
	if err != nil {
		panic(err)
	}
	d.book.Targets = append(d.book.Targets, crm.Target{Pos: crm.Pos{File: 3, Line: int32(len(d.book.Targets) + 2)}, Period: p, Scope: scope, Measure: measure, Value: v})
}

// paceCase reads the case pace_working_days: its two calendars are regions.
func paceCase(t *testing.T) *crm.Book {
	const name = "pace_working_days"
	d := &draft{}
	for _, r := range casetest.CSV(t, name, "calendar.csv") {
		for _, region := range []string{"5day", "6day"} {
			d.days = append(d.days, crm.CalendarDay{Date: day(r["date"]), Workday: r["work_"+region] == "1", Region: region})
		}
	}
	stays := map[string]bool{}
	for _, r := range casetest.CSV(t, name, "progress.csv") {
		rep := r["rep_id"]
		if !stays[rep] {
			d.stay(rep, "T"+rep, "", "").Region = r["calendar"]
			stays[rep] = true
		}
		d.target("2024-02", rep, r["metric"], r["target"])
		n, err := strconv.Atoi(r["actual_to_date"])
		if err != nil {
			t.Fatal(err)
		}
		for i := range n {
			id := fmt.Sprint(rep, r["metric"], i)
			if r["metric"] == "signings" {
				d.sign("K"+id, rep, id, "2024-02-06")
			} else {
				d.visit(rep, id, fmt.Sprintf("2024-02-%02dT10:00", 1+i%9))
			}
		}
	}
	return d.done("2024-02-09")
}

// The worked case of, every key of its four results.
func TestPaceWorkingDays(t *testing.T) {
	var want struct {
		Period  string
		Results []struct {
			Rep, Metric, Calendar string
			Elapsed               int64       `json:"elapsed_workdays"`
			Total                 int64       `json:"total_workdays"`
			Due                   float64     `json:"expected_to_date"`
			Pace                  float64     `json:"pace_index"`
			CI                    *[2]float64 `json:"pace_index_ci"`
			Behind                *bool       `json:"behind_significantly"`
			Needed                float64     `json:"required_per_remaining_day"`
			Projection            float64     `json:"linear_projection"`
		}
		Naive float64 `json:"naive_calendar_day_expected_R1_valid"`
	}
	casetest.JSON(t, &want, "pace_working_days", "expected.json")
	b := paceCase(t)
	g, _ := compute(t, b)
	if len(want.Results) != 4 {
		t.Fatalf("%d results", len(want.Results))
	}
	for _, w := range want.Results {
		what := w.Rep + " " + w.Metric
		v := g.at("conversion.pace_"+w.Metric, w.Rep, want.Period)
		casetest.Near(t, what, v.V, w.Pace)
		if (v.CI != nil) != (w.CI != nil) {
			t.Errorf("%s: interval %v", what, v.CI)
		} else if w.CI != nil {
			casetest.Near(t, what+" lower", v.CI.Lo.V, w.CI[0])
			casetest.Near(t, what+" upper", v.CI.Hi.V, w.CI[1])
		}
		if has(v, "behind") != (w.Behind != nil && *w.Behind) || has(v, "ahead") || !has(v, "linear") || !v.OK || !v.Open {
			t.Errorf("%s: %+v", what, v)
		}
		casetest.Near(t, what+" due", g.at("conversion.pace_due_"+w.Metric, w.Rep, want.Period).V, w.Due)
		casetest.Near(t, what+" needed", g.at("conversion.pace_needed_"+w.Metric, w.Rep, want.Period).V, w.Needed)
		p := g.at("conversion.pace_projection_"+w.Metric, w.Rep, want.Period)
		casetest.Near(t, what+" projection", p.V, w.Projection)
		if p.Den != w.Elapsed {
			t.Errorf("%s: %d days elapsed, want %d", what, p.Den, w.Elapsed)
		}
		n, _ := b.Org.Find(w.Rep)
		days := (&table{frame: measure.NewFrame(b)}).daysOf(measure.Slot{Scope: n, Period: month(want.Period)})
		if b.Org.Nodes[n].Region != w.Calendar {
			t.Errorf("%s goes by the calendar of %s, want %s", what, b.Org.Nodes[n].Region, w.Calendar)
		}
		if days.Total != w.Total || days.Elapsed != w.Elapsed {
			t.Errorf("%s: %+v, want %d of %d", what, days, w.Elapsed, w.Total)
		}
	}
	// By calendar days 9 of 29 would be due: 44.7 of 144 instead of 64.
	casetest.Near(t, "naive", 144.*9/29, want.Naive)
	// The teams' targets are their reps'. The company's is the sum, by a calendar of
	// its own: no row is for all regions, and of 21 days Monday to Friday 7 are over.
	casetest.Near(t, "team", g.at("conversion.pace_valid_visits", "6day/A1/TR2", want.Period).V, 58/72.)
	if v := g.at("conversion.pace_signings", "company", want.Period); v.Num != 5*21 || v.Den != 36*7 {
		t.Errorf("company: %+v", v)
	}
}

func month(name string) crm.Period {
	p, err := crm.Fiscal{}.ParsePeriod(name)
	if err != nil {
		panic(err)
	}
	return p
}

// what has no days, no target or is reached. March 2025 has 21
// working days; the 1st and 2nd are a weekend, the 31st is a Monday.
func TestPaceEdges(t *testing.T) {
	for _, c := range []struct {
		what, asOf, target       string
		pace, needed, projection bool
		flags                    string
	}{
		{"no day has gone by", "2025-03-02", "4", false, true, false, ""},
		{"the last day has gone by", "2025-03-31", "4", true, false, true, "missed"},
		{"the middle", "2025-03-12", "4", true, true, true, ""},
		{"reached", "2025-03-12", "2", true, true, true, "reached"},
		{"beyond", "2025-03-12", "1", true, true, true, "reached"},
		{"nothing is asked", "2025-03-12", "0", false, true, true, "reached"},
	} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		d.sign("K1", "R1", "C1", "2025-03-01")
		d.sign("K2", "R1", "C2", "2025-03-02")
		d.target("2025-03", "R1", "new_customers", c.target)
		g, _ := compute(t, d.done(c.asOf))
		for _, scope := range []string{"R1", team, "company"} {
			pace, needed := g.at("conversion.pace_signings", scope, "2025-03"), g.at("conversion.pace_needed_signings", scope, "2025-03")
			if pace.OK != c.pace || needed.OK != c.needed || g.at("conversion.pace_projection_signings", scope, "2025-03").OK != c.projection {
				t.Errorf("%s: %+v, %+v", c.what, pace, needed)
			}
			if has(needed, "missed") != (c.flags == "missed") {
				t.Errorf("%s: needed %+v", c.what, needed)
			}
			if has(needed, "reached") != (c.flags == "reached") || c.flags == "reached" && needed.V != 0 {
				t.Errorf("%s: needed %+v", c.what, needed)
			}
			if !pace.OK && (pace.CI != nil || has(pace, "behind")) {
				t.Errorf("%s: a verdict of nothing: %+v", c.what, pace)
			}
		}
		if _, ok := g.values[address{"conversion.pace_visits", "R1", "2025-03", ""}]; ok {
			t.Errorf("%s: a pace without a target", c.what)
		}
	}
}

// A target that leaves sellers out says so, a unit's own stands before the sum,
// and a rep who has done nothing still has a pace.
func TestPaceTargets(t *testing.T) {
	d := &draft{}
	for _, r := range []string{"R1", "R2", "R3"} {
		d.stay(r, map[string]string{"R1": "T1", "R2": "T1", "R3": "T2"}[r], "", "")
	}
	d.visit("R1", "C1", "2025-03-03T09:00")
	d.target("2025-03", "R1", "visits", "21")
	d.target("2025-03", "R3", "visits", "42")
	d.target("2025-03", "G1/A1/T2", "visits", "63")
	g, _ := compute(t, d.done("2025-03-12")) // 8 of 21 days
	due := func(scope string) measure.Value { return g.at("conversion.pace_due_visits", scope, "2025-03") }
	for scope, want := range map[string]float64{"R1": 8, "R3": 16, "G1/A1/T1": 8, "G1/A1/T2": 24, "company": 32} {
		casetest.Near(t, scope, due(scope).V, want)
	}
	if !has(due(team), "partial_target") || has(due("G1/A1/T2"), "partial_target") || !has(due("company"), "partial_target") {
		t.Error("whose target leaves R2 out?")
	}
	if v := g.at("conversion.pace_visits", "R3", "2025-03"); !v.OK || v.V != 0 {
		t.Errorf("R3: %+v", v)
	}
	casetest.Near(t, "R3 needs", g.at("conversion.pace_needed_visits", "R3", "2025-03").V, 42./13)
}

// where all regions agree on the days their calendar is the company's: July
// 2025 has 27 days from Monday to Saturday and 23 to Friday, of which the 1st and the
// 31st are off, and by Friday the 11th there were 9 and 8 of them. Where
// they do not agree the company goes by its own.
func TestCompanyCalendar(t *testing.T) {
	for _, c := range []struct {
		six            []string
		total, elapsed int64
	}{{[]string{"G1", "G2"}, 25, 9}, {[]string{"G1"}, 21, 8}, {nil, 21, 8}} {
		d := &draft{sixDay: c.six}
		d.stay("R1", "T1", "", "")
		d.stay("R2", "T2", "", "").Region = "G2"
		for _, off := range []string{"2025-07-01", "2025-07-31"} {
			d.days = append(d.days, crm.CalendarDay{Date: day(off)})
		}
		d.visit("R1", "C1", "2025-07-02T09:00").Pitched = crm.Unknown
		d.visit("R1", "C2", "2025-07-02T10:00")
		d.sign("K1", "R1", "C2", "2025-07-03")
		d.target("2025-07", "company", "valid_visits", "25")
		g, _ := compute(t, d.done("2025-07-11"))
		due := g.at("conversion.pace_due_valid_visits", "company", "2025-07")
		if due.Den != c.total || due.Num != 25*c.elapsed {
			t.Errorf("%v: due %d/%d, want %d of %d days", c.six, due.Num, due.Den, c.elapsed, c.total)
		}
		// the pace is twice that if the unknown visit was valid.
		if v := g.at("conversion.pace_valid_visits", "company", "2025-07"); v.Bounds == nil || v.Bounds.Lo.V != v.V {
			t.Errorf("%v: pace %+v", c.six, v)
		} else {
			casetest.Near(t, "if it was valid", v.Bounds.Hi.V, 2*v.V)
		}
		if v := g.at(signingRateID, "company", "2025-07"); v.V != 1 || v.Bounds == nil || *v.Bounds != measure.Closed(0.5, 1) {
			t.Errorf("%v: rate %+v", c.six, v)
		}
	}
}

// Who has no target signs 20: that says nothing of the target of the one who has.
func TestNoVerdictOfAPartialTarget(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T1", "", "")
	for i := range 20 {
		d.sign(fmt.Sprint("K", i), "R2", fmt.Sprint("C", i), "2025-03-04")
	}
	d.target("2025-03", "R1", "new_customers", "4")
	g, _ := compute(t, d.done("2025-03-12"))
	if v := g.at("conversion.pace_signings", "company", "2025-03"); has(v, "ahead") || !has(v, "partial_target") || v.CI.Lo.V < 1 {
		t.Errorf("%+v", v)
	}
}

// the terms of a pace give it where credit is split, too. Half a
// signing by 8 of 21 days of a target of 4 is 21/2 of 32.
func TestPaceOfSplitCredit(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.stay("R2", "T2", "", "")
	d.sign("K1", "R1", "C1", "2025-03-04")
	d.split("K1", "R1", "0.5")
	d.split("K1", "R2", "0.5")
	d.target("2025-03", "R1", "signings", "4")
	g, _ := compute(t, d.done("2025-03-12"))
	for id, want := range map[string][2]int64{"pace_": {21, 64}, "pace_due_": {32, 21}, "pace_needed_": {7, 26}, "pace_projection_": {21, 16}} {
		v := g.at("conversion."+id+"signings", "R1", "2025-03")
		if v.Num != want[0] || v.Den != want[1] {
			t.Errorf("%s: %d/%d, want %v", id, v.Num, v.Den, want)
		}
		casetest.Near(t, id, v.V, float64(want[0])/float64(want[1]))
	}
}
