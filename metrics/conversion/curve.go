package conversion

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// curvePeriods is how many closed periods the usual course of a period is taken
// from.
const curvePeriods = 6

// CurveKey marks what is held against the usual course instead of the even one.
const CurveKey = "curve=history"

// Closed lists the periods of a kind whose course is usual: the last before the
// current one, oldest first.
func Closed(f *measure.Frame, kind crm.PeriodKind) []crm.Period {
	before := f.Before[slices.Index(crm.PeriodKinds[:], kind)]
	return before[len(before)-curvePeriods:]
}

// closed lists those of every kind.
func closed(f *measure.Frame) []crm.Period {
	var out []crm.Period
	for _, kind := range crm.PeriodKinds {
		out = append(out, Closed(f, kind)...)
	}
	return out
}

// FirstCell addresses the customers who signed for the first time in a closed
// period on a day.
type FirstCell struct {
	Period int32 // its number in closed
	Day    crm.Date
}

// MarshalText makes cells JSON map keys: period@day.
func (c FirstCell) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%d@%s", c.Period, c.Day), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *FirstCell) UnmarshalText(b []byte) error {
	var day string
	if _, err := fmt.Sscanf(string(b), "%d@%s", &c.Period, &day); err != nil {
		return fmt.Errorf("%q is not a period and a day", b)
	}
	return c.Day.UnmarshalText([]byte(day))
}

// firsts notes the first signing of a customer in each closed period, where
// there are targets to hold a course against; contracts come by sign date.
func (a *Acc) firsts(contracts []crm.Contract) {
	if a.closed == nil {
		return
	}
	clear(a.met)
	for i := range contracts {
		c := &contracts[i]
		if !signs(c) {
			continue
		}
		for _, p := range a.closed.Containing(c.SignDate) {
			if !a.met[p] {
				a.met[p] = true
				a.Firsts[FirstCell{int32(p), c.SignDate}]++
			}
		}
	}
}

// point is how much had come by the end of a day.
type point struct {
	day crm.Date
	sum int64
}

// course is the points of the days with anything, oldest first.
type course []point

func newCourse(byDay map[crm.Date]int64) course {
	out := make(course, 0, len(byDay))
	for d, n := range byDay {
		out = append(out, point{d, n})
	}
	slices.SortFunc(out, func(x, y point) int { return cmp.Compare(x.day, y.day) })
	for i := 1; i < len(out); i++ {
		out[i].sum += out[i-1].sum
	}
	return out
}

// within is how much came in [from, to).
func (c course) within(from, to crm.Date) int64 {
	before := func(d crm.Date) int64 {
		i, _ := slices.BinarySearchFunc(c, d, func(x point, d crm.Date) int { return cmp.Compare(x.day, d) })
		if i == 0 {
			return 0
		}
		return c[i-1].sum
	}
	return before(to) - before(from)
}

// courses are the company's: what a rep or a team does in half a year has no
// shape to speak of.
type courses struct {
	visits, valid course
	signings      []course // by the number of the closed period
	usual         map[usualKey]*big.Rat
}

type usualKey struct {
	measure int
	kind    crm.PeriodKind
	region  string
}

func newCourses(a *Acc) *courses {
	visits, valid := map[crm.Date]int64{}, map[crm.Date]int64{}
	for at, v := range a.Visits.All() {
		if v.Visits > 0 {
			visits[at.Day] += int64(v.Visits)
			valid[at.Day] += int64(v.Valid)
		}
	}
	signings := make([]map[crm.Date]int64, len(crm.PeriodKinds)*curvePeriods)
	for c, n := range a.Firsts {
		if signings[c.Period] == nil {
			signings[c.Period] = map[crm.Date]int64{}
		}
		signings[c.Period][c.Day] += n
	}
	out := &courses{visits: newCourse(visits), valid: newCourse(valid), usual: map[usualKey]*big.Rat{}}
	for _, byDay := range signings {
		out.signings = append(out.signings, newCourse(byDay))
	}
	return out
}

func (c *courses) of(measure, closed int) course {
	return [len(paces)]course{c.visits, c.valid, c.signings[closed]}[measure]
}

// usual is the share of a period's measure that has usually come by as many
// working days of a region as have gone by of the current period: the median of
// the last closed periods of the company, to nine decimals. It is nil
// where one of them has nothing, or the first nothing in its first quarter: the
// records do not reach back.
func (t *table) usual(measure int, kind crm.PeriodKind, region string) *big.Rat {
	k := usualKey{measure, kind, region}
	share, known := t.courses.usual[k]
	if !known {
		share = t.median(measure, slices.Index(crm.PeriodKinds[:], kind), region)
		t.courses.usual[k] = share
	}
	return share
}

func (t *table) median(measure, kind int, region string) *big.Rat {
	var shares []*big.Rat
	for i := range curvePeriods {
		n := kind*curvePeriods + i
		p, c := t.closed[n], t.courses.of(measure, n)
		whole := c.within(p.Start, p.End)
		if whole == 0 || i == 0 && c.within(p.Start, p.Start+(p.End-p.Start+3)/4) == 0 {
			return nil
		}
		_, end := t.frame.ElapsedIn(region, t.frame.Current[kind], p)
		shares = append(shares, big.NewRat(c.within(p.Start, end), whole))
	}
	slices.SortFunc(shares, (*big.Rat).Cmp)
	middle := new(big.Rat).Add(shares[curvePeriods/2-1], shares[curvePeriods/2])
	nano := crm.RoundHalfUp(middle.Mul(middle, big.NewRat(int64(crm.One), 2)))
	return big.NewRat(nano, int64(crm.One))
}

// history appends what pace and due are by the usual course of the period, and
// where that leads; of reps only the pace of signings.
func (t *table) history(out []measure.Value, s measure.Slot, i int, g progress) []measure.Value {
	rep := t.frame.Org.Nodes[s.Scope].Level == crm.RepLevel
	if g.Left() == 0 || rep && i != signingsPace {
		return out
	}
	share := t.usual(i, s.Period.Kind, t.calendar(s.Scope))
	if share == nil {
		return out
	}
	x, actual, one := paces[i], crm.Decimal(g.actual).Rat(), big.NewRat(1, 1)
	due := new(big.Rat).Mul(crm.Decimal(g.target).Rat(), share)
	add := func(id string, num, den *big.Rat) measure.Value {
		return g.ratio(id, s, num, den).Keyed(CurveKey).Flag(true, "curve")
	}
	out = append(out, g.verdict(x, add(x.paceID(), actual, due), due))
	if rep {
		return out
	}
	return append(out, add(x.dueID(), due, one), add(x.projectionID(), actual, share))
}
