package renewal

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/measure"
)

// randomShop sells about 150 contracts of 40 customers to six reps who move,
// in several currencies, terms, products and states, some linked, some merged.
func randomShop(t *testing.T, seed uint64, asOf string) *shop {
	r := rand.New(rand.NewPCG(seed, 4))
	s := newShop(t, asOf)
	now := s.b.AsOf
	for i := range 6 {
		rep := fmt.Sprintf("R%d", i)
		if i < 5 { // R5 is in no unit
			moved := now - crm.Date(r.IntN(700))
			s.hire(rep, fmt.Sprintf("T%d", i%3), "2018-01-01", (moved - 1).String())
			s.hire(rep, fmt.Sprintf("T%d", (i+1)%3), moved.String(), "")
		}
	}
	s.rates = []crm.FXRate{{Currency: "USD", Date: day(t, "2021-01-01"), Rate: 7 * crm.One}, {Currency: "USD", Date: now - 200, Rate: 71 * crm.One / 10}}
	for i := range 150 {
		end := now + crm.Date(r.IntN(900)-600)
		months := []int{1, 3, 7, 12, 36, 0}[r.IntN(6)]
		start := end - 364
		if months > 0 {
			start = end.AddMonths(-months) + 1
		}
		id := fmt.Sprintf("K%03d", i)
		s.sell(id, fmt.Sprintf("C%d", r.IntN(40)), start.String(), end.String(), fmt.Sprintf("%d.%02d", r.IntN(5000), r.IntN(100)), func(c *crm.Contract) {
			c.TermMonths, c.Product = months, []string{"P", "Q"}[r.IntN(2)]
			c.Rep = s.b.Reps.Number(fmt.Sprintf("R%d", r.IntN(6)))
			c.SignDate = min(start-crm.Date(r.IntN(60)-20), now)
			c.Amount.Currency = []crm.Currency{"CNY", "CNY", "CNY", "USD", "EUR"}[r.IntN(5)]
			c.Type = []crm.ContractType{"", crm.New, crm.Renewal, crm.Expansion}[r.IntN(4)]
			c.Renewable = []crm.Tri{crm.Yes, crm.Yes, crm.Unknown, crm.No}[r.IntN(4)]
			c.Status = []crm.ContractStatus{crm.Active, crm.Active, crm.Active, crm.Notice, crm.Terminated, crm.Superseded, crm.ContractVoid}[r.IntN(7)]
			if r.IntN(3) > 0 {
				c.StatusDate = end - crm.Date(r.IntN(200))
			}
			if r.IntN(20) == 0 {
				c.End = crm.NoDate
			}
		})
	}
	for range 60 {
		s.succeed(fmt.Sprintf("K%03d", r.IntN(150)), fmt.Sprintf("K%03d", r.IntN(150)), "")
	}
	for i := range 4 {
		s.merge(fmt.Sprintf("C%d", i), fmt.Sprintf("C%d", 10+r.IntN(10)))
		s.own(fmt.Sprintf("C%d", 20+i), fmt.Sprintf("R%d", r.IntN(6)), (now - crm.Date(r.IntN(400))).String(), "")
	}
	return s
}

func TestLaws(t *testing.T) {
	for seed := range uint64(3) {
		j := judgeBook(randomShop(t, seed, "2024-05-15").book(), DefaultOptions())
		foldtest.Laws(t, func() *Acc { return &Acc{desk: j.desk} }, j.accounts)
		if len(j.acc.Leaves) == 0 || len(j.acc.Units) == 0 || len(j.acc.LeftOut) == 0 {
			t.Fatal("the laws hold of an empty part of the state")
		}
	}
}

