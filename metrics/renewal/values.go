package renewal

import (
	"math/big"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// table holds everything rolled up, ready to divide.
type table struct {
	frame      *measure.Frame
	opts       Options
	cohorts    map[measure.Slot]Cohort
	retentions map[measure.Slot]Retention
}

// values emits every value, scope by scope: units show zeros in the current
// periods, everything else only where there is something to show.
func (t *table) values() []measure.Value {
	headline := map[string]bool{}
	for _, d := range Definitions() {
		headline[d.ID] = d.Headline
	}
	current := map[crm.Period]bool{}
	for _, p := range t.frame.Current {
		current[p] = true
	}
	var out []measure.Value
	for n, node := range t.frame.Org.Nodes {
		scope := crm.NodeNo(n)
		full := map[crm.Period]bool{}
		for _, p := range t.frame.Wanted(scope, false) {
			full[p] = true
		}
		for _, p := range t.frame.Wanted(scope, true) {
			s := measure.Slot{Scope: scope, Period: p}
			always := current[p] && node.Level != crm.RepLevel
			for _, v := range t.slot(s, always) {
				if full[p] || headline[v.Metric] {
					out = measure.Append(out, v)
				}
			}
		}
	}
	return out
}

func (t *table) slot(s measure.Slot, always bool) []measure.Value {
	var out []measure.Value
	if c, ok := t.cohorts[s]; ok || always {
		out = append(out, t.cohort(s, c)...)
	}
	if r, ok := t.retentions[s]; ok || always {
		out = append(out, t.retention(s, r)...)
	}
	return out
}

// final reports whether no signing after the as-of day can touch the cohort of
// p any more.
func (t *table) final(p crm.Period) bool {
	return t.frame.AsOf > p.End-1+crm.Date(t.opts.GraceDays)
}

func (t *table) cohort(s measure.Slot, c Cohort) []measure.Value {
	l := c.Logos
	final := t.final(s.Period)
	out := []measure.Value{
		measure.NewCount(due, s, c.Due()),
		measure.NewCount(renewed, s, c.Renewed()),
		measure.NewCount(pending, s, c.Pending),
		measure.NewCount(churned, s, c.Churned()),
		measure.NewCount(due, s, l.Due).Keyed(byCustomerKey),
		measure.NewCount(renewed, s, l.Renewed).Keyed(byCustomerKey).Flag(l.Partial > 0, "partial"),
		measure.NewCount(pending, s, l.Pending).Keyed(byCustomerKey),
		measure.NewCount(churned, s, l.Churned).Keyed(byCustomerKey),
	}
	out = append(out, keyed(s, renewed, "how=", []word{{Early, c.Early}, {OnTime, c.OnTime}, {InGrace, c.InGrace}})...)
	out = append(out, keyed(s, churned, "reason=", []word{{ByNotice, c.Notice}, {ByTerminate, c.Terminated}, {ByExpiry, c.Expired}})...)
	out = append(out, keyed(s, excluded, "reason=", []word{{IsVoid, c.Void}, {IsNotRenewable, c.NotRenewable}, {IsSuperseded, c.Superseded}})...)
	logo := share(measure.NewRatio(logoRate, s, l.Renewed, l.Due), l.Renewed, l.Pending, l.Due, final)
	out = append(out, logo.Flag(l.Partial > 0, "partial"),
		share(measure.NewRatio(contractRate, s, c.Renewed(), c.Due()), c.Renewed(), c.Pending, c.Due(), final))
	out = append(out, t.money(s, c)...)
	for i := range out {
		out[i].Open = !final
	}
	running := t.frame.Running(s.Period)
	for _, v := range []measure.Value{
		measure.NewCount(reactivated, s, c.Returned),
		measure.NewCount(reactivated, s, l.Returned).Keyed(byCustomerKey),
	} {
		v.Open = running
		out = append(out, v)
	}
	return out
}

const byCustomerKey = "unit=customer"

// word is a count under a word.
type word struct {
	how How
	n   int64
}

// keyed emits the counts that are not zero under their words.
func keyed(s measure.Slot, metric, dim string, words []word) []measure.Value {
	var out []measure.Value
	for _, w := range words {
		if w.n > 0 {
			out = append(out, measure.NewCount(metric, s, w.n).Keyed(dim+string(w.how)))
		}
	}
	return out
}

// share dresses a rate: Wilson once final, bounds while cases are
// pending.
func share(v measure.Value, k, open, n int64, final bool) measure.Value {
	if n == 0 {
		return v
	}
	if final {
		if ci, ok := measure.Wilson(k, n); ok {
			v = v.With(ci, "wilson")
		}
	}
	if open > 0 {
		b := measure.Closed(v.V, float64(k+open)/float64(n))
		v.Bounds = &b
	}
	return v
}

// money emits the values of the cohort in money. The rates divide the exact
// sums; amounts are rounded for display.
func (t *table) money(s measure.Slot, c Cohort) []measure.Value {
	cur := t.frame.Currency
	old, most := c.OldACV.Rat(), c.Logos.CapOld.Rat()
	gross := t.rate(grossRate, s, c.Capped.Rat(), old, c.Valued)
	capped := t.rate(grossCapped, s, c.Logos.CapNew.Rat(), most, c.Valued)
	net := t.rate(netRate, s, c.NewACV.Rat(), old, c.Valued)
	if len(c.OpenACV) > 0 {
		gross.Bounds = bounds(gross, new(big.Rat).Add(c.Capped.Rat(), c.OpenACV.Rat()), old)
		capped.Bounds = bounds(capped, c.Logos.CapMost.Rat(), most)
		net.Bounds = bounds(net, nil, old)
	}
	return []measure.Value{gross, capped, net,
		measure.NewMoney(dueACV, s, c.OldACV.Minor(), cur),
		measure.NewMoney(renewedACV, s, c.NewACV.Minor(), cur),
		measure.NewMoney(pendingACV, s, c.OpenACV.Minor(), cur)}
}

// rate is a ratio of money: Num and Den are minor units of the report currency.
func (t *table) rate(metric string, s measure.Slot, num, den *big.Rat, n int64) measure.Value {
	v := measure.NewRat(metric, s, num, den)
	v.N, v.Currency = n, t.frame.Currency
	return v
}

// bounds runs from v to most/den; most nil is open: a renewal's price has no
// upper limit.
func bounds(v measure.Value, most, den *big.Rat) *measure.Interval {
	b := measure.Interval{Lo: measure.Bound{V: v.V, OK: v.OK}}
	if most != nil && den.Sign() != 0 {
		hi, _ := new(big.Rat).Quo(most, den).Float64()
		b.Hi = measure.Bound{V: hi, OK: true}
	}
	return &b
}

func (t *table) retention(s measure.Slot, r Retention) []measure.Value {
	start := r.Start.Rat()
	out := []measure.Value{
		t.rate(nrr, s, r.End.Rat(), start, r.Cohort),
		t.rate(grr, s, r.Capped.Rat(), start, r.Cohort),
		measure.NewRatio(logoRetention, s, r.Kept, r.Cohort),
		measure.NewMoney(arr, s, r.Bridge.End, t.frame.Currency),
	}
	b := r.Bridge
	for _, c := range []struct {
		word  string
		minor int64
	}{{"start", b.Start}, {"new", b.New}, {"reactivation", b.Reactivation}, {"expansion", b.Expansion},
		{"contraction", b.Contraction}, {"churn", b.Churn}, {"end", b.End}} {
		out = append(out, measure.NewMoney(bridge, s, c.minor, t.frame.Currency).Keyed("change="+c.word))
	}
	// A renewal in grace signed after the as-of day counts from the old end on.
	open := t.frame.Running(s.Period) || !t.final(s.Period)
	for i := range out {
		out[i].Open = open
	}
	return out
}
