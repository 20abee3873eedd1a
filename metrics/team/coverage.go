package team

import (
	"fmt"
	"math"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Place is a scope and a period by its number: what people are counted in, each
// once however often they came and went.
type Place struct {
	Scope  crm.NodeNo
	Period int32
}

// MarshalText makes places JSON map keys: scope@period.
func (p Place) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%d", p.Scope, p.Period), nil
}

// UnmarshalText reads what MarshalText wrote.
func (p *Place) UnmarshalText(b []byte) error {
	_, err := fmt.Sscanf(string(b), "%d@%d", &p.Scope, &p.Period)
	return err
}

// Heads counts the sellers with a seat in a place.
type Heads struct {
	All     int64
	Coached int64 // of these, on one day of it or more
	New     int64 // of these, new on the last day there
	Known   int64 // of these, those of whom it is known when hired
}

// Stay is days on which a seller held a seat, both included.
type Stay struct {
	Leaf     crm.LeafNo
	From, To crm.Date
}

// Person is a seller with all seats and coached days.
type Person struct {
	Rep     crm.RepNo
	Stays   []Stay
	Coached []CoachedDay
}

// people finds everybody who held a seat from a day on.
func people(b *crm.Book, all []Coached, from crm.Date) []Person {
	coached := make(map[crm.RepNo][]CoachedDay, len(all))
	for _, c := range all {
		coached[c.Rep] = c.Days
	}
	var out []Person
	b.Org.Seats(from, b.AsOf, func(leaf crm.LeafNo, a, z crm.Date) {
		rep := b.Org.Leaves[leaf].Rep
		if len(out) == 0 || out[len(out)-1].Rep != rep {
			out = append(out, Person{Rep: rep, Coached: coached[rep]})
		}
		p := &out[len(out)-1]
		p.Stays = append(p.Stays, Stay{leaf, a, z})
	})
	return out
}

// HeadAcc folds people.
type HeadAcc struct {
	Heads map[Place]Heads

	book    *crm.Book
	options Options
	hires   hires
	periods []crm.Period
}

func newHeadAcc(b *crm.Book, periods []crm.Period, o Options) *HeadAcc {
	return &HeadAcc{Heads: map[Place]Heads{}, book: b, options: o, hires: newHires(b), periods: periods}
}

// Add folds a person: once into every unit and period with a seat of theirs.
func (a *HeadAcc) Add(p *Person) {
	mine := map[Place]Heads{}
	for _, s := range p.Stays {
		for n, period := range a.periods {
			from, last := max(s.From, period.Start), min(s.To, period.End-1)
			if from > last {
				continue
			}
			h := Heads{All: 1, Coached: one(coachedBetween(p.Coached, from, last, func(d crm.Date) bool { return a.book.Org.Leaf(p.Rep, d) == s.Leaf }))}
			if hired := a.hires.of(p.Rep, last); hired.Known() {
				h.Known, h.New = 1, one(a.options.isNew(hired, last))
			}
			for _, scope := range a.book.Org.Path(s.Leaf) {
				at := Place{scope, int32(n)}
				if a.book.Org.Nodes[scope].Level != crm.RepLevel {
					was := mine[at]
					mine[at] = Heads{1, max(was.Coached, h.Coached), h.New, h.Known} // stays come in order: the last one says who is new
				}
			}
		}
	}
	for at, h := range mine {
		a.Heads[at] = a.Heads[at].plus(h)
	}
}

func (h Heads) plus(k Heads) Heads {
	return Heads{h.All + k.All, h.Coached + k.Coached, h.New + k.New, h.Known + k.Known}
}

func coachedBetween(days []CoachedDay, from, last crm.Date, in func(crm.Date) bool) bool {
	for _, d := range days {
		if from <= d.Day && d.Day <= last && in(d.Day) {
			return true
		}
	}
	return false
}

// Merge adds the state of b.
func (a *HeadAcc) Merge(b *HeadAcc) {
	for at, h := range b.Heads {
		a.Heads[at] = a.Heads[at].plus(h)
	}
}

// heads computes what is counted in people.
func heads(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	periods, from := f.Periods(), b.AsOf
	number := map[string]int32{}
	for n, p := range periods {
		from, number[p.Name] = min(from, p.Start), int32(n)
	}
	a := newHeadAcc(b, periods, o)
	all := coachedDays(b)
	for _, p := range people(b, all, from) {
		a.Add(&p)
	}
	began := crm.Date(math.MaxInt32) // what was coached before the first row is not known
	for _, c := range all {
		began = min(began, c.Days[0].Day)
	}
	out := f.Out()
	at := func(s measure.Slot) (Heads, bool) {
		h, ok := a.Heads[Place{s.Scope, number[s.Period.Name]}]
		return h, ok
	}
	for slot := range slots(f, true, func(s measure.Slot) bool { _, ok := at(s); return ok }) {
		if f.Org.Nodes[slot.Scope].Level == crm.RepLevel {
			continue
		}
		h, _ := at(slot)
		ratio := func(id string, k, n int64) {
			v := measure.NewRatio(id, slot, k, n)
			v.Open = f.Running(slot.Period)
			out.Add(v)
		}
		if began < slot.Period.End {
			ratio(coverageID, h.Coached, h.All)
		}
		if f.Near(slot.Period) {
			ratio(newHeadsID, h.New, h.Known)
		}
	}
	return measure.Result{Values: out.Rest()}
}
