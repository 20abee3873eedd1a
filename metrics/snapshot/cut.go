package snapshot

import (
	"fmt"
	"slices"
)

// Rights. A document cut to a scope holds what the manager of that unit, or
// that rep, may see: the scope and those below it, their values, the rows of
// lists that are theirs. Of the scopes above and beside it nothing is left but
// their ids in the scope's own path, and the rates in Above.

// levelRep is the level of people, as Scope.Level names it.
const levelRep = "rep"

// others is how many people must stand behind the rest of the company before
// its rates are shown beside a scope's own: what is left when one takes the
// scope away from the company must be a crowd, not somebody.
const others = 5

// shownAbove are the rates of the company that a cut may hold as a reference.
// No amount is among them: pay and sales of others are nobody's reference.
var shownAbove = []string{"conversion.valid_per_signing", "conversion.valid_share", "activity.visits_per_day", "funnel.win_rate_count", "forecast.hit_rate", "renewal.logo_rate"}

// Cutter cuts a document to scopes. It finds what belongs to a scope once, so
// that thousands of cuts cost no more than what they hold. It may be used by
// several goroutines at a time.
type Cutter struct {
	d        *Document
	scopes   map[string]int // by id, the place in d.Scopes
	children map[string][]string
	lists    []placed
	busy     map[string]bool // scopes with a number other than 0 in a current period
	people   int             // reps of them
	rates    []Value         // the company's, for reference
}

// NewCutter returns a cutter of d, which does not change any more.
func NewCutter(d *Document) *Cutter {
	c := &Cutter{d: d, scopes: make(map[string]int, len(d.Scopes)), children: map[string][]string{}}
	for i := range d.Scopes {
		s := &d.Scopes[i]
		if _, twice := c.scopes[s.ID]; twice {
			continue
		}
		c.scopes[s.ID] = i
		if i > 0 {
			c.children[s.Parent] = append(c.children[s.Parent], s.ID)
		}
	}
	for i := range d.Lists {
		c.lists = append(c.lists, c.place(&d.Lists[i]))
	}
	now := map[string]bool{}
	for _, p := range d.Periods {
		if p.Role == RoleCurrent {
			now[p.Name] = true
		}
	}
	c.busy = d.Values.Busy(now)
	for id := range c.scopes {
		c.people += c.busyRep(id)
	}
	if len(d.Scopes) > 0 {
		c.rates = d.rates()
	}
	return c
}

// Busy reports whether the scope has any number other than 0 in a current period.
func (c *Cutter) Busy(scope string) bool { return c.busy[scope] }

// busyRep is 1 for a rep who is busy.
func (c *Cutter) busyRep(id string) int {
	if c.busy[id] && c.d.Scopes[c.scopes[id]].Level == levelRep {
		return 1
	}
	return 0
}

// For cuts the document to a scope and those below it. The document of its
// first scope is the document itself.
func (d *Document) For(scope string) (*Document, error) { return NewCutter(d).For(scope) }

// For cuts the document to a scope and those below it.
func (c *Cutter) For(scope string) (*Document, error) {
	at, known := c.scopes[scope]
	if !known {
		return nil, fmt.Errorf("no scope %q", scope)
	}
	if at == 0 {
		return c.d, nil
	}
	root, ids := &c.d.Scopes[at], c.below(scope, nil)
	in := make(map[string]bool, len(ids))
	for _, id := range ids {
		in[id] = true
	}
	w := c.d
	// Every field is named: what a document gets tomorrow is nobody's until it is
	// said here how it is cut.
	d := &Document{Tool: w.Tool, AsOf: w.AsOf, Timezone: w.Timezone, Currency: w.Currency, ConfigSHA256: w.ConfigSHA256, Golden: w.Golden, Tolerance: w.Tolerance,
		Inputs: withoutRows(w.Inputs), Missing: w.Missing, Periods: w.Periods, Definitions: w.Definitions, Words: w.Words, Warnings: w.Warnings, Series: w.Series.cut(ids), Above: c.above(ids)}
	for _, id := range ids {
		d.Scopes = append(d.Scopes, c.d.Scopes[c.scopes[id]])
	}
	if root.Level == levelRep {
		d.Scopes[0].Manager = ""
	}
	for _, b := range w.Values {
		if b := b.cut(ids); b.Len() > 0 {
			d.Values = append(d.Values, b)
		}
	}
	own := c.own(ids)
	for i := range w.Lists {
		d.Lists = append(d.Lists, own.list(i, scope))
	}
	if root.Level == "region" { // what is none is compared in a report of its own only
		d.Since = w.Since.cut(in)
	}
	return d, nil
}

// below are a scope and all below it, in the order of the document.
func (c *Cutter) below(scope string, ids []string) []string {
	ids = append(ids, scope)
	for _, child := range c.children[scope] {
		ids = c.below(child, ids)
	}
	return ids
}

// withoutRows are the inputs without what was in their rows: an example of a
// fault is somebody's row.
func withoutRows(inputs []Input) []Input {
	out := slices.Clone(inputs)
	for i := range out {
		out[i].Refused = nil
		out[i].Problems = slices.Clone(out[i].Problems)
		for j := range out[i].Problems {
			out[i].Problems[j].Example = ""
		}
	}
	return out
}

// above are the rates of the company, where enough others stand behind them; of
// a document that is a cut, those that it has.
func (c *Cutter) above(ids []string) []Value {
	if c.d.Scopes[0].Level != "company" {
		return c.d.Above
	}
	left := c.people
	for _, id := range ids {
		left -= c.busyRep(id)
	}
	if left < others {
		return nil
	}
	return c.rates
}

// rates are the rates of the first scope that a cut may hold.
func (d *Document) rates() (out []Value) {
	for _, p := range d.Periods {
		if p.Role != RoleCurrent {
			continue
		}
		for _, metric := range shownAbove {
			if v, ok := d.Values.Find(metric, d.Scopes[0].ID, p.Name, ""); ok {
				out = append(out, v)
			}
		}
	}
	return out
}

// cut is the block with the rows of the given scopes alone. What it names and
// counts by is the whole block's: nothing prints that unasked.
func (b *Block) cut(scopes []string) *Block {
	out := &Block{table: b.table, own: b.runs(scopes)}
	for m := range b.metrics.list {
		for _, r := range out.own {
			rows := b.of(int32(m), r)
			out.n += int(rows.to - rows.from)
		}
	}
	return out
}

// runs are the numbers of those scopes that are the block's. Those below a unit follow each other.
func (b *Block) runs(scopes []string) []run {
	var numbers []int32
	for _, id := range scopes {
		if n, ok := b.scopes.at[id]; ok && b.has(n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	var out []run
	for _, n := range numbers {
		if len(out) > 0 && n <= out[len(out)-1].to {
			out[len(out)-1].to = n + 1
			continue
		}
		out = append(out, run{n, n + 1})
	}
	return out
}
