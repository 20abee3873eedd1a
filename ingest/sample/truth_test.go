package sample

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"crmreport/ingest/crm"
)

// export is a sample read back by plain scanning, with nothing of the
// generator in it.
type export struct {
	shelf
	truth  *Truth
	teamOf map[string]string // home team's path by rep
	tables map[string][]map[string]string
}

// defaults is the default sample, read once for all tests: nobody changes it.
var defaults = sync.OnceValue(func() *export {
	s := shelf{}
	truth, err := WriteTo(s.create, Options{})
	if err != nil {
		return nil
	}
	return s.export(truth)
})

func read(t testing.TB, o Options) *export {
	t.Helper()
	if o == (Options{}) {
		if e := defaults(); e != nil {
			return e
		}
	}
	s, truth := write(t, o)
	return s.export(truth)
}

func (s shelf) export(truth *Truth) *export {
	e := &export{s, truth, map[string]string{}, map[string][]map[string]string{}}
	for _, n := range Tables() {
		e.tables[n] = s.rows(n)
	}
	for _, r := range e.tables["reps"] {
		if r["role"] == "rep" && e.teamOf[r["rep_id"]] == "" {
			e.teamOf[r["rep_id"]] = r["region"] + "/" + r["area"] + "/" + r["team"]
		}
	}
	return e
}

func (e *export) inQuarter(s string) bool {
	return s >= e.truth.QuarterFrom.String() && s[:10] <= e.truth.QuarterTo.String()
}

// counted calls f for each visit that counts: distinct, a visit, in the
// quarter, not failed.
func (e *export) counted(f func(v map[string]string, valid bool)) {
	seen := map[string]bool{}
	for _, v := range e.tables["visits"] {
		if seen[v["visit_id"]] || v["channel"] != "visit" || v["audit_status"] == "failed" || !e.inQuarter(v["start_at"]) {
			continue
		}
		seen[v["visit_id"]] = true
		f(v, (v["met_role"] == "KP" || v["met_role"] == "driver") && v["pitched"] == "1" && v["rejection"] != "explicit" && v["rejection"] != "")
	}
}

type tally struct{ visits, valid, signings int64 }

func (e *export) tally(unit func(rep, day string) string) map[string]tally {
	out := map[string]tally{}
	e.counted(func(v map[string]string, valid bool) {
		u := unit(v["rep_id"], v["start_at"][:10])
		c := out[u]
		c.visits++
		if valid {
			c.valid++
		}
		out[u] = c
	})
	for _, k := range e.tables["contracts"] {
		if k["type"] == "new" && k["status"] != "void" && e.inQuarter(k["sign_date"]) {
			u := unit(k["rep_id"], k["sign_date"])
			c := out[u]
			c.signings++
			out[u] = c
		}
	}
	return out
}

