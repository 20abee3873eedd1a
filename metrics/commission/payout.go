package commission

import (
	"math/big"

	"crmreport/ingest/crm"
)

// Sums is commission by kind, in minor units of the report currency. ClawedBack
// and Adjusted take away and are negative.
type Sums struct{ Accrued, ClawedBack, Restored, Adjusted int64 }

// Plus adds field by field.
func (s Sums) Plus(o Sums) Sums {
	return Sums{s.Accrued + o.Accrued, s.ClawedBack + o.ClawedBack, s.Restored + o.Restored, s.Adjusted + o.Adjusted}
}

func (s Sums) total() int64 { return s.Accrued + s.ClawedBack + s.Restored + s.Adjusted }

// earned and lost are what the sums give and take, both ≥ 0.
func (s Sums) earned() int64 { return s.both(1) }
func (s Sums) lost() int64   { return s.both(-1) }

func (s Sums) both(sign int64) (n int64) {
	for _, x := range []int64{s.Accrued, s.ClawedBack, s.Restored, s.Adjusted} {
		n += max(0, sign*x)
	}
	return n
}

func (s *Sums) add(c column, n int64) {
	switch c {
	case accrued:
		s.Accrued += n
	case clawedBack:
		s.ClawedBack += n
	case restored:
		s.Restored += n
	case adjusted:
		s.Adjusted += n
	}
}

// earning is a rep's month as it goes into the payroll.
type earning struct {
	Sums
	closed bool  // the ledger says what was paid
	paid   int64 // then
}

// Statement is a rep's month, in minor units of the report currency:
// total + In + Prior = Payout + Carry.
type Statement struct {
	Sums
	In       int64 // carried over from the month before
	Prior    int64 // in the first open month: what closed months should have paid, less what was paid
	Deducted int64 // withheld from what was earned (≤ 0); 0 in a closed month
	Spared   int64 // what the cap of kept from being withheld (≥ 0)
	Payout   int64 // ≥ 0; in a closed month what was paid
	Carry    int64 // still to be withheld (≤ 0); in a closed month what today's sums leave after what was paid
}

// payMonths works through a rep's months in time order, none left out.
// A closed month pays what it paid; how far that is from what the month comes to
// today is settled in the first open one after it. Σ payout + final
// carry = Σ of all sums.
func payMonths(months []earning, limit crm.Decimal) []Statement {
	out := make([]Statement, len(months))
	var carry, prior int64
	for i, m := range months {
		if !m.closed {
			out[i] = settle(m.Sums, carry, prior, limit)
			carry, prior = out[i].Carry, 0
			continue
		}
		in := carry + prior
		due := settle(m.Sums, carry, 0, limit)
		carry, prior = due.Carry, prior+due.Payout-m.paid
		out[i] = Statement{Sums: m.Sums, In: in, Payout: m.paid, Carry: carry + prior}
	}
	return out
}

// settle pays an open month: what was lost is withheld from what was earned, no
// more than that, and the rest carried on. limit, where it is not 0, caps the
// deduction at a share of the month's accrual, without restitution and prior
// periods, rounded half-up.
func settle(m Sums, in, prior int64, limit crm.Decimal) Statement {
	earned, owed := m.earned()+max(0, prior), m.lost()+max(0, -prior)-in
	could := min(owed, earned)
	deducted := could
	if limit != 0 {
		share := new(big.Rat).Mul(limit.Rat(), new(big.Rat).SetInt64(max(0, m.Accrued)))
		deducted = min(deducted, crm.RoundHalfUp(share))
	}
	return Statement{m, in, prior, -deducted, could - deducted, earned - deducted, deducted - owed}
}
