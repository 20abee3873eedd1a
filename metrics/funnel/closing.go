package funnel

import (
	"cmp"
	"slices"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Closing is a unit that was won or lost on Day, kept where every metric covers
// that day, for the values by what is said of it.
type Closing struct {
	Leaf       crm.LeafNo
	Day        crm.Date
	Won        bool
	Stage      crm.Stage // the deepest it came to; StageNone where there is no history
	Entry      entry
	Minor      int64  // minor units of the report currency; measure.NoAmount
	Reason     string `json:",omitempty"` // the larger one, and
	Detail     string `json:",omitempty"` // what it is in detail; blank is not said
	Competitor string `json:",omitempty"`

	said [dimensions]int32 // the number of the word in each; once all is added
}

// entry is when a deal was first seen (S3-10).
type entry int8

// The entries; of a deal without a history nobody knows.
const (
	entryUnknown entry = iota
	entryEarly
	entryLate
)

// fewest is how many cases a word needs at the company to have a key of its
// own; the others go together (metrics.md 6).
const fewest = 5

// The words for what has none, or too few cases.
const (
	unknownWord = "unknown"
	otherWord   = "other"
)

// levels separate a reason from its detail.
const levels = "/／>＞:："

// twoLevels cuts a reason into the larger one and its detail.
func twoLevels(reason string) (first, second string) {
	parts := strings.FieldsFunc(reason, func(r rune) bool { return strings.ContainsRune(levels, r) })
	for _, p := range parts {
		switch p = keyWord(p); {
		case p == "":
		case first == "":
			first = p
		case second == "":
			second = p
		}
	}
	return first, second
}

// keyWord makes free text the word of a key, in which commas and equals signs
// have a meaning.
func keyWord(s string) string { return inKeys.Replace(strings.TrimSpace(s)) }

var inKeys = strings.NewReplacer(",", "，", "=", "＝")

// keepClosing keeps a closing in a near period. What is said of a deal today
// is said of its latest unit.
func (a *Acc) keepClosing(c Closing, d *crm.Deal) {
	if !a.isNear(c.Day) {
		return
	}
	if d != nil {
		c.Competitor = keyWord(d.Competitor)
		if !c.Won {
			c.Reason, c.Detail = twoLevels(d.LostReason)
		}
	}
	a.Closings.Add(c)
}

// dimension is what closings are told apart by.
type dimension int

// The dimensions. Of deals won nothing but a competitor is said.
const (
	byReason dimension = iota
	byDetail
	byCompetitor
	dimensions // how many there are
)

var dimensionNames = [dimensions]string{"reason", "detail", "competitor"}

// saying is what is said of a closing: a reason goes with its detail.
type saying struct{ word, detail string }

// saying is blank where nothing is said.
func (c *Closing) saying(d dimension) saying {
	switch {
	case d == byCompetitor:
		return saying{word: c.Competitor}
	case d == byReason:
		return saying{word: c.Reason}
	case c.Detail != "":
		return saying{c.Reason, c.Detail}
	}
	return saying{}
}

func (w saying) String() string {
	if w.detail != "" {
		return w.word + ",detail=" + w.detail
	}
	return w.word
}

// numberWords numbers what is said of the closings in each dimension, and lists
// it by its number.
func (a *Acc) numberWords() (words [dimensions][]string) {
	for d := range dimensions {
		numbers := map[saying]int32{}
		for i := range a.Closings {
			c := &a.Closings[i]
			w := c.saying(d)
			n, known := numbers[w]
			if !known {
				n = int32(len(words[d]))
				numbers[w], words[d] = n, append(words[d], w.String())
			}
			c.said[d] = n
		}
	}
	return words
}

// Seen is what only the whole of the deals shows: which words have enough cases
// for a key of their own, so that every scope has the same keys.
type Seen struct {
	words map[seenWord]bool
	dues  bool // a row of the history has an expected close
	cash  bool // somebody says whether the money came:
	// the invoices of the deals' contracts, where no row of the history does.
	invoiced bool
}

type seenWord struct {
	period    string
	dimension dimension
	word      string
}

// Look returns o with what the whole of b shows: the values of parts of b, by
// which a number is explained, then have the keys of the whole.
func (o Options) Look(b *crm.Book, f *measure.Frame) Options {
	o.seen = nil
	if b.Has("deals") || b.Has("stage_history") {
		a := newAcc(b, f, o).fold(b, 1)
		o.seen = a.look(a.numberWords())
	}
	return o
}

// look finds the words with enough cases in each near period.
func (a *Acc) look(words [dimensions][]string) *Seen {
	s := &Seen{words: map[seenWord]bool{}, dues: a.Notes.Dues > 0, cash: a.cash != nil || a.Notes.Collected > 0, invoiced: a.cash != nil}
	for d := range dimensions {
		n := make([][]int, a.near) // by period and word
		for p := range n {
			n[p] = make([]int, len(words[d]))
		}
		for i := range a.Closings {
			c := &a.Closings[i]
			for _, p := range a.days.Containing(c.Day) {
				if p < a.near && (d == byCompetitor || !c.Won) {
					n[p][c.said[d]]++
				}
			}
		}
		for p := range n {
			for i, w := range words[d] {
				if w != "" && n[p][i] >= fewest {
					s.words[seenWord{a.periods[p].Name, d, w}] = true
				}
			}
		}
	}
	return s
}

// key is that of a word in a period: its own, or the one of all with few cases.
func (s *Seen) key(d dimension, w string, p crm.Period) string {
	switch {
	case w == "" && d == byDetail:
		return ""
	case w == "":
		w = unknownWord
	case s.words[seenWord{p.Name, d, w}]:
	case d == byDetail:
		return "reason=" + otherWord + ",detail=" + otherWord
	default:
		w = otherWord
	}
	if d == byDetail {
		return "reason=" + w
	}
	return dimensionNames[d] + "=" + w
}

// keyed is the keys that numbers stand for, several perhaps for one.
type keyed struct {
	keys []string // sorted
	of   []int32  // by number: its place among keys, −1 for none
}

// newKeyed is the keys of the numbers below n, of which a blank one is none.
func newKeyed(n int, key func(int) string) keyed {
	own := make([]string, n)
	for i := range own {
		own[i] = key(i)
	}
	k := keyed{slices.Clone(own), make([]int32, n)}
	slices.Sort(k.keys)
	k.keys = slices.DeleteFunc(slices.Compact(k.keys), func(key string) bool { return key == "" })
	for i := range own {
		at, found := slices.BinarySearch(k.keys, own[i])
		if k.of[i] = int32(at); !found {
			k.of[i] = -1
		}
	}
	return k
}

// keyWords finds the keys of words in each near period.
func (s *sheet) keyWords(words [dimensions][]string) {
	s.worded = make([][dimensions]keyed, s.near)
	for p := range s.worded {
		for d := range dimensions {
			s.worded[p][d] = newKeyed(len(words[d]), func(i int) string { return s.seen.key(d, words[d][i], s.periods[p]) })
		}
	}
	s.staged = newKeyed(len(s.keys), func(j int) string {
		if crm.Stage(j) == crm.StageNone {
			return "stage=" + unknownWord
		}
		return s.keys[j]
	})
}

// settleClosings sorts the closings by unit, in the order of their days.
func (a *Acc) settleClosings() {
	for i := range a.Closings {
		c := &a.Closings[i]
		for _, n := range a.org.Path(c.Leaf) {
			if a.org.Nodes[n].Level != crm.RepLevel {
				s := a.scope(n)
				s.closings = append(s.closings, c)
			}
		}
	}
}

// sides are what closings come to.
type sides struct{ won, lost, minor, blank int64 }

func (s *sides) add(c *Closing) {
	switch {
	case c.Won:
		s.won++
	case c.Minor == measure.NoAmount:
		s.lost++
		s.blank++
	default:
		s.lost++
		s.minor += c.Minor
	}
}

// group is what the closings under a key come to.
type group struct {
	key string
	sides
}

// closedIn lists the unit's closings of the period.
func (p *page) closedIn() []*Closing {
	p.closed = p.closed[:0]
	if p.scope != nil {
		for _, c := range p.scope.closings {
			if p.slot.Period.Contains(c.Day) {
				p.closed = append(p.closed, c)
			}
		}
	}
	return p.closed
}

// groups sums closings by the key of a number that each has: by key, those with
// a closing. Deals won count where both sides are wanted.
func (p *page) groups(k keyed, closed []*Closing, both bool, number func(*Closing) int32) []group {
	p.sums = slices.Grow(p.sums[:0], len(k.keys))[:len(k.keys)]
	clear(p.sums)
	n := 0
	for _, c := range closed {
		at := k.of[number(c)]
		if at < 0 || c.Won && !both {
			continue
		}
		if p.sums[at] == (sides{}) {
			n++
		}
		p.sums[at].add(c)
	}
	out := make([]group, 0, n)
	for i, s := range p.sums {
		if s != (sides{}) {
			out = append(out, group{k.keys[i], s})
		}
	}
	return out
}

func (d dimension) number(c *Closing) int32 { return c.said[d] }

// reasons adds why deals were lost, to whom, and where in the funnel: closed are
// those of the i-th period.
func (p *page) reasons(i int, closed []*Closing) {
	words := &p.worded[i]
	reasons := p.groups(words[byReason], closed, false, byReason.number)
	all, said := int64(0), int64(0)
	for _, g := range reasons {
		p.count("funnel.lost_by_reason", g.lost, g.key, false)
		amount := p.money("funnel.lost_amount_by_reason", g.lost, g.minor, g.blank)
		p.add(&amount, g.key, false)
		if all += g.lost; g.key != "reason="+unknownWord {
			said += g.lost
		}
	}
	p.proportion("funnel.lost_reason_filled", said, all, "")
	p.paretos(reasons)
	p.counts("funnel.lost_by_detail", p.groups(words[byDetail], closed, false, byDetail.number))
	p.counts("funnel.lost_by_competitor", p.groups(words[byCompetitor], closed, false, byCompetitor.number))
	for _, g := range p.groups(words[byCompetitor], closed, true, byCompetitor.number) {
		p.proportion("funnel.win_rate_by_competitor", g.won, g.won+g.lost, g.key)
	}
	p.counts("funnel.lost_by_stage", p.groups(p.staged, closed, false, func(c *Closing) int32 { return int32(c.Stage) }))
}

// paretos adds the reasons cumulated: above teams, whose few deals have no order
// to speak of.
func (p *page) paretos(reasons []group) {
	if p.team() {
		return
	}
	p.pareto("funnel.lost_reason_pareto", reasons, func(g group) (n, of int64) { return g.lost, g.lost })
	p.pareto("funnel.lost_amount_pareto", reasons, func(g group) (n, of int64) { return g.lost - g.blank, g.minor })
}

func (p *page) team() bool { return p.org.Nodes[p.node].Level == crm.Team }

// pareto adds how much of the whole the largest reasons come to together, down
// to each (equal ones by name): of gives a reason's number of deals and its part.
func (p *page) pareto(metric string, reasons []group, of func(group) (n, of int64)) {
	reasons = slices.Clone(reasons)
	slices.SortStableFunc(reasons, func(x, y group) int {
		_, a := of(x)
		_, b := of(y)
		return cmp.Compare(b, a)
	})
	var deals, whole, sum int64
	for _, g := range reasons {
		n, part := of(g)
		deals, whole = deals+n, whole+part
	}
	for _, g := range reasons {
		_, part := of(g)
		sum += part
		v := measure.NewRatio(metric, p.slot, sum, whole)
		v.N = deals
		p.add(&v, g.key, false)
	}
}

func (p *page) counts(metric string, groups []group) {
	for _, g := range groups {
		p.count(metric, g.lost, g.key, false)
	}
}

// proportion adds a ratio of counts with Wilson's interval.
func (p *page) proportion(metric string, k, n int64, key string) {
	v := measure.NewRatio(metric, p.slot, k, n)
	p.wilson(&v)
	p.add(&v, key, false)
}

// engagement adds what became of deals that were seen early or late (S3-10),
// and of those that had said yes (S0-14).
func (p *page) engagement(closed []*Closing) {
	var entries [entryLate + 1]sides
	var agreed sides
	yes := p.yes()
	for _, c := range closed {
		entries[c.Entry].add(c)
		if yes > 0 && (c.Stage >= yes || c.Won && c.Entry != entryUnknown) {
			agreed.add(c)
		}
	}
	early, late := &entries[entryEarly], &entries[entryLate]
	p.proportion("funnel.win_rate_by_entry", early.won, early.won+early.lost, "entry=early_stage")
	p.proportion("funnel.win_rate_by_entry", late.won, late.won+late.lost, "entry=late_stage")
	p.proportion("funnel.fall_through", agreed.lost, agreed.won+agreed.lost, "")
}
