package report

import (
	"fmt"

	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
	"crmreport/report/pack"
)

// drawnPages are empty sections in place of the pages that the script draws.
func drawnPages(t *testing.T, page string) string {
	t.Helper()
	out := ""
	if h, _ := readColumns(t, page); h != nil {
		at := 0
		for _, step := range h.Drawn {
			at += step
			out += `<section class="page rep" id="` + h.Anchors[at] + `"></section>`
		}
	}
	return out
}

func readColumns(t *testing.T, page string) (*columns, [][]int64) {
	t.Helper()
	m := regexp.MustCompile(`<script type="text/plain" id="columns">([^<]*)</script>`).FindStringSubmatch(page)
	if m == nil {
		return nil, nil
	}
	var h columns
	cols, err := pack.ReadColumns(m[1], &h)
	if err != nil {
		t.Fatal(err)
	}
	return &h, cols
}

// text is a number of the columns as the script prints it.
func (m *columnMetric) text(n int64) string {
	if n == pack.None {
		return "–"
	}
	sign := ""
	if n >>= 1; n < 0 {
		n, sign = -n, "−"
	} else if m.Sign && n > 0 {
		sign = "+"
	}
	s := fmt.Sprintf("%0*d", m.Decimals+1, n)
	whole, frac := s[:len(s)-m.Decimals], s[len(s)-m.Decimals:]
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if m.Trim {
		frac = strings.TrimRight(frac, "0")
	}
	if frac != "" {
		frac = "." + frac
	}
	return sign + whole + frac + m.After
}

// What the columns hold of a scope is what Go prints on its page: every metric
// of every period, marks and verdicts too.
func TestColumnsAreThePage(t *testing.T) {
	d := sample()
	d.Scopes[4].Manager = `"><b>`
	values := slices.Collect(d.Values.All())
	for i := range values {
		if v := &values[i]; v.Scope == "r2" && v.Period == "2025-W10" {
			v.Final = false
			if v.Metric == "conversion.signings" {
				v.Num, v.Den, v.V = 13, 2, 6.5
			}
		}
	}
	d.Values = snapshot.ValuesOf(values)
	h, cols := readColumns(t, file0(t, d, Options{}))
	x := newIndex(d)
	seen := 0
	for i, anchor := range h.Anchors {
		var s *snapshot.Scope
		for id, a := range x.anchors {
			if a == anchor {
				s = x.scopes[id]
			}
		}
		table := x.matrix(s)
		row := 0
		for _, m := range h.Metrics {
			any := false
			for k := range h.Kinds {
				if m.Columns[k] >= 0 && cols[m.Columns[k]][i] != pack.None {
					any = any || !m.Money || cols[m.Columns[k]][i] > 1
				}
			}
			if !any {
				continue
			}
			for k, kind := range h.Kinds {
				n := pack.None
				if m.Columns[k] >= 0 {
					n = cols[m.Columns[k]][i]
				}
				c := table.Rows[row].Cells[1+k]
				if got := m.text(n); got != c.Text.EN {
					t.Errorf("%s of %s in %s is %s, Go prints %s", m.ID, anchor, kind.Name, got, c.Text.EN)
				}
				if open := n != pack.None && n&1 == 1; open != c.Open {
					t.Errorf("%s of %s in %s: open %v, Go says %v", m.ID, anchor, kind.Name, open, c.Open)
				}
				if m.Rule != nil {
					if got := []string{"", "bad", "good"}[cols[m.Rule[k][3]][i]]; got != c.Tone {
						t.Errorf("the verdict of %s in %s is %q, Go says %q", anchor, kind.Name, got, c.Tone)
					}
				}
				seen++
			}
			row++
		}
		if row != len(table.Rows) {
			t.Errorf("%s has %d metrics, Go's page %d", anchor, row, len(table.Rows))
		}
	}
	if seen < 400 {
		t.Errorf("%d numbers", seen)
	}
}

// The series of weeks are the document's, in whole units of the currency.
func TestColumnsOfWeeks(t *testing.T) {
	d := sample()
	d.Series = &snapshot.Series{Weeks: []snapshot.Period{{Name: "2025-W09"}, {Name: "2025-W10", Running: true}}, Rows: map[string][]snapshot.SeriesRow{
		"r1":      {{Metric: "conversion.visits", Scale: 1, Weeks: []int64{7, 9}}, {Metric: "conversion.signings", Scale: 1e9, Weeks: []int64{15e8, 0}}, {Metric: "forecast.actual", Scale: 1, Weeks: []int64{1, 2}}},
		"company": {{Metric: "conversion.visits", Scale: 1, Weeks: []int64{70, 90}}},
	}}
	h, cols := readColumns(t, file0(t, d, Options{}))
	if len(h.Series) != 2 || !h.Running || len(h.Weeks) != 2 || h.Series[1].Decimals != 2 {
		t.Fatalf("%+v", h.Series)
	}
	i := slices.Index(h.Anchors, "r-r1")
	if got := cols[h.Series[0].Columns[0]][2*i : 2*i+2]; !slices.Equal(got, []int64{7, 9}) {
		t.Errorf("visits %v", got)
	}
	if got := [2]int64{cols[h.Series[1].Columns[0]][2*i], cols[h.Series[1].Columns[1]][2*i]}; got != [2]int64{1, 50} {
		t.Errorf("signings %v", got)
	}
}

