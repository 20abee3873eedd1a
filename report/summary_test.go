package report

import (
	"bytes"
	stdhtml "html"
	"regexp"
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// summaries are summary.html and summary.txt of d.
func summaries(t *testing.T, d *snapshot.Document, o Options) (page, text string) {
	t.Helper()
	var h, x bytes.Buffer
	if err := Summary(&h, d, o); err != nil {
		t.Fatal(err)
	}
	if err := SummaryText(&x, d, o); err != nil {
		t.Fatal(err)
	}
	return h.String(), x.String()
}

var tag = regexp.MustCompile(`<[^>]*>`)

// words is the text of a page, without what wraps it.
func bare(page string) string {
	return strings.Join(strings.Fields(stdhtml.UnescapeString(tag.ReplaceAllString(page, ""))), "")
}

// Both summaries have the numbers of the page's first screen: every sentence,
// every card, every unit.
func TestSummaryHasTheFirstScreen(t *testing.T) {
	for _, l := range []string{"zh", "en"} {
		d := since()
		page, text := summaries(t, d, Options{Lang: l, Period: "week"})
		inPage, inText := bare(page), strings.Join(strings.Fields(text), "")
		x, say := newIndex(d), tongue(l)
		a := x.at(&d.Scopes[0], "week")
		check := func(what string) {
			want := strings.Join(strings.Fields(what), "")
			if !strings.Contains(inPage, want) {
				t.Errorf("%s: summary.html does not say %q", l, what)
			}
			if !strings.Contains(inText, want) {
				t.Errorf("%s: summary.txt does not say %q:\n%s", l, what, text)
			}
		}
		for _, s := range a.sentences() {
			for _, p := range s.Lines {
				var args []lang.Text
				for _, arg := range p.args {
					args = append(args, arg.text)
				}
				check(say.Text(lang.With(p.zh, p.en, args...)))
			}
		}
		for _, c := range a.cards() {
			check(say.Text(c.Title))
			check(say.Text(c.Value) + say.Text(c.Unit))
		}
		for _, s := range append([]*snapshot.Scope{&d.Scopes[0]}, x.children["company"]...) {
			b := x.at(s, "week")
			check(say.Text(x.name(s)) + say.Text(b.plain(b.v("conversion.valid_per_signing"))))
			check(say.Text(b.plain(b.v("commission.payout"))))
		}
		for _, want := range []string{"7.11", "9.22", "+2.11", "2024-12", "+4.9%", "2025-03-02", "runs/2025-W10/report.html"} {
			check(want)
		}
		if other := map[string]string{"zh": "Since the last", "en": "较上次"}[l]; strings.Contains(page+text, other) {
			t.Errorf("%s: the other language is there too", l)
		}
	}
}

// What goes into a mail has no script, no sheet, nothing from elsewhere, no
// layout that mail programs do not know, and is small.
func TestSummaryForMail(t *testing.T) {
	page, _ := summaries(t, since(), Options{})
	for _, bad := range []string{"<script", "<style", "<link", "<img", "<svg", "http", "url(", "class=", "flex", "grid", "var(", "position:", " on"} {
		if strings.Contains(page, bad) {
			t.Errorf("summary.html has %q", bad)
		}
	}
	if len(page) > 100_000 {
		t.Errorf("%d bytes", len(page))
	}
}

func TestSummaryTextFits(t *testing.T) {
	for _, l := range []string{"zh", "en"} {
		for _, d := range []*snapshot.Document{since(), sample(), hostile()} {
			page, text := summaries(t, d, Options{Lang: l})
			for line := range strings.Lines(text) {
				if line = strings.TrimSuffix(line, "\n"); lang.Width(line) > 80 || strings.HasSuffix(line, " ") || lang.Line(line) == "" && line != "" {
					t.Errorf("%s: line of %d columns: %q", l, lang.Width(line), line)
				}
			}
			if again, _ := summaries(t, d, Options{Lang: l}); again != page {
				t.Error("the same again differs")
			}
		}
	}
}

// hostile is the sample with names that would be something else.
func hostile() *snapshot.Document {
	d := since()
	names := []string{`</td></table><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "a\u2028b\nc", "\u202egnorw", strings.Repeat("长", 300), "😀👨‍👩‍👧", "", "=1+1"}
	for i := range d.Scopes {
		d.Scopes[i].Name = names[i%len(names)]
		d.Scopes[i].Manager = names[(i+1)%len(names)]
	}
	for i := range d.Lists {
		for j := range d.Lists[i].Rows {
			d.Lists[i].Rows[j].Cells[0].Text = names[j%len(names)]
		}
	}
	return d
}

func TestHostileSummary(t *testing.T) {
	page, text := summaries(t, hostile(), Options{})
	if strings.Contains(page, "<script") || strings.Contains(page, "<img") || strings.Count(page, "<table") != strings.Count(page, "</table>") {
		t.Error("a name became a tag")
	}
	if strings.ContainsAny(text, "\u2028\u202e\r\x1b") {
		t.Error("a mark that breaks or turns lines is in the plain text")
	}
}

// A scope of its own and a document with next to nothing have summaries too.
func TestSummaryOfLittle(t *testing.T) {
	for _, scope := range []string{"华东/一组", "r1"} {
		own, err := sample().For(scope)
		if err != nil {
			t.Fatal(err)
		}
		if page, text := summaries(t, own, Options{}); !strings.Contains(page, "有效拜访") || !strings.Contains(text, "这是第一份报告") {
			t.Errorf("%s:\n%s", scope, text)
		}
	}
	bare := &snapshot.Document{AsOf: "2025-03-09", Scopes: []snapshot.Scope{{ID: "company", Level: "company"}}, Periods: []snapshot.Period{{Name: "2025-W10", Kind: "week", Role: snapshot.RoleCurrent}}}
	if _, text := summaries(t, bare, Options{}); !strings.Contains(text, "本期没有数据") {
		t.Errorf("nothing:\n%s", text)
	}
	for _, d := range []*snapshot.Document{nil, {}} {
		if Summary(&bytes.Buffer{}, d, Options{}) == nil || SummaryText(&bytes.Buffer{}, d, Options{}) == nil {
			t.Error("a summary of no document")
		}
	}
}
