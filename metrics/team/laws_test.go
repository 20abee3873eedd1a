package team

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/fold/foldtest"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// randomBook is half a year of three teams: 12 reps, one of whom moved and one
// of whom left.
func randomBook(seed uint64) *crm.Book {
	r := rand.New(rand.NewPCG(seed, 7))
	d := &draft{}
	from := day("2024-01-01")
	on := func() crm.Date { return from + crm.Date(r.IntN(181)) }
	at := func(x crm.Date) crm.Stamp { return x.At() + crm.Stamp(r.IntN(86400)) }
	rep := func() string { return fmt.Sprintf("R%02d", r.IntN(13)) } // R12 is in no row of reps
	customer := func() string { return fmt.Sprintf("C%02d", r.IntN(40)) }
	for i := range 12 {
		s := d.seller(fmt.Sprintf("R%02d", i), fmt.Sprintf("T%d", i%3), (from - 200 + crm.Date(r.IntN(300))).String())
		switch i {
		case 3:
			s.LeftOn = from + 90
		case 4:
			s.To = from + 60
			d.seller("R04", "T0", s.HiredOn.String()).From = from + 61
		}
	}
	for i := range 40 {
		c := d.owned(fmt.Sprintf("C%02d", i), rep())
		c.Private, c.City = crm.Tri(r.IntN(3)), []string{"", "泉州", "福州", "厦门"}[r.IntN(4)]
	}
	for i := range 300 {
		l := d.lead(fmt.Sprintf("L%03d", i), rep(), "", "", []string{leadOpen, leadConverted, leadClosed, leadReclaimed}[r.IntN(4)])
		l.AssignedAt = at(on())
		if r.IntN(3) > 0 {
			l.FirstFollowUp = l.AssignedAt + crm.Stamp(r.IntN(60*3600))
		}
		if l.Status != leadOpen {
			l.StatusAt = l.AssignedAt + crm.Stamp(r.IntN(20*86400))
		}
		if l.Status == leadReclaimed {
			l.ReclaimedAt = l.StatusAt
		}
		if r.IntN(2) == 0 {
			l.Customer = d.customer(customer())
		}
	}
	for range 200 {
		d.move(rep(), on().String(), []string{"in", "out"}[r.IntN(2)], 1+r.IntN(30))
	}
	for range 400 {
		d.visit(rep(), customer(), "2024-01-01T09:00").At = at(on())
	}
	for i := range 60 {
		d.sign(fmt.Sprintf("K%02d", i), rep(), customer(), on().String())
	}
	for i := range 30 {
		c := d.book.Contracts[2*i]
		inv := crm.InvoiceID(fmt.Sprintf("I%02d", i))
		d.book.Invoices = append(d.book.Invoices, crm.Invoice{Pos: d.pos(), ID: inv, Customer: c.Customer, Contract: c.ID, Rep: c.Rep, Date: c.SignDate, Due: c.SignDate})
		d.book.Payments = append(d.book.Payments, crm.Payment{Pos: d.pos(), Customer: c.Customer, Invoice: inv, Date: c.SignDate + crm.Date(r.IntN(20)-5)})
		if i%3 == 0 {
			d.book.Adjustments = append(d.book.Adjustments, crm.Adjustment{Pos: d.pos(), Customer: c.Customer, Kind: crm.WriteOff, Date: on()})
		}
	}
	for range 80 {
		c := d.coach(rep(), on().String(), "R11", "开场", []string{"收单", "演示", "开场"}[r.IntN(3)], fmt.Sprint("point ", r.IntN(3)), fmt.Sprint("point ", r.IntN(3)))
		if r.IntN(2) == 0 {
			c.Purpose, c.FeedbackAt = "重塑信心", at(c.Date)
		}
	}
	for i := range 20 {
		d.book.Visits[i*3].Coach = d.rep("R11")
	}
	boss := d.seller("R11", "T2", "2020-01-01")
	boss.Role, boss.From = crm.Supervisor, from+30
	return d.done("2024-06-30")
}

func pointers[T any](rows []T) []*T {
	out := make([]*T, len(rows))
	for i := range rows {
		out[i] = &rows[i]
	}
	return out
}

