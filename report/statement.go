package report

import (
	"bufio"
	"cmp"
	"errors"
	"html/template"
	"io"
	"io/fs"
	"strings"
	"sync"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/templates"
)

// overdueRows is how many overdue customers a statement names.
const overdueRows = 10

// slip is a rep's statement, in one language: what the template prints.
type slip struct {
	tongue
	CSP             string
	Style           template.HTML
	Title, Name, ID string
	Head            []string
	Sums            []sum
	Tables          []plainTable
	Foot            string
}

// sum is a number of the top line.
type sum struct {
	Title, Value string
	Main         bool
}

// slipParts are the template and the style of statements.
type slipParts struct {
	page  *template.Template
	style string
}

var slipAssets = sync.OnceValues(func() (p slipParts, err error) {
	page, err := fs.ReadFile(templates.FS, "statement.tmpl")
	if err != nil {
		return p, err
	}
	style, err := fs.ReadFile(templates.FS, "statement.css")
	if err != nil {
		return p, err
	}
	p.style = squeeze(string(style))
	p.page, err = template.New("statement").Funcs(template.FuncMap{"rows": plainRows}).Parse(squeeze(string(page)))
	return p, err
})

// plainRows prints the rows of a statement's table, as print.go those of a page's.
func plainRows(t plainTable) template.HTML {
	var b strings.Builder
	for _, r := range t.Rows {
		b.WriteString("<tr>")
		for i, c := range r {
			b.WriteString("<td")
			switch {
			case t.Left[i] && c.Bold:
				b.WriteString(` class="l tot"`)
			case t.Left[i]:
				b.WriteString(` class="l"`)
			case c.Bold:
				b.WriteString(` class=" tot"`)
			}
			b.WriteString("><bdi>" + escape(c.Text) + "</bdi></td>")
		}
		b.WriteString("</tr>\n")
	}
	return template.HTML(b.String())
}

// Statement writes the statement of the document's first scope, a rep: the
// lines of the month's commission, which sum to the payout to the cent, what
// was taken back and why, the golden rule, and what customers owe. It is one
// page to print, in one language, without a script. The document is cut to the
// rep (snapshot.Document.For).
func Statement(w io.Writer, d *snapshot.Document, o Options) error {
	if d == nil || len(d.Scopes) != 1 || d.Scopes[0].Level != levelRep {
		return errors.New("a statement needs a document cut to one rep")
	}
	p, err := slipAssets()
	if err != nil {
		return err
	}
	x := bareIndex(d)
	if _, ok := x.current["month"]; !ok {
		return errors.New("a statement needs a current month")
	}
	s := x.slip(x.at(&d.Scopes[0], "month"), tongue(cmp.Or(o.Lang, "zh")))
	s.Style = template.HTML("<style>" + p.style + "</style>")
	s.CSP = "default-src 'none'; style-src " + hash(p.style) + "; base-uri 'none'; form-action 'none'"
	b := bufio.NewWriter(w)
	if err := p.page.Execute(b, s); err != nil {
		return err
	}
	return b.Flush()
}

func (x *index) slip(a at, t tongue) slip {
	now := x.current["month"]
	s := slip{tongue: t, ID: a.scope.ID, Name: t.Text(x.name(a.scope))}
	s.Title = t.Text(lang.With("提成对账单 {0}", "Commission statement, {0}", lang.Same(now.Name)))
	s.Head = []string{a.scope.Parent, t.Text(lang.With("{0} 至 {1}", "{0} to {1}", lang.Same(now.Start), lang.Same(earlier(now.Last, x.d.AsOf)))),
		t.Text(lang.With("数据截至 {0}", "data to {0}", lang.Same(x.d.AsOf))), t.Text(lang.With("币种 {0}", "currency {0}", lang.Same(x.d.Currency)))}
	if now.Running {
		s.Head = append(s.Head, t.T("月份未结束，数字还会变", "the month is running: numbers can still change"))
	}
	for _, m := range []string{"commission.payout", "commission.accrued", "commission.clawed_back", "commission.restored", "commission.adjusted", "commission.deducted", "commission.carried", "commission.held", "commission.exposed"} {
		if v := a.v(m); v != nil {
			s.Sums = append(s.Sums, sum{t.Text(x.title(m)), x.exact(v), m == "commission.payout"})
		}
	}
	s.Tables = append(s.Tables, a.slipLines(t))
	for _, id := range []string{"commission.months", "commission.clawbacks", "commission.not_computed"} {
		if l := a.slipList(t, id, 0); len(l.Rows) > 0 {
			s.Tables = append(s.Tables, l)
		}
	}
	if l := a.slipHeld(t); len(l.Rows) > 0 {
		s.Tables = append(s.Tables, l)
	}
	s.Tables = append(s.Tables, t.table(a.slipRule()))
	if owed := a.slipList(t, "receivables.overdue_customers", overdueRows); len(owed.Rows) > 0 || a.v("receivables.balance") != nil {
		owed.Title = t.T("未收款与逾期客户", "Open receivables and who is overdue")
		owed.Note = strings.TrimSpace(t.Text(lang.With("应收 {0}，其中逾期 {1}。", "Owed {0}, of it overdue {1}.", lang.Same(x.exact(a.v("receivables.balance"))), lang.Same(x.exact(a.v("receivables.overdue"))))) + " " + owed.Note)
		s.Tables = append(s.Tables, owed)
	}
	s.Foot = t.T("◦ 未结：数字还会变。", "◦ not final: the number can still change.") + " · " + x.d.Tool
	if x.d.ConfigSHA256 != "" {
		s.Foot += " · " + t.T("配置 ", "configuration ") + x.d.ConfigSHA256[:min(12, len(x.d.ConfigSHA256))]
	}
	return s
}