func TestTeamsDoWhatTheTruthSays(t *testing.T) {
	for _, o := range []Options{{}, {Reps: 80, Weeks: 16, Seed: 9}, {Reps: 80, Seed: 4, End: crm.DateOf(2025, 3, 30)}} {
		e := read(t, o)
		by := e.tally(func(rep, _ string) string { return e.teamOf[rep] })
		x := e.truth
		if x.ShortOfVisits == nil || x.Invalid == nil || x.NotSigning == nil {
			t.Fatalf("absent: %v", x.Absent)
		}
		for _, m := range []*TeamTruth{x.ShortOfVisits, x.Invalid, x.NotSigning} {
			if got := by[m.Unit]; got != (tally{m.Visits, m.Valid, m.Signings}) {
				t.Errorf("%s: the files have %v, Truth %+v", m.Unit, got, m)
			}
		}
		rate := func(a, b int64) float64 { return float64(a) / float64(b) }
		between := func(what string, x, lo, hi float64) {
			if x < lo || x > hi {
				t.Errorf("%s is %.3f, want %.2f to %.2f", what, x, lo, hi)
			}
		}
		n := x.Ordinary
		between("ordinary visits of plan", rate(n.Visits, n.PlanVisits), 0.95, 1.07)
		between("ordinary valid share", rate(n.Valid, n.Visits), 0.24, 0.30)
		between("ordinary golden index", rate(8*n.Signings, n.Valid), 0.85, 1.15)
		between("short: visits of plan", rate(x.ShortOfVisits.Visits, x.ShortOfVisits.PlanVisits), 0.50, 0.62)
		between("short: valid share", rate(x.ShortOfVisits.Valid, x.ShortOfVisits.Visits), 0.23, 0.31)
		between("short: golden index", rate(8*x.ShortOfVisits.Signings, x.ShortOfVisits.Valid), 0.7, 1.35)
		between("invalid: visits of plan", rate(x.Invalid.Visits, x.Invalid.PlanVisits), 0.95, 1.08)
		between("invalid: valid share against ordinary", rate(x.Invalid.Valid, x.Invalid.Visits)/rate(n.Valid, n.Visits), 0.27, 0.40)
		between("not signing: visits of plan", rate(x.NotSigning.Visits, x.NotSigning.PlanVisits), 0.95, 1.08)
		between("not signing: valid share", rate(x.NotSigning.Valid, x.NotSigning.Visits), 0.23, 0.31)
		between("not signing: golden index", rate(8*x.NotSigning.Signings, x.NotSigning.Valid), 0.15, 0.50)
		// Garwood's upper bound of S is below S + 2√S + 3.
		if k := float64(x.NotSigning.Signings); 8*(k+2*math.Sqrt(k)+3) >= float64(x.NotSigning.Valid) {
			t.Errorf("not signing: %v signings of %d valid visits do not exclude the rule", k, x.NotSigning.Valid)
		}
	}
}

func TestMoverCountsInBothTeams(t *testing.T) {
	e := read(t, Options{})
	m := e.truth.Mover
	if m == nil {
		t.Fatal(e.truth.Absent)
	}
	by := e.tally(func(rep, day string) string {
		if rep != m.Rep {
			return ""
		}
		if day >= m.MovedOn.String() {
			return m.NewUnit
		}
		return m.OldUnit
	})
	for u, want := range map[string]MoverCount{m.OldUnit: m.Before, m.NewUnit: m.After} {
		if got := by[u]; got != (tally{want.Visits, want.Valid, want.Signings}) || got.visits == 0 || got.signings == 0 {
			t.Errorf("%s: the files have %v, Truth %v", u, got, want)
		}
	}
	var spells []string
	for _, r := range e.tables["reps"] {
		if r["rep_id"] == m.Rep {
			spells = append(spells, r["region"]+"/"+r["area"]+"/"+r["team"]+" "+r["valid_from"]+" "+r["valid_to"])
		}
	}
	if len(spells) != 2 || !strings.HasSuffix(spells[0], " "+(m.MovedOn-1).String()) || !strings.Contains(spells[1], m.NewUnit+" "+m.MovedOn.String()) {
		t.Errorf("rows of reps: %q", spells)
	}
}

// signed adds up the contracts that count in a month, by key.
func (e *export) signed(t testing.TB, month string, key func(rep string) string) map[string]int64 {
	out := map[string]int64{}
	for _, k := range e.tables["contracts"] {
		if k["status"] != "void" && strings.HasPrefix(k["sign_date"], month) && k["currency"] == "CNY" {
			out[key(k["rep_id"])] += cents(t, k["amount"])
		}
	}
	return out
}

