package renewal

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// expectedCohort is a cohort of the worked case.
type expectedCohort struct {
	Contracts struct {
		Due, Renewed, Churned, Pending int64
		RateToDate                     float64    `json:"rate_to_date"`
		RateBounds                     [2]float64 `json:"rate_bounds"`
		Final                          bool
		Wilson                         *[2]float64
	}
	Customers struct {
		Due, Renewed, Pending, Churned int64
		Rate                           float64    `json:"logo_rate_to_date"`
		Bounds                         [2]float64 `json:"logo_rate_bounds"`
	}
	ACV struct {
		Due, Renewed, Pending int64
	} `json:"acv_cents"`
	Gross  float64    `json:"gross_renewal_contract"`
	Capped float64    `json:"gross_renewal_customer_capped"`
	Net    float64    `json:"net_renewal"`
	Bounds [2]float64 `json:"gross_bounds"`
}

// caseBook reads the worked case; a contract of a succession is signed on the
// day the succession says, another on its first day.
func caseBook(t *testing.T, asOf string) *crm.Book {
	const dir = "expiry_cohort_statuses/"
	s := newShop(t, asOf)
	signed := map[string]string{}
	for _, r := range readCSV(t, dir+"successions.csv") {
		s.succeed(r["old_contract"], r["new_contract"], r["signed_date"])
		signed[r["new_contract"]] = r["signed_date"]
	}
	for _, r := range readCSV(t, dir+"contracts.csv") {
		s.sell(r["contract_id"], r["customer_id"], r["start"], r["end"], r["tcv"], func(c *crm.Contract) {
			c.TermMonths, c.Product = atoi(t, r["term_months"]), r["product"]
			if r["renewable"] == "N" {
				c.Renewable = crm.No
			}
			c.Status = crm.ContractStatus(strings.TrimSuffix(r["status"], "_non_renewal"))
			c.StatusDate = day(t, r["status_date"])
			if d := signed[r["contract_id"]]; d != "" {
				c.SignDate = day(t, d)
			}
		})
	}
	return s.book()
}

func TestExpiryCohortStatuses(t *testing.T) {
	var want struct {
		AsOf    string `json:"as_of"`
		Status  map[crm.ContractID]string
		Cohorts map[string]expectedCohort
		Quarter expectedCohort              `json:"quarter_2024Q1"`
		Returns map[string][]crm.ContractID `json:"reactivations"`
	}
	readJSON(t, "expiry_cohort_statuses/expected.json", &want)
	j := judgeBook(caseBook(t, want.AsOf), DefaultOptions())

	returned := j.company(t, "2024-04").Returned
	for id, w := range want.Status {
		c, ok := j.cases[id]
		w, _, _ = strings.Cut(w, " ")
		if got := statusWord(c); !ok || (got != w && !(w == "churned_reactivated_later" && got == "churned")) {
			t.Errorf("%s: %s, want %s", id, got, w)
		}
	}
	if n := int64(len(want.Returns["2024-04"])); returned != n || n != 1 {
		t.Errorf("2024-04: %d reactivations, want %d", returned, n)
	}
	if n := j.company(t, "2024-02").Returned + j.company(t, "2024-03").Returned; n != 0 {
		t.Errorf("%d reactivations before April, want none", n)
	}
	if len(want.Cohorts) != 3 {
		t.Fatalf("%d cohorts in the case, want 3", len(want.Cohorts))
	}
	for name, w := range want.Cohorts {
		checkCohort(t, name, j.values(t, name), w)
	}
	checkCohort(t, "2024-Q1", j.values(t, "2024-Q1"), want.Quarter)

	// K11 renews, K12 does not: one customer, renewed in part.
	if v := j.values(t, "2024-03")[logoRate]; fmt.Sprint(v.Flags) != "[partial]" {
		t.Errorf("2024-03 logo rate flags %v, want partial", v.Flags)
	}
	// The excluded are counted: K9, K10 and K13 end in March.
	for _, how := range []string{"superseded", "not_renewable", "void"} {
		if v := j.values(t, "2024-03")[excluded+" reason="+how]; v.Num != 1 {
			t.Errorf("excluded as %s: %d, want 1", how, v.Num)
		}
	}
}

// statusWord is a case in the words of the worked case.
func statusWord(c Case) string {
	switch {
	case c.Fate == Renewed, c.Fate == Excluded:
		return string(c.Fate) + "_" + string(c.How)
	case c.How == ByTerminate:
		return "churned_early"
	}
	return string(c.Fate)
}

