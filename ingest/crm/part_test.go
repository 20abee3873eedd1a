package crm

import (
	"fmt"
	"slices"
	"testing"
)

// A customer merged into another and one joined by a succession are one; a deal
// history without a deal, and rows without a customer, are not lost.
func partBook() *Book {
	b := &Book{Reps: &Names[RepNo]{}, Customers: &Names[CustomerNo]{}}
	line := int32(1)
	at := func(file int32) Pos { line++; return Pos{file, line} }
	c := func(id string) CustomerNo { return b.Customers.Number(id) }
	r := func(id string) RepNo { return b.Reps.Number(id) }
	b.Visits = []Visit{{Pos: at(0), Customer: NoCustomer, Rep: r("R2")}, {Pos: at(0), Customer: c("A"), Rep: r("R1")}, {Pos: at(0), Customer: c("B"), Rep: r("R1")}, {Pos: at(0), Customer: c("C"), Rep: r("R2")}, {Pos: at(0), Customer: c("D"), Rep: NoRep}}
	b.CustomerRows = []Customer{{Pos: at(1), No: c("A"), MergedInto: c("B")}, {Pos: at(1), No: c("C"), MergedInto: NoCustomer}}
	b.Contracts = []Contract{{Pos: at(2), ID: "K1", Customer: c("B"), Rep: r("R1")}, {Pos: at(2), ID: "K2", Customer: c("C"), Rep: r("R2"), Predecessor: "K1"}, {Pos: at(2), ID: "K3", Customer: c("D"), Rep: r("R2")}}
	b.Splits = []Split{{Pos: at(3), Contract: "K3", Rep: r("R1")}, {Pos: at(3), Contract: "K3", Rep: r("R2")}, {Pos: at(3), Contract: "gone", Rep: r("R1")}}
	b.Deals = []Deal{{Pos: at(4), ID: "D1", Customer: c("D")}, {Pos: at(4), ID: "D2", Customer: NoCustomer}}
	b.Stages = []StageEntry{{Pos: at(5), Deal: "D1"}, {Pos: at(5), Deal: "D3"}}
	b.Invoices = []Invoice{{Pos: at(6), Customer: c("D")}, {Pos: at(6), Customer: c("C")}}
	b.Leads = []Lead{{Pos: at(7), Rep: r("R1"), Customer: c("D")}, {Pos: at(7), Rep: NoRep, Customer: NoCustomer}}
	b.Org = NewOrg(b.Reps, nil)
	return b
}

func rowsOf(b *Book) []string {
	var out []string
	for _, r := range b.Rows() {
		out = append(out, fmt.Sprintf("%s:%d", r.Table, r.Line))
	}
	slices.Sort(out)
	return out
}

// By customer and by deal every row is in exactly one group.
func TestGroupsLoseNothing(t *testing.T) {
	b := partBook()
	b.PoolMoves = []PoolMove{{Pos: Pos{9, 23}, Rep: b.Reps.Lookup("R1"), Customer: b.Customers.Lookup("D")}, {Pos: Pos{9, 24}, Rep: b.Reps.Lookup("R1"), Customer: NoCustomer}}
	var got []string
	groups := b.Groups(ByCustomer)
	for _, g := range groups {
		got = append(got, rowsOf(g)...)
	}
	slices.Sort(got)
	if want := rowsOf(b); !slices.Equal(got, want) {
		t.Errorf("by customer\n%v\nwant\n%v", got, want)
	}
	if len(groups) != 3 { // nobody; A, B and C; D
		t.Errorf("%d groups", len(groups))
	}
	got = nil
	deals := b.Groups(ByDeal)
	for _, g := range deals {
		got = append(got, rowsOf(g)...)
	}
	if len(got) != 4 || len(deals) != 3 { // D1 with its entry, D2, D3
		t.Errorf("by deal %v in %d groups", got, len(deals))
	}
}

// A contract is in the group of every rep with credit for it, a visit in its
// visitor's.
func TestGroupsByRep(t *testing.T) {
	for _, c := range []struct {
		by   Grouping
		want [][]string
	}{
		{ByRep, [][]string{{"contracts:9", "contracts:11", "credit_splits:12", "credit_splits:13"}, {"contracts:10", "contracts:11", "credit_splits:12", "credit_splits:13"}}},
		{BySale, [][]string{{"contracts:9", "contracts:11", "credit_splits:12", "credit_splits:13", "invoices:19"},
			{"contracts:10", "contracts:11", "credit_splits:12", "credit_splits:13", "customers:8", "invoices:19", "invoices:20"}}},
		{ByVisitor, [][]string{{"visits:6", "contracts:11", "leads:22"},
			{"visits:2", "visits:5", "contracts:10", "pool_moves:25", "audits:26"},
			{"visits:3", "visits:4", "contracts:9", "leads:21", "coaching:23", "coaching:24"}}},
	} {
		b := partBook()
		b.Coaching = []Coaching{{Pos: Pos{8, 23}, Rep: b.Reps.Lookup("R1")}, {Pos: Pos{8, 24}, Rep: b.Reps.Lookup("R1")}}
		b.PoolMoves = []PoolMove{{Pos: Pos{9, 25}, Rep: b.Reps.Lookup("R2")}}
		b.Audits = []Audit{{Pos: Pos{10, 26}, Rep: b.Reps.Lookup("R2")}}
		var got []string
		for _, g := range b.Groups(c.by) {
			got = append(got, fmt.Sprint(rowsOf(g)))
		}
		var want []string
		for _, w := range c.want {
			slices.Sort(w)
			want = append(want, fmt.Sprint(w))
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("grouping %d\n%v\nwant\n%v", c.by, got, want)
		}
	}
}

// What a rep was paid goes with the rep's sales; which months are closed is said
// by the whole ledger, not by the rep's lines.
func TestLedgerGoesWithTheRep(t *testing.T) {
	b := partBook()
	january, march := Fiscal{}.Period(Month, DateOf(2025, 1, 1)), Fiscal{}.Period(Month, DateOf(2025, 3, 1))
	b.Ledger = []LedgerLine{{Pos: Pos{9, 2}, Rep: b.Reps.Lookup("R1"), Period: january}, {Pos: Pos{9, 3}, Rep: b.Reps.Lookup("R2"), Period: march},
		{Pos: Pos{9, 4}, Rep: b.Reps.Lookup("R2"), Period: Fiscal{}.Period(Quarter, DateOf(2026, 1, 1))}}
	b.PaidFrom, b.PaidEnd = PaidMonths(b.Ledger)
	for i, g := range b.Groups(BySale) {
		if len(g.Ledger) != 2-i || g.Ledger[0].Line != int32(3-i) || g.PaidFrom != january.Start || g.PaidEnd != march.End {
			t.Errorf("group %d: %+v, closed from %s to before %s", i, g.Ledger, g.PaidFrom, g.PaidEnd)
		}
	}
	if from, end := PaidMonths(b.Ledger[2:]); from != end {
		t.Errorf("a quarter closes %s to %s", from, end)
	}
}

// A part keeps the order and leaves the book as it was.
func TestPart(t *testing.T) {
	b := partBook()
	before := rowsOf(b)
	p := b.Part(func(at Pos) bool { return at.Line%2 == 0 })
	even := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return (s[len(s)-1]-'0')%2 == 1 })
	if got := rowsOf(p); !slices.Equal(got, even) || len(got) == 0 {
		t.Errorf("part is %v, want %v", got, even)
	}
	if !slices.Equal(rowsOf(b), before) {
		t.Error("the book has changed")
	}
}
