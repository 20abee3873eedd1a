package conversion

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

// randomBook is a small book of all that can happen, some of it twice.
func randomBook(seed uint64) *crm.Book { return randomDraft(seed).done("2025-03-12") }

func randomDraft(seed uint64) *draft {
	r := rand.New(rand.NewPCG(seed, 7))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	date := func() string { return (day("2025-01-01") + crm.Date(r.IntN(75))).String() }
	d := &draft{}
	reps := []string{"R1", "R2", "R3", "R4", "R5"}
	for _, rep := range reps[:4] { // R5 has no row
		moved := date()
		d.stay(rep, pick("T1", "T2"), "", moved)
		d.stay(rep, pick("T1", "T2", "T3"), moved, "")
	}
	d.spells[1].LeftOn = day("2025-03-01")
	d.sixDay = []string{"G6"} // whose stretches to compare with end on other days
	d.days = append(d.days, crm.CalendarDay{Date: day("2025-02-11"), Region: "G6"})
	for i := range d.spells {
		if i%3 == 0 {
			d.spells[i].Region = "G6"
		}
	}
	customer := func() string { return fmt.Sprintf("C%d", r.IntN(12)) }
	for range 300 {
		v := d.visit(pick(reps...), customer(), date()+fmt.Sprintf("T%02d:00", 8+r.IntN(10)))
		v.Met, v.Pitched = crm.MetRole(r.IntN(4)), crm.Tri(r.IntN(3))
		v.Audit, v.Channel = crm.AuditStatus(r.IntN(3)), crm.Channel(r.IntN(2))
		if r.IntN(40) == 0 {
			v.Customer = crm.NoCustomer
		}
		if r.IntN(40) == 0 {
			v.Rep = crm.NoRep
		}
	}
	for i := range 40 {
		id := fmt.Sprintf("K%02d", i)
		c := d.sign(id, pick(reps...), customer(), date())
		c.Amount.Minor = int64(r.IntN(100_000))
		c.Type = crm.ContractType(pick("new", "new", "", "renewal"))
		c.Status = crm.ContractStatus(pick("active", "void", "terminated"))
		c.StatusDate = day(date())
		c.Amount.Currency = crm.Currency(pick("CNY", "CNY", "EUR"))
		switch r.IntN(5) {
		case 0:
			d.split(id, "R1", "0.333333333")
			d.split(id, "R2", "0.666666667")
		case 1:
			d.split(id, "R3", "0.5")
		}
	}
	d.target("2025-03", "company", "signings", "9")
	for i := range 12 {
		d.own(fmt.Sprintf("C%d", i), pick(reps...), "2025-01-10")
		d.own(fmt.Sprintf("C%d", i), pick(reps...), "2025-02-10")
	}
	for i := range 12 {
		l := d.deal(fmt.Sprintf("D%02d", i), customer(), crm.DealStatus(r.IntN(4)), "")
		if r.IntN(4) > 0 {
			l.ClosedOn = day(date())
		}
	}
	return d
}

func TestMergeLaws(t *testing.T) {
	for seed := range uint64(3) {
		b := randomBook(seed)
		f := measure.NewFrame(b)
		foldtest.Laws(t, func() *Acc { return newAcc(newEnv(b), f, DefaultOptions()) }, foldtest.Journeys(b))
	}
}

