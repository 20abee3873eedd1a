package renewal

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/measure"
)

// expectedCohort is a cohort of the worked case.
type expectedCohort struct {
	Contracts struct {
		Due, Renewed, Churned, Pending int64
		RateToDate                     float64    `json:"rate_to_date"`
		RateBounds                     [2]float64 `json:"rate_bounds"`
		Resolved                       float64    `json:"rate_resolved_only"`
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
	for _, r := range casetest.CSV(t, dir+"successions.csv") {
		s.succeed(r["old_contract"], r["new_contract"], r["signed_date"])
		signed[r["new_contract"]] = r["signed_date"]
	}
	for _, r := range casetest.CSV(t, dir+"contracts.csv") {
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
		Wrong   struct {
			Bookings struct {
				Signed  []crm.ContractID `json:"renewal_contracts_signed_in_2024Q1"`
				TCV     int64            `json:"tcv_signed_cents"`
				OverDue float64          `json:"over_due_acv"`
			} `json:"bookings_in_quarter_over_due_q1"`
			Dropping struct {
				Due     int64 `json:"contracts_due"`
				Renewed int64
				Rate    float64
			} `json:"dropping_terminated_and_notices"`
		}
	}
	casetest.JSON(t, &want, "expiry_cohort_statuses/expected.json")
	j := judgeBook(caseBook(t, want.AsOf), DefaultOptions())

	returned := j.company(t, "2024-04").Returned
	back := j.backs()
	for id, w := range want.Status {
		c, ok := j.cases[id]
		w, why, _ := strings.Cut(w, " ")
		if why != "" { // what replaced it is due at the new end
			heir, due, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(why, "(co-termed into "), ")"), ", due ")
			if x, ok := j.cases[crm.ContractID(heir)]; !ok || x.Day != day(t, due) {
				t.Errorf("%s %s: %+v", id, why, x)
			}
		}
		got := statusWord(c)
		if back[id] != "" {
			got += "_reactivated_later"
		}
		if !ok || got != w {
			t.Errorf("%s: %s, want %s", id, got, w)
		}
	}
	if ids := want.Returns["2024-04"]; returned != int64(len(ids)) || len(ids) != 1 || len(back) != 1 || back["K4"] != ids[0] {
		t.Errorf("2024-04: %d reactivations, %v, want %v", returned, back, ids)
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
	quarter := j.values(t, "2024-Q1")
	checkCohort(t, "2024-Q1", quarter, want.Quarter)

	// What naive tools say of the quarter. Bookings over what was due: signed in
	// it, at their TCV. Without the terminated and those who gave notice (K6, K8,
	// K12): 5 of 7.
	var tcv int64
	for _, id := range want.Wrong.Bookings.Signed {
		for _, c := range j.book.Contracts {
			if c.ID == id {
				tcv += c.Amount.Minor
			}
		}
	}
	naive := want.Wrong.Bookings
	if tcv != naive.TCV || !near(float64(tcv)/float64(quarter[dueACV].Num), naive.OverDue) {
		t.Errorf("bookings %d of %d due, want %+v", tcv, quarter[dueACV].Num, naive)
	}
	dropped := want.Wrong.Dropping
	left := quarter[due].Num - quarter[churned+" reason=notice"].Num - quarter[churned+" reason=terminated"].Num
	if left != dropped.Due || quarter[renewed].Num != dropped.Renewed || !near(float64(dropped.Renewed)/float64(left), dropped.Rate) {
		t.Errorf("without notices and terminations %d of %d, want %+v", quarter[renewed].Num, left, dropped)
	}
	for _, metric := range []string{contractRate, logoRate, grossRate, grossCapped, netRate} {
		if v := quarter[metric].V; near(v, naive.OverDue) || near(v, dropped.Rate) {
			t.Errorf("%s is the naive %v", metric, v)
		}
	}

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

// backs are the reactivations, by the contract that they bring back.
func (j *judged) backs() map[crm.ContractID]crm.ContractID {
	out := map[crm.ContractID]crm.ContractID{}
	all := newArchive(j.book)
	spans := all.joined
	for _, s := range all.bundles {
		spans = append(spans, []span{s})
	}
	for _, s := range spans {
		k := &clerk{desk: j.desk}
		k.judge(all, s...)
		for _, l := range k.links {
			if k.back[l.new] {
				out[k.bundle.contracts[l.old].ID] = k.bundle.contracts[l.new].ID
			}
		}
	}
	return out
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
	// Of those resolved: pending ones are left out. It is shown for contrast, and no metric.
	if r := float64(got[renewed].Num) / float64(got[due].Num-got[pending].Num); !near(r, w.Contracts.Resolved) {
		t.Errorf("%s: %v of the resolved, want %v", name, r, w.Contracts.Resolved)
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
		Wrong  struct {
			WithNew  float64 `json:"end_over_start_incl_new"`
			Uncapped float64 `json:"grr_uncapped_total"`
		}
	}
	casetest.JSON(t, &want, "nrr_grr_bridge/expected.json")
	known := map[string]bool{} // customers before the start, from the notes of events.csv
	for _, r := range casetest.CSV(t, "nrr_grr_bridge/events.csv") {
		known[r["customer_id"]] = strings.Contains(r["note"], "was a customer")
	}
	var r Retention
	for _, row := range casetest.CSV(t, "nrr_grr_bridge/arr.csv") {
		r.count(&Standing{sumOf(Part{1, minor(t, row["arr_start"])}), sumOf(Part{1, minor(t, row["arr_end"])}), known[row["customer_id"]]})
	}
	if got := r.Bridge; got != Bridge(want.Bridge) || !got.Closes() || got.Start != want.Start || got.End != want.End {
		t.Errorf("bridge %+v, want %+v", got, want.Bridge)
	}
	checkRetention(t, r, want.NRR, want.GRR, want.Logo)
	// New customers would make it grow; a cap on the total is no cap.
	if x := float64(r.Bridge.End) / float64(r.Bridge.Start); !near(x, want.Wrong.WithNew) || near(r.End.over(r.Start), x) {
		t.Errorf("end over start %v, want %v, which is not NRR", x, want.Wrong.WithNew)
	}
	if x := min(r.End.over(r.Start), 1); !near(x, want.Wrong.Uncapped) || near(r.Capped.over(r.Start), x) {
		t.Errorf("capped in total %v, want %v, which is not GRR", x, want.Wrong.Uncapped)
	}
}

// The case's customers as contracts from the end of 2023 to that of 2024, twelve
// months each but for those that events.csv tells of. Point to point they give
// its bridge; the twelve monthly bridges sum to its flows, in which C7 churns and
// comes back and old customers' returns improve the rate.
func TestFlowsAgainstPoints(t *testing.T) {
	var want struct {
		Bridge struct{ Start, New, Reactivation, Expansion, Contraction, Churn, End int64 }
		NRR    float64 `json:"nrr"`
		Flow   struct {
			Churn        int64   `json:"churn_cents"`
			Contraction  int64   `json:"contraction_cents"`
			Expansion    int64   `json:"expansion_cents"`
			Reactivation int64   `json:"reactivation_cents"`
			Gross        float64 `json:"gross_churn_rate"`
			Net          float64 `json:"net_churn_rate_chartmogul"`
		} `json:"flow_based"`
	}
	casetest.JSON(t, &want, "nrr_grr_bridge/expected.json")
	s := newShop(t, "2024-12-31")
	at := map[string][2]string{}
	for _, r := range casetest.CSV(t, "nrr_grr_bridge/arr.csv") {
		at[r["customer_id"]] = [2]string{r["arr_start"], r["arr_end"]}
	}
	for _, c := range []string{"C1", "C2", "C3", "C4"} {
		s.sell(c+"a", c, "2023-05-01", "2024-04-30", at[c][0])
		if c != "C4" {
			s.sell(c+"b", c, "2024-05-01", "2025-04-30", at[c][1])
		}
	}
	s.sell("C5a", "C5", "2024-03-01", "2025-02-28", at["C5"][1])
	s.sell("C6a", "C6", "2022-01-01", "2022-12-31", "100.00")
	s.sell("C6b", "C6", "2024-08-01", "2025-07-31", at["C6"][1])
	s.sell("C7a", "C7", "2023-06-01", "2024-05-31", at["C7"][0])
	s.sell("C7b", "C7", "2024-09-01", "2025-08-31", at["C7"][1])

	b := s.book()
	j := judgeBook(b, DefaultOptions())
	year := j.frame.Current[crm.Year]
	whole := j.retentions(year)[measure.Slot{Scope: crm.Root, Period: year}]
	if whole.Bridge != Bridge(want.Bridge) || !near(whole.End.over(whole.Start), want.NRR) {
		t.Errorf("point to point %+v, want %+v", whole.Bridge, want.Bridge)
	}
	o := DefaultOptions()
	o.RetentionMonths = 1
	j = judgeBook(b, o)
	months := append(slices.Clone(j.frame.Before[crm.Month][1:]), j.frame.Current[crm.Month])
	var flow Bridge
	for slot, r := range j.retentions(months...) {
		if slot.Scope == crm.Root {
			flow.New += r.Bridge.New
			flow.Churn -= r.Bridge.Churn
			flow.Contraction -= r.Bridge.Contraction
			flow.Expansion += r.Bridge.Expansion
			flow.Reactivation += r.Bridge.Reactivation
		}
	}
	f := want.Flow
	if got := (Bridge{New: want.Bridge.New, Reactivation: f.Reactivation, Expansion: f.Expansion, Contraction: f.Contraction, Churn: f.Churn}); flow != got {
		t.Errorf("flows %+v, want %+v", flow, got)
	}
	start := float64(whole.Bridge.Start)
	gross, net := float64(flow.Churn+flow.Contraction)/start, float64(flow.Churn+flow.Contraction-flow.Expansion-flow.Reactivation)/start
	if !near(gross, f.Gross) || !near(net, f.Net) || near(1-whole.End.over(whole.Start), net) {
		t.Errorf("gross churn %v and net %v, want %v and %v, which are not what is retained", gross, net, f.Gross, f.Net)
	}
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
	Naive                                float64
	End, New                             float64
	GrossChurn                           float64 `json:"gross_churn"`
	NetChurn                             float64 `json:"net_churn"`
	TheirJan                             float64 `json:"their_jan"`
	TheirFeb                             float64 `json:"their_feb"`
	TheirQ1                              float64 `json:"their_q1"`
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
	casetest.JSON(t, &all, "renewal_and_retention/expected.json")
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
	if booked := float64(w.Booked) / float64(w.Expiring); !near(booked, w.Naive) || near(v.V, w.Naive) {
		t.Errorf("booked over expiring is %v, want the naive %v", booked, w.Naive)
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
	// Theirs, what was signed over what was due, agree over the quarter only.
	signed := map[string]int{}
	for _, c := range j.book.Contracts {
		if strings.HasSuffix(string(c.ID), "r") {
			signed[c.SignDate.String()[:7]]++
		}
	}
	jan, feb := float64(signed["2024-01"])/float64(w.JanDue), float64(signed["2024-02"])/float64(w.FebDue)
	if jan != w.TheirJan || feb != w.TheirFeb || near(jan, w.Ours.Jan) || near(feb, w.Ours.Feb) || !near(w.TheirQ1, w.Ours.Q1) {
		t.Errorf("their %v, %v, %v; want %v, %v", jan, feb, w.TheirQ1, w.TheirJan, w.TheirFeb)
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

// ChartMogul: of 100, 10 churn, 10 are lost by contraction and 10 won by
// expansion: gross churn 20 %, net 10 %. Shopify's net churn of 100 that became
// 120 with 10 of new customers is −10 %. Without flows that come back within the
// period, net churn is 1 − NRR and gross churn 1 − GRR.
func TestChartMogul(t *testing.T) {
	count := func(pairs ...[2]float64) Retention {
		var r Retention
		for _, p := range pairs {
			r.count(&Standing{sumOf(Part{1, int64(p[0] * 100)}), sumOf(Part{1, int64(p[1] * 100)}), false})
		}
		return r
	}
	w := publishedCase(t, "chartmogul")
	rest := w.Start - w.Churn - 50
	r := count([2]float64{w.Churn, 0}, [2]float64{50, 50 - w.Contraction}, [2]float64{rest, rest + w.Expansion})
	checkRetention(t, r, 1-w.NetChurn, 1-w.GrossChurn, 2.0/3)
	b := r.Bridge
	if lost := -b.Churn - b.Contraction; !near(float64(lost)/float64(b.Start), w.GrossChurn) || !near(float64(lost-b.Expansion)/float64(b.Start), w.NetChurn) {
		t.Errorf("bridge %+v, want gross churn %v and net %v", b, w.GrossChurn, w.NetChurn)
	}
	w = publishedCase(t, "chartmogul shopify net")
	r = count([2]float64{w.Start, w.End - w.New}, [2]float64{0, w.New})
	checkRetention(t, r, 1-w.NetChurn, 1, 1)
	if r.Bridge.New != int64(w.New*100) || r.Bridge.End != int64(w.End*100) {
		t.Errorf("bridge %+v", r.Bridge)
	}
}
