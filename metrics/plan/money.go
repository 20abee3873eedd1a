package plan

import "crmreport/ingest/crm"

// The measures of targets that speak of money, in major units of the report
// currency.
const (
	Amount        = "amount" // of all types
	NewAmount     = "new_amount"
	RenewalAmount = "renewal_amount"
)

// Stated is an amount in minor units, if anybody gave one: none given is not 0.
type Stated struct {
	Minor int64
	Given bool
}

func (s Stated) plus(o Stated) Stated { return Stated{s.Minor + o.Minor, s.Given || o.Given} }

// Amounts are the targets of money that are stated for one scope.
type Amounts struct{ All, New, Renewal Stated }

func (a Amounts) given() bool { return a.All.Given || a.New.Given || a.Renewal.Given }

// MoneyGoal is the target of money of a scope in one period.
type MoneyGoal struct {
	Minor        int64
	New, Renewal bool  // the types it speaks of: both, or one
	Uncovered    int64 // sellers below whom a sum of children leaves out
}

// Amounts are the targets of money that are stated for scopes in p, as ids
// stand on a day.
func (t *Targets) Amounts(p crm.Period, on crm.Date) map[crm.NodeNo]Amounts {
	out := map[crm.NodeNo]Amounts{}
	read := func(measure string, set func(*Amounts, Stated)) {
		for n, row := range t.own(p, on, []string{measure}) {
			a := out[n]
			set(&a, Stated{Minor(row.Value, t.book.Currency), true})
			out[n] = a
		}
	}
	read(Amount, func(a *Amounts, s Stated) { a.All = s })
	read(NewAmount, func(a *Amounts, s Stated) { a.New = s })
	read(RenewalAmount, func(a *Amounts, s Stated) { a.Renewal = s })
	return out
}

// MoneyGoals resolves the targets of a period: a scope's own row stands, else
// the sum of its children's, type by type, a rep counting in the unit of the
// given day.
func MoneyGoals(org *crm.Org, on crm.Date, own func(crm.NodeNo) Amounts) map[crm.NodeNo]MoneyGoal {
	types, sums, given := map[crm.NodeNo]Amounts{}, map[crm.NodeNo]MoneyGoal{}, map[crm.NodeNo]bool{}
	out, seated := map[crm.NodeNo]MoneyGoal{}, Sellers(org, on)
	Up(org, on, func(n, parent crm.NodeNo) {
		t, g, ok := own(n), sums[n], given[n]
		fresh, again := t.New, t.Renewal
		if !fresh.Given {
			fresh = types[n].New
		}
		if !again.Given {
			again = types[n].Renewal
		}
		switch {
		case t.All.Given:
			g, ok = MoneyGoal{t.All.Minor, true, true, 0}, true
		case t.given():
			g, ok = MoneyGoal{fresh.Minor + again.Minor, fresh.Given, again.Given, 0}, true
		case seated[n]:
			g.Uncovered++
		}
		if ok {
			out[n] = g
		}
		below := types[parent]
		types[parent] = Amounts{New: below.New.plus(fresh), Renewal: below.Renewal.plus(again)}
		s := sums[parent]
		sums[parent] = MoneyGoal{s.Minor + g.Minor, s.New || g.New, s.Renewal || g.Renewal, s.Uncovered + g.Uncovered}
		given[parent] = given[parent] || ok
	})
	return out
}

// Minor is major units of c in minor ones, rounded half-up.
func Minor(major crm.Decimal, c crm.Currency) int64 {
	unit := int64(crm.One)
	for range c.MinorDigits() {
		unit /= 10
	}
	minor, rest := int64(major)/unit, int64(major)%unit
	switch {
	case 2*rest >= unit:
		minor++
	case 2*rest <= -unit:
		minor--
	}
	return minor
}

// FreezeDay is the day on which plans for p are settled, and on which their ids
// stand for whom they do: the Monday of a week, the first working day of the
// company calendar in a month, quarter or year.
func FreezeDay(c *crm.Calendar, p crm.Period) crm.Date {
	if p.Kind == crm.Week {
		return p.Start
	}
	for d := p.Start; d < p.End; d++ {
		if c.Workday("", d) {
			return d
		}
	}
	return p.Start // a period without any working day
}