// every count, amount and effect of a unit is the sum over the parts
// below it, and over the reps of the company.
func TestLevelsAddUp(t *testing.T) {
	additive := map[string]bool{}
	for _, d := range Definitions() {
		additive[d.ID] = d.Kind == measure.Count || d.Kind == measure.Amount || d.Kind == measure.Effect
	}
	for seed := range uint64(5) {
		b := randomBook(seed)
		g, _ := compute(t, b)
		units, reps := map[address]float64{}, map[address]float64{}
		for a, v := range g.values {
			if !additive[a.metric] {
				continue
			}
			n, _ := nodeOf(b.Org, a.scope)
			switch {
			case n.Level == crm.RepLevel:
				a.scope = "company"
				reps[a] += v.V
			case n.Parent >= 0:
				a.scope = b.Org.Nodes[n.Parent].ID
				units[a] += v.V
			}
		}
		checked := 0
		for a, v := range g.values {
			if !additive[a.metric] {
				continue
			}
			if n, _ := nodeOf(b.Org, a.scope); n.Level < crm.Team {
				checked++
				// What has no rep is in (unassigned), which is a unit.
				if math.Abs(units[a]-v.V) > 1e-6 {
					t.Errorf("seed %d: %v is %v, its parts %v", seed, a, v.V, units[a])
				}
			}
		}
		if checked < 500 {
			t.Errorf("seed %d: only %d sums", seed, checked)
		}
		for a, sum := range reps {
			whole := g.values[a].V
			if strings.Contains(a.metric, "visits") && !strings.HasPrefix(a.metric, "conversion.plan") || a.metric == newValidID {
				if sum > whole { // visits without a rep are in no rep's number
					t.Errorf("seed %d: %v is %v, the reps' %v", seed, a, whole, sum)
				}
				continue
			}
			if a.metric == signingsID || a.metric == amountID || strings.HasPrefix(a.metric, "conversion.plan") {
				if math.Abs(sum-whole) > 1e-6 {
					t.Errorf("seed %d: %v is %v, the reps' %v", seed, a, whole, sum)
				}
			}
		}
	}
}

func nodeOf(o *crm.Org, id string) (crm.Node, bool) {
	for _, n := range o.Nodes {
		if n.ID == id {
			return n, true
		}
	}
	return crm.Node{}, false
}

// Identities of every scope and period: and the ratios' terms.
func TestIdentities(t *testing.T) {
	for seed := range uint64(5) {
		b := randomBook(seed)
		g, _ := compute(t, b)
		var rows int64
		for _, v := range b.Visits {
			if v.Channel == crm.ChannelVisit {
				rows++ // all are of 2025
			}
		}
		if got := g.at(visitsID, "company", "2025").Num + g.at(failedID, "company", "2025").Num + g.at(duplicatesID, "company", "2025").Num; got != rows {
			t.Errorf("seed %d: %d rows became %d", seed, rows, got)
		}
		// Customers with a signing, counted straight from the contracts.
		signed := map[crm.CustomerNo]bool{}
		for _, c := range b.Contracts {
			if c.Status != crm.ContractVoid && (c.Type == crm.New || c.Type == "") {
				signed[c.Customer] = true
			}
		}
		if got := g.at(signingsID, "company", "2025"); got.Num != int64(len(signed)) || got.Den != 1 {
			t.Errorf("seed %d: %d/%d signings of %d customers", seed, got.Num, got.Den, len(signed))
		}
		for a := range g.values {
			if a.metric != quantityID {
				continue
			}
			change := g.keyed(quantityID, a.scope, a.period, a.key).V + g.keyed(qualityID, a.scope, a.period, a.key).V + g.keyed(conversionID, a.scope, a.period, a.key).V
			s := g.values[address{signingsID, a.scope, a.period, ""}].V // absent of a rep with nothing in the period
			if a.key == basePlan {
				casetest.Near(t, fmt.Sprint("seed ", seed, a), change, s-g.at(planSigningsID, a.scope, a.period).V)
				continue
			}
			f := measure.NewFrame(b)
			for i, p := range f.Current {
				if p.Name == a.period {
					before := g.values[address{signingsID, a.scope, f.Comparable[i].Name, ""}].V
					casetest.Near(t, fmt.Sprint("seed ", seed, a), change, s-before)
				}
			}
		}
	}
}

// two runs give the same result to the bit.
func TestDeterminism(t *testing.T) {
	b := randomBook(1)
	_, one := compute(t, b)
	for range 3 {
		if _, two := compute(t, b); !reflect.DeepEqual(one, two) {
			t.Fatal("two runs differ")
		}
	}
}

func TestDefinitions(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Definitions() {
		if seen[d.ID] || !strings.HasPrefix(d.ID, "conversion.") || d.Revision < 1 || d.Rulings == "" {
			t.Errorf("definition %+v", d)
		}
		seen[d.ID] = true
		for _, s := range []measure.Text{d.Title, d.Meaning, d.Formula, d.Unit.Text} {
			if s.ZH == "" || s.EN == "" {
				t.Errorf("%s has an empty text", d.ID)
			}
		}
	}
}