// TestForecastsOfThePlot recomputes what counts from the files: the last
// submission by 18:00 of its day, times the index.
func TestForecastsOfThePlot(t *testing.T) {
	e := read(t, Options{})
	said := func(month, rep string) (sum int64) {
		n := 0
		for _, f := range e.tables["forecasts"] {
			if f["period"] == month && f["rep_id"] == rep {
				n++
				sum = cents(t, f["amount"])
				if f["submitted_at"][11:] > "18:00" || f["submitted_by"] != rep {
					t.Errorf("%s %s: submitted at %s by %s", rep, month, f["submitted_at"], f["submitted_by"])
				}
			}
		}
		if n != 1 {
			t.Errorf("%s %s: %d submissions, want 1", rep, month, n)
		}
		return sum
	}
	sand := e.truth.Sandbagger
	if len(sand.Months) != len(e.truth.ClosedMonths) || len(sand.Months) != 5 {
		t.Fatalf("sandbagger: %d months, closed: %v", len(sand.Months), e.truth.ClosedMonths)
	}
	for _, m := range sand.Months {
		actual := e.signed(t, m.Period, func(r string) string { return r })[sand.Rep]
		if m.Actual != actual || m.Forecast != said(m.Period, sand.Rep) {
			t.Errorf("%s: Truth %+v, the files have actual %d", m.Period, m, actual)
		}
		if 2*m.Actual < 3*m.Forecast || m.Forecast == 0 {
			t.Errorf("%s: actual %d is not 1.5 × %d", m.Period, m.Actual, m.Forecast)
		}
	}
	over := e.truth.Overconfident
	index := map[string]string{}
	for _, c := range e.tables["confidence"] {
		index[c["period"]+" "+c["subject_id"]] = c["index"] + " by " + c["given_by"]
	}
	if len(over.Months) != len(e.truth.ClosedMonths) {
		t.Fatalf("%d months", len(over.Months))
	}
	for _, m := range over.Months {
		var f int64
		for rep, team := range e.teamOf {
			if team == over.Unit {
				f += said(m.Period, rep)
				if got := index[m.Period+" "+rep]; got != "1.3 by "+over.Supervisor {
					t.Errorf("%s %s: index %q", m.Period, rep, got)
				}
			}
		}
		if got := index[m.Period+" "+over.Supervisor]; !strings.HasPrefix(got, "1 by A") {
			t.Errorf("%s: the supervisor has %q", m.Period, got)
		}
		actual := e.signed(t, m.Period, func(r string) string { return e.teamOf[r] })[over.Unit]
		if f != m.Forecast || f*13/10 != m.HandedUp || actual != m.Actual {
			t.Errorf("%s: Truth %+v, the files have %d and %d", m.Period, m, f, actual)
		}
		if 10*(m.HandedUp-m.Actual) <= m.HandedUp {
			t.Errorf("%s: %d handed up, %d came: within 10 %%", m.Period, m.HandedUp, m.Actual)
		}
	}
	if got := e.days(t, over.Unit); got != over.Days || got.Hits == 0 || got.Hits == got.Submitted {
		t.Errorf("day forecasts: Truth %+v, the files have %+v", over.Days, got)
	}
}

// days counts a team's day forecasts of the quarter that came in time.
func (e *export) days(t *testing.T, unit string) (d DayTruth) {
	for _, f := range e.tables["forecasts"] {
		day := f["period"]
		if len(day) != len("2025-06-02") || e.teamOf[f["rep_id"]] != unit || f["submitted_at"] > day || !e.inQuarter(day) {
			continue
		}
		said := cents(t, f["amount"])
		came := e.signed(t, day, func(r string) string { return r })[f["rep_id"]]
		d.Submitted++
		d.Forecast, d.Actual, d.Absolute = d.Forecast+said, d.Actual+came, d.Absolute+max(said-came, came-said)
		if 10*max(said-came, came-said) <= said {
			d.Hits++
		}
	}
	return d
}

// TestForecastsArePlausible: of ordinary reps many months are within ten per
// cent, and not all.
func TestForecastsArePlausible(t *testing.T) {
	e := read(t, Options{})
	hit, all := 0, 0
	for _, m := range e.truth.ClosedMonths {
		actual := e.signed(t, m, func(r string) string { return r })
		seen := map[string]bool{}
		for _, f := range e.tables["forecasts"] {
			if f["period"] != m || seen[f["rep_id"]] {
				continue
			}
			seen[f["rep_id"]] = true
			a, b := actual[f["rep_id"]], cents(t, f["amount"])
			all++
			if max(a-b, b-a)*10 <= b {
				hit++
			}
		}
	}
	if all < 900 || 10*hit < 4*all || 10*hit > 9*all {
		t.Errorf("%d of %d within ten per cent", hit, all)
	}
}

