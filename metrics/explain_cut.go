package metrics

import (
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// cut returns the parts of the book that a metric looks at on their own.
func (x *explainer) cut(d measure.Definition, v measure.Value) []*crm.Book {
	switch d.Rows { // plans of other periods only make it slow
	case crm.ByRep, crm.Together:
		return x.plansOf(d, v).Groups(d.Rows)
	case crm.ByUnit:
		in := map[crm.RepNo]bool{}
		for i, l := range x.book.Org.Leaves {
			if slices.Contains(x.book.Org.Path(crm.LeafNo(i)), v.Slot.Scope) {
				in[l.Rep] = true
			}
		}
		return []*crm.Book{x.plansOf(d, v).OfReps(func(r crm.RepNo) bool { return in[r] })}
	}
	if strings.HasPrefix(d.ID, "forecast.") && d.Rows == crm.ByCustomer {
		return x.plansOf(d, v).OfReps(func(crm.RepNo) bool { return true }).Groups(d.Rows)
	}
	if x.groups[d.Rows] == nil {
		x.groups[d.Rows] = x.book.Groups(d.Rows)
	}
	return x.groups[d.Rows]
}

// plansOf is the book with the plans for periods of the value's kind, up to its
// own, and what was signed since the first of them that counts: of a trailing
// measure those that it covers, of what looks at earlier ones all, else its own
// alone.
func (x *explainer) plansOf(d measure.Definition, v measure.Value) *crm.Book {
	p := v.Slot.Period
	since, until := p.Start, p.End
	if n := trailing(v.Key); n > 0 || d.Past {
		until = max(until, x.frame.AsOf+1)
		for q := p; n > 0; n-- {
			q = x.frame.Fiscal.Previous(q)
			since = q.Start
		}
		if d.Past {
			since = crm.NoDate
		}
	}
	far := map[crm.Pos]bool{}
	see := func(q crm.Period, at crm.Pos) {
		if q.Name != "" && (q.Kind != p.Kind || q.Start > p.Start || q.Start < since) {
			far[at] = true
		}
	}
	for _, r := range x.book.Forecasts {
		see(r.Period, r.Pos)
		if r.Period.Name == "" && (r.Day < since || r.Day >= until) {
			far[r.Pos] = true
		}
	}
	for _, r := range x.book.Contracts {
		if r.SignDate < since || r.SignDate >= until {
			far[r.Pos] = true
		}
	}
	for _, r := range x.book.Confidence {
		see(r.Period, r.Pos)
	}
	for _, r := range x.book.Targets {
		see(r.Period, r.Pos)
	}
	return x.book.Part(func(at crm.Pos) bool { return !far[at] })
}

// trailing is how many closed periods a key such as last=6 speaks of; 0 where
// it is about none.
func trailing(key string) int {
	for _, dim := range strings.Split(key, ",") {
		if of, ok := strings.CutPrefix(dim, "last="); ok {
			n, _ := strconv.Atoi(of)
			return n
		}
	}
	return 0
}

// seats lists the rows of reps that put somebody into the scope in the period.
func (x *explainer) seats(s measure.Slot) []crm.RowRef {
	var out []crm.RowRef
	last := min(s.Period.End-1, x.frame.AsOf)
	for _, sp := range x.book.Org.Spells {
		day := s.Period.Start
		if sp.From.Known() {
			day = max(day, sp.From)
		}
		if day > last || !sp.Covers(day) {
			continue
		}
		if slices.Contains(x.book.Org.Path(x.book.Org.Leaf(sp.Rep, day)), s.Scope) {
			out = append(out, crm.RowRef{Table: "reps", Pos: sp.Pos})
		}
	}
	return out
}

// workdays lists the rows of roster and calendar that decide on which days those
// seated in the scope worked in the period, for a metric that rests on them.
func (x *explainer) workdays(d measure.Definition, s measure.Slot) []crm.RowRef {
	var out []crm.RowRef
	if !slices.Contains(d.Tables, "roster") {
		return out
	}
	org, last := x.book.Org, min(s.Period.End-1, x.frame.AsOf)
	org.Seats(s.Period.Start, last, func(leaf crm.LeafNo, from, to crm.Date) {
		if !slices.Contains(org.Path(leaf), s.Scope) {
			return
		}
		rep, region := org.Leaves[leaf].Rep, org.Nodes[org.Leaves[leaf].Unit].Region
		for day := from; day <= to; day++ {
			if row, ok := x.book.Calendar.Deciding(rep, region, day); ok && org.Leaf(rep, day) == leaf {
				out = append(out, row)
			}
		}
	})
	return out
}
