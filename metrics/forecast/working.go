package forecast

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Working is what a mean, or a quotient of means, was worked out of: sums and
// how many there are of each, by name.
type Working map[string]measure.Value

// The terms of a Working.
const (
	ErrorSum    = "error_sum"    // Σe over the totals of periods, minor units
	AbsoluteSum = "absolute_sum" // Σ|e| of the same, minor units
	Periods     = "periods"      // how many totals
	NaiveSum    = "naive_sum"    // Σ|actual − actual of the naive's lag| in the history before, minor units
	NaiveSteps  = "naive_steps"  // how many of these
	RelativeSum = "relative_sum" // Σ of the rows' relative errors
	Rows        = "rows"         // how many rows
	Credibility = "credibility"  // Z of
	Own         = "own"          // a rep's own Σ actual ÷ Σ forecast
	Rest        = "rest"         // 1 − Z
	CompanyMean = "mean"         // μ of
)

// Workings computes b as Compute does, and returns what each mean is worked out
// of: by metric and key, joined with |. It is for a frame of one slot, to show a
// formula with its numbers.
func Workings(b *crm.Book, f *measure.Frame, o Options) map[string]Working {
	out := map[string]Working{}
	run(b, f, o, out)
	return out
}

// show notes what v is worked out of, where anybody asks.
func (w *writer) show(v measure.Value, terms Working, dims ...string) {
	if w.workings == nil {
		return
	}
	for name, t := range terms {
		t.Metric, t.Slot = v.Metric, v.Slot
		terms[name] = t
	}
	w.workings[v.Metric+"|"+key(v.Key, dims...)] = terms
}

func (w *writer) amount(minor int64) measure.Value {
	return measure.NewMoney("", measure.Slot{}, minor, w.Currency)
}

func number(n int64) measure.Value { return measure.NewCount("", measure.Slot{}, n) }

// meanOfRows is what the mean of relative errors is worked out of.
func meanOfRows(errors []float64) Working {
	sum := 0.0
	for _, e := range errors {
		sum += e
	}
	return Working{RelativeSum: measure.NewReal("", measure.Slot{}, sum), Rows: number(int64(len(errors)))}
}

// premium is what a suggested index is worked out of.
func (s *suggestion) premium(mean float64) Working {
	term := func(x float64) measure.Value { return measure.NewReal("", measure.Slot{}, x) }
	return Working{Credibility: term(s.z), Own: term(float64(s.actual) / float64(s.forecast)), Rest: term(1 - s.z), CompanyMean: term(mean)}
}
