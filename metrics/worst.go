package metrics

import (
	"math"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

const ifRejectedID = "data.if_rejected"

func ifRejectedDefinition() measure.Definition {
	return measure.Definition{ID: ifRejectedID, Revision: 1, Kind: measure.Score, Unit: measure.Unit{Text: measure.Text{ZH: "同该指标", EN: "as the metric"}}, Better: measure.Neither,
		Title: measure.Text{ZH: "拒绝行的最大影响", EN: "If the rejected rows counted"},
		Meaning: measure.Text{ZH: "全公司各主要指标的数值，及被拒绝的行若补正后可能使其达到的上下限：拒绝行按最有利与最不利各算一次。日期可读的行只影响其所在期间；日期读不出的行影响各期。金额以元计；拒绝行的金额读不出时上限或下限敞开。拒绝行对其影响无法界定的指标标为 not_bounded，不编造上下限。",
			EN: "Each headline of the company, and between what the rejected rows could make it were they mended: once all to its advantage, once all against it. A row whose day can be read matters to its own period only, one without to every period. Amounts are in major units; an end is open where a rejected row's amount cannot be read. Metrics on which the effect of rejected rows has no bound are flagged not_bounded: none is made up."},
		Formula: measure.Text{ZH: "计数：[x − 可使其减少的行, x + 可使其增加的行]；比率：分子、分母各取其端", EN: "counts: [x − rows that can lower it, x + rows that can raise it]; ratios: each side at its end"},
		Rulings: "R-0.1, R-0.9, R-0.10"}
}

// effect says how rejected rows of tables can change a headline of the company,
// were they further rows of those tables. Only what is proved here has bounds.
type effect struct {
	adds   []string // a row can add one to it
	turns  []string // a row can add one, or take one away
	raises []string // a row's amount can be added
	moves  []string // a row's amount can be added, or taken away
	never  []string // with a rejected row of these there is no bound
	from   reach    // whose rows matter, by their day

	// Of a ratio: the counts that are its sides; of one of a whole, the share
	// that counts of it. The rule's factor multiplies the numerator.
	over, under string
	share       bool
	golden      bool
	proportion  bool // of its own numerator and denominator: a row turns one of the whole
	perDay      bool // of a denominator that no row changes
}

// reach says which rejected rows matter to a period.
type reach int

const (
	within reach = iota // those of its own days
	before              // and those of the days before
	ever                // and those after it: what happens later can take a case out, or settle it
)

// seats are the tables that say who worked on which day.
var seats = []string{"reps", "roster", "calendar"}

var (
	visitRows  = effect{adds: []string{"visits"}, turns: []string{"audits"}, never: []string{"customers"}}
	signedRows = effect{adds: []string{"contracts"}, turns: []string{"customers"}}
	dealRows   = effect{turns: []string{"deals", "stage_history"}}
	soldMoney  = effect{raises: []string{"contracts"}, never: []string{"fx_rates", "customers"}}
	openMoney  = effect{raises: []string{"invoices"}, moves: []string{"payments", "adjustments"}, never: []string{"fx_rates", "customers", "contracts"}, from: before}
	leadRows   = effect{turns: []string{"leads"}, from: ever, proportion: true}
	// A row speaks of one customer: it opens or ends its way, or moves it to
	// another cohort.
	newRows    = effect{turns: []string{"visits", "audits"}, from: ever, never: []string{"customers", "ownership"}}
	cohortRows = effect{turns: []string{"visits", "audits", "contracts"}, from: ever, never: []string{"customers", "credit_splits"}}
	lostRows   = effect{turns: []string{"visits", "audits", "contracts", "deals", "stage_history"}, from: ever, never: []string{"customers", "credit_splits"}}
	cohortRate = effect{turns: cohortRows.turns, from: ever, never: cohortRows.never, proportion: true}
)

var effects = map[string]effect{
	"conversion.visits":                visitRows,
	"conversion.valid_visits":          visitRows,
	"conversion.new_valid_customers":   newRows,
	"conversion.signings":              signedRows,
	"conversion.signed_amount":         soldMoney,
	"conversion.valid_share":           {over: "conversion.valid_visits", under: "conversion.visits", share: true},
	"conversion.valid_per_signing":     {over: "conversion.valid_visits", under: "conversion.signings"},
	"conversion.new_valid_per_signing": {over: "conversion.new_valid_customers", under: "conversion.signings"},
	"conversion.golden_index":          {over: "conversion.signings", under: "conversion.valid_visits", golden: true},
	"conversion.cohort_customers":      cohortRows,
	"conversion.cohort_signed":         cohortRows,
	"conversion.cohort_lost":           lostRows,
	"conversion.cohort_30":             cohortRate,
	"conversion.cohort_60":             cohortRate,
	"conversion.cohort_90":             cohortRate,
	"activity.visits_per_day":          {adds: []string{"visits"}, never: seats, perDay: true},
	"activity.days_on_standard":        {turns: []string{"visits", "audits"}, never: seats, from: ever, proportion: true},
	"activity.same_day_entry":          {turns: []string{"visits"}, proportion: true},
	"activity.audit_fail_rate":         {turns: []string{"visits", "audits"}, from: ever, proportion: true},
	"activity.lead_sla":                leadRows,
	"activity.lead_resolution":         leadRows,
	"activity.leads_reclaimed":         {turns: leadRows.turns, from: ever},
	"activity.coverage_coaching":       {turns: []string{"coaching", "visits"}, never: seats, proportion: true},
	"funnel.won":                       dealRows,
	"funnel.lost":                      dealRows,
	"funnel.win_rate_count":            {turns: dealRows.turns, proportion: true},
	"forecast.actual":                  soldMoney,
	"forecast.target":                  {moves: []string{"targets"}, from: ever},
	"forecast.attainment":              {over: "forecast.actual", under: "forecast.target"},
	"forecast.participation":           {turns: []string{"forecasts"}, never: seats, from: ever, proportion: true},
	"renewal.logo_rate":                {turns: []string{"contracts", "successions"}, never: []string{"customers", "credit_splits"}, from: ever, proportion: true},
	"receivables.balance":              openMoney,
	"receivables.overdue":              openMoney,
	"receivables.overdue_share":        {over: "receivables.overdue", under: "receivables.balance"},
}

// refused are the rejected rows of the tables, as far as they can be read.
type refused map[string][]snapshot.Refused

func refusedBy(inputs []snapshot.Input) refused {
	out := refused{}
	for _, in := range inputs {
		out[in.Table] = append(out[in.Table], in.Refused...)
	}
	return out
}

// in are the rows of tables that may matter to p.
func (r refused) in(tables []string, p crm.Period, from reach) []snapshot.Refused {
	var out []snapshot.Refused
	for _, t := range tables {
		for _, x := range r[t] {
			if !x.Day.Known() || p.Contains(x.Day) || from >= before && x.Day < p.Start || from == ever {
				out = append(out, x)
			}
		}
	}
	return out
}

// ends are what a number lies between; an end may be open.
type ends struct{ lo, hi float64 }

func (e ends) interval() *measure.Interval {
	end := func(x float64) measure.Bound {
		if math.IsInf(x, 0) {
			return measure.Bound{}
		}
		return measure.Bound{V: x, OK: true}
	}
	return &measure.Interval{Lo: end(e.lo), Hi: end(e.hi)}
}

// count is between what a count x can be brought.
func (r refused) count(e effect, x float64, p crm.Period) ends {
	turns := r.turned(e, p)
	adds := r.in(e.adds, p, e.from)
	for _, row := range adds {
		if row.Version {
			turns++ // it may be in the place of one that counts
		}
	}
	return ends{max(0, x-turns), x + float64(len(adds)) + turns}
}

// turned are the cases that rows can turn: a version of an accepted row can turn
// the case that this one stands for, and its own.
func (r refused) turned(e effect, p crm.Period) float64 {
	n := 0
	for _, row := range r.in(e.turns, p, e.from) {
		n++
		if row.Version {
			n++
		}
	}
	return float64(n)
}

// amount is between what an amount x, in minor units, can be brought.
func (r refused) amount(e effect, x float64, p crm.Period) ends {
	out := ends{x, x}
	for _, row := range r.in(e.raises, p, e.from) {
		m := float64(row.Minor)
		switch {
		case !row.Known:
			out.hi = math.Inf(1)
		case row.Version: // nobody knows what the other is worth
			out.lo, out.hi = math.Inf(-1), math.Inf(1)
		default:
			out.lo, out.hi = out.lo+min(m, 0), out.hi+max(m, 0)
		}
	}
	for _, row := range r.in(e.moves, p, e.from) {
		m := math.Abs(float64(row.Minor))
		if !row.Known || row.Version {
			m = math.Inf(1)
		}
		out.lo, out.hi = out.lo-m, out.hi+m
	}
	return out
}

// headlines are the company's numbers of the current periods, by metric.
type headlines map[string]map[string]measure.Value

func (h headlines) add(v measure.Value) {
	if h[v.Metric] == nil {
		h[v.Metric] = map[string]measure.Value{}
	}
	h[v.Metric][v.Slot.Period.Name] = v
}

// worst is the value of data.if_rejected for a headline v of the company.
func (r refused) worst(d measure.Definition, v measure.Value, all headlines, golden int64, digits int) measure.Value {
	out := measure.NewReal(ifRejectedID, v.Slot, v.V).Keyed("metric=" + v.Metric)
	scale := 1.0
	if d.Kind == measure.Amount {
		scale = math.Pow10(digits)
		out.V /= scale
	}
	out.OK, out.Open, out.Currency = v.OK, v.Open, ""
	e, bounded := effects[v.Metric]
	out.N = int64(len(r.in(d.Tables, v.Slot.Period, ever)))
	if out.N == 0 && len(r["fx_rates"]) == 0 {
		if v.OK {
			out.Bounds = ends{out.V, out.V}.interval()
		}
		return out
	}
	between, ok := r.between(e, v, all, golden)
	if !bounded || !ok {
		return out.Flag(true, "not_bounded")
	}
	open := math.IsInf(between.hi, 0) || math.IsInf(between.lo, 0)
	out.Bounds = ends{between.lo / scale, between.hi / scale}.interval()
	return out.Flag(open && d.Kind == measure.Amount, "amount_unknown")
}

// between is between what v can be brought; false where there is no telling.
func (r refused) between(e effect, v measure.Value, all headlines, golden int64) (ends, bool) {
	p := v.Slot.Period
	if e.over != "" {
		return r.ratio(e, v, all, golden)
	}
	if len(r.in(e.never, p, ever)) > 0 {
		return ends{}, false
	}
	if e.proportion {
		return r.proportion(e, v), v.Den == 0 || v.V == float64(v.Num)/float64(v.Den) // else an estimate of what is not yet known
	}
	if e.perDay {
		if v.Den == 0 {
			return ends{}, false
		}
		k := r.count(e, float64(v.Num), p)
		return ends{k.lo / float64(v.Den), k.hi / float64(v.Den)}, true
	}
	if len(e.raises)+len(e.moves) > 0 {
		return r.amount(e, v.V, p), true
	}
	return r.count(e, v.V, p), true
}

// proportion is between what k of n can be brought by rows that each turn a
// success into a failure, or back, or put one in or out: turning does most.
func (r refused) proportion(e effect, v measure.Value) ends {
	turns, k, n := r.turned(e, v.Slot.Period), float64(v.Num), float64(v.Den)
	if n == 0 {
		return ends{0, 1}
	}
	return ends{max(0, k-turns) / n, min(1, (k+turns)/n)}
}

// ratio brings both sides to their ends. Of a share the whole grows by what is
// added, but an added row may also take the place of one of the whole.
func (r refused) ratio(e effect, v measure.Value, all headlines, golden int64) (ends, bool) {
	side := func(id string) (float64, ends, bool) {
		w, ok := all[id][v.Slot.Period.Name]
		if !ok {
			return 0, ends{}, false
		}
		b, ok := r.between(effects[id], w, all, golden)
		return w.V, b, ok
	}
	_, over, known := side(e.over)
	n, under, also := side(e.under)
	if !known || !also {
		return ends{}, false
	}
	if e.share {
		under.lo = n
	}
	out := ends{0, math.Inf(1)}
	if under.hi > 0 {
		out.lo = over.lo / under.hi
	}
	if under.lo > 0 {
		out.hi = over.hi / under.lo
	}
	if e.share {
		out.hi = min(1, out.hi)
	}
	if e.golden {
		out.lo, out.hi = out.lo*float64(golden), out.hi*float64(golden)
	}
	return out, true
}

// take keeps the company's headlines of the current periods.
func (h headlines) take(values []measure.Value, f *measure.Frame) {
	for i := range values {
		if v := &values[i]; v.Slot.Scope == crm.Root && v.Key == "" && f.IsCurrent(v.Slot.Period) {
			h.add(*v)
		}
	}
}

// ifRejected are the values of data.if_rejected: of every headline that the
// company has in a current period.
func ifRejected(inputs []snapshot.Input, families []headlines, f *measure.Frame, golden int64) []measure.Value {
	all, rows := headlines{}, refusedBy(inputs)
	for _, h := range families {
		for _, of := range h {
			for _, v := range of {
				all.add(v)
			}
		}
	}
	var out []measure.Value
	for _, d := range Definitions() {
		if !d.Headline {
			continue
		}
		for _, p := range f.Current {
			if v, ok := all[d.ID][p.Name]; ok {
				out = append(out, rows.worst(d, v, all, golden, f.Currency.MinorDigits()))
			}
		}
	}
	return out
}