func TestFakersFake(t *testing.T) {
	e := read(t, Options{})
	if len(e.truth.Fakers) != 6 {
		t.Fatalf("%d fakers: %v", len(e.truth.Fakers), e.truth.Absent)
	}
	works := map[string]bool{}
	for _, c := range e.tables["calendar"] {
		works[c["date"]+c["region"]] = c["is_workday"] == "1"
	}
	for _, f := range e.truth.Fakers {
		region, _, _ := strings.Cut(f.Unit, "/")
		off := func(d string) bool {
			if w, ok := works[d+region]; ok {
				return !w
			}
			return !works[d]
		}
		minute, perDay, notes := map[string]map[string]bool{}, map[string][]string{}, map[string]bool{}
		var mine []map[string]string
		for _, v := range e.tables["visits"] {
			if v["rep_id"] == f.Rep && v["channel"] == "visit" && e.inQuarter(v["start_at"]) {
				mine = append(mine, v)
				if minute[v["start_at"]] == nil {
					minute[v["start_at"]] = map[string]bool{}
				}
				minute[v["start_at"]][v["customer_id"]] = true
				perDay[v["start_at"][:10]] = append(perDay[v["start_at"][:10]], v["visit_id"])
			}
		}
		var visits, failed int64
		days := map[string]bool{}
		seen := map[string]bool{}
		for _, v := range mine {
			d := v["start_at"][:10]
			if seen[v["visit_id"]] || !map[FakePattern]bool{
				SameMinute:  len(minute[v["start_at"]]) > 1,
				ManyPerDay:  len(perDay[d]) > 20,
				Night:       v["start_at"][11:13] == "23",
				DayOff:      off(d),
				CopiedNotes: v["note"] == f.Note,
				DailyRun:    v["customer_id"] == f.Customer,
			}[f.Pattern] {
				continue
			}
			seen[v["visit_id"]] = true
			visits++
			days[d] = true
			notes[v["customer_id"]] = true
			if v["audit_status"] == "failed" {
				failed++
			}
			if f.Pattern == DailyRun && v["met_role"] != "other" {
				t.Errorf("%s: a visit of the run met %s", f.Rep, v["met_role"])
			}
		}
		if visits != f.Visits || int64(len(days)) != f.Days || failed != f.Failed || failed == 0 {
			t.Errorf("%s %s: the files have %d visits, %d days, %d failed; Truth %+v", f.Rep, f.Pattern, visits, len(days), failed, f)
		}
		switch f.Pattern {
		case CopiedNotes:
			if int64(len(notes)) != f.Customers || f.Customers < 10 {
				t.Errorf("one note at %d customers, Truth %d", len(notes), f.Customers)
			}
		case DailyRun:
			worked := int64(0)
			for d := f.From; d <= f.To; d++ {
				if !off(d.String()) {
					worked++
				}
			}
			if worked != f.Days || f.Days < 10 {
				t.Errorf("%d working days from %v to %v, %d visited", worked, f.From, f.To, f.Days)
			}
		}
	}
}

