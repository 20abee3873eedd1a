package weeks

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// Listing is what is asked of the records: their weeks, trends, and what was
// restated.
type Listing struct {
	Records []Record // oldest first
	Metrics []string
	Scopes  []string
	Titles  map[string]measure.Text
	Kinds   map[string]measure.Kind
	Pruned  map[string]bool // weeks whose report is no more
	Chinese bool            // the language of Text
}

// restated are the restated numbers that are asked for.
func (l Listing) restated(said Said) []Restated {
	return slices.DeleteFunc(said.Restated(), func(x Restated) bool {
		return !slices.Contains(l.Metrics, x.Metric) || !slices.Contains(l.Scopes, x.Scope)
	})
}

func (l Listing) weeks() []string {
	return Between(l.Records[0].Week, l.Records[len(l.Records)-1].Week)
}

// print is a number for people: amounts in major units of their currency.
func (n Number) print(kind measure.Kind, currency string) string {
	switch {
	case !n.OK:
		return "-"
	case kind == measure.Amount:
		digits := crm.Currency(currency).MinorDigits()
		v := n.V()
		for range digits {
			v /= 10
		}
		return strconv.FormatFloat(v, 'f', digits, 64)
	case n.Den == 1:
		return strconv.FormatInt(n.Num, 10)
	}
	return strconv.FormatFloat(n.V(), 'f', 4, 64)
}

// Text prints for people: a line a week, a column a metric, and what was
// restated below.
func (l Listing) Text(w io.Writer) error {
	b := bufio.NewWriter(w)
	said := SaidBy(l.Records)
	byWeek := map[string]Record{}
	for _, r := range l.Records {
		byWeek[r.Week] = r
	}
	for _, scope := range l.Scopes {
		fmt.Fprintf(b, "%s\n", scope)
		for i, m := range l.Metrics {
			fmt.Fprintf(b, "  [%d] %s  %s\n", i+1, m, l.title(m))
		}
		fmt.Fprintf(b, "%-9s %-11s", l.say("周", "week"), l.say("截至", "data to"))
		for i := range l.Metrics {
			fmt.Fprintf(b, "%14s", fmt.Sprintf("[%d]", i+1))
		}
		b.WriteString("\n")
		for _, week := range l.weeks() {
			r, ok := byWeek[week]
			line := fmt.Sprintf("%-9s %-11s", week, r.AsOf)
			for _, m := range l.Metrics {
				n, _ := r.Find(Place{m, scope, week})
				text := n.print(l.kind(m), r.Currency)
				if n.OK && !n.Final {
					text += "~"
				}
				line += fmt.Sprintf("%14s", text)
			}
			fmt.Fprintf(b, "%s\n", strings.TrimRight(line+"  "+l.marks(r, ok), " "))
		}
	}
	fixed := l.restated(said)
	fmt.Fprintf(b, "%s\n", l.say("~ 未结：当时仍有待定项；- 无数据", "~ not final: cases were pending then; - no data"))
	fmt.Fprintf(b, "\n%s\n", l.say(fmt.Sprintf("改写的数字：%d", len(fixed)), fmt.Sprintf("Restated numbers: %d", len(fixed))))
	if l.lower() {
		fmt.Fprintf(b, "%s\n", l.say("区域与团队只保存各周最后一份报告的数字，改写前的不留", "of areas and teams the last report of each week is kept, not what was restated"))
	}
	currency := l.Records[len(l.Records)-1].Currency
	for _, x := range fixed {
		k := l.kind(x.Metric)
		was, now := x.Was.print(k, currency), x.Now.print(k, currency)
		if was == now { // the same number by other terms
			was, now = x.Was.text(), x.Now.text()
		}
		fmt.Fprintf(b, l.say("  %s %s %s：由 %s 变为 %s（自 %s）\n", "  %s %s %s: changed from %s to %s (since %s)\n"), x.Period, x.Scope, x.Metric, was, now, x.Since)
	}
	return b.Flush()
}

func (l Listing) say(zh, en string) string {
	if l.Chinese {
		return zh
	}
	return en
}

func (l Listing) title(metric string) string { return l.say(l.Titles[metric].ZH, l.Titles[metric].EN) }

// kind is how the numbers of a metric print.
func (l Listing) kind(metric string) measure.Kind { return l.Kinds[metric] }

