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

// Statement is a rep's month: Deducted is what was withheld from it (≤ 0),
// Carry what is still to be withheld (≤ 0).
type Statement struct {
	Sums
	Deducted, Payout, Carry int64
}

// payMonths works through a rep's months in time order, none left out:
// what was lost is withheld from what was earned, no more than that, and the
// rest carried on. limit, where it is not 0, caps the month's deduction at a
// share of its accrual, without restitution, rounded half-up.
// Σ payout + final carry = Σ of all sums.
func payMonths(months []Sums, limit crm.Decimal) []Statement {
	out := make([]Statement, len(months))
	var carry int64
	for i, m := range months {
		var earned, lost int64
		for _, n := range []int64{m.Accrued, m.ClawedBack, m.Restored, m.Adjusted} {
			earned += max(0, n)
			lost += max(0, -n)
		}
		owed := lost - carry
		deducted := min(owed, earned)
		if limit != 0 {
			share := new(big.Rat).Mul(limit.Rat(), new(big.Rat).SetInt64(max(0, m.Accrued)))
			deducted = min(deducted, crm.RoundHalfUp(share))
		}
		carry = deducted - owed
		out[i] = Statement{m, -deducted, earned - deducted, carry}
	}
	return out
}
