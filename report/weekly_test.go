package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/weeks"
)

var weeklyDefinitions = []measure.Definition{
	{ID: "conversion.signings", Kind: measure.Count, Unit: measure.UnitSignings, Headline: true, Title: measure.Text{ZH: "签单客户数", EN: "Signings"}},
	{ID: "receivables.overdue", Kind: measure.Amount, Unit: measure.UnitMoney, Headline: true, Title: measure.Text{ZH: "逾期金额", EN: "Overdue"}},
}

// weekOf is what the report of a week said of a company and its region.
func weekOf(week string, signings, overdue int64) weeks.Record {
	last, _ := weeks.LastDay(week)
	at := func(metric, scope string, n int64) weeks.Value {
		return weeks.Value{Place: weeks.Place{Metric: metric, Scope: scope, Period: week}, Number: weeks.Number{Num: n, Den: 1, OK: true, Final: true}}
	}
	return weeks.Record{Week: week, AsOf: last.String(), Run: week + ".r1", Tool: "crmreport 1", Currency: "CNY", Timezone: "Asia/Shanghai",
		Scopes:  []weeks.Scope{{ID: "company", Level: "company"}, {ID: "<b>N</b>", Level: "region", Name: "<b>North</b>"}},
		Periods: []weeks.Period{{Name: week, Kind: "week"}},
		Values: []weeks.Value{at("conversion.signings", "<b>N</b>", signings), at("conversion.signings", "company", signings),
			at("receivables.overdue", "<b>N</b>", overdue), at("receivables.overdue", "company", overdue)}}
}

func weeklyPage(t *testing.T, k Weekly) string {
	t.Helper()
	var b bytes.Buffer
	k.Definitions = weeklyDefinitions
	if err := WriteWeekly(&b, k); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWeekly(t *testing.T) {
	w10, w11, w13 := weekOf("2025-W10", 41, 123456700), weekOf("2025-W11", 50, 1), weekOf("2025-W13", 60, 2)
	w11.Before = []weeks.Value{{Place: weeks.Place{Metric: "conversion.signings", Scope: "company", Period: "2025-W10"}, Number: weeks.Number{Num: 43, Den: 1, OK: true, Final: true}}}
	w11.Reconstructed = true
	records := []weeks.Record{w10, w11, w13}
	folders := map[string]string{"2025-W11": "runs/2025-W11", "2025-W13": "runs/2025-W13"}
	page := weeklyPage(t, Weekly{Records: records, Folders: folders})
	plain := strings.ReplaceAll(page, "&#43;", "+")
	for _, want := range []string{
		`<a href="runs/2025-W13/report.html">`, `<a href="runs/2025-W11/report.html">`, // reports that are there
		"报告已清理", "report pruned", // week 10
		"没有报告", "no report", // week 12
		"事后补建", "reconstructed", // week 11
		"改写的数字", "Restated numbers", "41", "43", "+4.9%", // 2 of 41 are 4.878 %
		"123.5 万", "1.23M", // the amount, rounded in both languages
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	for _, bad := range []string{`href="runs/2025-W10`, "<script", "<b>North</b>", "http:", "https:", "@import", "url(", " style=", "onload",
		"20.0%"} { // 60 are a fifth more than 50, but those are not the week before's
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
	backwards := slices.Clone(records)
	slices.Reverse(backwards)
	if weeklyPage(t, Weekly{Records: backwards, Folders: folders}) != page {
		t.Error("the order of records changes the page")
	}
	if english := weeklyPage(t, Weekly{Records: records, Folders: folders, Lang: "en"}); !strings.Contains(english, `<html lang="en">`) || strings.Contains(page, `<html lang="en">`) {
		t.Error("the language is not the one that was asked for")
	}
}

// One week has no line to draw; two years are drawn as the last 53 weeks; none
// is an error.
func TestWeeklyExtremes(t *testing.T) {
	one := weeklyPage(t, Weekly{Records: []weeks.Record{weekOf("2025-W01", 1, 1)}})
	if !strings.Contains(one, "1 周") || !strings.Contains(one, "2025-W01") {
		t.Error("one week is not shown")
	}
	var many []weeks.Record
	for i, w := range weeks.Between("2025-W01", "2026-W53") { // 52 + 53 weeks
		many = append(many, weekOf(w, int64(i), 0))
	}
	page := weeklyPage(t, Weekly{Records: many})
	// A card draws a dot for each week: 53 of both headlines.
	if n := strings.Count(page, "<title>"); n != 1+2*53 {
		t.Errorf("%d titles, want those of the page and of 2 × 53 weeks", n)
	}
	for _, w := range []string{"2025-W01", "2026-W53"} {
		if !strings.Contains(page, fmt.Sprintf("<th scope=row>%s", w)) {
			t.Errorf("the list has no %s", w)
		}
	}
	if err := WriteWeekly(&bytes.Buffer{}, Weekly{}); err == nil {
		t.Error("no week at all is no error")
	}
}