// TestNobodyElseLooksFaked: honest reps show none of the patterns, or the
// report's list would drown the fakers.
func TestNobodyElseLooksFaked(t *testing.T) {
	e := read(t, Options{Reps: 120, Seed: 5})
	faker := map[string]bool{}
	for _, f := range e.truth.Fakers {
		faker[f.Rep] = true
	}
	at, customers, perDay := map[string]string{}, map[string]map[string]bool{}, map[string]int{}
	seen := map[string]bool{}
	for _, v := range e.tables["visits"] {
		r := v["rep_id"]
		if seen[v["visit_id"]] || faker[r] || v["channel"] != "visit" {
			continue
		}
		seen[v["visit_id"]] = true
		if other, ok := at[r+v["start_at"]]; ok && other != v["customer_id"] {
			t.Fatalf("%s: two customers at %s", r, v["start_at"])
		}
		at[r+v["start_at"]] = v["customer_id"]
		if h := v["start_at"][11:13]; h < "07" || h > "20" {
			t.Fatalf("%s: a visit at %s", r, v["start_at"])
		}
		if perDay[r+v["start_at"][:10]]++; perDay[r+v["start_at"][:10]] > 20 {
			t.Fatalf("%s: more than 20 visits on %s", r, v["start_at"][:10])
		}
		key := r + "|" + v["start_at"][:10] + "|" + v["customer_id"]
		if perDay[key]++; perDay[key] > 1 {
			t.Fatalf("twice on a day: %s", key)
		}
		if v["note"] != "" {
			key := r + v["note"]
			if customers[key] == nil {
				customers[key] = map[string]bool{}
			}
			if customers[key][v["customer_id"]] = true; len(customers[key]) > 3 {
				t.Fatalf("%s: note %q at %d customers", r, v["note"], len(customers[key]))
			}
		}
	}
}

func TestStalledDeals(t *testing.T) {
	e := read(t, Options{})
	limits := map[string]int{}
	for _, d := range crm.DefaultPipeline().Stages {
		limits[d.ID] = d.LimitDays
	}
	last := map[string]string{} // entry into the present stage: rows of one stage in a row count once
	stage := map[string]string{}
	for _, h := range e.tables["stage_history"] {
		if stage[h["deal_id"]] != h["stage"] {
			stage[h["deal_id"]], last[h["deal_id"]] = h["stage"], h["changed_at"]
		}
	}
	var got StalledTruth
	for _, d := range e.tables["deals"] {
		if d["status"] != "open" {
			continue
		}
		if stage[d["deal_id"]] != d["stage"] {
			t.Fatalf("%s stands in %s, its history ends in %s", d["deal_id"], d["stage"], stage[d["deal_id"]])
		}
		age := int(e.truth.Options.End - day(t, last[d["deal_id"]]))
		limit := limits[d["stage"]]
		if age >= limit-2 && age <= limit+2 {
			t.Errorf("%s: %d days in %s are too close to its limit", d["deal_id"], age, d["stage"])
		}
		mine := strings.HasPrefix(e.teamOf[d["rep_id"]], e.truth.Stalled.Region+"/")
		got.OpenTotal++
		if mine {
			got.Open++
		}
		switch {
		case age <= limit:
		case !mine:
			got.Elsewhere++
		case d["stage"] == "proposal":
			got.Proposal++
		default:
			got.OtherStages++
		}
	}
	got.Region = e.truth.Stalled.Region
	if got != *e.truth.Stalled {
		t.Errorf("the files have %+v, Truth %+v", got, *e.truth.Stalled)
	}
	if got.Proposal < 15 || 5*got.Elsewhere > 2*got.Proposal {
		t.Errorf("%d stalled proposals in the region, %d stalled elsewhere", got.Proposal, got.Elsewhere)
	}
}

