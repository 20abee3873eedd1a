package measure

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"crmreport/metrics/casetest"
)

func number(t *testing.T, text string) float64 {
	t.Helper()
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func date(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

const had Fate = 1 // the event of a published table

// logInterval is R's default interval, which only the tables need.
func logInterval(s Step) (lo, hi float64) {
	h := z95 * math.Sqrt(s.Var)
	return s.S * math.Exp(-h), min(1, s.S*math.Exp(h))
}

type kmRow struct {
	Time   float64
	Risk   int64 `json:"n_risk"`
	Event  int64 `json:"n_event"`
	Surv   float64
	SE     *float64
	LogLo  float64 `json:"log_lo"`
	LogHi  float64 `json:"log_hi"`
	LoglLo float64 `json:"loglog_lo"`
	LoglHi float64 `json:"loglog_hi"`
}

type lagBlock struct {
	KM struct {
		Rows        []kmRow
		AtWindow    float64    `json:"conv_at_window"`
		AtWindowCI  [2]float64 `json:"conv_at_window_ci_loglog"`
		MaxFollowUp float64    `json:"max_follow_up_days"`
		Median      *float64   `json:"median_days_to_sign"`
		P25         *float64   `json:"p25_days_to_sign"`
	}
	Share map[string]float64 `json:"aalen_johansen_at_window"`
	Wrong struct {
		Lost   float64 `json:"km_treating_lost_as_censored"`
		Median float64 `json:"median_days_of_converted_only"`
	}
}

// The worked case of: every step of the three curves
// and what is read off them.
func TestCohortWindowKM(t *testing.T) {
	const name, window = "cohort_window_km", 60
	var want struct {
		AsOf    string `json:"as_of"`
		Cohorts map[string]lagBlock
		Pooled  lagBlock
	}
	casetest.JSON(t, &want, name, "expected.json")
	want.Cohorts[""] = want.Pooled
	const signed, lost = Fate(1), Fate(2)
	for month, w := range want.Cohorts {
		// km holds the lost at risk to the as-of day; three ends them, as the
		// three-way picture does; naive is km with losses as censorings.
		var km, three []Ending
		var days []float64
		for _, row := range casetest.CSV(t, name, "customers.csv") {
			if month != "" && row["first_valid_visit"][:7] != month {
				continue
			}
			entry := date(t, row["first_valid_visit"])
			since := func(day string) float64 { return date(t, day).Sub(entry).Hours() / 24 }
			e := Ending{since(want.AsOf), Censored, 1}
			switch row["outcome"] {
			case "sign":
				e = Ending{since(row["outcome_date"]), signed, 1}
				km, three, days = append(km, e), append(three, e), append(days, e.Days)
			case "lost":
				km, three = append(km, e), append(three, Ending{since(row["outcome_date"]), lost, 1})
			default:
				km, three = append(km, e), append(three, e)
			}
		}
		c := KaplanMeier(km, signed)
		rows(t, month, c, w.KM.Rows)
		at := c.At(min(window, c.MaxFollowUp))
		casetest.Within(t, month+" at the window", 1-at.S, w.KM.AtWindow, 1e-9)
		if iv, ok := at.LogLog(); !ok {
			t.Errorf("%s: no interval at the window", month)
		} else {
			casetest.Within(t, month+" lower", 1-iv.Hi.V, w.KM.AtWindowCI[0], 1e-9)
			casetest.Within(t, month+" upper", 1-iv.Lo.V, w.KM.AtWindowCI[1], 1e-9)
		}
		casetest.Within(t, month+" follow-up", c.MaxFollowUp, w.KM.MaxFollowUp, 0)
		quantile(t, month+" median", c, 0.5, w.KM.Median)
		quantile(t, month+" p25", c, 0.25, w.KM.P25)
		shares, open := CIF(three, window, 2)
		casetest.Within(t, month+" signed", shares[0], w.Share["sign"], 1e-9)
		casetest.Within(t, month+" lost", shares[1], w.Share["lost"], 1e-9)
		casetest.Within(t, month+" open", open, w.Share["still_open"], 1e-9)
		// What the rulings forbid gives other numbers.
		casetest.Within(t, month+" losses censored", 1-KaplanMeier(three, signed).At(window).S, w.Wrong.Lost, 1e-9)
		median, _ := Median(days)
		casetest.Within(t, month+" median of those who signed", median, w.Wrong.Median, 1e-9)
	}
}

func rows(t *testing.T, what string, c Curve, want []kmRow) {
	t.Helper()
	if len(c.Steps) != len(want) {
		t.Fatalf("%s: %d steps, want %d", what, len(c.Steps), len(want))
	}
	for i, w := range want {
		s := c.Steps[i]
		if s.Days != w.Time || s.Risk != w.Risk || s.Events != w.Event {
			t.Errorf("%s: step %+v, want %+v", what, s, w)
		}
		casetest.Within(t, what+" S", s.S, w.Surv, 1e-9)
		se, ok := s.SE()
		if ok != (w.SE != nil) {
			t.Errorf("%s at %g: a standard error %v", what, s.Days, ok)
		} else if ok {
			casetest.Within(t, what+" SE", se, *w.SE, 1e-9)
		}
		if w.LogHi == 0 {
			continue
		}
		lo, hi := logInterval(s)
		casetest.Within(t, what+" log lower", lo, w.LogLo, 1e-9)
		casetest.Within(t, what+" log upper", hi, w.LogHi, 1e-9)
		iv, _ := s.LogLog()
		casetest.Within(t, what+" log-log lower", iv.Lo.V, w.LoglLo, 1e-9)
		casetest.Within(t, what+" log-log upper", iv.Hi.V, w.LoglHi, 1e-9)
	}
}

func quantile(t *testing.T, what string, c Curve, p float64, want *float64) {
	t.Helper()
	got, ok := c.Quantile(p)
	if ok != (want != nil) || ok && got != *want {
		t.Errorf("%s = %g %v, want %v", what, got, ok, want)
	}
}

// curves makes a curve of each group of a published table. An event is status 1,
// or 2 where the table codes censorings as 1.
func curves(t *testing.T, name, file, group, status, event string) map[string]Curve {
	t.Helper()
	endings := map[string][]Ending{}
	for _, row := range casetest.CSV(t, name, file) {
		e := Ending{Days: number(t, row["time"]), N: 1}
		if row[status] == event {
			e.Fate = had
		}
		endings[row[group]] = append(endings[row[group]], e)
	}
	out := map[string]Curve{}
	for g, es := range endings {
		out[g] = KaplanMeier(es, had)
	}
	return out
}

// columns are a curve as R's survfit lists it.
type columns struct {
	Time   []float64
	Risk   []int64 `json:"n_risk"`
	Event  []int64 `json:"n_event"`
	Surv   []float64
	SE     []*float64
	Median *float64
}

func (w columns) rows() []kmRow {
	out := make([]kmRow, len(w.Time))
	for i := range out {
		out[i] = kmRow{Time: w.Time[i], Risk: w.Risk[i], Event: w.Event[i], Surv: w.Surv[i], SE: w.SE[i]}
	}
	return out
}

// R's survival::aml (Miller 1997): S = 0 at the last step has no standard error.
func TestKMSurvivalAML(t *testing.T) {
	var want struct{ Groups map[string]columns }
	casetest.JSON(t, &want, "km_survival_aml", "expected.json")
	got := curves(t, "km_survival_aml", "aml.csv", "x", "status", "1")
	for g, w := range want.Groups {
		rows(t, g, got[g], w.rows())
		quantile(t, g, got[g], 0.5, w.Median)
	}
	// With log-log limits L, U = exp(−exp(a ± h)), a = ln(−ln S), h = 1.96·(SE/S)/|ln S|,
	// from the S and SE of the table. Nonmaintained: L(5) = 0.4817 is the first at or
	// below 0.5; U(30) = 0.561, U(33) = 0.4615. Maintained: L(9) = 0.5085,
	// L(13) = 0.4474; U(48) = 0.525 is the last.
	for g, want := range map[string]Interval{"Nonmaintained": Closed(5, 33), "Maintained": {Lo: Bound{13, true}}} {
		if ci := got[g].QuantileCI(0.5); ci != want {
			t.Errorf("%s: median's interval %v, want %v", g, ci, want)
		}
	}
}

// Brookmeyer and Crowley: of two who both signed the first step has limits, the
// last, to nobody, has none: ½ at day 3 is the median, and no upper end.
func TestQuantileCIAtTheEnd(t *testing.T) {
	c := KaplanMeier([]Ending{{3, had, 1}, {5, had, 1}}, had)
	if ci, want := c.QuantileCI(0.5), (Interval{Lo: Bound{3, true}}); ci != want {
		t.Errorf("%v, want %v", ci, want)
	}
	if ci := (Curve{}).QuantileCI(0.5); ci != (Interval{}) {
		t.Errorf("of nobody: %v", ci)
	}
}

// The 6-MP arm of Freireich et al. 1963, the table of the textbooks.
func TestKMFreireich6MP(t *testing.T) {
	var want columns
	casetest.JSON(t, &want, "km_freireich_6mp", "expected.json")
	c := curves(t, "km_freireich_6mp", "sixmp.csv", "", "event", "1")[""]
	want.SE = make([]*float64, len(want.Time))
	for i := range want.SE {
		se, _ := c.Steps[i].SE() // the table prints none
		want.SE[i] = &se
	}
	rows(t, "6-MP", c, want.rows())
}

// R's survival::lung by sex: medians with the limits that the log interval
// gives, and the first rows as printed.
func TestKMSurvivalLungSex(t *testing.T) {
	type printed struct {
		Time     float64
		Risk     int64 `json:"n_risk"`
		Event    int64 `json:"n_event"`
		Surv, SE float64
		Lo, Hi   float64
	}
	var want struct {
		Medians map[string]struct {
			N, Events      int64
			Median, Lo, Hi float64
		}
		First []printed            `json:"first_rows_sex1"`
		At    map[string][]float64 `json:"surv_at_180_365_730"`
	}
	casetest.JSON(t, &want, "km_survival_lung_sex", "expected.json")
	got := curves(t, "km_survival_lung_sex", "lung.csv", "sex", "status", "2")
	for sex, w := range want.Medians {
		c := got[sex]
		var events int64
		lo, hi := math.Inf(1), math.Inf(1)
		for _, s := range c.Steps {
			events += s.Events
			l, h := logInterval(s)
			if l <= 0.5 {
				lo = min(lo, s.Days)
			}
			if h <= 0.5 {
				hi = min(hi, s.Days)
			}
		}
		if c.Steps[0].Risk != w.N || events != w.Events || lo != w.Lo || hi != w.Hi {
			t.Errorf("sex %s: n %d, %d events, median %g–%g, want %+v", sex, c.Steps[0].Risk, events, lo, hi, w)
		}
		quantile(t, "sex "+sex, c, 0.5, &w.Median)
		for i, day := range []float64{180, 365, 730} {
			casetest.Within(t, "S of sex "+sex, c.At(day).S, want.At[sex][i], 1e-9)
		}
	}
	for i, w := range want.First {
		s := got["1"].Steps[i]
		if s.Days != w.Time || s.Risk != w.Risk || s.Events != w.Event {
			t.Errorf("row %d: %+v, want %+v", i, s, w)
		}
		se, _ := s.SE()
		lo, hi := logInterval(s)
		casetest.Within(t, "S", s.S, w.Surv, 5e-5)
		casetest.Within(t, "SE", se, w.SE, 5e-5)
		casetest.Within(t, "lower", lo, w.Lo, 5e-5)
		casetest.Within(t, "upper", hi, w.Hi, 5e-4)
	}
}

// Before the first event there is nothing to estimate from, and nobody's curve
// has no step.
func TestCurveBeforeTheFirstEvent(t *testing.T) {
	c := KaplanMeier([]Ending{{3, had, 1}, {5, Censored, 2}}, had)
	s := c.At(2)
	if _, ok := s.SE(); ok || s.S != 1 {
		t.Errorf("at 2 days: %+v", s)
	}
	if _, ok := s.LogLog(); ok {
		t.Error("an interval before the first event")
	}
	if c.At(3).S != 2./3 || c.At(4).S != 2./3 {
		t.Errorf("at 3 and 4 days: %g, %g", c.At(3).S, c.At(4).S)
	}
	if c := KaplanMeier(nil, had); len(c.Steps) > 0 || c.MaxFollowUp != 0 {
		t.Errorf("of nobody: %+v", c)
	}
}

// The quantiles of a curve are those of its steps, as far as they are reached.
func TestQuantiles(t *testing.T) {
	ps := []float64{0.10, 0.25, 0.50, 0.75, 0.90}
	over := func(days ...float64) (out []Ending) {
		for _, d := range days {
			out = append(out, Ending{Days: d, Fate: 1, N: 1})
		}
		return out
	}
	for _, c := range []struct {
		name    string
		endings []Ending
		want    []float64
	}{
		{"nobody", nil, nil},
		// S(1) = 3/4, S(2) = 2/4, S(3) = 1/4, S(4) = 0: a step may reach several.
		{"four", over(4, 2, 1, 3), []float64{1, 1, 2, 3, 4}},
		// One step to 0 reaches all.
		{"at once", over(5, 5), []float64{5, 5, 5, 5, 5}},
		// S(1) = 3/4; at 2 one is censored; S(3) = 3/4 · 1/2 = 3/8, S(4) = 0.
		{"one censored", append(over(1, 3, 4), Ending{Days: 2, N: 1}), []float64{1, 1, 3, 4, 4}},
		// S(1) = 3/4, and the three others never get there.
		{"three censored", append(over(1), Ending{Days: 9, N: 3}), []float64{1, 1}},
	} {
		if got := Quantiles(c.endings, 1, ps); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
