package renewal

import (
	"fmt"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
)

// Item addresses what one customer's contracts did on one day, for one leaf.
// The customer stays in the key because logos and caps are counted by customer
// within a period, and periods are not known while folding.
type Item struct {
	Customer crm.CustomerNo
	Leaf     crm.LeafNo
	Day      crm.Date
}

// MarshalText makes items JSON map keys: customer/leaf@2025-03-09.
func (i Item) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d/%d@%s", i.Customer, i.Leaf, i.Day), nil
}

// UnmarshalText reads what MarshalText wrote.
func (i *Item) UnmarshalText(b []byte) error {
	customer, cell, ok := strings.Cut(string(b), "/")
	n, err := strconv.ParseInt(customer, 10, 32)
	if err != nil || !ok {
		return fmt.Errorf("%q is not an item", b)
	}
	var c fold.Cell
	if err := c.UnmarshalText([]byte(cell)); err != nil {
		return err
	}
	*i = Item{crm.CustomerNo(n), c.Leaf, c.Day}
	return nil
}

// Tally is the additive state of the expiry cohorts (4.1): contracts by fate,
// and their exact ACV in minor units of the report currency. ACV is of the
// contracts whose value is known, Valued of them.
type Tally struct {
	Early, OnTime, InGrace          int64 `json:",omitempty"` // renewed
	Pending                         int64 `json:",omitempty"`
	Notice, Terminated, Expired     int64 `json:",omitempty"` // churned
	Void, NotRenewable, Superseded  int64 `json:",omitempty"` // excluded
	Returned                        int64 `json:",omitempty"` // reactivations
	Valued                          int64 `json:",omitempty"`
	OldACV, NewACV, Capped, OpenACV Sum   `json:",omitempty"` // due, of the heirs, Σ min of the two, pending
}

// Renewed counts renewed contracts.
func (t Tally) Renewed() int64 { return t.Early + t.OnTime + t.InGrace }

// Churned counts churned contracts.
func (t Tally) Churned() int64 { return t.Notice + t.Terminated + t.Expired }

// Due counts the contracts of the cohort: those renewed, pending and churned.
func (t Tally) Due() int64 { return t.Renewed() + t.Pending + t.Churned() }

// Plus is the sum of two tallies.
func (t Tally) Plus(o Tally) Tally {
	return Tally{
		t.Early + o.Early, t.OnTime + o.OnTime, t.InGrace + o.InGrace,
		t.Pending + o.Pending,
		t.Notice + o.Notice, t.Terminated + o.Terminated, t.Expired + o.Expired,
		t.Void + o.Void, t.NotRenewable + o.NotRenewable, t.Superseded + o.Superseded,
		t.Returned + o.Returned,
		t.Valued + o.Valued,
		t.OldACV.Plus(o.OldACV), t.NewACV.Plus(o.NewACV), t.Capped.Plus(o.Capped), t.OpenACV.Plus(o.OpenACV),
	}
}

// tally is one case's share.
func (c Case) tally() Tally {
	var t Tally
	switch c.How {
	case Early:
		t.Early = 1
	case OnTime:
		t.OnTime = 1
	case InGrace:
		t.InGrace = 1
	case ByNotice:
		t.Notice = 1
	case ByTerminate:
		t.Terminated = 1
	case ByExpiry:
		t.Expired = 1
	case IsVoid:
		t.Void = 1
	case IsNotRenewable:
		t.NotRenewable = 1
	case IsSuperseded:
		t.Superseded = 1
	default:
		t.Pending = 1
	}
	if c.Fate == Excluded || c.Unvalued != "" {
		return t
	}
	old := sumOf(c.Old)
	t.Valued, t.OldACV, t.NewACV, t.Capped = 1, old, c.New, lesser(old, c.New)
	if c.Fate == Pending {
		t.OpenACV = old
	}
	return t
}

// Acc accumulates judged accounts. Its state is additive; only Values divides.
type Acc struct {
	Items   map[Item]Tally        `json:",omitempty"`
	ARR     fold.Cells[Retention] `json:",omitempty"` // by leaf and t₁
	LeftOut map[string]int64      `json:",omitempty"` // contracts, by the code of a warning

	desk *desk
}

// Add adds one account.
func (a *Acc) Add(acc *Account) {
	a.leave(undated, acc.Undated)
	a.leave(unowned, acc.Unowned)
	for _, c := range acc.Cases {
		a.item(Item{c.Customer, c.Leaf, c.Day}, c.tally())
		if c.Unvalued != "" {
			a.leave(c.Unvalued, 1)
		}
	}
	for _, r := range acc.Returns {
		a.item(Item{r.Customer, r.Leaf, r.Day}, Tally{Returned: 1})
	}
	for _, l := range acc.Lives {
		if asOf := a.desk.book.AsOf; l.runs(asOf) {
			if _, why := a.desk.acvAt(l.Contract.Contract, asOf); why != "" {
				a.leave(outOfARR, 1)
			}
		}
	}
	a.desk.retained(acc, func(leaf crm.LeafNo, t1 crm.Date, r Retention) {
		if a.ARR == nil {
			a.ARR = fold.Cells[Retention]{}
		}
		a.ARR.Add(leaf, t1, r)
	})
}

// Merge adds everything of o.
func (a *Acc) Merge(o *Acc) {
	for k, t := range o.Items {
		a.item(k, t)
	}
	if len(o.ARR) > 0 && a.ARR == nil {
		a.ARR = fold.Cells[Retention]{}
	}
	a.ARR.Merge(o.ARR)
	for code, n := range o.LeftOut {
		a.leave(code, n)
	}
}

func (a *Acc) item(k Item, t Tally) {
	if a.Items == nil {
		a.Items = map[Item]Tally{}
	}
	a.Items[k] = a.Items[k].Plus(t)
}

func (a *Acc) leave(code string, n int64) {
	if n == 0 {
		return
	}
	if a.LeftOut == nil {
		a.LeftOut = map[string]int64{}
	}
	a.LeftOut[code] += n
}
