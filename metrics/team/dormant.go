package team

import (
	"cmp"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/ledger"
	"crmreport/metrics/measure"
)

// Sellers counts the sellers of a leaf on the as-of day.
type Sellers struct {
	All     int64
	Dormant int64
	Unknown int64 // never signed, and nobody knows when hired
}

// Plus adds field by field.
func (s Sellers) Plus(t Sellers) Sellers {
	return Sellers{s.All + t.All, s.Dormant + t.Dormant, s.Unknown + t.Unknown}
}

// standing is how long ago a seller signed.
type standing struct {
	leaf      crm.LeafNo
	rep       crm.RepNo
	reference crm.Date // the latest signing, else the day hired, else NoDate
	signed    bool
}

// dormant reports whether a reference is so many months ago or longer:
// exactly two months without a signing are enough.
func (o Options) dormant(reference, asOf crm.Date) bool {
	return reference.Known() && reference <= asOf.AddMonths(-o.DormantMonths)
}

// credited calls f for every contract that is not void, with its shares of the
// credit; overlay credit is none. f must not keep the shares.
func credited(b *crm.Book, f func(c *crm.Contract, shares []ledger.Share)) {
	sales := ledger.NewSales(b)
	var room [1]ledger.Share
	for i := range b.Contracts {
		if c := &b.Contracts[i]; c.Status != crm.ContractVoid {
			shares, _, _ := sales.CreditOf(c.ID, c, room[:])
			f(c, shares)
		}
	}
}

// credits calls f for every rep credited with a contract, with the share in
// 10^-9.
func credits(b *crm.Book, f func(c *crm.Contract, rep crm.RepNo, nano int64)) {
	credited(b, func(c *crm.Contract, shares []ledger.Share) {
		for _, s := range shares {
			if s.Weight > 0 {
				f(c, s.Rep, s.Weight)
			}
		}
	})
}

// earned calls f for every rep credited with a contract, with the part of its
// amount in minor units of the report currency at the rate of the sign date, to
// the cent. What cannot be said in it is left out.
func earned(b *crm.Book, f func(c *crm.Contract, rep crm.RepNo, minor int64)) {
	credited(b, func(c *crm.Contract, shares []ledger.Share) {
		total, ok := c.Total()
		if !ok {
			return
		}
		minor, ok := b.FX.Convert(total, b.Currency, c.SignDate)
		if !ok {
			return
		}
		weights := make([]int64, len(shares))
		for i, s := range shares {
			weights[i] = s.Weight
		}
		for i, part := range ledger.Split(minor, weights) {
			f(c, shares[i].Rep, part)
		}
	})
}

// standings finds the sellers of the as-of day.
func standings(b *crm.Book) []standing {
	last := make([]crm.Date, b.Reps.Len())
	for i := range last {
		last[i] = crm.NoDate
	}
	credits(b, func(c *crm.Contract, rep crm.RepNo, _ int64) {
		if rep != crm.NoRep && isSigning(c) {
			last[rep] = max(last[rep], c.SignDate)
		}
	})
	h := newHires(b)
	var out []standing
	sellers(b, func(leaf crm.LeafNo, rep crm.RepNo) {
		s := standing{leaf, rep, last[rep], last[rep].Known()}
		if !s.signed {
			s.reference = h.of(rep, b.AsOf)
		}
		out = append(out, s)
	})
	return out
}

// sellers calls f once for everybody with a seat on the as-of day.
func sellers(b *crm.Book, f func(crm.LeafNo, crm.RepNo)) {
	last := crm.NoRep
	b.Org.Seats(b.AsOf, b.AsOf, func(leaf crm.LeafNo, _, _ crm.Date) {
		rep := b.Org.Leaves[leaf].Rep
		if rep != last && b.Org.Leaf(rep, b.AsOf) == leaf {
			last = rep
			f(leaf, rep)
		}
	})
}

// dormancy counts the sellers without a signing, as of the as-of day.
func dormancy(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("contracts") || len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	cells := fold.Cells[Sellers]{}
	all := standings(b)
	for _, s := range all {
		n := Sellers{All: 1}
		switch {
		case !s.reference.Known():
			n.Unknown = 1
		case o.dormant(s.reference, b.AsOf):
			n.Dormant = 1
		}
		cells.Add(s.leaf, b.AsOf, n)
	}
	out := f.Out()
	for slot, n := range rolled(cells, f, false) {
		if f.IsCurrent(slot.Period) {
			v := measure.NewCount(dormantID, slot, n.Dormant).Flag(n.Unknown > 0, "unknown_hire")
			v.N, v.Open = n.All, true
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{dormantList(b, o, all)}}
}

// dormantList names the sellers without a signing, those without for longest
// first, then those of whom it cannot be said.
func dormantList(b *crm.Book, o Options, all []standing) measure.List {
	l := measure.List{ID: "activity.dormant", Metric: dormantID, Title: text("两个月未签单的销售", "Sellers without a signing for two months"),
		Columns: []measure.Column{column(measure.CellScope, "销售", "Rep"), column(measure.CellWord, "起算", "Counted from"),
			column(measure.CellDate, "起算日", "Since"), column(measure.CellInt, "满月数", "Whole months")}}
	rows := slices.DeleteFunc(slices.Clone(all), func(s standing) bool { return s.reference.Known() && !o.dormant(s.reference, b.AsOf) })
	slices.SortFunc(rows, func(x, y standing) int {
		return cmp.Or(-cmp.Compare(known(x), known(y)), cmp.Compare(x.reference, y.reference), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	for _, s := range rows {
		from, months := "hired", 0
		if s.signed {
			from = "signed"
		}
		if !s.reference.Known() {
			from = "unknown"
		}
		for s.reference.Known() && s.reference <= b.AsOf.AddMonths(-months-1) {
			months++
		}
		l.Rows = append(l.Rows, measure.Row{Leaf: s.leaf, Cells: []measure.Cell{seller(b.Org, s.rep), {Text: from}, {Num: int64(s.reference)}, {Num: int64(months)}}})
	}
	return l
}

func known(s standing) int {
	if s.reference.Known() {
		return 1
	}
	return 0
}
