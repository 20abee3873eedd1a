package activity

import (
	"fmt"
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Pattern is a way in which visits look invented.
type Pattern int

// The patterns, in the order of domain.md.
const (
	SameMinute Pattern = iota
	TooMany
	Night
	DayOff
	CopiedNote
	DailyCustomer
	patterns
)

var words = [patterns]string{"same_minute", "too_many", "night", "day_off", "copied_note", "daily_customer"}

// String is the word of p in keys and lists.
func (p Pattern) String() string {
	if p < 0 || p >= patterns {
		return fmt.Sprintf("pattern(%d)", int(p))
	}
	return words[p]
}

// Suspects counts the visits of a leaf and day that match each pattern.
type Suspects struct {
	By      [patterns]int64
	Any     int64 // each visit once
	Pending int64 // of DailyCustomer: a contract can still clear them
}

// Plus adds field by field.
func (s Suspects) Plus(t Suspects) Suspects {
	for p := range s.By {
		s.By[p] += t.By[p]
	}
	s.Any += t.Any
	s.Pending += t.Pending
	return s
}

// Rows counts visits.
type Rows int64

// Plus adds.
func (n Rows) Plus(m Rows) Rows { return n + m }

// FindingKey is the pattern and the first row of a finding.
type FindingKey struct {
	Pattern Pattern
	crm.Pos
}

// MarshalText makes keys JSON map keys: night@file:line.
func (k FindingKey) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%s@%d:%d", k.Pattern, k.File, k.Line), nil
}

// UnmarshalText reads what MarshalText wrote.
func (k *FindingKey) UnmarshalText(b []byte) error {
	word, place, _ := strings.Cut(string(b), "@")
	for p, w := range words {
		if w == word {
			k.Pattern = Pattern(p)
			_, err := fmt.Sscanf(place, "%d:%d", &k.File, &k.Line)
			return err
		}
	}
	return fmt.Errorf("%q is not a finding", b)
}

// Finding is a group of visits that match a pattern together.
type Finding struct {
	Leaf        crm.LeafNo // of the first visit
	Rep         crm.RepNo
	First, Last crm.Date
	Visits      []Visited // by time
}

// Visited is a visit of a finding.
type Visited struct {
	crm.Pos
	At       crm.Stamp
	Customer crm.CustomerNo
}

// Place is the row that a case stands on: no two visits share one.
type Place crm.Pos

// MarshalText makes places JSON map keys: file:line.
func (p Place) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d:%d", p.File, p.Line), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Place) UnmarshalText(b []byte) error {
	if _, err := fmt.Sscanf(string(b), "%d:%d", &p.File, &p.Line); err != nil {
		return fmt.Errorf("%q is not a place", b)
	}
	return nil
}

// Day is a rep's day that a standard was asked of.
type Day struct {
	Visits, Valid int64
	Met           int64 // 1 where the profile was met
	Missed        int64 // else the first condition that was not, by its number
}

// Plus adds field by field; a day is a cell's only one.
func (d Day) Plus(e Day) Day {
	return Day{d.Visits + e.Visits, d.Valid + e.Valid, d.Met + e.Met, d.Missed + e.Missed}
}

// Acc folds the logs of reps.
type Acc struct {
	Seen     fold.Cells[Rows] // visits looked at
	Suspects fold.Cells[Suspects]
	Findings map[FindingKey]Finding // those that touch a current period
	Sums     Ledger
	Week     fold.Cells[Day] // days of the current week on which a seated rep visited
	Fakes    map[Place]Fake  // failed audits of the current periods

	*env
	log     *Log   // the rep at hand
	marks   []mark // one for each of its visits
	working map[crm.Date]bool
	keyed   []uint64 // scratch of alike
	some    []int    // likewise

	standards standards
	met       met
	leaf      crm.LeafNo // of the day at hand
	in        []int      // the periods that contain it
	run       Sums       // of the stretch of days at hand
	kept      []*crm.Visit
	held      []bool
}

// env is what every accumulator of a run reads and none changes.
type env struct {
	book    *crm.Book
	options Options
	current []crm.Period
	from    crm.Date // the first day of the periods that are near
	periods []crm.Period
	now     []bool // by period: it is current
	days    *measure.Stretches
	week    crm.Period
	audits  audits
	history history
	stated  bool // there is no history, but customers have a grade
}

