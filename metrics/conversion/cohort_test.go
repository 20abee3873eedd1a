package conversion

import (
	"fmt"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// lagCase reads the case cohort_window_km: one valid visit a customer, a
// contract or a lost deal, on the days of the file.
func lagCase(t *testing.T, asOf string) *crm.Book {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	for _, r := range casetest.CSV(t, "cohort_window_km", "customers.csv") {
		id := r["customer_id"]
		d.visit("R1", id, r["first_valid_visit"]+"T09:00")
		switch r["outcome"] {
		case "sign":
			d.sign("K"+id, "R1", id, r["outcome_date"])
		case "lost":
			d.deal("D"+id, id, crm.DealLost, r["outcome_date"])
		default:
			d.deal("D"+id, id, crm.DealOpen, "")
		}
	}
	return d.done(asOf)
}

// The worked case of through the family: March
// is mature, May is not, the quarter is March and the year all of them.
func TestCohortWindowKM(t *testing.T) {
	type block struct {
		N, Lost, Open int64
		Converted     int64 `json:"converted_in_window"`
		Signed        int64 `json:"signed_ever"`
		Followed      int64 `json:"followed_full_window"`
		Mature        bool
		Rate          *float64
		Wilson        *[2]float64 `json:"rate_wilson"`
		KM            struct {
			Rows []struct {
				Time float64
				Lo   float64 `json:"loglog_lo"`
				Hi   float64 `json:"loglog_hi"`
			}
			AtWindow    float64    `json:"conv_at_window"`
			AtWindowCI  [2]float64 `json:"conv_at_window_ci_loglog"`
			MaxFollowUp float64    `json:"max_follow_up_days"`
			Median      *float64   `json:"median_days_to_sign"`
			P25         *float64   `json:"p25_days_to_sign"`
		}
		Share  map[string]float64 `json:"aalen_johansen_at_window"`
		SoFar  float64            `json:"in_window_share_so_far"`
		Closed struct {
			Only float64 `json:"closed_only_ratio"`
		} `json:"wrong"`
	}
	var want struct {
		AsOf   string `json:"as_of"`
		Params struct {
			Days int `json:"window_days"`
		}
		Cohorts map[string]block
		Pooled  block
	}
	casetest.JSON(t, &want, "cohort_window_km", "expected.json")
	if days := crm.Date(want.Params.Days); days != threeWay || days != windows[1] {
		t.Fatalf("the case has a window of %d days", want.Params.Days)
	}
	g, _ := compute(t, lagCase(t, want.AsOf))
	for period, w := range map[string]block{"2024-03": want.Cohorts["2024-03"], "2024-Q1": want.Cohorts["2024-03"],
		"2024-05": want.Cohorts["2024-05"], "2024": want.Pooled} {
		v := g.at("conversion.cohort_60", "company", period)
		if v.Num != w.Converted || v.Den != w.N || v.Open == w.Mature {
			t.Errorf("%s: %+v", period, v)
		}
		casetest.Near(t, period+" so far", float64(v.Num)/float64(v.Den), w.SoFar)
		value, ci, method := w.KM.AtWindow, w.KM.AtWindowCI, "loglog"
		if (w.Rate != nil) != w.Mature || (w.Wilson != nil) != w.Mature {
			t.Fatalf("%s: a raw rate %v", period, w.Rate)
		}
		if w.Mature {
			value, ci, method = *w.Rate, *w.Wilson, "wilson"
		}
		followed := w.N // of a mature cohort, and then it is not said
		if f, said := g.values[address{cohortFollowedID, "company", period, "window=60"}]; said == w.Mature || said && !f.Open {
			t.Errorf("%s: followed %+v", period, f)
		} else if said {
			followed = f.Num
		}
		if followed != w.Followed {
			t.Errorf("%s: %d followed for the window, want %d", period, followed, w.Followed)
		}
		casetest.Near(t, period+" rate", v.V, value)
		casetest.Near(t, period+" lower", v.CI.Lo.V, ci[0])
		casetest.Near(t, period+" upper", v.CI.Hi.V, ci[1])
		if v.Method != method || has(v, "immature") == w.Mature || has(v, "window_beyond_follow_up") != (w.KM.MaxFollowUp < 60) {
			t.Errorf("%s: method %s, flags %v", period, v.Method, v.Flags)
		}
		if s := float64(w.Signed) / float64(w.Signed+w.Lost); v.V > s-0.2 {
			t.Errorf("%s: %v is as good as signed of closed, %v (R-1.20)", period, v.V, s)
		} else {
			casetest.Near(t, period+" signed of closed", s, w.Closed.Only)
		}
		g.count(cohortCustomersID, "company", period, w.N, 1)
		g.count(cohortSignedID, "company", period, w.Signed, 1)
		g.count(cohortLostID, "company", period, w.Lost, 1)
		if open := w.N - w.Signed - w.Lost; open != w.Open {
			t.Errorf("%s: %d open", period, open)
		}
		for id, of := range map[string]struct {
			days *float64
			s    float64
		}{lagMedianID: {w.KM.Median, 0.5}, lagQuarterID: {w.KM.P25, 0.75}} {
			q := g.at(id, "company", period)
			if days := of.days; q.OK != (days != nil) || q.OK && q.V != *days || has(q, "not_reached") == q.OK || q.N != w.N {
				t.Errorf("%s %s: %+v", period, id, q)
			}
			// Brookmeyer and Crowley: where the case's log-log limits are down to s.
			var want measure.Interval
			for i := len(w.KM.Rows) - 1; i >= 0; i-- {
				if r := w.KM.Rows[i]; r.Lo <= of.s {
					want.Lo = measure.Bound{V: r.Time, OK: true}
				}
				if r := w.KM.Rows[i]; r.Hi <= of.s {
					want.Hi = measure.Bound{V: r.Time, OK: true}
				}
			}
			if q.CI == nil || *q.CI != want || q.Method != "brookmeyer_crowley" {
				t.Errorf("%s %s: interval %v, want %v", period, id, q.CI, want)
			}
		}
		for key, as := range map[string]string{"fate=signed": "sign", "fate=lost": "lost", "fate=open": "still_open"} {
			casetest.Near(t, period+" "+key, g.keyed(cohortFateID, "company", period, key).V, w.Share[as])
		}
	}
	// C08 signed on day 70, which is within 90 days: of March 6 of 12.
	g.count("conversion.cohort_90", "company", "2024-03", 6, 12)
	// C01, C02, C04 and C05 within 30 days.
	g.count("conversion.cohort_30", "company", "2024-03", 4, 12)
}

// A quarter of March had signed by day 20, and by day 70 even the upper limit is
// down there: it is settled once everybody had 70 days, on 31 March + 70. The
// median has no upper end, so it can change to the last.
func TestLagSettles(t *testing.T) {
	for asOf, settled := range map[string]bool{"2024-06-08": false, "2024-06-09": true} {
		g, _ := compute(t, lagCase(t, asOf))
		for id, want := range map[string]bool{lagQuarterID: settled, lagMedianID: false} {
			if q := g.at(id, "company", "2024-03"); q.Open == want || has(q, "immature") == want || !q.OK {
				t.Errorf("%s by %s: %+v", id, asOf, q)
			}
		}
	}
}

// January's last day of entry is the 31st; 30 days after it is 2 March, and
// then the cohort is mature.
func TestMaturity(t *testing.T) {
	for asOf, mature := range map[string]bool{"2025-03-01": false, "2025-03-02": true} {
		d := &draft{}
		d.visit("R1", "C1", "2025-01-06T09:00")
		g, _ := compute(t, d.done(asOf))
		v := g.at("conversion.cohort_30", "company", "2025-01")
		if v.Open == mature || v.OK != mature || has(v, "immature") == mature || mature && v.Method != "wilson" {
			t.Errorf("by %s: %+v", asOf, v)
		}
	}
}

// with fewer than five customers followed for a day or to
// their signing there is no headline; who entered on the as-of day is not.
func TestFewestFollowed(t *testing.T) {
	for _, c := range []struct {
		days []string
		ok   bool
	}{
		{[]string{"03", "03", "04", "05"}, false},
		{[]string{"03", "03", "04", "05", "12"}, false},
		{[]string{"03", "03", "04", "05", "11"}, true},
	} {
		d := &draft{}
		for i, on := range c.days {
			d.visit("R1", fmt.Sprint("C", i), "2025-03-"+on+"T09:00")
		}
		d.sign("K1", "R1", "C0", "2025-03-10")
		g, _ := compute(t, d.done("2025-03-12"))
		v := g.at("conversion.cohort_30", "company", "2025-03")
		if v.OK != c.ok || has(v, "too_few") == c.ok || v.Num != 1 || v.Den != int64(len(c.days)) || !v.Open {
			t.Errorf("%v: %+v", c.days, v)
		}
		if q := g.at(lagMedianID, "company", "2025-03"); q.OK || has(q, "too_few") == c.ok || (q.CI != nil) != c.ok || !has(q, "not_reached") {
			t.Errorf("%v: median %+v", c.days, q)
		}
	}
}

// Which customers are in a cohort, in whose, and what became of them.
func TestEntries(t *testing.T) {
	const period = "2025-Q1"
	for _, c := range []struct {
		what                     string
		rows                     func(*draft)
		r1, r2                   int64 // customers who entered with each
		within30, within60, lost int64
	}{
		{"signed on the day of the visit", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.sign("K1", "R1", "C1", "2025-01-05")
		}, 1, 0, 1, 1, 0},
		{"day 30 counts", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.sign("K1", "R1", "C1", "2025-02-04")
		}, 1, 0, 1, 1, 0},
		{"day 31 does not", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.sign("K1", "R1", "C1", "2025-02-05")
		}, 1, 0, 0, 1, 0},
		// 55 days from R1's visit; 17 from R2's, which begins no cohort.
		{"handed over", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.own("C1", "R1", "2025-01-01")
			d.own("C1", "R2", "2025-02-10")
			d.visit("R2", "C1", "2025-02-12T09:00")
			d.sign("K1", "R2", "C1", "2025-03-01")
		}, 1, 0, 0, 1, 0},
		{"the first visit was not valid", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00").Pitched = crm.No
			d.visit("R2", "C1", "2025-01-06T09:00")
		}, 0, 1, 0, 0, 0},
		{"two on one day: who came first", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T11:00")
			d.visit("R2", "C1", "2025-01-05T09:00")
		}, 0, 1, 0, 0, 0},
		{"a customer already", func(d *draft) {
			d.sign("K1", "R1", "C1", "2025-01-04")
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.sign("K2", "R1", "C1", "2025-01-06")
		}, 0, 0, 0, 0, 0},
		{"void and renewal contracts", func(d *draft) {
			d.sign("K1", "R1", "C1", "2025-01-04").Status = crm.ContractVoid
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.sign("K2", "R1", "C1", "2025-01-06").Type = crm.Renewal
			d.sign("K3", "R1", "C1", "2025-01-07").Status = crm.ContractVoid
			d.sign("K4", "R1", "C1", "2025-02-20")
		}, 1, 0, 0, 1, 0},
		{"every deal lost", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.deal("D1", "C1", crm.DealLost, "2025-01-20")
			d.deal("D2", "C1", crm.DealLost, "2025-01-10")
			d.deal("D3", "C1", crm.DealVoid, "")
			d.deal("D4", "C1", crm.DealOpen, "").Type = crm.Renewal
		}, 1, 0, 0, 0, 1},
		{"one deal open", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.deal("D1", "C1", crm.DealLost, "2025-01-20")
			d.deal("D2", "C1", crm.DealOpen, "")
		}, 1, 0, 0, 0, 0},
		{"one deal won", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.deal("D1", "C1", crm.DealLost, "2025-01-20")
			d.deal("D2", "C1", crm.DealWon, "2025-01-21")
		}, 1, 0, 0, 0, 0},
		{"lost before the visit, or nobody knows when", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.deal("D1", "C1", crm.DealLost, "2025-01-04")
			d.visit("R1", "C2", "2025-01-05T09:00")
			d.deal("D2", "C2", crm.DealLost, "")
		}, 2, 0, 0, 0, 0},
		{"lost by its history", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.deal("D1", "C1", crm.DealOpen, "")
			d.book.Stages = []crm.StageEntry{{Deal: "D1", Stage: 1, At: stamp("2025-01-06T09:00")}, {Deal: "D1", Stage: crm.Lost, At: stamp("2025-01-09T09:00")}}
		}, 1, 0, 0, 0, 1},
		{"signed after all were lost", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00")
			d.deal("D1", "C1", crm.DealLost, "2025-01-20")
			d.sign("K1", "R1", "C1", "2025-01-25")
		}, 1, 0, 1, 1, 0},
		{"rows without a customer", func(d *draft) {
			d.visit("R1", "C1", "2025-01-05T09:00").Customer = crm.NoCustomer
		}, 0, 0, 0, 0, 0},
	} {
		d := &draft{}
		d.stay("R1", "T1", "", "")
		d.stay("R2", "T2", "", "")
		c.rows(d)
		d.deal("D9", "C9", crm.DealOpen, "") // a table of deals
		g, _ := compute(t, d.done("2025-03-20"))
		num := func(id, scope string) int64 { return g.values[address{id, scope, period, ""}].Num }
		got := [5]int64{num(cohortCustomersID, "G1/A1/T1"), num(cohortCustomersID, "G1/A1/T2"),
			num("conversion.cohort_30", "company"), num("conversion.cohort_60", "company"), num(cohortLostID, "company")}
		if want := [5]int64{c.r1, c.r2, c.within30, c.within60, c.lost}; got != want {
			t.Errorf("%s: %v, want %v", c.what, got, want)
		}
	}
}