// Where reps are thousands, amounts of weeks are rounded to about a hundredth of
// their mean, others are as they are.
func TestWeeksOfMany(t *testing.T) {
	d := sample()
	x := newIndex(d)
	rows := []*snapshot.SeriesRow{{Scale: 1, Weeks: []int64{12_345_678, -98_765_432}}, nil}
	for reps, want := range map[int][]int64{4: {123457, -987654, 0, 0}, crowd + 1: {12, -99, 0, 0}} {
		x.reps = reps
		m, c := columnMetric{Money: true}, pack.Columns{}
		at := x.weekColumns(&c, rows, 2, &m, nil)
		text, err := c.Text("")
		if err != nil {
			t.Fatal(err)
		}
		cols, err := pack.ReadColumns(text, new(string))
		if err != nil || !slices.Equal(cols[at[0]], want) || (m.Unit == 1) != (reps == 4) {
			t.Errorf("%d reps: %v in units of %d, %v", reps, cols, m.Unit, err)
		}
	}
}

// many is the sample with so many more teams, each with a rep.
func many(teams int) *snapshot.Document {
	d := sample()
	values := slices.Collect(d.Values.All())
	its := map[string][]snapshot.Value{}
	for _, v := range values {
		its[v.Scope] = append(its[v.Scope], v)
	}
	for i := range teams {
		team, rep := fmt.Sprintf("华北/t%d", i), fmt.Sprintf("m%d", i)
		d.Scopes = append(d.Scopes, snapshot.Scope{ID: team, Level: "team", Name: fmt.Sprint("队", i), Parent: "华北"}, snapshot.Scope{ID: rep, Level: "rep", Name: rep, Parent: team})
		for from, to := range map[string]string{"华北/三组": team, "r1": rep} {
			for _, v := range its[from] {
				v.Scope = to
				values = append(values, v)
			}
		}
	}
	d.Values = snapshot.ValuesOf(values)
	return d
}

// With many units the pages of teams are drawn too; regions stay whole, every
// rep has a page, and every link leads somewhere.
func TestManyTeams(t *testing.T) {
	for teams, drawn := range map[int]bool{10: false, maxPacked: true} {
		page := file0(t, many(teams), Options{})
		h, _ := readColumns(t, page)
		at, by := 0, map[string]int{}
		for _, step := range h.Drawn {
			at += step
			by[h.Words[h.Levels[at]][1]]++
		}
		if by["Rep"] != 4+teams || (by["Team"] == 3+teams) != drawn || !drawn && by["Team"] > 0 || by["Region"] > 0 {
			t.Errorf("%d more teams: %v drawn", teams, by)
		}
		all := markup(opened(t, page))
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(all, -1) {
			ids[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(all, -1) {
			if !ids[m[1]] {
				t.Errorf("%d more teams: #%s leads nowhere", teams, m[1])
			}
		}
	}
}

// A unit's numbers stand beside its own unit's and the company's.
func TestReferences(t *testing.T) {
	x := newIndex(sample())
	cell := func(scope, metric string) cell {
		for _, r := range x.matrix(x.scopes[scope]).Rows {
			if r.Cells[0].Text == x.title(metric) {
				return r.Cells[1]
			}
		}
		return cell{}
	}
	want := func(scope string) string { return x.whole(x.get("conversion.valid_visits", scope, "2025-W10", "")).EN }
	if got := cell("r1", "conversion.valid_visits").Sub.EN; got != want("华东/一组")+" / "+want("company") {
		t.Errorf("a rep is seen against %q", got)
	}
	if got := cell("华东", "conversion.valid_visits").Sub.EN; got != want("company") {
		t.Errorf("a region is seen against %q", got)
	}
	if got := cell("company", "conversion.valid_visits").Sub.EN; got != "" {
		t.Errorf("the company is seen against %q", got)
	}
	if note := x.matrix(x.scopes["r1"]).Note; !strings.Contains(note.EN, "一组") || !strings.Contains(note.EN, "北方设备") {
		t.Errorf("who they are: %q", note)
	}
}

// Go can draw a rep's page by itself: what a file without a script shows.
func TestPageOfARep(t *testing.T) {
	d := sample()
	x := newIndex(d)
	p, err := x.page(x.scopes["r1"], nil, "month")
	if err != nil || !p.Compact || p.Matrix == nil || len(p.Cases.Lists) == 0 || len(p.Crumbs) != 4 {
		t.Errorf("%+v %v", p, err)
	}
}

func TestPrinted(t *testing.T) {
	for text, want := range map[string][2]int64{"−1,234.6%": {-12346, 1}, "+0.40": {40, 2}, "12": {12, 0}, "0": {0, 0}} {
		if n, dec, ok := printed(text); !ok || n != want[0] || int64(dec) != want[1] {
			t.Errorf("%s reads as %d with %d decimals, %v", text, n, dec, ok)
		}
	}
	if _, _, ok := printed("–"); ok {
		t.Error("a dash is a number")
	}
}
