package metrics

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/metrics/measure"
)

var update = flag.Bool("update", false, "write docs/metrics.md")

// docs/metrics.md is what the definitions say.
func TestDocumentation(t *testing.T) {
	const file = "../docs/metrics.md"
	text := document(Definitions())
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != text {
		t.Errorf("%s is not what the definitions say: run go test ./metrics -run Documentation -update", file)
	}
}

// Every metric names the tables that it rests on, and these are tables.
func TestEveryMetricRestsOnTables(t *testing.T) {
	var known []string
	for _, spec := range ingest.Tables() {
		known = append(known, spec.Name)
	}
	for _, d := range Definitions() {
		if len(d.Tables) == 0 && !strings.HasPrefix(d.ID, "data.") {
			t.Errorf("%s rests on no table", d.ID)
		}
		for _, name := range d.Tables {
			if !slices.Contains(known, name) {
				t.Errorf("%s rests on %s, which is no table", d.ID, name)
			}
		}
	}
	for id := range fed {
		if !slices.ContainsFunc(Definitions(), func(d measure.Definition) bool { return d.ID == id }) {
			t.Errorf("%s is no metric", id)
		}
	}
}

// families of the page, in its order, with their headings.
var headings = [][3]string{
	{"conversion", "转化", "Conversion"}, {"activity", "行动与真实性", "Activity and truth"}, {"funnel", "漏斗", "Funnel"},
	{"forecast", "预测", "Forecast"}, {"renewal", "续约", "Renewal"}, {"receivables", "应收", "Receivables"},
	{"commission", "提成", "Commission"}, {"data", "数据", "Data"},
}

func document(defs []measure.Definition) string {
	var b strings.Builder
	b.WriteString(`# Metrics

Every number that crmreport computes: what it means, how it is worked out, and the rulings it follows.
` + "`crmreport define`" + ` prints the same, and ` + "`crmreport explain METRIC`" + ` shows a number's formula with its
numbers in it and the rows behind it. This page is made from the definitions in the code
(` + "`go test ./metrics -run Documentation -update`" + `).

A *headline* metric is also computed for the 12 periods before the current ones. *Better* says which
direction is good; a metric without one is never coloured. *Rests on* names the tables whose rows are
behind it; ` + "`reps`, `calendar`, `roster` and `fx_rates`" + ` decide for every metric where and when an event
counts, and at which rate.
`)
	for _, h := range headings {
		b.WriteString("\n- [" + h[1] + " · " + h[2] + "](#" + h[0] + "): ")
		var links []string
		for _, d := range defs {
			if family, name, _ := strings.Cut(d.ID, "."); family == h[0] {
				links = append(links, "["+name+"](#"+d.ID+")")
			}
		}
		b.WriteString(strings.Join(links, ", "))
	}
	b.WriteString("\n- [行业规则 · Rules of the field](#rules)\n")
	for _, h := range headings {
		fmt.Fprintf(&b, "\n## <a id=%q></a>%s · %s\n", h[0], h[1], h[2])
		for _, d := range defs {
			if family, _, _ := strings.Cut(d.ID, "."); family == h[0] {
				entry(&b, d)
			}
		}
	}
	ruleBook(&b)
	return b.String()
}

// ruleBook lists the rules of the field, and what became of each.
func ruleBook(b *strings.Builder) {
	b.WriteString(`
## <a id="rules"></a>行业规则 · Rules of the field

What practitioners ask of a sales report, by the ids of the specification (6.1), and where it is. C: the tables of the
inputs feed it; D: it takes a further column or table, which is named; X: a parameter, or context that is
no number. ` + "`crmreport define S4-25`" + ` prints one of them.

| rule | | computed by, or what is missing |
|---|---|---|
`)
	for _, r := range Rules() {
		done := prose(r.Why.ZH) + "<br>" + prose(r.Why.EN)
		if len(r.Metrics) > 0 {
			links := make([]string, len(r.Metrics))
			for i, id := range r.Metrics {
				links[i] = "[" + id + "](#" + id + ")"
			}
			done = strings.Join(links, ", ")
		}
		fmt.Fprintf(b, "| <a id=%q></a>%s | %s | %s |\n", r.ID, r.ID, r.Class, done)
	}
}

func entry(b *strings.Builder, d measure.Definition) {
	fmt.Fprintf(b, "\n### <a id=%q></a>`%s` %s · %s\n\n", d.ID, d.ID, d.Title.ZH, d.Title.EN)
	marks := []string{string(d.Kind), "in " + d.Unit.ZH + " · " + d.Unit.EN, "better: " + string(d.Better)}
	if d.Headline {
		marks = append(marks, "headline")
	}
	if d.Amounts {
		marks = append(marks, "of amounts")
	}
	fmt.Fprintf(b, "%s; %s; revision %d", strings.Join(marks, "; "), d.Rulings, d.Revision)
	if len(d.Tables) > 0 {
		fmt.Fprintf(b, "; rests on `%s`", strings.Join(d.Tables, "`, `"))
	}
	if len(d.Of) > 0 {
		fmt.Fprintf(b, "; worked out of `%s`", strings.Join(d.Of, "`, `"))
	}
	fmt.Fprintf(b, "\n\n%s\n\n公式：%s\n\n%s\n\nFormula: %s\n", prose(d.Meaning.ZH), prose(d.Formula.ZH), prose(d.Meaning.EN), prose(d.Formula.EN))
}

// prose is a text in which no character is markup.
func prose(s string) string {
	return strings.NewReplacer("*", `\*`, "<", "&lt;", "_", `\_`, "\n", " ").Replace(s)
}

// Every family has a heading.
func TestEveryFamilyHasAHeading(t *testing.T) {
	for _, d := range Definitions() {
		family, _, _ := strings.Cut(d.ID, ".")
		if !slices.ContainsFunc(headings, func(h [3]string) bool { return h[0] == family }) {
			t.Errorf("%s has no heading in docs/metrics.md", family)
		}
	}
}