func checkCohort(t *testing.T, name string, got map[string]measure.Value, w expectedCohort) {
	t.Helper()
	for _, c := range []struct {
		metric string
		want   int64
	}{
		{due, w.Contracts.Due}, {renewed, w.Contracts.Renewed}, {pending, w.Contracts.Pending}, {churned, w.Contracts.Churned},
		{due + " unit=customer", w.Customers.Due}, {renewed + " unit=customer", w.Customers.Renewed},
		{pending + " unit=customer", w.Customers.Pending}, {churned + " unit=customer", w.Customers.Churned},
		{dueACV, w.ACV.Due}, {renewedACV, w.ACV.Renewed}, {pendingACV, w.ACV.Pending},
	} {
		if v, ok := got[c.metric]; !ok || v.Num != c.want {
			t.Errorf("%s %s = %d (%v), want %d", name, c.metric, v.Num, ok, c.want)
		}
	}
	for _, c := range []struct {
		metric string
		want   float64
	}{{contractRate, w.Contracts.RateToDate}, {logoRate, w.Customers.Rate}, {grossRate, w.Gross}, {grossCapped, w.Capped}, {netRate, w.Net}} {
		if v := got[c.metric]; !v.OK || !near(v.V, c.want) {
			t.Errorf("%s %s = %v, want %v", name, c.metric, v.V, c.want)
		}
	}
	for _, c := range []struct {
		metric string
		want   [2]float64
	}{{contractRate, w.Contracts.RateBounds}, {logoRate, w.Customers.Bounds}, {grossRate, w.Bounds}} {
		v := got[c.metric]
		b := measure.Closed(v.V, v.V) // nothing pending: the value itself
		if v.Bounds != nil {
			b = *v.Bounds
		}
		if !near(b.Lo.V, c.want[0]) || !near(b.Hi.V, c.want[1]) {
			t.Errorf("%s %s bounds %v, want %v", name, c.metric, b, c.want)
		}
	}
	if n := got[netRate].N; n != w.Contracts.Due {
		t.Errorf("%s net rate is of %d contracts, want %d", name, n, w.Contracts.Due)
	}
	v := got[contractRate]
	if v.Open == w.Contracts.Final {
		t.Errorf("%s open %v, want final %v", name, v.Open, w.Contracts.Final)
	}
	if (v.CI != nil) != (w.Contracts.Wilson != nil) || (got[logoRate].CI != nil) != (v.CI != nil) {
		t.Errorf("%s Wilson %v and %v, want %v", name, v.CI, got[logoRate].CI, w.Contracts.Wilson)
	} else if v.CI != nil && (!near(v.CI.Lo.V, w.Contracts.Wilson[0]) || !near(v.CI.Hi.V, w.Contracts.Wilson[1])) {
		t.Errorf("%s Wilson %v, want %v", name, *v.CI, *w.Contracts.Wilson)
	}
}

func TestBridgeOfPairs(t *testing.T) {
	var want struct {
		Start  int64 `json:"start_cents"`
		End    int64 `json:"end_cents"`
		Bridge struct{ Start, New, Reactivation, Expansion, Contraction, Churn, End int64 }
		NRR    float64 `json:"nrr"`
		GRR    float64 `json:"grr"`
		Logo   float64 `json:"logo_retention"`
	}
	readJSON(t, "nrr_grr_bridge/expected.json", &want)
	known := map[string]bool{} // customers before the start, from the notes of events.csv
	for _, r := range readCSV(t, "nrr_grr_bridge/events.csv") {
		known[r["customer_id"]] = strings.Contains(r["note"], "was a customer")
	}
	var r Retention
	for _, row := range readCSV(t, "nrr_grr_bridge/arr.csv") {
		r.count(&Standing{sumOf(Part{1, minor(t, row["arr_start"])}), sumOf(Part{1, minor(t, row["arr_end"])}), known[row["customer_id"]]})
	}
	if got := r.Bridge; got != Bridge(want.Bridge) || !got.Closes() || got.Start != want.Start || got.End != want.End {
		t.Errorf("bridge %+v, want %+v", got, want.Bridge)
	}
	checkRetention(t, r, want.NRR, want.GRR, want.Logo)
}

func checkRetention(t *testing.T, r Retention, nrrWant, grrWant, logoWant float64) {
	t.Helper()
	tab := &table{frame: &measure.Frame{Currency: "CNY"}}
	w := &writer{all: true}
	tab.retention(w, &r)
	got := index(w.out)
	for _, c := range []struct {
		metric string
		want   float64
	}{{nrr, nrrWant}, {grr, grrWant}, {logoRetention, logoWant}} {
		if v := got[c.metric]; !v.OK || !near(v.V, c.want) {
			t.Errorf("%s = %v, want %v", c.metric, v.V, c.want)
		}
	}
}

