package conversion

import (
	"maps"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// lagged is what the rule expects of all valid visits by now in each current
// period, where each signing comes as late as signings do.
type lagged struct {
	first  crm.Date                 // of the valid visits
	signs  []float64                // F, by days
	scopes map[crm.NodeNo][]float64 // valid visits whose time has come, by current period; nil: nobody ever signed
}

// lag works that out, once.
func (t *table) lag() *lagged {
	if t.lags == nil {
		signs := t.entries.signs()
		t.lags = &lagged{first: t.frame.AsOf + 1, signs: signs}
		if signs != nil {
			t.lags.add(t.frame, t.visits)
		}
	}
	return t.lags
}

// signs is the share of those who sign who have done so after so many days: the
// Kaplan–Meier curve of all customers, scaled to 1 at the longest follow-up
// nil where nobody signed.
func (e *entries) signs() []float64 {
	all := e.cohort(e.of(crm.Root, crm.Period{Start: crm.NoDate, End: e.asOf + 1}))
	if all.signed == 0 {
		return nil
	}
	end := all.lag.At(all.lag.MaxFollowUp)
	out := make([]float64, int(all.lag.MaxFollowUp)+1)
	for d := range out {
		out[d] = (1 - all.lag.At(float64(d)).S) / (1 - end.S)
	}
	return out
}

// add sums over the visits of every leaf, and then over leaves, in one order, so
// that the sums are the same on every run.
func (l *lagged) add(f *measure.Frame, visits fold.Cells[DayVisits]) {
	leaves := map[crm.LeafNo][]float64{}
	var shares []float64 // in each current period of a visit's signings, by days back
	var sum []float64
	of := crm.LeafNo(-1) // cells come leaf by leaf
	for at, v := range visits.All() {
		if v.Valid == 0 {
			continue
		}
		l.first = min(l.first, at.Day)
		if at.Leaf != of {
			of, sum = at.Leaf, make([]float64, len(f.Current))
			leaves[of] = sum
		}
		back := int(f.AsOf-at.Day) * len(sum)
		for len(shares) <= back {
			day := f.AsOf - crm.Date(len(shares)/len(sum))
			for _, p := range f.Current {
				shares = append(shares, l.by(min(p.End-1, f.AsOf)-day)-l.by(p.Start-1-day))
			}
		}
		for i, share := range shares[back : back+len(sum)] {
			sum[i] += float64(v.Valid) * share
		}
	}
	l.scopes = map[crm.NodeNo][]float64{}
	for _, leaf := range slices.Sorted(maps.Keys(leaves)) {
		for _, n := range f.Org.Path(leaf) {
			if l.scopes[n] == nil {
				l.scopes[n] = make([]float64, len(f.Current))
			}
			for i, x := range leaves[leaf] {
				l.scopes[n][i] += x
			}
		}
	}
}

// by is the share of those who sign who have done so d days after the visit.
func (l *lagged) by(d crm.Date) float64 {
	if d < 0 {
		return 0
	}
	return l.signs[min(int(d), len(l.signs)-1)]
}

// reachesBack is how much of the lag the visits on record must cover before a
// period: what came earlier would still bring the rest of its signings.
const reachesBack = 0.95

// lagIndex appends the signings of a unit against those that its valid visits,
// of whatever day, lead to expect by now.
func (t *table) lagIndex(out []measure.Value, slot measure.Slot, s sums) []measure.Value {
	i := slices.Index(t.frame.Current, slot.Period)
	if !t.visited || !t.contracts || i < 0 || t.frame.Org.Nodes[slot.Scope].Level == crm.RepLevel {
		return out
	}
	l := t.lag()
	if l.scopes == nil {
		return out
	}
	e := 0.0
	if x := l.scopes[slot.Scope]; x != nil {
		e = x[i] / float64(t.options.Golden)
	}
	short := l.by(slot.Period.Start-l.first) < reachesBack
	expected := measure.NewReal(laggedID, slot, e).Flag(short, "history_short")
	v := measure.Value{Metric: lagIndexID, Slot: slot}
	if e > 0 {
		signed := s.factors().S
		lo, hi := t.garwood.At(signed)
		v = measure.NewReal(lagIndexID, slot, signed/e).With(measure.Closed(lo/e, hi/e), "garwood")
		v = verdict(v, 1, lo/e, hi/e)
	}
	v.N = s.Signings / int64(crm.One)
	return append(out, expected, v.Flag(short, "history_short").Flag(s.Voided > 0, "restated"))
}
