package team

import (
	"cmp"
	"math/big"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
	"crmreport/metrics/plan"
)

// Reviews counts the sellers whose day forecasts are to be gone through tonight.
type Reviews struct{ All, Missed, High, None int64 }

// Plus adds field by field.
func (r Reviews) Plus(s Reviews) Reviews {
	return Reviews{r.All + s.All, r.Missed + s.Missed, r.High + s.High, r.None + s.None}
}

// Evening is what the last and the next working day look like for a seller who
// forecasts days: on the evening of a working day the last one is that day.
type Evening struct {
	leaf      crm.LeafNo
	rep       crm.RepNo
	today     amount // forecast of the last working day up to the as-of day
	signed    int64
	tomorrow  amount // forecast of the next day the seller works
	quartiles int64  // 4 × the 75th percentile of the seller's own day forecasts
	known     bool   // there are enough of these
}

// amount is minor units of the report currency, where somebody said so.
type amount struct {
	minor int64
	given bool
}

// missed reports whether the day fell short of its forecast by more than the
// tolerance (S4-14, R-3.8).
func (e *Evening) missed(tolerance crm.Decimal) bool {
	if !e.today.given || e.today.minor <= 0 {
		return false
	}
	least := new(big.Int).Mul(big.NewInt(e.today.minor), big.NewInt(int64(crm.One-tolerance)))
	return new(big.Int).Mul(big.NewInt(e.signed), big.NewInt(int64(crm.One))).Cmp(least) < 0
}

// high reports whether tomorrow's forecast is at or above the seller's own 75th
// percentile; nothing is not high.
func (e *Evening) high() bool {
	return e.known && e.tomorrow.minor > 0 && 4*e.tomorrow.minor >= e.quartiles
}

func (e *Evening) reviews(o Options) Reviews {
	missed, high := e.missed(o.Tolerance), e.high()
	return Reviews{one(missed || high), one(missed), one(high), one(!e.tomorrow.given)}
}

// upperQuartile is four times the 75th percentile of a sample, interpolated as R
// does (type 7), so that it stays a whole number.
func upperQuartile(sample []int64) int64 {
	slices.Sort(sample)
	h := (len(sample) - 1) * 3
	at, rest := h/4, int64(h%4)
	q := 4 * sample[at]
	if rest > 0 {
		q += rest * (sample[at+1] - sample[at])
	}
	return q
}

// fewDays is how many day forecasts say too little of what is usual.
const fewDays = 5

// repDay is a rep and a day.
type repDay struct {
	rep crm.RepNo
	day crm.Date
}

// dayForecasts finds, for each rep and day, what was forecast: of each type the
// last submission up to the freeze of the day, types together.
func dayForecasts(b *crm.Book, o Options) map[repDay]amount {
	type typed struct {
		repDay
		kind crm.ContractType
	}
	last := map[typed]*crm.Forecast{}
	for i := range b.Forecasts {
		f := &b.Forecasts[i]
		if !f.Day.Known() || f.At > (f.Day-1).At()+crm.Stamp(o.DayFreeze)*60 {
			continue
		}
		node, ok := plan.Scope(b, f.Subject, f.Day)
		if !ok || b.Org.Nodes[node].Level != crm.RepLevel {
			continue
		}
		k := typed{repDay{b.Org.Nodes[node].Rep, f.Day}, f.Type}
		if was := last[k]; was == nil || was.At <= f.At {
			last[k] = f
		}
	}
	out := map[repDay]amount{}
	for k, f := range last {
		if minor, ok := b.FX.Convert(f.Amount, b.Currency, f.Day); ok {
			out[k.repDay] = amount{out[k.repDay].minor + minor, true}
		}
	}
	return out
}

