package report

import (
	"bytes"
	"strings"
	"testing"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// paid is the sample cut to r1, with a statement of so much, which the metrics
// say is the payout of the month.
func paid(t *testing.T, lines ...int64) *snapshot.Document {
	t.Helper()
	d := sample()
	l := snapshot.List{ID: "commission.statement", Title: measure.Text{ZH: "对账单", EN: "Statement"}, Columns: []measure.Column{
		{Title: measure.Text{ZH: "销售", EN: "Rep"}, Kind: measure.CellScope}, {Title: measure.Text{ZH: "合同", EN: "Contract"}, Kind: measure.CellText},
		{Title: measure.Text{ZH: "基数", EN: "Base"}, Kind: measure.CellMoney}, {Title: measure.Text{ZH: "本次", EN: "This line"}, Kind: measure.CellMoney}, {Title: measure.Text{ZH: "行", EN: "Row"}, Kind: measure.CellText}}}
	for _, n := range lines {
		l.Rows = append(l.Rows, snapshot.Row{Scopes: []string{"r1", "华东/一组", "华东", "company"}, Cells: []measure.Cell{{Text: "r1"}, {Text: `K<b>`}, {Num: measure.NoAmount}, {Num: n}, {Text: "contracts.csv:2"}}})
	}
	d.Lists = append(d.Lists, l)
	own, err := d.For("r1")
	if err != nil {
		t.Fatal(err)
	}
	return own
}

func statement(t *testing.T, d *snapshot.Document, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Statement(&b, d, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestStatement(t *testing.T) {
	d := paid(t)
	v, ok := d.Values.Find("commission.payout", "r1", "2025-03", "")
	if !ok {
		t.Fatal("no payout")
	}
	d = paid(t, v.Num+12345, -12345)
	for l, words := range map[string][]string{"zh": {"合计即本月应发。", "黄金法则", "另有 15 项", "月份未结束"}, "en": {"The sum is the month&#39;s payout.", "golden rule", "15 more.", "the month is running"}} {
		page := statement(t, d, Options{Lang: l})
		for _, want := range append(words, "赵磊", "r1", "华东/一组", "−123.45", "K&lt;b&gt;", "contracts.csv:2", "客户 00", "2025-W10") {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the statement does not say %q", l, want)
			}
		}
		for _, bad := range []string{"<script", "style=", "http:", "https:", "周敏", "北方设备", "沈岚", "<b>K"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the statement has %q", l, bad)
			}
		}
	}
	if page := statement(t, paid(t, v.Num+1), Options{}); !strings.Contains(page, "不一致") {
		t.Error("a sum that is not the payout is not told")
	}
	if page := statement(t, paid(t), Options{}); !strings.Contains(page, "本月没有提成明细") {
		t.Error("a month without lines is not told")
	}
	if Statement(&bytes.Buffer{}, sample(), Options{}) == nil || Statement(&bytes.Buffer{}, nil, Options{}) == nil {
		t.Error("a statement of everybody")
	}
}

// Names of files are one for each scope, on file systems that do not know A
// from a too, and hold nothing that a path is made of.
func TestFileNames(t *testing.T) {
	d := &snapshot.Document{Scopes: []snapshot.Scope{{ID: "company", Level: "company"}}}
	for _, id := range []string{"R1", "r1", "a/b", "a\\b", "..", "CON", "华东", "x:y", "", strings.Repeat("z", 300), "R-1", "r-1"} {
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: id, Level: "rep"}, snapshot.Scope{ID: id + "/team", Level: "team"})
	}
	names := FileNames(d)
	if len(names) != len(d.Scopes) {
		t.Errorf("%d names of %d scopes", len(names), len(d.Scopes))
	}
	seen := map[string]string{}
	for id, n := range names {
		if was, twice := seen[strings.ToLower(n)]; twice {
			t.Errorf("%q and %q are both %s", id, was, n)
		}
		seen[strings.ToLower(n)] = id
		if strings.ContainsAny(n, `/\:*?"<>|. `) || n == "" || len(n) > 50 || n != strings.ToValidUTF8(n, "") {
			t.Errorf("%q has the name %q", id, n)
		}
	}
	if names["R1"] == names["r1"] || !strings.HasSuffix(names["R1"], "-R1") {
		t.Errorf("R1 is %s, r1 is %s", names["R1"], names["r1"])
	}
}
