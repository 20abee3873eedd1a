package report

import (
	"sort"
	"strings"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// quality is the page about what was read.
type quality struct {
	Share    lang.Text // of rows that were not rejected
	Good     bool
	Inputs   table
	Problems table
	Rejected table // what the rejected rows could make of the headlines
	Missing  []lang.Text
	Warnings []lang.Text
}

func (x *index) quality() quality {
	var q quality
	q.Inputs = table{Heads: heads(lang.T("表", "Table"), lang.T("文件", "File"), lang.T("读取", "Read"), lang.T("采纳", "Accepted"), lang.T("重复", "Duplicates"), lang.T("拒绝", "Rejected"), lang.T("跳过", "Skipped"),
		lang.T("其中晚于截止日", "of these after the as-of day"), lang.T("最新", "Newest"), lang.T("编码", "Encoding"))}
	q.Inputs.Heads[1].Left = true
	q.Inputs.Note = lang.T("读取＝采纳＋重复＋拒绝＋跳过。", "Read = accepted + duplicates + rejected + skipped.")
	q.Problems = table{Caption: lang.T("问题与第一处", "Problems, each with its first place"), Heads: heads(lang.T("位置", "Place"), lang.T("列", "Column"), lang.T("代码", "Code"), lang.T("行数", "Rows"), lang.T("后果", "So"), lang.T("例子", "Example"), lang.T("应为", "Expected"))}
	for i := range q.Problems.Heads {
		q.Problems.Heads[i].Left = i != 3
	}
	n := func(v int64) cell { return cell{Text: lang.Same(lang.Fixed(float64(v), 0))} }
	txt := func(s string) cell { return cell{Text: lang.Same(s), Plain: true, Left: true} }
	var read, rejected int64
	for _, in := range x.d.Inputs {
		read, rejected = read+in.Read, rejected+in.Rejected
		r := n(in.Rejected)
		if in.Rejected > 0 {
			r.Tone = "bad"
		}
		q.Inputs.Rows = append(q.Inputs.Rows, row{"", []cell{{Text: tableText(in.Table)}, txt(in.File), n(in.Read), n(in.Accepted), n(in.Duplicates), r, n(in.Skipped), n(in.FutureRows), {Text: lang.Same(in.Newest)}, {Text: lang.Same(in.Encoding)}}})
		for _, p := range in.Problems {
			so := lang.T("保留", "kept")
			if p.Rejects {
				so = lang.T("拒绝", "rejected")
			}
			q.Problems.Rows = append(q.Problems.Rows, row{"", []cell{txt(in.File + ":" + lang.Count(float64(p.Line))), txt(p.Column), txt(p.Code), n(p.Count), {Text: so, Left: true}, txt(p.Example), txt(p.Expected)}})
		}
	}
	q.Rejected = x.ifRejected()
	q.Share, q.Good = lang.Same(lang.NoData), false
	if read > 0 {
		share := float64(read-rejected) / float64(read)
		q.Share, q.Good = lang.Same(lang.Percent(share)), share >= 0.99
		// 100.0% is only for a file without a rejected row
		if rejected > 0 && q.Share.EN == "100.0%" {
			q.Share = lang.Same("> 99.9%")
		}
	}
	for _, m := range x.d.Missing {
		q.Missing = append(q.Missing, missingText(m))
	}
	for _, w := range x.d.Warnings {
		t := w.Text
		if t.ZH == "" {
			t = lang.Same(w.Code)
		}
		if w.N > 0 {
			t = lang.Join(t, lang.With("（{0}）", " ({0})", lang.Same(lang.Count(float64(w.N)))))
		}
		q.Warnings = append(q.Warnings, t)
	}
	return q
}

// ifRejected is what the rejected rows could make of the company's headlines,
// were they mended; a headline that they cannot touch is left out.
func (x *index) ifRejected() table {
	const metric = "data.if_rejected"
	t := table{Caption: lang.T("被拒绝的行若补正，各主要指标至多会变成多少", "What the rejected rows could make of the headlines, were they mended"),
		Heads: heads(lang.T("指标", "Metric"), lang.T("期间", "Period"), lang.T("现值", "Now"), lang.T("最低", "At least"), lang.T("最高", "At most"))}
	for _, kind := range kinds() {
		p, ok := x.current[kind]
		if !ok || len(x.d.Scopes) == 0 {
			continue
		}
		for _, k := range x.keys[metric] {
			v := x.get(metric, x.d.Scopes[0].ID, p.Name, k)
			if v == nil || v.N == 0 {
				continue
			}
			of := strings.TrimPrefix(k, "metric=")
			like := snapshot.Value{Metric: of, Num: 1, Den: 2, OK: true, V: v.V}
			scale := 1.0
			if x.form(&like) == asMoney {
				for range x.digits(&like) {
					scale *= 10
				}
			}
			end := func(b snapshot.Bound) cell {
				if b == nil {
					return cell{Text: lang.T("无法界定", "no bound")}
				}
				if x.form(&like) == asMoney {
					return cell{Text: lang.Amount(int64(*b*scale), x.digits(&like))}
				}
				return cell{Text: show(x.form(&like), *b)}
			}
			if v.Bounds != nil && v.Bounds[0] != nil && v.Bounds[1] != nil && *v.Bounds[0] == *v.Bounds[1] {
				continue
			}
			bounds := [2]snapshot.Bound{}
			if v.Bounds != nil {
				bounds = *v.Bounds
			}
			now := v.V
			t.Rows = append(t.Rows, row{"", []cell{{Text: x.title(of)}, {Text: lang.Same(p.Name)}, end(&now), end(bounds[0]), end(bounds[1])}})
		}
	}
	return t
}

// tableText names a table of the inputs.
func tableText(id string) lang.Text {
	names := map[string]lang.Text{
		"reps": lang.T("人员", "Reps"), "customers": lang.T("客户", "Customers"), "visits": lang.T("拜访", "Visits"), "grades": lang.T("客户分级", "Grades"),
		"deals": lang.T("商机", "Deals"), "stage_history": lang.T("阶段记录", "Stage history"), "contracts": lang.T("合同", "Contracts"), "credit_splits": lang.T("业绩分摊", "Credit splits"),
		"targets": lang.T("目标", "Targets"), "forecasts": lang.T("预测", "Forecasts"), "confidence": lang.T("信心指数", "Confidence"), "invoices": lang.T("账单", "Invoices"),
		"payments": lang.T("回款", "Payments"), "adjustments": lang.T("调整", "Adjustments"), "commission_rates": lang.T("佣金率", "Commission rates"), "commission_ledger": lang.T("已付佣金", "Commission ledger"),
		"leads": lang.T("线索", "Leads"), "coaching": lang.T("陪访", "Coaching"), "cases": lang.T("投诉", "Cases"), "roster": lang.T("排班", "Roster"), "calendar": lang.T("工作日历", "Calendar"),
		"ownership": lang.T("客户归属", "Ownership"), "successions": lang.T("续约对应", "Successions"), "pool_moves": lang.T("私池进出", "Pool moves"), "fx_rates": lang.T("汇率", "FX rates"), "audits": lang.T("质检", "Audits"),
	}
	if t, ok := names[id]; ok {
		return t
	}
	return lang.Same(id)
}

// missingText says what the page lacks without a table.
func missingText(id string) lang.Text {
	t := tableText(id)
	if t.EN != id {
		t = lang.With("{0}（{1}）", "{0} ({1})", t, lang.Same(id))
	}
	var lost lang.Text
	switch id {
	case "reps":
		lost = lang.T("单位与个人的分层", "the levels below the company")
	case "customers":
		lost = lang.T("名单里的客户名", "customers' names in lists")
	case "visits":
		lost = lang.T("拜访转化一节", "the conversion section")
	case "contracts":
		lost = lang.T("签约、续约与佣金", "signings, renewals and commission")
	case "deals", "stage_history":
		lost = lang.T("漏斗一节（或其中的停留天数）", "the funnel section, or its days in stage")
	case "forecasts":
		lost = lang.T("预测准确度", "forecast accuracy")
	case "confidence":
		lost = lang.T("上报数（缺指数按 1 计）", "the number handed up (an index counts as 1)")
	case "targets":
		lost = lang.T("目标与达成率", "targets and attainment")
	case "invoices", "payments":
		lost = lang.T("应收与账龄", "receivables and ageing")
	case "adjustments":
		lost = lang.T("坏账、核销与佣金扣回", "write-offs and the commission they take back")
	case "commission_rates":
		lost = lang.T("佣金", "commission")
	case "commission_ledger":
		lost = lang.T("已付佣金的核对", "the check against what was paid")
	case "audits":
		lost = lang.T("质检不合格的拜访", "visits that failed an audit")
	case "calendar":
		lost = lang.T("法定假日与调休（周一至周五算工作日）", "public holidays (Monday to Friday count as working days)")
	default:
		return lang.With("没有表“{0}”：用到它的数字不显示。", "No table {0}: what needs it is not shown.", t)
	}
	return lang.With("没有表“{0}”：不显示{1}。", "No table {0}: not shown: {1}.", t, lost)
}

// entry is a definition on the page.
type entry struct {
	ID, Rulings string
	Revision    int
	Title       lang.Text
	Meaning     lang.Text
	Formula     lang.Text
	Unit        lang.Text
	Better      lang.Text
	BetterSet   bool
	Rows        []crumb // lists of the cases behind it
}

// chapter is the definitions of one family.
type chapter struct {
	Title   lang.Text
	Entries []entry
}

func familyText(id string) lang.Text {
	switch id {
	case "conversion":
		return lang.T("拜访转化", "Conversion")
	case "activity":
		return lang.T("拜访纪律", "Activity")
	case "funnel":
		return lang.T("漏斗", "Funnel")
	case "forecast":
		return lang.T("预测", "Forecast")
	case "renewal":
		return lang.T("续约", "Renewal")
	case "receivables":
		return lang.T("应收", "Receivables")
	case "commission":
		return lang.T("佣金", "Commission")
	case "data":
		return lang.T("数据", "Data")
	}
	return lang.Same(id)
}

// chapters are the definitions by family, in the order of the document: those
// of the headlines, or all others.
func (x *index) chapters(headlines bool) []chapter {
	var out []chapter
	at := map[string]int{}
	for _, d := range x.d.Definitions {
		if d.Headline != headlines {
			continue
		}
		f := family(d.ID)
		i, have := at[f]
		if !have {
			i = len(out)
			at[f] = i
			out = append(out, chapter{Title: familyText(f)})
		}
		out[i].Entries = append(out[i].Entries, entry{ID: d.ID, Rulings: d.Rulings, Revision: d.Revision, Title: d.Title, Meaning: d.Meaning, Formula: d.Formula,
			Unit: d.Unit.Text, Better: rowUnit(d.Better), BetterSet: d.Better != measure.Neither && d.Better != "", Rows: x.rowsOf(d.ID)})
	}
	return out
}

// scopeCount counts the scopes below the company by level, for the head.
func (x *index) scopeCount() lang.Text {
	n := map[string]int{}
	for _, s := range x.scopes {
		n[s.Level]++
	}
	var zh, en []string
	for _, l := range []struct{ id, zh, en, ens string }{{"region", "大区", "region", "regions"}, {"area", "区域", "area", "areas"}, {"team", "团队", "team", "teams"}, {levelRep, "人", "rep", "reps"}} {
		if c := n[l.id]; c > 0 {
			word := l.ens
			if c == 1 {
				word = l.en
			}
			zh = append(zh, lang.Count(float64(c))+" "+l.zh)
			en = append(en, lang.Count(float64(c))+" "+word)
		}
	}
	return lang.T(strings.Join(zh, " · "), strings.Join(en, " · "))
}

// levelText names a level.
func levelText(level string) lang.Text {
	switch level {
	case levelCompany:
		return lang.T("公司", "Company")
	case "region":
		return lang.T("大区", "Region")
	case "area":
		return lang.T("区域", "Area")
	case "team":
		return lang.T("团队", "Team")
	case levelRep:
		return lang.T("个人", "Rep")
	}
	return lang.Same(level)
}

// leftOver are the values of a family that no section shows, so that a metric
// added tomorrow is on the page without a change here.
func (a at) leftOver() table {
	var ids []string
	for id := range a.defs {
		if !a.shown[id] && family(id) != "data" {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	return a.facts(ids...)
}