// However many parts the contracts are folded in, the same comes of it.
func TestParts(t *testing.T) {
	for seed := range uint64(5) {
		b := randomShop(t, seed, "2024-05-15").book()
		f := measure.NewFrame(b)
		d := newDesk(b, f, DefaultOptions())
		fold := func(n int) (map[crm.NodeNo]*Sheet, []measure.List, map[string]int64) {
			all := d.fold(newArchive(b), n, f.Current[crm.Quarter])
			return all.acc.rollUp(b.Org), []measure.List{d.dueSoon(all.soon), d.lost(all.lost)}, all.acc.LeftOut
		}
		sheets, lists, left := fold(1)
		for _, n := range []int{2, 3, 50} {
			s, l, o := fold(n)
			if !reflect.DeepEqual(s, sheets) || !reflect.DeepEqual(l, lists) || !reflect.DeepEqual(o, left) {
				t.Errorf("seed %d: %d parts give another result than one", seed, n)
			}
		}
	}
}

// What is kept of units alone is what would come of every rep's.
func TestUnitsAlone(t *testing.T) {
	for seed := range uint64(5) {
		j := judgeBook(randomShop(t, seed, "2024-05-15").book(), DefaultOptions())
		periods := j.frame.Periods()
		want := j.over(periods, len(periods))
		for _, reps := range []int{0, len(j.frame.Close())} {
			got := j.over(periods, reps)
			for n, s := range want.sheets {
				if j.book.Org.Nodes[n].Level != crm.RepLevel && !reflect.DeepEqual(got.sheets[n], s) {
					t.Errorf("seed %d: with %d periods of reps %s differs", seed, reps, j.book.Org.Nodes[n].ID)
				}
				if s := got.sheets[n]; s != nil && j.book.Org.Nodes[n].Level == crm.RepLevel &&
					(!reflect.DeepEqual(s.Cohorts, want.sheets[n].Cohorts[:reps]) || !reflect.DeepEqual(s.Retentions, want.sheets[n].Retentions[:got.repDays])) {
					t.Errorf("seed %d: rep %s differs", seed, j.book.Org.Nodes[n].ID)
				}
			}
		}
	}
}

// Conservation, in every slot: due = renewed + pending + churned for contracts
// and customers, no gross rate above 1, bridges that close; and a unit is the
// sum of its parts, exactly.
func TestConservation(t *testing.T) {
	for seed := range uint64(8) {
		b := randomShop(t, seed, "2024-05-15").book()
		j := judgeBook(b, DefaultOptions())
		seenRenewed := int64(0)
		at := j.cohorts(j.frame.Periods()...)
		for s, c := range at {
			l := c.Logos
			// In a unit a customer counts for the owner of its last end, whoever owned it at the others.
			whole := s.Scope == crm.Root
			if l.Due != l.Renewed+l.Pending+l.Churned || l.Due > c.Due() || whole && c.Renewed() < l.Renewed {
				t.Errorf("seed %d %v: customers %+v of %d contracts", seed, s, l, c.Due())
			}
			if c.Capped.Cmp(c.OldACV) > 0 || l.CapNew.Cmp(l.CapOld) > 0 || l.CapMost.Cmp(l.CapOld) > 0 || c.Capped.Cmp(c.NewACV) > 0 {
				t.Errorf("seed %d %v: gross above 1 or above net", seed, s)
			}
			if s.Scope == crm.Root && (l.CapOld.Cmp(c.OldACV) != 0 || c.Capped.Cmp(l.CapNew) > 0) {
				t.Errorf("seed %d %v: the customers' ACV is not the contracts'", seed, s)
			}
			seenRenewed += c.Renewed()
		}
		kept := j.retentions(j.frame.Periods()...)
		for s, r := range kept {
			if !r.Bridge.Closes() || r.Capped.Cmp(r.Start) > 0 || r.Capped.Cmp(r.End) > 0 || r.Kept > r.Cohort {
				t.Errorf("seed %d %v: %+v", seed, s, r)
			}
		}
		if seenRenewed == 0 || len(kept) == 0 {
			t.Fatalf("seed %d: nothing to conserve", seed)
		}
		addUp(t, b.Org, j.frame.Periods(), at, (*Cohort).add)
		addUp(t, b.Org, j.frame.Periods(), kept, (*Retention).add)
	}
}