func TestMergeLaws(t *testing.T) {
	b := randomBook(1)
	o := DefaultOptions()
	t.Run("leads", func(t *testing.T) { foldtest.Laws(t, func() *LeadAcc { return newLeadAcc(b, o) }, pointers(b.Leads)) })
	t.Run("reclaimed", func(t *testing.T) {
		foldtest.Laws(t, func() *ReclaimAcc { return &ReclaimAcc{Cells: fold.Cells[ReclaimSums]{}, book: b} }, pointers(b.Leads))
	})
	t.Run("coached", func(t *testing.T) {
		foldtest.Laws(t, func() *CoachAcc { return newCoachAcc(b, o) }, pointers(coachedDays(b)))
	})
	t.Run("heads", func(t *testing.T) {
		periods := measure.NewFrame(b).Periods()
		foldtest.Laws(t, func() *HeadAcc { return newHeadAcc(b, periods, o) }, pointers(people(b, coachedDays(b), day("2023-01-01"))))
	})
	t.Run("staff", func(t *testing.T) {
		f := measure.NewFrame(b)
		foldtest.Laws(t, func() *StaffAcc { return newStaffAcc(b, f) }, pointers(people(b, nil, day("2023-01-01"))))
	})
	t.Run("after sales", func(t *testing.T) {
		f, sales := measure.NewFrame(b), ledger.NewSales(b)
		foldtest.Laws(t, func() *AfterAcc { return newAfterAcc(b, f, sales, o) }, foldtest.Journeys(b))
	})
	t.Run("cities", func(t *testing.T) {
		foldtest.Laws(t, func() *CityAcc { return &CityAcc{Cities: map[CityPlace]City{}, book: b, options: o} }, pointers(b.CustomerRows))
	})
	t.Run("prepaid", func(t *testing.T) {
		sales := ledger.NewSales(b)
		foldtest.Laws(t, func() *PrepaidAcc {
			return &PrepaidAcc{Cells: fold.Cells[Prepaid]{}, book: b, sales: sales, days: 7}
		}, foldtest.Journeys(b))
	})
	t.Run("pool", func(t *testing.T) {
		five := Options{Rules: Rules{PoolCap: 5}}
		foldtest.Laws(t, func() *PoolDayAcc { return &PoolDayAcc{Days: fold.Cells[PoolDays]{}, book: b, options: five} }, pointers(movesOf(b)))
	})
}

// Counts of a unit are the sum of its teams', and of ratios both sides are
//
func TestLevelsAddUp(t *testing.T) {
	adds := map[string]bool{slaID: true, resolutionID: true, newShareID: true, overdueID: true, dueID: true, reclaimedID: true, reclaimedWonID: true,
		oneInOneOutID: true, poolSizeID: true, untouchedID: true, dormantID: true, managerID: true, prepaidID: true, riskyID: true,
		coachedDaysID: true, coachedNewID: true, tooManyPointsID: true, coachingFilledID: true, feedbackID: true, recheckID: true,
		afterSalesID: true, repeatID: true}
	for seed := range uint64(5) {
		b := randomBook(seed)
		type total struct{ metric, key, period string }
		sums := map[total][2]int64{}
		for _, p := range Parts(DefaultOptions()) {
			for _, v := range p.Compute(b, measure.NewFrame(b)).Values {
				if !adds[v.Metric] {
					continue
				}
				s := sums[total{v.Metric, v.Key, v.Slot.Period.Name}]
				switch b.Org.Nodes[v.Slot.Scope].Level {
				case crm.Company:
					s = [2]int64{s[0] + v.Num, s[1] + v.Den}
				case crm.Team:
					if s[0] -= v.Num; kindOf(v.Metric) == measure.Ratio {
						s[1] -= v.Den
					}
				}
				sums[total{v.Metric, v.Key, v.Slot.Period.Name}] = s
			}
		}
		for at, s := range sums {
			if s[0] != 0 || s[1] != 0 && kindOf(at.metric) == measure.Ratio {
				t.Errorf("seed %d: %v is off by %v", seed, at, s)
			}
		}
		if len(sums) < 20 {
			t.Errorf("only %d sums", len(sums))
		}
	}
}

func kindOf(id string) measure.Kind {
	for _, p := range Parts(DefaultOptions()) {
		for _, d := range p.Definitions() {
			if d.ID == id {
				return d.Kind
			}
		}
	}
	return ""
}
