package report

import (
	"fmt"
	htmltext "html"
	"regexp"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// withDays is the sample with moves and boxes of the company's month.
func withDays(moves map[string]int64, days map[string]float64, n int64) *snapshot.Document {
	d := sample()
	values := []snapshot.Value{}
	for v := range d.Values.All() {
		values = append(values, v)
	}
	add := func(metric, key string, v float64, n int64) {
		values = append(values, snapshot.Value{Metric: metric, Scope: "company", Period: "2025-03", Key: key, Num: int64(v), Den: 1, V: v, OK: true, N: n})
	}
	for k, v := range moves {
		add("funnel.moves", k, float64(v), v)
	}
	for k, v := range days {
		metric := "funnel.days_quantile"
		if !strings.Contains(k, ",") {
			metric = "funnel.median_days"
		}
		add(metric, k, v, n)
	}
	for i := range d.Words {
		if d.Words[i].ID == "contact" {
			d.Words[i].Limit = 14
		}
	}
	d.Definitions = append(d.Definitions,
		measure.Definition{ID: "funnel.moves", Kind: measure.Count, Unit: measure.UnitDeals, Title: measure.Text{ZH: "移动", EN: "Moves"}},
		measure.Definition{ID: "funnel.median_days", Kind: measure.Score, Unit: measure.UnitDays, Title: measure.Text{ZH: "中位", EN: "Median"}},
		measure.Definition{ID: "funnel.days_quantile", Kind: measure.Score, Unit: measure.UnitDays, Title: measure.Text{ZH: "分布", EN: "Spread"}})
	sortValues(values)
	d.Values = snapshot.ValuesOf(values)
	return d
}

// stagesOf is the section of the month of the company, as the page has it.
func stagesOf(t *testing.T, d *snapshot.Document) string {
	t.Helper()
	var b strings.Builder
	if err := Page(&b, d, Options{Lang: "zh"}); err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(b.String(), `id="overview-month-stages"`)
	if !ok {
		t.Fatal("no section of the stages")
	}
	sec, _, _ := strings.Cut(after, "</section>")
	return sec
}

var tip = regexp.MustCompile(`data-t="([^"]*)"`)

func tips(sec string) []string {
	var out []string
	for _, m := range tip.FindAllStringSubmatch(sec, -1) {
		out = append(out, htmltext.UnescapeString(m[1]))
	}
	return out
}

var someMoves = map[string]int64{"from=created,to=contact": 90, "from=contact,to=proposal": 60, "from=contact,to=closing": 7,
	"from=created,to=closing": 3, "from=proposal,to=contact": 5, "from=closing,to=won": 40, "from=reopened,to=proposal": 2}

// Each skip and each return is an arc with its number in words; the table has
// every move; what is re-opened is in the table alone.
func TestDetours(t *testing.T) {
	sec := stagesOf(t, withDays(someMoves, nil, 0))
	said := strings.Join(tips(sec), "\n")
	for _, want := range []string{"接触客户 → 促成签约：7 · 跳过 1 阶", "created → 促成签约：3 · 跳过 2 阶", "方案报价 → 接触客户：5 · 退回"} {
		if !strings.Contains(said, want) {
			t.Errorf("no arc says %q:\n%s", want, said)
		}
	}
	if up, down := strings.Count(sec, `class="a-s"`), strings.Count(sec, `class="a-w"`); up != 2 || down != 1 {
		t.Errorf("%d arcs above, %d below", up, down)
	}
	_, table, _ := strings.Cut(sec, `class="fig arcs`)
	_, table, _ = strings.Cut(table, "<details>")
	table, _, _ = strings.Cut(table, "</details>")
	for k, n := range someMoves {
		if !regexp.MustCompile(fmt.Sprintf(`<td>%d\b`, n)).MatchString(table) {
			t.Errorf("%s: %d is not in the table", k, n)
		}
	}
	if strings.Contains(sec, " style=") {
		t.Error("a style attribute")
	}
}

// Nobody leaves the ladder: there is nothing to draw.
func TestNoDetours(t *testing.T) {
	sec := stagesOf(t, withDays(map[string]int64{"from=created,to=contact": 9, "from=contact,to=proposal": 4, "from=reopened,to=contact": 1}, nil, 0))
	if strings.Contains(sec, "arcs") {
		t.Error("arcs of ordinary steps")
	}
}

var someDays = map[string]float64{"stage=contact": 6.5, "stage=contact,quantile=10": 1.25, "stage=contact,quantile=25": 3, "stage=contact,quantile=50": 6.5,
	"stage=contact,quantile=75": 11, "stage=contact,quantile=90": 20, "stage=proposal": 9, "stage=proposal,quantile=10": 2, "stage=proposal,quantile=25": 4, "stage=proposal,quantile=50": 9}

// A box says its percentiles, one that is not reached is open, and the limit is
// a tick where there is one.
func TestDaysInStage(t *testing.T) {
	sec := stagesOf(t, withDays(nil, someDays, 40))
	said := strings.Join(tips(sec), "\n")
	for _, want := range []string{"10% 1.3 · 25% 3.0 · 50% 6.5 · 75% 11.0 · 90% 20.0 · n=40", "10% 2.0 · 25% 4.0 · 50% 9.0 · 75% – · 90% – · n=40", "阶段时限：14"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q:\n%s", want, said)
		}
	}
	if n := strings.Count(said, "阶段时限"); n != 1 {
		t.Errorf("%d limits", n)
	}
	if n := strings.Count(sec, `class="rp n"`); n != 1 {
		t.Errorf("%d boxes are open to the right", n)
	}
	for _, want := range []string{"<td>1.3\n", "<td>6.5\n", "<td>20.0\n", "<td>14\n"} {
		if !strings.Contains(strings.ReplaceAll(sec, "<td", "\n<td"), strings.TrimSuffix(want, "\n")) {
			t.Errorf("%q is not in the table", want)
		}
	}
}

// Of few deals the median alone is told, in a table; beside boxes in words.
func TestDaysInStageOfFew(t *testing.T) {
	sec := stagesOf(t, withDays(nil, map[string]float64{"stage=contact": 6.5}, 12))
	if strings.Contains(sec, "25–75%") || !strings.Contains(sec, "<td>12") || !strings.Contains(sec, "<td>6.5") {
		t.Error("no plain table of the median of 12")
	}
	few := stay{n: 12}.box(func(days float64) float64 { return days }, 0, 100)
	if !strings.Contains(few, "n=12：太少") || !strings.Contains(few, "n=12: too few") {
		t.Errorf("12 deals: %s", few)
	}
	if none := (stay{n: 30}).box(func(days float64) float64 { return days }, 0, 100); !strings.Contains(none, "10 % not reached yet") {
		t.Errorf("nobody left: %s", none)
	}
}

// Names of stages are people's making.
func TestHostileStages(t *testing.T) {
	for _, name := range []string{`</svg><script>alert(1)</script>`, `"><img onerror=alert(1) src=x>`, "\u2028\u202e" + strings.Repeat("长", 300)} {
		d := withDays(someMoves, someDays, 40)
		for i := range d.Words {
			d.Words[i].Text = measure.Text{ZH: name, EN: name}
		}
		sec := stagesOf(t, d)
		if strings.Contains(sec, "<script>alert") || strings.Contains(sec, "<img") || !strings.Contains(sec, "arcs") || !strings.Contains(sec, "25–75%") {
			t.Errorf("%q breaks the drawings", name[:12])
		}
	}
}