// Cohorts of any book: the windows nest, the three fates sum to 1 and what is
// counted adds up over the levels (TestLevelsAddUp sees to the counts).
func TestCohortLaws(t *testing.T) {
	for seed := range uint64(5) {
		b := randomBook(seed)
		g, _ := compute(t, b)
		checked := 0
		for a, v := range g.values {
			if a.metric != cohortCustomersID {
				continue
			}
			checked++
			last := int64(0)
			for _, id := range cohortIDs {
				c := g.at(id, a.scope, a.period)
				if c.Num < last || c.Den != v.Num {
					t.Errorf("seed %d: %v %s: %d/%d after %d", seed, a, id, c.Num, c.Den, last)
				}
				last = c.Num
			}
			signed, lost := g.at(cohortSignedID, a.scope, a.period).Num, g.at(cohortLostID, a.scope, a.period).Num
			if last > signed || signed+lost > v.Num {
				t.Errorf("seed %d: %v: %d signed, %d lost of %d", seed, a, signed, lost, v.Num)
			}
			sum := 0.0
			for _, key := range []string{"fate=signed", "fate=lost", "fate=open"} {
				sum += g.keyed(cohortFateID, a.scope, a.period, key).V
			}
			casetest.Near(t, fmt.Sprint("seed ", seed, a), sum, 1)
		}
		if checked < 10 {
			t.Errorf("seed %d: %d cohorts", seed, checked)
		}
	}
}

// Ratios of the windows keep terms that add up over the levels.
func TestCohortTermsAddUp(t *testing.T) {
	b := randomBook(3)
	g, _ := compute(t, b)
	parts := map[address]measure.Value{}
	for a, v := range g.values {
		if n, _ := nodeOf(b.Org, a.scope); a.metric == cohortIDs[0] && n.Level != crm.RepLevel && n.Parent >= 0 {
			a.scope = b.Org.Nodes[n.Parent].ID
			p := parts[a]
			p.Num, p.Den = p.Num+v.Num, p.Den+v.Den
			parts[a] = p
		}
	}
	for a, p := range parts {
		if v := g.values[a]; v.Num != p.Num || v.Den != p.Den {
			t.Errorf("%v is %d/%d, its parts %d/%d", a, v.Num, v.Den, p.Num, p.Den)
		}
	}
}
