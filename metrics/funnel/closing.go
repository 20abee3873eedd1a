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
	a.Closings = append(a.Closings, c)
}

// dimension is what closings are told apart by.
type dimension struct {
	name string
	both bool // won ones count too
	word func(*Closing) string
}

var (
	byReason = dimension{"reason", false, func(c *Closing) string { return c.Reason }}
	byDetail = dimension{"detail", false, func(c *Closing) string {
		if c.Detail == "" {
			return ""
		}
		return c.Reason + ",detail=" + c.Detail
	}}
	byCompetitor = dimension{"competitor", true, func(c *Closing) string { return c.Competitor }}
)

// Seen is what only the whole of the deals shows: which words have enough cases
// for a key of their own, so that every scope has the same keys.
type Seen struct {
	words map[seenWord]bool
	dues  bool // a row of the history has an expected close
	cash  bool // somebody says whether the money came:
	// the invoices of the deals' contracts, where no row of the history does.
	invoiced bool
}

type seenWord struct{ period, dimension, word string }

// Look returns o with what the whole of b shows: the values of parts of b, by
// which a number is explained, then have the keys of the whole.
func (o Options) Look(b *crm.Book, f *measure.Frame) Options {
	o.seen = nil
	if b.Has("deals") || b.Has("stage_history") {
		a := newAcc(b, f, o)
		o.seen = a.fold(b, 1).look()
	}
	return o
}

// look finds the words with enough cases in each near period.
func (a *Acc) look() *Seen {
	n := map[seenWord]int{}
	for i := range a.Closings {
		c := &a.Closings[i]
		for _, p := range a.days.Containing(c.Day) {
			if p >= a.near {
				break
			}
			for _, d := range []dimension{byReason, byDetail, byCompetitor} {
				if w := d.word(c); w != "" && (d.both || !c.Won) {
					n[seenWord{a.periods[p].Name, d.name, w}]++
				}
			}
		}
	}
	s := &Seen{words: map[seenWord]bool{}, dues: a.Notes.Dues > 0, cash: a.cash != nil || a.Notes.Collected > 0, invoiced: a.cash != nil}
	for w, n := range n {
		if n >= fewest {
			s.words[w] = true
		}
	}
	return s
}

// key is that of a closing in a period: its own, or the one of all with few
// cases.
func (s *Seen) key(d dimension, c *Closing, p crm.Period) string {
	w := d.word(c)
	switch {
	case w == "" && d.name == byDetail.name:
		return ""
	case w == "":
		w = unknownWord
	case s.words[seenWord{p.Name, d.name, w}]:
	case d.name == byDetail.name:
		return "reason=" + otherWord + ",detail=" + otherWord
	default:
		w = otherWord
	}
	if d.name == byDetail.name {
		return "reason=" + w
	}
	return d.name + "=" + w
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

// group sums the unit's closings of the period by a key, "" leaving one out.
func (p *page) group(key func(*Closing) string) (keys []string, sums map[string]*sides) {
	sums = map[string]*sides{}
	if p.scope == nil {
		return nil, sums
	}
	for _, c := range p.scope.closings {
		k := ""
		if p.slot.Period.Contains(c.Day) {
			k = key(c)
		}
		if k == "" {
			continue
		}
		if sums[k] == nil {
			sums[k] = &sides{}
			keys = append(keys, k)
		}
		sums[k].add(c)
	}
	slices.Sort(keys)
	return keys, sums
}

func (p *page) by(d dimension) func(*Closing) string {
	return func(c *Closing) string {
		if c.Won && !d.both {
			return ""
		}
		return p.seen.key(d, c, p.slot.Period)
	}
}

// reasons adds why deals were lost, to whom, and where in the funnel.
func (p *page) reasons() {
	keys, sums := p.group(p.by(byReason))
	all, said := int64(0), int64(0)
	for _, k := range keys {
		s := sums[k]
		p.count("funnel.lost_by_reason", s.lost, k, false)
		amount := p.money("funnel.lost_amount_by_reason", s.lost, s.minor, s.blank)
		p.add(&amount, k, false)
		if all += s.lost; k != byReason.name+"="+unknownWord {
			said += s.lost
		}
	}
	p.proportion("funnel.lost_reason_filled", said, all, "")
	p.paretos(keys, sums)
	p.counts("funnel.lost_by_detail", p.by(byDetail))
	p.counts("funnel.lost_by_competitor", func(c *Closing) string {
		if c.Won {
			return ""
		}
		return p.by(byCompetitor)(c)
	})
	keys, sums = p.group(p.by(byCompetitor))
	for _, k := range keys {
		p.proportion("funnel.win_rate_by_competitor", sums[k].won, sums[k].won+sums[k].lost, k)
	}
	p.counts("funnel.lost_by_stage", func(c *Closing) string {
		switch {
		case c.Won:
			return ""
		case c.Stage == crm.StageNone:
			return "stage=" + unknownWord
		}
		return p.keys[c.Stage]
	})
}

// paretos adds the reasons cumulated: above teams, whose few deals have no order
// to speak of.
func (p *page) paretos(keys []string, sums map[string]*sides) {
	if p.team() {
		return
	}
	p.pareto("funnel.lost_reason_pareto", keys, func(k string) (n, of int64) { return sums[k].lost, sums[k].lost })
	p.pareto("funnel.lost_amount_pareto", keys, func(k string) (n, of int64) { return sums[k].lost - sums[k].blank, sums[k].minor })
}

func (p *page) team() bool { return p.org.Nodes[p.node].Level == crm.Team }

// pareto adds how much of the whole the largest reasons come to together, down
// to each (equal ones by name): of gives a reason's number of deals and its part.
func (p *page) pareto(metric string, keys []string, of func(string) (n, of int64)) {
	keys = slices.Clone(keys)
	slices.SortStableFunc(keys, func(x, y string) int {
		_, a := of(x)
		_, b := of(y)
		return cmp.Compare(b, a)
	})
	var deals, whole, sum int64
	for _, k := range keys {
		n, part := of(k)
		deals, whole = deals+n, whole+part
	}
	for _, k := range keys {
		_, part := of(k)
		sum += part
		v := measure.NewRatio(metric, p.slot, sum, whole)
		v.N = deals
		p.add(&v, k, false)
	}
}

func (p *page) counts(metric string, key func(*Closing) string) {
	keys, sums := p.group(key)
	for _, k := range keys {
		p.count(metric, sums[k].lost, k, false)
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
func (p *page) engagement() {
	_, sums := p.group(func(c *Closing) string { return []string{"", "entry=early_stage", "entry=late_stage"}[c.Entry] })
	for _, k := range []string{"entry=early_stage", "entry=late_stage"} {
		s := sums[k]
		if s == nil {
			s = &sides{}
		}
		p.proportion("funnel.win_rate_by_entry", s.won, s.won+s.lost, k)
	}
	_, sums = p.group(func(c *Closing) string {
		if yes := p.yes(); yes > 0 && (c.Stage >= yes || c.Won && c.Entry != entryUnknown) {
			return "yes"
		}
		return ""
	})
	s := sums["yes"]
	if s == nil {
		s = &sides{}
	}
	p.proportion("funnel.fall_through", s.lost, s.won+s.lost, "")
}
