package renewal

import (
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Codes of warnings.
const (
	undated  = "contracts_without_dates"
	unowned  = "contracts_without_owner"
	outOfARR = "contracts_outside_arr"
	unclosed = "bridge_open"
)

// Compute returns the family's values, its lists of contracts due soon and of
// contracts lost, and what it had to leave out. Without contracts, or without
// one that has dates to judge by, there are no values.
func Compute(b *crm.Book, f *measure.Frame, o Options) measure.Result {
	if !b.Has("contracts") {
		return measure.Result{}
	}
	d := newDesk(b, f, o)
	acc := &Acc{desk: d}
	var soon, lost []Case
	quarter := f.Current[crm.Quarter]
	gs, orphans := bundles(b)
	for _, g := range gs {
		a := d.account(g)
		acc.Add(a)
		for _, c := range a.Cases {
			if d.soon(c) {
				soon = append(soon, c)
			}
			if c.Fate == Churned && quarter.Contains(c.Day) {
				lost = append(lost, c)
			}
		}
	}
	acc.leave(unowned, orphans)
	if len(acc.Items) == 0 && len(acc.ARR) == 0 {
		return measure.Result{Warnings: warnings(acc, 0)}
	}
	t := &table{f, o, cohorts(acc, f.Periods(), b.Org), retentions(acc, f)}
	return measure.Result{
		Values:   t.values(),
		Lists:    []measure.List{d.dueSoon(soon), d.lost(lost)},
		Warnings: warnings(acc, t.open()),
	}
}

// open counts slots whose bridge does not close: there are none (4.2).
func (t *table) open() (n int64) {
	for _, r := range t.retentions {
		if !r.Bridge.Closes() {
			n++
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