func newEnv(b *crm.Book, f *measure.Frame, o Options) *env {
	e := &env{book: b, options: o, current: f.Current, from: f.AsOf, periods: f.Periods(), week: f.Current[0],
		audits: readAudits(b), history: readGrades(b), stated: stated(b)}
	for _, p := range f.Close() {
		e.from = min(e.from, p.Start)
	}
	for _, p := range e.periods {
		e.now = append(e.now, f.IsCurrent(p))
	}
	e.days = measure.NewStretches(e.periods)
	return e
}

// mark says which patterns a visit matches.
type mark struct {
	by      [patterns]bool
	pending bool
}

func newAcc(e *env) *Acc {
	a := &Acc{env: e, standards: newStandards(&e.options)}
	n := len(a.standards.all)
	a.run.Asked, a.run.AskedMaybe = make([]int64, n), make([]int64, n)
	a.ready()
	return a
}

func (a *Acc) ready() {
	if a.Seen == nil {
		a.Seen = fold.Cells[Rows]{}
	}
	if a.Suspects == nil {
		a.Suspects = fold.Cells[Suspects]{}
	}
	if a.Findings == nil {
		a.Findings = map[FindingKey]Finding{}
	}
	if a.Sums == nil {
		a.Sums = Ledger{}
	}
	if a.Week == nil {
		a.Week = fold.Cells[Day]{}
	}
	if a.Fakes == nil {
		a.Fakes = map[Place]Fake{}
	}
}

// Add folds one rep.
func (a *Acc) Add(l *Log) {
	a.ready()
	a.log = l
	if a.working == nil {
		a.working = map[crm.Date]bool{}
	}
	clear(a.working)
	a.marks = slices.Grow(a.marks[:0], len(l.Visits))[:len(l.Visits)]
	clear(a.marks)
	for i, k := range l.days() {
		a.tooMany(i, k)
		a.dayOff(i, k)
		if timed(l.Visits[i:k]) {
			a.night(i, k)
			a.sameMinute(i, k)
		}
	}
	a.copiedNotes()
	a.dailyCustomers()
	a.met.reset()
	for i, k := range l.days() {
		a.standing(i, k)
	}
	a.settle()
	for i, k := range l.days() {
		d := l.Visits[i].At.Date()
		if d < a.from {
			continue
		}
		leaf := a.book.Org.Leaf(l.Rep, d)
		a.Seen.Add(leaf, d, Rows(k-i))
		if s := sum(a.marks[i:k]); s.Any > 0 {
			a.Suspects.Add(leaf, d, s)
		}
	}
	a.log = nil
}

func sum(marks []mark) Suspects {
	var s Suspects
	for _, m := range marks {
		hit := false
		for p, on := range m.by {
			if on {
				s.By[p]++
				hit = true
			}
		}
		if hit {
			s.Any++
		}
		if m.pending {
			s.Pending++
		}
	}
	return s
}

// Merge adds the state of o.
func (a *Acc) Merge(o *Acc) {
	a.ready()
	a.Seen.Merge(o.Seen)
	a.Suspects.Merge(o.Suspects)
	for k, v := range o.Findings {
		a.Findings[k] = v
	}
	for at, s := range o.Sums {
		a.Sums.add(at, s)
	}
	a.Week.Merge(o.Week)
	for k, v := range o.Fakes {
		a.Fakes[k] = v
	}
}

// find marks the visits of the log numbered is, which are in order, and notes
// the finding where it touches a current period.
func (a *Acc) find(p Pattern, is []int) {
	if len(is) == 0 {
		return
	}
	for _, i := range is {
		a.marks[i].by[p] = true
	}
	head, tail := &a.log.Visits[is[0]], &a.log.Visits[is[len(is)-1]]
	first, last := head.At.Date(), tail.At.Date()
	for _, c := range a.current {
		if first < c.End && last >= c.Start {
			rows := make([]Visited, len(is))
			for n, i := range is {
				v := &a.log.Visits[i]
				rows[n] = Visited{v.Pos, v.At, v.Customer}
			}
			a.Findings[FindingKey{p, head.Pos}] = Finding{a.book.Org.Leaf(a.log.Rep, first), a.log.Rep, first, last, rows}
			return
		}
	}
}