// evenings finds the sellers of the as-of day who gave a forecast of one of
// their last working days or of the next one.
func evenings(b *crm.Book, o Options) []Evening {
	forecasts := dayForecasts(b, o)
	if len(forecasts) == 0 {
		return nil
	}
	signed := map[repDay]int64{}
	earned(b, func(c *crm.Contract, rep crm.RepNo, minor int64) {
		if c.SignDate > b.AsOf-farthest {
			signed[repDay{rep, c.SignDate}] += minor
		}
	})
	var out []Evening
	sellers(b, func(leaf crm.LeafNo, rep crm.RepNo) {
		works := func(d crm.Date) bool {
			return b.Calendar.RepWorkday(rep, b.Org.Nodes[b.Org.Leaves[leaf].Unit].Region, d)
		}
		next, today := b.AsOf+1, b.AsOf
		for ; !works(today) && today > b.AsOf-farthest; today-- {
		}
		e := Evening{leaf: leaf, rep: rep, today: forecasts[repDay{rep, today}], signed: signed[repDay{rep, today}]}
		for ; !works(next) && next < b.AsOf+farthest; next++ {
		}
		e.tomorrow = forecasts[repDay{rep, next}]
		var own []int64
		for d, n := b.AsOf, 0; n < o.ReviewDays && d > b.AsOf-farthest; d-- {
			if !works(d) {
				continue
			}
			n++
			if f := forecasts[repDay{rep, d}]; f.given {
				own = append(own, f.minor)
			}
		}
		if len(own) >= fewDays {
			e.quartiles, e.known = upperQuartile(own), true
		}
		if len(own) > 0 || e.tomorrow.given {
			out = append(out, e)
		}
	})
	return out
}

// farthest is how far working days are looked for.
const farthest = 120

// reviews computes whose day forecasts are to be gone through tonight.
func reviews(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("forecasts") || !b.Has("contracts") || len(b.Org.Spells) == 0 {
		return measure.Result{}
	}
	all := evenings(b, o)
	if len(all) == 0 {
		return measure.Result{}
	}
	cells := fold.Cells[Reviews]{}
	for i := range all {
		cells.Add(all[i].leaf, b.AsOf, all[i].reviews(o))
	}
	out := f.Out()
	for slot, r := range rolled(cells, f, false) {
		if !unit(f, slot) || !f.IsCurrent(slot.Period) {
			continue
		}
		for _, v := range []measure.Value{measure.NewCount(reviewID, slot, r.All), measure.NewCount(reviewID, slot, r.Missed).Keyed("reason=missed"),
			measure.NewCount(reviewID, slot, r.High).Keyed("reason=high"), measure.NewCount(reviewID, slot, r.None).Keyed("reason=no_forecast")} {
			v.Open = true
			out.Add(v)
		}
	}
	return measure.Result{Values: out.Rest(), Lists: []measure.List{reviewList(b, all, o)}}
}

// reviewList names them: who missed the day by most first, then who expects most
// of the next, then who has said nothing of it.
func reviewList(b *crm.Book, all []Evening, o Options) measure.List {
	l := measure.List{ID: "activity.review_tonight", Metric: reviewID, Title: text("今晚必过日预测名单", "Day forecasts to go through tonight"),
		Columns: []measure.Column{column(measure.CellScope, "销售", "Rep"), column(measure.CellWord, "原因", "Reason"), column(measure.CellMoney, "当日预测", "Forecast of the day"),
			column(measure.CellMoney, "当日签约", "Signed that day"), column(measure.CellMoney, "次日预测", "Forecast of the next"), column(measure.CellMoney, "本人上四分位", "Own upper quartile")}}
	money := func(minor int64, known bool) measure.Cell {
		if !known {
			minor = measure.NoAmount
		}
		return measure.Cell{Num: minor}
	}
	rank := func(r Reviews) int64 { return 4*r.Missed + 2*r.High + r.None }
	rows := slices.DeleteFunc(slices.Clone(all), func(e Evening) bool { return rank(e.reviews(o)) == 0 })
	slices.SortFunc(rows, func(x, y Evening) int {
		p, q := x.reviews(o), y.reviews(o)
		return cmp.Or(-cmp.Compare(p.Missed, q.Missed), -cmp.Compare(p.Missed*(x.today.minor-x.signed), q.Missed*(y.today.minor-y.signed)),
			-cmp.Compare(p.High, q.High), -cmp.Compare(x.tomorrow.minor, y.tomorrow.minor), cmp.Compare(b.Reps.ID(x.rep), b.Reps.ID(y.rep)))
	})
	for i := range rows {
		e := &rows[i]
		reason := [...]string{"", "no_forecast", "high", "high", "missed", "missed_no_forecast", "missed_high"}[rank(e.reviews(o))]
		l.Rows = append(l.Rows, measure.Row{Leaf: e.leaf, Cells: []measure.Cell{seller(b.Org, e.rep), {Text: reason}, money(e.today.minor, e.today.given),
			money(e.signed, true), money(e.tomorrow.minor, e.tomorrow.given), money(e.quartiles/4, e.known)}})
	}
	return l
}