func TestRenewalLists(t *testing.T) {
	for _, o := range []Options{{}, {Reps: 40, Weeks: 60, Seed: 3, End: crm.DateOf(2025, 4, 20)}} {
		e := read(t, o)
		q, end := e.truth.Quarter, e.truth.Options.End
		next := map[string]crm.Date{}
		for _, k := range e.tables["contracts"] {
			if p := k["predecessor_id"]; p != "" {
				next[p] = day(t, k["sign_date"])
			}
		}
		for _, s := range e.tables["successions"] {
			next[s["old_contract"]] = day(t, s["signed_date"])
		}
		var got RenewalTruth
		for _, k := range e.tables["contracts"] {
			if k["renewable"] != "1" || k["status"] == "void" || k["status"] == "superseded" {
				continue
			}
			id, last := k["contract_id"], day(t, k["end"])
			s, signed := next[id]
			if signed && s > last+30 && q.Contains(s) {
				got.Reactivated = append(got.Reactivated, id)
			}
			if !q.Contains(last) {
				continue
			}
			got.Due++
			l := &got.Churned
			switch {
			case signed && s.String()[:7] < last.String()[:7]:
				l = &got.Early
			case signed && s <= last:
				l = &got.OnTime
			case signed && s <= last+30:
				l = &got.Late
			case signed:
			case k["status"] == "notice":
				l = &got.Notice
			case k["status"] == "terminated":
				l = &got.Terminated
			case last+30 >= end:
				l = &got.Pending
			}
			*l = append(*l, id)
		}
		want := e.truth.Renewals
		if got.Due != want.Due {
			t.Errorf("%s: %d due, Truth %d", name(o), got.Due, want.Due)
		}
		for what, l := range map[string][2][]string{"early": {got.Early, want.Early}, "on time": {got.OnTime, want.OnTime},
			"late": {got.Late, want.Late}, "pending": {got.Pending, want.Pending}, "churned": {got.Churned, want.Churned},
			"notice": {got.Notice, want.Notice}, "terminated": {got.Terminated, want.Terminated},
			"reactivated": {got.Reactivated, want.Reactivated}} {
			slices.Sort(l[0])
			w := slices.Sorted(slices.Values(l[1]))
			if !slices.Equal(l[0], w) {
				t.Errorf("%s %s: the files have %d, Truth %d", name(o), what, len(l[0]), len(w))
			}
			if len(w) == 0 && o.Reps == 0 {
				t.Errorf("nobody %s", what)
			}
		}
	}
}

// TestBadDebt recomputes clawback and restitution by hand: 215,000.00 gross is
// 202,830.19 without 6 % VAT; half of it at 8 % is 8,113.2076 → 8,113.21, a
// fifth 3,245.2830 → 3,245.28.
func TestBadDebt(t *testing.T) {
	e := read(t, Options{})
	w := e.truth.WriteOff
	if w.Base != 20283019 || w.Clawback != 811321 || w.Restitution != 324528 || w.WrongClawback != 1014151 {
		t.Errorf("write-off: %+v", w)
	}
	// 84,800.00 gross is 80,000.00 without VAT; all of it at 10 % is 8,000.00.
	if l := e.truth.Leaver; l.Base != 8000000 || l.Clawback != 800000 || l.WriteOffDate <= l.LeftOn {
		t.Errorf("leaver: %+v", l)
	}
	for _, b := range []*BadDebtTruth{w, e.truth.Leaver} {
		var off, back int64
		for _, a := range e.tables["adjustments"] {
			if a["contract_id"] != b.Contract {
				continue
			}
			if !e.inQuarter(a["date"]) {
				t.Errorf("%s on %s is outside the quarter", a["kind"], a["date"])
			}
			if a["kind"] == "write_off" {
				off += cents(t, a["amount"])
			} else {
				back += cents(t, a["amount"])
			}
		}
		if off != b.WrittenOff || back != b.Recovered {
			t.Errorf("%s: %d written off, %d recovered, Truth %+v", b.Contract, off, back, b)
		}
		var open, base int64
		for _, i := range e.tables["invoices"] {
			if i["contract_id"] == b.Contract {
				open += cents(t, i["amount"])
			}
		}
		for _, p := range e.tables["payments"] {
			if p["invoice_id"] == b.Invoice {
				open -= cents(t, p["amount"])
			}
		}
		if open != off {
			t.Errorf("%s: %d open, %d written off", b.Contract, open, off)
		}
		for _, k := range e.tables["contracts"] {
			if k["contract_id"] == b.Contract {
				base = cents(t, k["base_ex_vat"])
				if k["rep_id"] != b.Rep || k["sign_date"] != b.SignDate.String() {
					t.Errorf("%s: %v", b.Contract, k)
				}
			}
		}
		rate := big.NewRat(0, 1)
		for _, r := range e.tables["commission_rates"] {
			if r["plan"] == "booking" && r["type"] == "new" && r["valid_from"] <= b.SignDate.String() &&
				(r["valid_to"] == "" || r["valid_to"] >= b.SignDate.String()) {
				rate.SetString(r["rate"])
			}
		}
		x := new(big.Rat).Mul(rate, big.NewRat(base, 1))
		x.Mul(x, big.NewRat(off, b.Gross))
		if got := crm.RoundHalfUp(x); got != b.Clawback {
			t.Errorf("%s: clawback %d, Truth %d", b.Contract, got, b.Clawback)
		}
		if w.SignDate >= crm.DateOf(2025, 1, 1) || w.WriteOffDate > w.SignDate.AddMonths(12) {
			t.Errorf("signed %v, written off %v", w.SignDate, w.WriteOffDate)
		}
	}
}