func (l Listing) marks(r Record, ok bool) string {
	if !ok {
		return l.say("没有报告", "no report")
	}
	var out []string
	if r.Reconstructed {
		out = append(out, l.say("事后补建", "reconstructed"))
	}
	if n := len(r.Revisions); n > 0 {
		out = append(out, l.say(fmt.Sprintf("第 %d 版", n+1), fmt.Sprintf("revision %d", n+1)))
	}
	if l.Pruned[r.Week] {
		out = append(out, l.say("报告已清理", "report pruned"))
	}
	return strings.Join(out, ", ")
}

// CSV prints a row a number: num and den as metrics.csv has them, and those that
// were said first where they were others.
func (l Listing) CSV(w io.Writer) error {
	c := csv.NewWriter(w)
	rows := [][]string{{"week", "as_of", "run", "reconstructed", "pruned", "metric", "scope", "period", "num", "den", "value", "currency", "final", "was_num", "was_den", "was_value", "since"}}
	fixed := map[Place]Restated{}
	for _, x := range l.restated(SaidBy(l.Records)) {
		fixed[x.Place] = x
	}
	for _, r := range l.Records {
		for _, v := range l.wanted(r) {
			now, row := v.Number, []string{r.Week, r.AsOf, r.Run, strconv.FormatBool(r.Reconstructed), strconv.FormatBool(l.Pruned[r.Week]), v.Metric, v.Scope, v.Period}
			x, ok := fixed[v.Place]
			ok = ok && v.Period == r.Week
			if ok {
				now = x.Now
			}
			row = append(append(row, now.cells(l.kind(v.Metric), r.Currency)...), l.currency(v.Metric, r), strconv.FormatBool(now.Final))
			if ok {
				row = append(append(row, x.Was.cells(l.kind(v.Metric), r.Currency)...), x.Since)
			} else {
				row = append(row, "", "", "", "")
			}
			rows = append(rows, row)
		}
	}
	return c.WriteAll(rows)
}

// lower reports whether an area or a team is asked for.
func (l Listing) lower() bool {
	return slices.ContainsFunc(l.Records, func(r Record) bool {
		return slices.ContainsFunc(r.Below, func(u Unit) bool { return slices.Contains(l.Scopes, u.ID) })
	})
}

// wanted are the values of a record that are asked for, sorted.
func (l Listing) wanted(r Record) (out []Value) {
	keep := func(vs []Value) {
		for _, v := range vs {
			if slices.Contains(l.Metrics, v.Metric) && slices.Contains(l.Scopes, v.Scope) {
				out = append(out, v)
			}
		}
	}
	keep(r.Values)
	for _, u := range r.Below {
		keep(u.Values)
	}
	sorted(out)
	return out
}

func (l Listing) currency(metric string, r Record) string {
	if l.kind(metric) == measure.Amount {
		return r.Currency
	}
	return ""
}

// cells are num, den and value.
func (n Number) cells(kind measure.Kind, currency string) []string {
	out := []string{"", "", ""}
	if n.Den != 0 || !n.OK {
		out[0], out[1] = strconv.FormatInt(n.Num, 10), strconv.FormatInt(n.Den, 10)
	}
	switch {
	case !n.OK:
	case kind == measure.Amount:
		out[2] = n.print(kind, currency)
	default:
		out[2] = strconv.FormatFloat(n.V(), 'g', -1, 64)
	}
	return out
}

// JSON prints the weeks with the values that are asked for, and what was restated.
func (l Listing) JSON(w io.Writer) error {
	type week struct {
		wireHead
		Pruned    bool        `json:"pruned"`
		Inputs    []Input     `json:"inputs"`
		Values    []wireValue `json:"values"`
		Revisions []string    `json:"revisions"`
	}
	type change struct {
		Place
		Was   string `json:"was"`
		Now   string `json:"now"`
		Said  string `json:"said_by"`
		Since string `json:"since"`
		Times int    `json:"times"`
	}
	out := struct {
		Schema   string   `json:"schema"`
		Weeks    []week   `json:"weeks"`
		Restated []change `json:"restated"`
	}{Schema, []week{}, []change{}}
	for _, r := range l.Records {
		x := week{r.head(), l.Pruned[r.Week], r.Inputs, wires(l.wanted(r)), []string{}}
		for _, rev := range r.Revisions {
			x.Revisions = append(x.Revisions, rev.Run)
		}
		out.Weeks = append(out.Weeks, x)
	}
	for _, x := range l.restated(SaidBy(l.Records)) {
		out.Restated = append(out.Restated, change{x.Place, x.Was.text(), x.Now.text(), x.Said, x.Since, x.Times})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}