// exact is an amount to the minor unit, for a statement is checked by adding up.
func (x *index) exact(v *snapshot.Value) string {
	if v == nil || !v.OK {
		return lang.NoData
	}
	return lang.Exact(minor(v), x.digits(v))
}

// slipLines are the lines of the statement and what they sum to.
func (a at) slipLines(t tongue) plainTable {
	out := a.slipList(t, "commission.statement", 0)
	out.Title = t.T("逐笔明细", "Line by line")
	if len(out.Rows) == 0 {
		out.Note = t.T("本月没有提成明细。", "No commission line this month.")
		return out
	}
	total, last := a.lineSum("commission.statement")
	row := make([]plainCell, len(out.Heads))
	for i := range row {
		row[i].Bold = true
	}
	row[0].Text, row[last].Text = t.T("合计", "Sum"), lang.Exact(total, measure.MinorDigits(a.d.Currency))
	out.Rows = append(out.Rows, row)
	out.Note = t.T("合计即本月应发。", "The sum is the month's payout.")
	if v := a.v("commission.payout"); v == nil || !v.OK || minor(v) != total {
		out.Note = t.Text(lang.With("注意：合计与应发 {0} 不一致，请报告此错误。", "Mind: the sum is not the payout {0}; please report this as a bug.", lang.Same(a.exact(v))))
	}
	return out
}

// slipHeld are the sales whose commission is in suspense, with what ends that.
func (a at) slipHeld(t tongue) plainTable {
	out := a.slipList(t, "commission.suspended", 0)
	out.Note = t.T("不在本月应发之内。待客户付款：付款后按回款计提。逾期：已计提，扣回期限内核销才扣回，付款即解除。", "Not part of the month's payout. Waits for payment: accrues as the customer pays. Overdue: accrued; taken back only if written off by the last day of clawback, and free once paid.")
	return out
}

// lineSum adds up the last column of amounts of a list, and says which column
// of the table without the rep's own that is.
func (a at) lineSum(id string) (total int64, column int) {
	l := a.list(id)
	amounts, dropped := 0, 0
	for i, c := range l.Columns {
		switch c.Kind {
		case measure.CellMoney:
			amounts, column = i, i-dropped
		case measure.CellScope:
			dropped++
		}
	}
	for _, j := range a.rows[id][a.scope.ID] {
		if c := l.Rows[j].Cells[amounts]; c.Num != measure.NoAmount {
			total += c.Num
		}
	}
	return total, column
}

// slipList are the rows of a list without the columns that name the rep: at
// most limit of them, where there is one.
func (a at) slipList(t tongue, id string, limit int) plainTable {
	l, own := a.list(id), a.rows[id][a.scope.ID]
	if l == nil || len(own) == 0 {
		return plainTable{}
	}
	short := own
	if limit > 0 {
		short = own[:min(limit, len(own))]
	}
	slim := snapshot.List{ID: l.ID, Title: l.Title}
	for _, c := range l.Columns {
		if c.Kind != measure.CellScope {
			slim.Columns = append(slim.Columns, c)
		}
	}
	for _, j := range short {
		var r snapshot.Row
		for i, c := range l.Columns {
			if c.Kind != measure.CellScope && i < len(l.Rows[j].Cells) {
				r.Cells = append(r.Cells, l.Rows[j].Cells[i])
			}
		}
		slim.Rows = append(slim.Rows, r)
	}
	out := t.table(a.listTable(&slim, slim.Rows))
	out.Title = t.Text(l.Title)
	if more := len(own) - len(short); more > 0 {
		out.Note = t.Text(moreText(more))
	}
	return out
}

// slipRule are the numbers of the golden rule, a line for each kind of period.
func (a at) slipRule() table {
	t := table{Caption: lang.With("黄金法则：{0} 次有效拜访一个签约", "The golden rule: {0} valid visits a signing", a.goldenText()),
		Heads: heads(lang.T("期间", "Period"), a.title("conversion.visits"), a.title("conversion.valid_visits"), a.title("conversion.signings"), a.title("conversion.valid_per_signing"), lang.T("95% 区间", "95% interval"), lang.T("全公司", "Company"), lang.T("判断", "Verdict"))}
	t.Heads[7].Left = true
	for _, k := range kinds() {
		p, ok := a.current[k]
		if !ok {
			continue
		}
		b := a.index.at(a.scope, k)
		v := b.v("conversion.valid_per_signing")
		interval, word := cell{}, cell{}
		if v != nil {
			if v.CI != nil {
				interval.Text = a.interval(v, v.CI)
			}
			if v.OK {
				word.Text = ruleVerdict(v)
			}
		}
		t.Rows = append(t.Rows, row{Cells: []cell{{Text: lang.Same(p.Name)}, a.index.number(b.v("conversion.visits")), a.index.number(b.v("conversion.valid_visits")), a.index.number(b.v("conversion.signings")), a.index.number(v), interval, a.index.number(a.fromAbove("conversion.valid_per_signing", p.Name)), word}})
	}
	return trim(t)
}

func ruleVerdict(v *snapshot.Value) lang.Text {
	_, t := rule(v)
	return t
}

// fromAbove is a rate of the company that the cut document may show.
func (x *index) fromAbove(metric, period string) *snapshot.Value {
	for i := range x.d.Above {
		if v := &x.d.Above[i]; v.Metric == metric && v.Period == period {
			return v
		}
	}
	return nil
}
