package forecast

import "crmreport/metrics/plan"

// target puts the target and what of it was signed: all together, and by type
// where the target says.
func (w *writer) target(s slot) {
	g := w.goals[s.no][s.Scope]
	if !g.given {
		return
	}
	w.targetOf(s, g, "", g.minor, func(a Signed) (int64, string) { return g.against(a) })
	for _, of := range []series{seriesNew, seriesRenewal} {
		if part, given := w.split[s.no][of][s.Scope]; given {
			w.targetOf(s, g, of.key(), plan.Minor(part.Value, w.Currency), func(a Signed) (int64, string) { return of.signed(a), "" })
		}
	}
	w.targetGap(s, g)
}

// targetOf puts a target of some types and its attainment; actual says what of
// the signed counts, and a flag.
func (w *writer) targetOf(s slot, g goal, dim string, minor int64, actual func(Signed) (int64, string)) {
	w.put(w.money("forecast.target", s.Slot, minor).Flag(g.uncovered > 0, "partial_target"), dim)
	if !w.contracts {
		return
	}
	a, only := actual(w.board.signedIn(s.Scope, s.no).Signed)
	v := ratio("forecast.attainment", s.Slot, a, minor, minor > 0, 1)
	v.Open = w.frame.Running(s.Period)
	w.put(v.Flag(g.uncovered > 0, "partial_target").Flag(only != "", only), dim)
}

// targetGap holds what the reps forecast against what is asked of them (S0-34),
// of the same types where the forecasts say theirs.
func (w *writer) targetGap(s slot, g goal) {
	if _, forecast := w.first[s.Period.Kind]; !forecast || !w.frame.Near(s.Period) {
		return
	}
	of := seriesAll
	switch {
	case g.new && !g.renewal:
		of = seriesNew
	case g.renewal && !g.new:
		of = seriesRenewal
	}
	all := w.board.scoreOf(seriesAll, s.Scope, s.no)
	sum := w.board.scoreOf(of, s.Scope, s.no)
	differ := of != seriesAll && sum.n == 0
	if differ {
		sum = all
	}
	if sum.n == 0 {
		return
	}
	v := ratio("forecast.target_gap", s.Slot, sum.forecast-g.minor, g.minor, g.minor > 0, int(sum.n))
	v.Open = w.frame.Running(s.Period)
	w.put(v.Flag(differ, "types_differ").Flag(g.uncovered > 0, "partial_target").Flag(all.n < all.expected, "missing_forecast"))
}