// TestReferencesHold: what a row points to exists, and nothing is dated after
// the last day that should not be.
func TestReferencesHold(t *testing.T) {
	for _, o := range sizes() {
		e := read(t, o)
		ids := func(table, column string) map[string]bool {
			m := map[string]bool{}
			for _, r := range e.tables[table] {
				m[r[column]] = true
			}
			return m
		}
		reps, customers := ids("reps", "rep_id"), ids("customers", "customer_id")
		contracts, deals, invoices := ids("contracts", "contract_id"), ids("deals", "deal_id"), ids("invoices", "invoice_id")
		visits := ids("visits", "visit_id")
		refs := map[string]map[string]bool{"rep_id": reps, "manager_id": reps, "coach_id": reps, "submitted_by": reps,
			"given_by": reps, "subject_id": reps, "customer_id": customers, "contract_id": contracts,
			"predecessor_id": contracts, "old_contract": contracts, "new_contract": contracts, "deal_id": deals,
			"invoice_id": invoices, "visit_id": visits}
		dated := map[string]string{"visits": "start_at entered_at", "grades": "date", "deals": "created_at closed_at",
			"stage_history": "changed_at", "contracts": "sign_date status_date", "forecasts": "submitted_at",
			"confidence": "submitted_at", "invoices": "invoice_date", "payments": "date", "adjustments": "date",
			"leads": "created_at assigned_at first_follow_up_at reclaimed_at status_at", "coaching": "date feedback_at",
			"cases": "opened_at closed_at", "roster": "date", "ownership": "valid_from", "successions": "signed_date",
			"pool_moves": "date", "fx_rates": "date", "audits": "date", "reps": "hired_on left_on valid_from",
			"customers": "created_at"}
		end := e.truth.Options.End.String() + "U"
		for _, s := range schemas() {
			for _, r := range e.tables[s.name] {
				for _, c := range s.columns {
					if m := refs[c]; m != nil && r[c] != "" && !m[r[c]] {
						t.Fatalf("%s %s: %s %q does not exist", name(o), s.name, c, r[c])
					}
				}
				for _, c := range strings.Fields(dated[s.name]) {
					if r[c] > end {
						t.Fatalf("%s %s: %s %s is after the last day", name(o), s.name, c, r[c])
					}
				}
			}
		}
		e.sums(t, o)
	}
}