// published is one published example.
type published struct {
	Name                                 string
	Expiring, Booked                     int
	NextQuarter                          int `json:"of_which_next_quarter"`
	PreviousQuarter                      int `json:"of_which_previous_quarter"`
	True                                 float64
	Start, Contraction, Churn, Expansion float64
	GRR, NRR                             float64
	JanDue                               int `json:"jan_due"`
	FebDue                               int `json:"feb_due"`
	Ours                                 struct {
		Jan float64 `json:"jan_cohort"`
		Feb float64 `json:"feb_cohort"`
		Q1  float64 `json:"q1"`
	}
}

func publishedCase(t *testing.T, name string) published {
	t.Helper()
	var all struct{ Cases []published }
	readJSON(t, "renewal_and_retention/expected.json", &all)
	for _, c := range all.Cases {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no published case %q", name)
	return published{}
}

// Concentrix: 90 renewals are booked in the quarter in which 100 contracts
// expire; five of them belong to the next quarter's expiries, three to the
// last's. 82 of the 100 due are renewed.
func TestConcentrix(t *testing.T) {
	w := publishedCase(t, "concentrix in-quarter")
	s := newShop(t, "2024-12-31")
	expire := func(n int, prefix, start, end string, renewals int, sign string) {
		y, m, d := day(t, end).Civil()
		next, last := crm.DateOf(y, m, d+1).String(), crm.DateOf(y+1, m, d).String()
		for i := range n {
			id := fmt.Sprintf("%s%03d", prefix, i)
			s.sell(id, "C"+id, start, end, "100")
			if i < renewals {
				s.sell(id+"r", "C"+id, next, last, "100", func(c *crm.Contract) { c.SignDate = day(t, sign) })
			}
		}
	}
	own := w.Booked - w.NextQuarter - w.PreviousQuarter
	expire(w.Expiring, "q2-", "2023-06-01", "2024-05-31", own, "2024-05-20")
	expire(20, "q3-", "2023-07-16", "2024-07-15", w.NextQuarter, "2024-06-20")
	expire(20, "q1-", "2023-04-01", "2024-03-31", w.PreviousQuarter, "2024-04-10")
	v := judgeBook(s.book(), DefaultOptions()).values(t, "2024-Q2")[contractRate]
	if !near(v.V, w.True) || v.Den != int64(w.Expiring) {
		t.Errorf("contract rate %d/%d, want %v", v.Num, v.Den, w.True)
	}
}

// Adaptive: January's contracts renew in February, in grace. Their windfall
// method says 0 % and 200 %.
func TestAdaptive(t *testing.T) {
	w := publishedCase(t, "adaptive late renewal (windfall method)")
	build := func(asOf string) *judged {
		s := newShop(t, asOf)
		for i := range w.JanDue {
			id := fmt.Sprintf("jan%03d", i)
			s.sell(id, "C"+id, "2023-02-01", "2024-01-31", "1")
			if asOf >= "2024-02-15" {
				s.sell(id+"r", "C"+id, "2024-02-15", "2025-02-14", "1")
			}
		}
		for i := range w.FebDue {
			id := fmt.Sprintf("feb%03d", i)
			s.sell(id, "C"+id, "2023-03-01", "2024-02-29", "1")
			if asOf >= "2024-02-20" {
				s.sell(id+"r", "C"+id, "2024-03-01", "2025-02-28", "1", func(c *crm.Contract) { c.SignDate = day(t, "2024-02-20") })
			}
		}
		return judgeBook(s.book(), DefaultOptions())
	}
	j := build("2024-06-30")
	for period, want := range map[string]float64{"2024-01": w.Ours.Jan, "2024-02": w.Ours.Feb, "2024-Q1": w.Ours.Q1} {
		if v := j.values(t, period)[contractRate]; !near(v.V, want) {
			t.Errorf("%s: %v, want %v", period, v.V, want)
		}
	}
	// At the end of January all of it is pending inside grace.
	if c := build("2024-01-31").company(t, "2024-01"); c.Pending != int64(w.JanDue) || c.Due() != int64(w.JanDue) {
		t.Errorf("January at its end: %d pending of %d, want all", c.Pending, c.Due())
	}
}

// pulserevops: 10.0 at the start, 0.6 contraction, 0.9 churn, 1.8 expansion.
func TestPulserevops(t *testing.T) {
	w := publishedCase(t, "pulserevops GRR/NRR")
	cents := func(x float64) int64 { // the published numbers have one decimal
		return crm.RoundHalfUp(new(big.Rat).SetFloat64(x * 100))
	}
	var r Retention
	for _, c := range [][2]int64{{cents(w.Churn), 0}, {400, 400 - cents(w.Contraction)}, {300, 300 + cents(w.Expansion)},
		{cents(w.Start) - cents(w.Churn) - 700, cents(w.Start) - cents(w.Churn) - 700}} {
		r.count(&Standing{sumOf(Part{1, c[0]}), sumOf(Part{1, c[1]}), true})
	}
	checkRetention(t, r, w.NRR, w.GRR, 3.0/4)
}