// addUp demands that every unit with units below is their sum (reps belong to
// teams here), and that the company is the sum of its reps.
func addUp[V any](t *testing.T, org *crm.Org, periods []crm.Period, at map[measure.Slot]V, add func(*V, *V)) {
	t.Helper()
	for n, node := range org.Nodes {
		for _, p := range periods {
			var units, reps V
			parent := false
			for c, child := range org.Nodes {
				v := at[measure.Slot{Scope: crm.NodeNo(c), Period: p}]
				if child.Level == crm.RepLevel {
					add(&reps, &v)
				} else if child.Parent == crm.NodeNo(n) {
					parent = true
					add(&units, &v)
				}
			}
			got := at[measure.Slot{Scope: crm.NodeNo(n), Period: p}]
			if parent && !reflect.DeepEqual(got, units) {
				t.Errorf("%s %s: %+v is not the sum of its units %+v", node.ID, p.Name, got, units)
			}
			if n == int(crm.Root) && !reflect.DeepEqual(got, reps) {
				t.Errorf("%s %s: %+v is not the sum of the reps %+v", node.ID, p.Name, got, reps)
			}
		}
	}
}

// What is known on a day bounds what turns out: the book is cut at four
// days, and the last one's final rates lie within the bounds of each earlier
// one. Contracts are of a year and followed by at most one; nobody who gave
// notice signs after all (R-4.19 would lift that rate above its bound).
func TestBoundsHold(t *testing.T) {
	checked, moved := 0, 0
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 9))
		final := newShop(t, "2025-06-30")
		for i := range 16 {
			end := day(t, "2024-04-01") + crm.Date(r.IntN(91))
			id, customer := fmt.Sprintf("K%02d", i), fmt.Sprintf("C%d", r.IntN(5))
			product := fmt.Sprintf("P%d", i)
			var edit []func(*crm.Contract)
			fate := r.IntN(4)
			if fate == 0 {
				edit = append(edit, status(t, crm.Notice, (end-crm.Date(r.IntN(120))).String()))
			}
			edit = append(edit, func(c *crm.Contract) { c.Product = product })
			final.sell(id, customer, (end - 364).String(), end.String(), fmt.Sprint(1+r.IntN(900)), edit...)
			if fate > 1 {
				sign := end + crm.Date(r.IntN(120)-60) // a quarter of them too late
				start := max(end+1, sign)
				final.sell(id+"r", customer, start.String(), (start + 364).String(), fmt.Sprint(1+r.IntN(4000)),
					func(c *crm.Contract) { c.Product, c.SignDate = product, sign })
			}
		}
		cut := func(asOf string) *judged {
			s := newShop(t, asOf)
			s.b.Reps, s.b.Customers = final.b.Reps, final.b.Customers
			for _, c := range final.contracts {
				if c.SignDate <= s.b.AsOf {
					s.contracts = append(s.contracts, c)
				}
			}
			return judgeBook(s.book(), DefaultOptions())
		}
		last := cut("2025-06-30")
		for _, period := range []string{"2024-04", "2024-05", "2024-06", "2024-Q2"} {
			end := last.values(t, period)
			for _, asOf := range []string{"2024-03-20", "2024-04-25", "2024-06-01", "2024-07-10"} {
				now := cut(asOf).values(t, period)
				for _, m := range []string{contractRate, logoRate, grossRate, grossCapped, netRate} {
					v, w := now[m], end[m]
					b := measure.Closed(v.V, v.V)
					if v.Bounds != nil {
						b = *v.Bounds
					}
					if w.Open || w.Bounds != nil {
						t.Fatalf("seed %d %s %s is not final", seed, period, m)
					}
					if w.V < b.Lo.V-1e-9 || (b.Hi.OK && w.V > b.Hi.V+1e-9) {
						t.Errorf("seed %d %s %s: %v on %s with bounds %v, but %v in the end", seed, period, m, v.V, asOf, b, w.V)
					}
					checked++
					if !near(v.V, w.V) {
						moved++
					}
				}
			}
		}
	}
	if moved < checked/4 {
		t.Errorf("only %d of %d rates moved: the bounds had nothing to hold", moved, checked)
	}
}
