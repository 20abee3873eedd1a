package cli

import (
	"fmt"
	"strconv"
	"strings"

	"crmreport/ingest"
	"crmreport/metrics"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

func (a *answer) text(c *console) {
	d := a.Definition
	c.printf("%s  %s (%s)\n", d.ID, a.say(d.Title), d.Rulings)
	name := a.Scope.Name
	if name == "" {
		name = a.either("全公司", "Company")
	}
	c.printf("%s  %s  %s – %s", name, a.Period.Name, a.Period.Start, a.Period.End-1)
	if a.Value.Key != "" {
		c.printf("  %s", a.Value.Key)
	}
	c.printf("\n\n%s\n", a.say(d.Meaning))
	c.printf("\n  %s\n", a.say(d.Formula))
	if len(a.Worked) > 0 {
		c.printf("  = %s\n", a.worked())
	}
	c.printf("  = %s\n", a.number(d, &a.Value))
	a.certainty(c)
	for _, in := range a.Inputs {
		c.printf(a.either("\n%s 作为 %s：读入 %d = 采纳 %d + 重复 %d + 拒收 %d + 跳过 %d\n", "\n%s as %s: read %d = accepted %d + duplicates %d + rejected %d + skipped %d\n"),
			in.File, in.Table, in.Read, in.Accepted, in.Duplicates, in.Rejected, in.Skipped)
	}
	for i, e := range a.Evidence {
		a.evidence(c, &e, a.rows[i])
	}
	if len(a.Inputs) == 0 {
		a.verdict(c)
	}
}

// certainty says what is known of the number beside itself: of how many cases,
// between what bounds, whether it can still change, and what its flags mean
//
func (a *answer) certainty(c *console) {
	v := &a.Value
	if v.N != 0 {
		c.printf("  n = %s\n", lang.Fixed(float64(v.N), 0))
	}
	if ci := v.CI; ci != nil {
		level := "95"
		if v.Method == "order80" {
			level = "80"
		}
		c.printf(a.either("  %s%% 区间 %s 至 %s（%s）\n", "  %s %% interval %s to %s (%s)\n"), level, a.bound(ci[0]), a.bound(ci[1]), v.Method)
	}
	if b := v.Bounds; b != nil {
		c.printf("  %s\n", a.either("未知与待定个案可使其为 ", "what is unknown or pending can make it ")+a.bound(b[0])+a.either(" 至 ", " to ")+a.bound(b[1]))
	}
	if v.Final {
		c.printf("%s", a.either("  已定：期间已结束，只有补录才会改变\n", "  final: the period is over, only late entries can change it\n"))
	} else {
		c.printf("%s", a.either("  未定：以后的数据仍会改变它\n", "  not final: later data can still change it\n"))
	}
	for _, f := range v.Flags {
		c.printf("  %s\n", a.say(metrics.Says(f)))
	}
	a.ifRejected(c)
}

// ifRejected says what the rejected rows could make of the number; its bounds
// are amounts in major units.
func (a *answer) ifRejected(c *console) {
	w := a.IfRejected
	switch {
	case w == nil || w.N == 0:
	case w.Bounds == nil:
		c.printf(a.either("  所依各表有 %d 行被拒绝，其影响无法界定\n", "  %d rows of its tables were rejected; what they could make of it has no bound\n"), w.N)
	default:
		c.printf(a.either("  所依各表有 %d 行被拒绝，补正后可使其为 %s 至 %s\n", "  %d rows of its tables were rejected; mended they could make it %s to %s\n"), w.N, plainEnd(w.Bounds[0]), plainEnd(w.Bounds[1]))
	}
}

func plainEnd(b snapshot.Bound) string {
	if b == nil {
		return "…"
	}
	return strconv.FormatFloat(*b, 'f', -1, 64)
}

// written makes a sum of terms read as one: + −3 is − 3.
var written = strings.NewReplacer("+ −", "− ", "− −", "+ ", " ,", ",", " ;", ";", "( ", "(", " )", ")")

// worked writes the formula with the numbers in it.
func (a *answer) worked() string {
	var out []string
	for _, t := range a.Worked {
		if t.Value == nil {
			out = append(out, t.Sign)
			continue
		}
		out = append(out, a.plain(t.Value))
	}
	return written.Replace(strings.Join(out, " "))
}

// plain is a number alone, as a term of a formula.
func (a *answer) plain(v *snapshot.Value) string {
	if v.Den == 1 && definitionOf(v.Metric).Kind != measure.Ratio {
		return a.term(v, v.Num)
	}
	if !v.OK {
		return a.either("无数据", "no data")
	}
	return strconv.FormatFloat(v.V, 'g', 10, 64)
}

// term is one side of v.
func (a *answer) term(v *snapshot.Value, n int64) string {
	if v.Currency != "" {
		return lang.Exact(n, measure.MinorDigits(v.Currency)) + " " + v.Currency
	}
	return lang.Fixed(float64(n), 0)
}

func (a *answer) verdict(c *console) {
	switch a.Alone {
	case metrics.Confirmed:
		c.printf("%s", a.either("\n仅凭以上各行重算，得到同一数字。\n", "\nThese rows alone give the same number.\n"))
	case metrics.Untested:
		c.printf("%s", a.either("\n此数按人天或席位计：依据人员、排班与日历各行。\n", "\nIt counts the days or seats of people: rows of reps, of the roster and of the calendar.\n"))
	default:
		c.printf("%s", a.either("\n仅凭以上各行重算，数字不同：这是程序错误，请报告。\n", "\nThese rows alone do not give the same number: this is a bug, please report it.\n"))
	}
}

func (a *answer) evidence(c *console, e *metrics.Evidence, rows []ingest.Original) {
	def := a.Definition
	if e.Value.Metric != def.ID {
		def = definitionOf(e.Value.Metric)
	}
	number := a.number(def, &e.Value)
	c.printf("\n%s", a.say(e.Title))
	switch e.Side {
	case "numerator":
		c.printf("%s", a.either("，分子", ", numerator"))
		number = a.term(&e.Value, e.Value.Num)
	case "denominator":
		c.printf("%s", a.either("，分母", ", denominator"))
		number = a.term(&e.Value, e.Value.Den)
	}
	c.printf(a.either("（%s）= %s：%s 行\n", " in %s = %s: rows %s\n"), e.Value.Period, number, lang.Fixed(float64(len(rows)), 0))
	for _, t := range tables(rows) {
		c.printf(a.either("  %s：%d 行，%d 个 %s\n", "  %s: %d rows of %d %s\n"), t.name, t.rows, len(t.subjects), t.subject)
	}
	for _, r := range rows[:min(len(rows), max(a.limit, 0))] {
		c.printf("  %s:%d  %s\n", r.File, r.Line, r.ID)
	}
	if more := len(rows) - a.limit; more > 0 {
		c.printf(a.either("  另有 %d 行；--rows 文件 可全部写出\n", "  and %d more; --rows FILE writes all of them\n"), more)
	}
}

// tableRows counts the rows of a table, and of how many they are: the deals of a
// history, the contracts of splits.
type tableRows struct {
	name, subject string
	rows          int
	subjects      map[string]bool
}

// tables counts rows by table, in the order in which they come. Where every row
// is of another subject and there is one table only, there is nothing to say.
func tables(rows []ingest.Original) []*tableRows {
	var out []*tableRows
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].name != r.Table {
			out = append(out, &tableRows{name: r.Table, subject: r.SubjectColumn, subjects: map[string]bool{}})
		}
		t := out[len(out)-1]
		t.rows++
		t.subjects[r.Subject] = true
	}
	if len(out) == 1 && out[0].rows == len(out[0].subjects) {
		return nil
	}
	return out
}

func definitionOf(id string) measure.Definition {
	for _, d := range metrics.Definitions() {
		if d.ID == id {
			return d
		}
	}
	return measure.Definition{}
}

// bound is an end of a range of the answer's value; open ones are "…". Those of
// amounts are in minor units.
func (a *answer) bound(b snapshot.Bound) string {
	if b == nil {
		return "…"
	}
	if a.Definition.Kind == measure.Amount {
		return a.term(&a.Value, int64(*b))
	}
	return strconv.FormatFloat(*b, 'g', 6, 64)
}

// number writes a value with what it is worked out of: a ratio with both sides.
func (a *answer) number(d measure.Definition, v *snapshot.Value) string {
	result := a.either("无数据", "no data")
	if v.OK {
		result = strconv.FormatFloat(v.V, 'g', 10, 64)
	}
	switch {
	case d.Kind == measure.Ratio:
		return fmt.Sprintf("%s ÷ %s = %s", a.term(v, v.Num), a.term(v, v.Den), result)
	case d.Kind == measure.Amount && v.OK:
		return a.term(v, v.Num)
	case d.Kind == measure.Count && v.Den == 1:
		return a.term(v, v.Num)
	}
	return result
}
