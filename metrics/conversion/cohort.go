package conversion

import (
	"cmp"
	"slices"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// windows are the days within which a cohort's conversion is reported; they are
// part of the metrics' names.
var windows = [...]crm.Date{30, 60, 90}

// threeWay is the window of the three-way picture.
const threeWay crm.Date = 60

// fewest is how many units must have been followed for a cohort to have a
// headline before it is mature.
const fewest = 5

// The fates of a customer of a cohort.
const (
	fateSigned measure.Fate = 1
	fateLost   measure.Fate = 2
)

// entries holds the customers of every leaf; it makes cohorts of them.
type entries struct {
	frame   *measure.Frame
	asOf    crm.Date
	byLeaf  map[crm.LeafNo]fold.Bag[Entry] // by day
	leaves  map[crm.NodeNo][]crm.LeafNo    // with any, by scope
	room    [][]Entry
	counts  []followed // scratch, by days
	endings []measure.Ending
	three   []measure.Ending // with the lost apart
}

// followed counts the customers who were observed for so many days; gone are
// those who were lost after so many.
type followed struct{ signed, gone, lost, rest int64 }

func newEntries(f *measure.Frame, byLeaf map[crm.LeafNo]fold.Bag[Entry]) *entries {
	e := &entries{frame: f, asOf: f.AsOf, byLeaf: byLeaf, leaves: map[crm.NodeNo][]crm.LeafNo{}}
	for leaf, its := range byLeaf {
		slices.SortFunc(its, func(x, y Entry) int { return cmp.Compare(x.Day, y.Day) })
		for _, n := range f.Org.Path(leaf) {
			e.leaves[n] = append(e.leaves[n], leaf)
		}
	}
	return e
}

// of lists the customers of a scope who entered in a period, leaf by leaf. The
// list is only good until the next.
func (e *entries) of(scope crm.NodeNo, p crm.Period) [][]Entry {
	e.room = e.room[:0]
	org := e.frame.Org
	for _, leaf := range e.leaves[scope] {
		its := e.byLeaf[leaf]
		from := before(its, p.Start)
		end := before(its, e.frame.End(p, org.Nodes[org.Leaves[leaf].Unit].Region))
		if from < end {
			e.room = append(e.room, its[from:end])
		}
	}
	return e.room
}

// before is how many entered before a day.
func before(its []Entry, d crm.Date) int {
	n, _ := slices.BinarySearchFunc(its, d, func(x Entry, d crm.Date) int { return cmp.Compare(x.Day, d) })
	return n
}

// cohort is what is known of the customers who entered in a period.
type cohort struct {
	n, signed, lost int64
	within          [len(windows)]int64 // signed within each window
	full            [len(windows)]int64 // entered a whole window ago or earlier
	seen            int64               // followed at all: signed, or watched for a day
	lag             measure.Curve       // days to the signing, the lost at risk to the as-of day
	fates           []float64           // Aalen–Johansen at threeWay: signed, lost
	open            float64
}

// cohort follows customers.
func (e *entries) cohort(leaves [][]Entry) cohort {
	var c cohort
	first := e.asOf + 1
	for _, its := range leaves {
		c.n += int64(len(its))
		first = min(first, its[0].Day)
	}
	e.counts = slices.Grow(e.counts[:0], int(e.asOf+1-first))[:e.asOf+1-first]
	clear(e.counts)
	for _, its := range leaves {
		e.follow(&c, its)
	}
	e.endings, e.three = e.endings[:0], e.three[:0]
	add := func(to *[]measure.Ending, days int, fate measure.Fate, n int64) {
		if n > 0 {
			*to = append(*to, measure.Ending{Days: float64(days), Fate: fate, N: n})
		}
	}
	for d, n := range e.counts { // in the order of estimators: events first
		add(&e.endings, d, fateSigned, n.signed)
		add(&e.endings, d, measure.Censored, n.lost+n.rest)
		add(&e.three, d, fateLost, n.gone)
		add(&e.three, d, fateSigned, n.signed)
		add(&e.three, d, measure.Censored, n.rest)
	}
	c.lag = measure.KaplanMeier(e.endings, fateSigned)
	c.fates, c.open = measure.CIF(e.three, float64(threeWay), int(fateLost))
	return c
}

// follow adds the customers of a leaf.
func (e *entries) follow(c *cohort, its []Entry) {
	for _, x := range its {
		watched := e.asOf - x.Day
		for i, w := range windows {
			if watched >= w {
				c.full[i]++
			}
		}
		switch {
		case x.Signed.Known():
			lag := x.Signed - x.Day
			e.counts[lag].signed++
			c.signed++
			for i, w := range windows {
				if lag <= w {
					c.within[i]++
				}
			}
		case x.Lost.Known():
			e.counts[x.Lost-x.Day].gone++
			e.counts[watched].lost++
			c.lost++
		default:
			e.counts[watched].rest++
		}
		if x.Signed.Known() || watched >= 1 {
			c.seen++
		}
	}
}

// cohorted reports whether the cohorts of p are published for a scope: units
// have those of all periods but past weeks, reps the longer ones that run.
func (t *table) cohorted(s measure.Slot) bool {
	if !t.visited || !t.contracts {
		return false
	}
	if t.frame.Org.Nodes[s.Scope].Level == crm.RepLevel {
		return t.frame.IsCurrent(s.Period) && s.Period.Kind >= crm.Quarter
	}
	return t.frame.Near(s.Period) || s.Period.Kind >= crm.Month
}

// cohorts appends the metrics of the customers who entered in a slot.
func (t *table) cohorts(out []measure.Value, s measure.Slot) []measure.Value {
	if !t.cohorted(s) {
		return out
	}
	its := t.entries.of(s.Scope, s.Period)
	if len(its) == 0 {
		return out
	}
	c := t.entries.cohort(its)
	end, _ := t.frame.Latest(s.Period)
	since := t.frame.AsOf - (end - 1) // days since the last on which somebody entered
	for i, w := range windows {
		out = append(out, c.converted(cohortIDs[i], s, i, w <= since))
	}
	if t.frame.Org.Nodes[s.Scope].Level == crm.RepLevel {
		return out
	}
	out = append(out,
		running(measure.NewCount(cohortCustomersID, s, c.n), t.frame.Running(s.Period)),
		running(measure.NewCount(cohortSignedID, s, c.signed), c.signed < c.n),
		c.quantile(lagMedianID, s, 0.5, since), c.quantile(lagQuarterID, s, 0.25, since))
	out = c.followed(out, s, since)
	if !t.book.Has("deals") {
		return out
	}
	out = append(out, running(measure.NewCount(cohortLostID, s, c.lost), c.signed < c.n))
	return c.threeWay(out, s, threeWay > since)
}

// followed appends how many customers of a cohort had the whole of each window,
// whatever became of them, where not everybody had. The customers of a
// week all have it at nearly the same time: it says nothing there.
func (c *cohort) followed(out []measure.Value, s measure.Slot, since crm.Date) []measure.Value {
	for i, w := range windows {
		if w > since && s.Period.Kind >= crm.Month {
			v := measure.NewCount(cohortFollowedID, s, c.full[i]).Keyed("window=" + strconv.Itoa(int(w)))
			v.N = c.n
			out = append(out, running(v, true))
		}
	}
	return out
}

// threeWay appends the Aalen–Johansen shares, which sum to 1 of ever so few
//
func (c *cohort) threeWay(out []measure.Value, s measure.Slot, immature bool) []measure.Value {
	few := immature && c.seen < fewest
	for i, share := range []float64{c.fates[0], c.fates[1], c.open} {
		v := measure.NewReal(cohortFateID, s, share).Keyed([]string{"fate=signed", "fate=lost", "fate=open"}[i])
		v.N = c.n
		out = append(out, running(v, immature).Flag(immature, "immature").Flag(few, "too_few").
			Flag(immature && c.lag.MaxFollowUp < float64(threeWay), "window_beyond_follow_up"))
	}
	return out
}

// running is v, which later data can still change where open.
func running(v measure.Value, open bool) measure.Value { v.Open = open; return v }

// converted is the share of a cohort that signed within windows[i]: raw with
// Wilson's interval once everybody had that long, before that what the curve
// says, of five customers at least.
func (c *cohort) converted(id string, s measure.Slot, i int, mature bool) measure.Value {
	v := measure.NewRatio(id, s, c.within[i], c.n)
	if mature {
		ci, _ := measure.Wilson(c.within[i], c.n)
		return v.With(ci, "wilson")
	}
	v = running(v, true).Flag(true, "immature").Flag(c.lag.MaxFollowUp < float64(windows[i]), "window_beyond_follow_up")
	if c.seen < fewest {
		v.V, v.OK = 0, false
		return v.Flag(true, "too_few")
	}
	at := c.lag.At(min(float64(windows[i]), c.lag.MaxFollowUp))
	v.V = 1 - at.S
	if ci, ok := at.LogLog(); ok {
		v = v.With(measure.Closed(1-ci.Hi.V, 1-ci.Lo.V), "loglog")
	}
	return v
}

// quantile is how long it took until the share p of the cohort had signed; no
// data where that was never reached or fewer than five were followed.
// It is settled once everybody had the days up to the upper end of its interval,
// or has signed.
func (c *cohort) quantile(id string, s measure.Slot, p float64, since crm.Date) measure.Value {
	v := measure.Value{Metric: id, Slot: s}
	days, reached := c.lag.Quantile(p)
	few, ci := c.seen < fewest, c.lag.QuantileCI(p)
	if reached && !few {
		v = measure.NewReal(id, s, days)
	}
	if !few && (ci.Lo.OK || ci.Hi.OK) {
		v = v.With(ci, "brookmeyer_crowley")
	}
	v.N = c.n
	settled := c.signed == c.n || ci.Hi.OK && crm.Date(ci.Hi.V) <= since
	return running(v, !settled).Flag(!settled, "immature").Flag(few, "too_few").Flag(!reached, "not_reached")
}

// cohortIDs names the metrics of the windows.
var cohortIDs = func() (ids [len(windows)]string) {
	for i, w := range windows {
		ids[i] = "conversion.cohort_" + strconv.Itoa(int(w))
	}
	return ids
}()
