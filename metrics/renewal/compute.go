package renewal

import (
	"runtime"
	"slices"

	"crmreport/ingest/crm"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// Codes of warnings.
const (
	undated  = "contracts_without_dates"
	unowned  = "contracts_without_owner"
	outOfARR = "contracts_outside_arr"
	unclosed = "bridge_open"
)

// Compute returns the family's values, its lists of contracts due soon, of
// contracts lost and of customers at risk, and what it had to leave out. Without
// contracts there are no values; without one that has dates to judge by, nobody
// is up for renewal and there is nothing but the visits to others.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("contracts") {
		return measure.Result{}
	}
	d := newDesk(b, f, o)
	a := newArchive(b)
	all := d.fold(a, min(runtime.GOMAXPROCS(0), 1+len(a.bundles)/partBundles), f.Current[crm.Quarter])
	t := &table{d.axes, f, o, all.acc.rollUp(b.Org), nil}
	if all.watch != nil {
		t.warnings = &early{all.watch.rollUp(b.Org), visiting(b, current(f), all.watch.due), b.Has("invoices") && b.Has("payments")}
	}
	if all.acc.Judged == 0 {
		return measure.Result{Values: t.visitsAlone(), Warnings: warnings(all.acc, 0)}
	}
	lists := []measure.List{d.dueSoon(all.soon), d.lost(all.lost)}
	if all.watch != nil {
		lists = append(lists, d.watchLists(all.watch.risky)...)
	}
	return measure.Result{Values: t.values(), Lists: lists, Warnings: warnings(all.acc, t.unclosed())}
}

// current lists the current periods among those of f.
func current(f *measure.Frame) []crm.Period {
	return slices.DeleteFunc(slices.Clone(f.Periods()), func(p crm.Period) bool { return !f.IsCurrent(p) })
}

// folded is what comes of some bundles: their state, and the cases for the lists.
type folded struct {
	acc        *Acc
	soon, lost fold.Bag[Case]
	watch      *Watch // where a current period is wanted: its state is that of the as-of day
}

// partBundles is how many bundles are worth a core of their own.
const partBundles = 4096

// fold folds the bundles of a in n parts, side by side; what comes of it does not
// depend on n. quarter is that of lost contracts.
func (d *desk) fold(a *archive, n int, quarter crm.Period) folded {
	parts := make([]folded, n)
	var known *facts
	if d.watches {
		known = newFacts(d, a.masters)
	}
	fold.Each(n, func(i int) {
		f, k := &parts[i], &clerk{desk: d}
		f.acc = &Acc{desk: d}
		if known != nil {
			f.watch = &Watch{reader: newReader(known)}
		}
		for _, s := range a.bundles[len(a.bundles)*i/n : len(a.bundles)*(i+1)/n] {
			f.add(d, k.judge(a, s), quarter)
		}
		if i == 0 {
			for _, spans := range a.joined { // few
				f.add(d, k.judge(a, spans...), quarter)
			}
		}
	})
	all := parts[0]
	for _, f := range parts[1:] {
		all.acc.Merge(f.acc)
		if all.watch != nil {
			all.watch.Merge(f.watch)
		}
		all.soon, all.lost = append(all.soon, f.soon...), append(all.lost, f.lost...)
	}
	all.acc.leave(unowned, a.orphans)
	return all
}

// add adds one account.
func (f *folded) add(d *desk, a *Account, quarter crm.Period) {
	f.acc.Add(a)
	if f.watch != nil {
		f.watch.Add(a)
	}
	for i := range a.Cases {
		c := &a.Cases[i]
		if d.soon(c) {
			f.soon.Add(*c)
		}
		if c.Fate == Churned && quarter.Contains(c.Day) {
			f.lost.Add(*c)
		}
	}
}

// unclosed counts slots whose bridge does not close: there are none (4.2).
func (t *table) unclosed() (n int64) {
	for _, s := range t.sheets {
		for _, r := range s.Retentions {
			if r != nil && !r.Bridge.Closes() {
				n++
			}
		}
	}
	return n
}

// warnings says what was left out of what, in a fixed order.
func warnings(a *Acc, bridgesOpen int64) []measure.Warning {
	var out []measure.Warning
	add := func(code string, n int64, t measure.Text) {
		if n > 0 {
			out = append(out, measure.Warning{Code: code, N: n, Text: t})
		}
	}
	add(undated, a.LeftOut[undated], measure.Text{
		ZH: "部分合同缺少生效日或截止日，未计入到期批次。",
		EN: "Contracts without a start or an end date are in no expiry cohort."})
	add(unowned, a.LeftOut[unowned], measure.Text{
		ZH: "部分合同缺少客户、负责人或日期，续约指标未计入。",
		EN: "Contracts without a customer, anybody to credit or any date are left out of the renewal numbers."})
	add(noTerm, a.LeftOut[noTerm], measure.Text{
		ZH: "部分到期合同或其后续合同无法折算年化金额（缺少期限或金额为负），只计份数，不计金额。",
		EN: "The annual value of some contracts due, or of their successors, cannot be told (no term, or a negative amount): they count in number, not in money."})
	add(noRate, a.LeftOut[noRate], measure.Text{
		ZH: "部分到期合同缺少原合同生效日的汇率，只计份数，不计金额。",
		EN: "No exchange rate is known for the start of some contracts due: they count in number, not in money."})
	add(outOfARR, a.LeftOut[outOfARR], measure.Text{
		ZH: "部分在服务中的合同缺少汇率或无法折算年化金额，未计入 ARR。",
		EN: "Some contracts in service are not in ARR: no exchange rate is known, or their annual value cannot be told."})
	add(unclosed, bridgesOpen, measure.Text{
		ZH: "ARR 变动桥不平，请报告此错误。",
		EN: "An ARR bridge does not close: please report this defect."})
	return out
}
