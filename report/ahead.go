package report

import (
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// aheadTable is what ends within 30, 60 and 90 days, and what of it is not yet
// worked on, from the list of contracts due soon.
func (a at) aheadTable() table {
	const days, acv, state = 5, 3, 6 // columns of the list
	t := table{Caption: lang.T("即将到期", "Ending soon"), Heads: heads(lang.T("到期", "Ends"), lang.T("合同", "Contracts"), lang.Same(""), lang.T("年合同额", "ACV"))}
	t.Heads[2].Left = true
	l := a.list("renewal.due_soon")
	if l == nil || len(l.Columns) <= state {
		return t
	}
	type bucket struct {
		name lang.Text
		last int64
		n    float64
		sum  int64
	}
	buckets := []bucket{{name: lang.T("已到期，宽限期内", "ended, in grace"), last: -1}, {name: lang.T("30 天内", "within 30 days"), last: 30}, {name: lang.T("31–60 天", "31–60 days"), last: 60}, {name: lang.T("61–90 天", "61–90 days"), last: 90}}
	top := 0.0
	for _, j := range a.rows[l.ID][a.scope.ID] {
		c := l.Rows[j].Cells
		if len(c) <= state {
			continue
		}
		for i := range buckets {
			if b := &buckets[i]; c[days].Num <= b.last {
				b.n++
				if c[acv].Num != measure.NoAmount && (c[acv].Text == "" || c[acv].Text == a.d.Currency) {
					b.sum += c[acv].Num
				}
				top = max(top, b.n)
				break
			}
		}
	}
	for _, b := range buckets {
		if b.n > 0 {
			amount := snapshot.Value{Metric: "renewal.pending_acv", Num: b.sum, Den: 1, V: float64(b.sum), OK: true, Final: true, Currency: a.d.Currency}
			t.Rows = append(t.Rows, row{"", []cell{{Text: b.name}, {Text: lang.Same(lang.Count(b.n))}, {Draw: hbar(point{b.n, true}, point{}, top, "f-s"), Left: true}, {Text: a.money(&amount)}}})
		}
	}
	return t
}

// expiryCohorts are the finished months' contracts by what became of them.
func (a at) expiryCohorts() table {
	t := table{Caption: lang.T("到期批次（按到期月）", "Expiry cohorts, by month"), Heads: heads(lang.T("到期月", "Month"), lang.T("到期", "Due"), lang.T("已续", "Renewed"), lang.T("客户续约率", "Logo rate"), lang.T("区间或上下界", "Interval or bounds"))}
	months := a.before["month"]
	for _, p := range months[max(0, len(months)-6):] {
		due := a.get("renewal.due", a.scope.ID, p.Name, "")
		if !real(due).ok || due.V == 0 {
			continue
		}
		r := a.get("renewal.logo_rate", a.scope.ID, p.Name, "")
		iv := cell{}
		if real(r).ok {
			switch {
			case r.Bounds != nil:
				iv.Text = a.interval(r, r.Bounds)
			case r.CI != nil:
				iv.Text = a.interval(r, r.CI)
			}
		}
		t.Rows = append(t.Rows, row{"", []cell{{Text: lang.Same(p.Name)}, a.index.number(due), a.index.number(a.get("renewal.renewed", a.scope.ID, p.Name, "")), a.index.number(r), iv}})
	}
	return t
}