// sums checks what has to add up.
func (e *export) sums(t *testing.T, o Options) {
	shares := map[string]float64{}
	for _, s := range e.tables["credit_splits"] {
		if s["credit_type"] == "sale" {
			x, err := strconv.ParseFloat(s["share"], 64)
			if err != nil {
				t.Fatal(err)
			}
			shares[s["contract_id"]] += x
		}
	}
	for k, x := range shares {
		if x < 1-1e-9 || x > 1+1e-9 {
			t.Errorf("%s: shares of %s sum to %v", name(o), k, x)
		}
	}
	billed, paid, amounts := map[string]int64{}, map[string]int64{}, map[string]int64{}
	perContract := map[string]int64{}
	for _, i := range e.tables["invoices"] {
		billed[i["invoice_id"]] += cents(t, i["amount"])
		perContract[i["contract_id"]] += cents(t, i["amount"])
	}
	for _, p := range e.tables["payments"] {
		x := cents(t, p["amount"])
		if p["kind"] == "refund" {
			x = -x
		}
		paid[p["invoice_id"]] += x
	}
	for _, a := range e.tables["adjustments"] {
		if a["kind"] != "recovery" {
			paid[a["invoice_id"]] += cents(t, a["amount"])
		}
	}
	for i, x := range paid {
		if i != "" && x > billed[i] {
			t.Errorf("%s: %s: %d paid or written off of %d", name(o), i, x, billed[i])
		}
	}
	for _, k := range e.tables["contracts"] {
		a := cents(t, k["amount"])
		amounts[k["contract_id"]] = a
		// 106 × base is within 53 cents × 100 of 100 × gross: rounded to the cent.
		if d := 106*cents(t, k["base_ex_vat"]) - 100*a; d > 53 || d < -53 {
			t.Errorf("%s: %s: base %s of %s", name(o), k["contract_id"], k["base_ex_vat"], k["amount"])
		}
		if k["start"] < k["sign_date"] && k["type"] == "new" || k["end"] < k["start"] {
			t.Errorf("%s: %s: signed %s, runs %s to %s", name(o), k["contract_id"], k["sign_date"], k["start"], k["end"])
		}
	}
	for k, x := range perContract {
		if amounts[k] != x {
			t.Errorf("%s: %s: %d billed of %d", name(o), k, x, amounts[k])
		}
	}
	status := map[string]string{}
	for _, v := range e.tables["visits"] {
		status[v["visit_id"]] = v["audit_status"]
	}
	for _, a := range e.tables["audits"] {
		if status[a["visit_id"]] != a["result"] {
			t.Errorf("%s: %s was audited %s and says %s", name(o), a["visit_id"], a["result"], status[a["visit_id"]])
		}
	}
}

// TestSigningsFollowVisits: nearly all new contracts in the window were signed
// by the rep who had a valid visit there in the 60 days before.
func TestSigningsFollowVisits(t *testing.T) {
	e := read(t, Options{})
	valid := map[string][]crm.Date{}
	for _, v := range e.tables["visits"] {
		if v["channel"] == "visit" && v["audit_status"] != "failed" && (v["met_role"] == "KP" || v["met_role"] == "driver") && v["pitched"] == "1" && v["rejection"] != "explicit" {
			k := v["rep_id"] + v["customer_id"]
			valid[k] = append(valid[k], day(t, v["start_at"]))
		}
	}
	with, without := 0, 0
	for _, k := range e.tables["contracts"] {
		if k["type"] != "new" || k["status"] == "void" || !e.inQuarter(k["sign_date"]) {
			continue
		}
		s, ok := day(t, k["sign_date"]), false
		for _, v := range valid[k["rep_id"]+k["customer_id"]] {
			ok = ok || (v <= s && s-v <= 60)
		}
		if ok {
			with++
		} else {
			without++
		}
	}
	if without == 0 || 20*without > with {
		t.Errorf("%d signings after a valid visit, %d without", with, without)
	}
}

func TestWhatDoesNotFitIsNamed(t *testing.T) {
	x := read(t, Options{Reps: 10}).truth
	if x.ShortOfVisits != nil || x.Stalled != nil || x.Mover != nil || len(x.Absent) == 0 {
		t.Errorf("one team: %+v", x)
	}
	if x.WriteOff == nil || x.Sandbagger == nil || x.Leaver == nil || len(x.Fakers) == 0 {
		t.Errorf("one team has no rep with a part: %v", x.Absent)
	}
	x = read(t, Options{Reps: 40, Weeks: 3}).truth
	if x.NotSigning != nil || x.WriteOff != nil || len(x.Fakers) != 0 || len(x.Absent) == 0 {
		t.Errorf("three weeks: %+v", x)
	}
}
