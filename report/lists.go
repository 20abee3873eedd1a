package report

import (
	"slices"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
)

// Rows of a list that one page shows; lists/<id>.csv beside the page has all.
const (
	companyRows = 10
	aloneRows   = 50 // of the scope that a document is cut to
	fewRows     = 10 // of a unit, where units are few
	teamRows    = 3
	unitRows    = 3 // of regions and areas: their teams show more
	repRows     = 2
	crowd       = 1000 // reps; with more, a page that the script draws shows
	crowdLists  = 2    // the worst case of its longest lists, and how many the others have
)

// addRows finds the rows of each list by scope, once for all pages.
func (x *index) addRows() {
	x.rows = map[string]map[string][]int{}
	for i := range x.d.Lists {
		l := &x.d.Lists[i]
		byScope := map[string][]int{}
		for j := range l.Rows {
			for _, s := range l.Rows[j].Scopes {
				byScope[s] = append(byScope[s], j)
			}
		}
		x.rows[l.ID] = byScope
	}
}

// ofUnits are lists that the pages of reps and of small units leave out: who leads
// whom, and the single rows behind what another list names. lists/<id>.csv has
// them.
var ofUnits = map[string]bool{
	"activity.area_board": true, "activity.key_customers": true, "activity.leaderboard": true, "activity.missed_days": true, "activity.most_improved": true,
	"activity.pk": true, "activity.review_tonight": true, "activity.suspect_rows": true, "activity.team_board": true,
	"commission.months": true, "commission.statement": true, "conversion.leaderboard": true,
	"forecast.calibration": true, "renewal.at_risk": true, "renewal.light_rows": true,
}

// ofScopes are lists of many rows that the company's report leaves to their file,
// lists/<id>.csv: a page cut to a scope, and a rep's statement, have the scope's.
var ofScopes = map[string]bool{"commission.suspended": true}

// leftOut reports whether a scope's page goes without a list.
func (x *index) leftOut(id string, s *snapshot.Scope) bool {
	if s == &x.d.Scopes[0] {
		return ofScopes[id] && !x.alone()
	}
	return ofScopes[id] || ofUnits[id] && (s.Level == levelRep || x.lean && s.Level == "team")
}

// countList is how many rows of a list belong to the scope.
func (a at) countList(id string) int { return len(a.rows[id][a.scope.ID]) }

// lists are the cases of a scope, every list that has any.
func (x *index) lists(s *snapshot.Scope) []list {
	limit := unitRows
	switch s.Level {
	case levelCompany:
		limit = companyRows
	case levelRep:
		limit = repRows
	case "team":
		limit = teamRows
	}
	if !x.lean && limit < fewRows && s.Level != levelRep {
		limit = fewRows
	}
	alone := x.alone()
	root := alone && s == &x.d.Scopes[0]
	if root {
		limit = aloneRows
	}
	var out []list
	shown := x.longest(s)
	for i := range x.d.Lists {
		l := &x.d.Lists[i]
		if x.leftOut(l.ID, s) {
			continue
		}
		own := x.rows[l.ID][s.ID]
		total := len(own)
		if total == 0 {
			continue
		}
		if shown != nil {
			limit = shown[l.ID]
		}
		rows := make([]snapshot.Row, min(total, limit))
		for i := range rows {
			rows[i] = l.Rows[own[i]]
		}
		n := list{Title: l.Title, Count: lang.Count(float64(total))}
		if !x.drawn(s) {
			n.ID = x.listAnchor(s, l)
		}
		if s.Level == levelRep && !root || x.lean && limit == unitRows || shown != nil {
			n.Lines = x.listLines(l, rows)
		} else {
			n.Table = x.listTable(l, rows)
		}
		if n.Title.ZH == "" {
			n.Title = lang.Same(l.ID)
		}
		if more := total - len(rows); more > 0 && (s.Level != levelRep || root) && shown == nil {
			n.More = lang.With("另有 {0} 行，见 lists/{1}.csv。", "{0} more in lists/{1}.csv.", lang.Same(lang.Count(float64(more))), lang.Same(l.ID))
			if alone {
				n.More = lang.With("另有 {0} 行，见 crmreport build --scope {1} 的 lists/{2}.csv。", "{0} more in lists/{2}.csv of crmreport build --scope {1}.", lang.Same(lang.Count(float64(more))), lang.Same(x.d.Scopes[0].ID), lang.Same(l.ID))
			}
		}
		out = append(out, n)
	}
	return out
}

// listAnchor is the name of a list on a scope's page.
func (x *index) listAnchor(s *snapshot.Scope, l *snapshot.List) string {
	return x.anchors[s.ID] + "-rows-" + l.ID
}

// rowsOf links to the company's lists of the cases behind a metric.
func (x *index) rowsOf(metric string) []crumb {
	var out []crumb
	for i := range x.d.Lists {
		if l := &x.d.Lists[i]; l.Metric == metric && !x.leftOut(l.ID, &x.d.Scopes[0]) && len(x.rows[l.ID][x.d.Scopes[0].ID]) > 0 {
			out = append(out, crumb{l.Title, "#" + x.listAnchor(&x.d.Scopes[0], l)})
		}
	}
	return out
}

// longest says how many rows of each list a page shows that the script draws, of
// which there are thousands: one of the longest each. It is nil for other pages.
func (x *index) longest(s *snapshot.Scope) map[string]int {
	if x.reps <= crowd || !x.drawn(s) {
		return nil
	}
	var ids []string
	for i := range x.d.Lists {
		if id := x.d.Lists[i].ID; !ofUnits[id] && !ofScopes[id] && len(x.rows[id][s.ID]) > 0 {
			ids = append(ids, id)
		}
	}
	slices.SortStableFunc(ids, func(a, b string) int { return len(x.rows[b][s.ID]) - len(x.rows[a][s.ID]) })
	out := map[string]int{}
	for _, id := range ids[:min(len(ids), crowdLists)] {
		out[id] = 1
	}
	return out
}

// listLines are the rows as lines without heads, for the many pages of reps:
// what tells by itself what it is. The team's page has the whole rows.
func (x *index) listLines(l *snapshot.List, rows []snapshot.Row) [][]cell {
	out := make([][]cell, 0, len(rows))
	for _, r := range rows {
		line := make([]cell, 0, len(l.Columns))
		for i, c := range l.Columns {
			if i >= len(r.Cells) || r.Cells[i].Text == "" && c.Kind == measure.CellText {
				continue
			}
			switch c.Kind {
			case measure.CellText, measure.CellWord, measure.CellDate:
				line = append(line, x.listCell(c.Kind, r.Cells[i]))
			case measure.CellMoney:
				if r.Cells[i].Num == 0 || r.Cells[i].Num == measure.NoAmount {
					continue
				}
				t := x.listCell(c.Kind, r.Cells[i])
				if code := r.Cells[i].Text; code == "" || code == x.d.Currency {
					t.Text = lang.Join(lang.Same(x.d.Currency+" "), t.Text)
				}
				line = append(line, t)
			}
		}
		out = append(out, line)
	}
	return out
}

func (x *index) listTable(l *snapshot.List, rows []snapshot.Row) table {
	t := table{Heads: make([]head, 0, len(l.Columns)), Rows: make([]row, len(rows))}
	for i, c := range l.Columns {
		left := i == 0 || c.Kind == measure.CellText || c.Kind == measure.CellWord || c.Kind == measure.CellScope || c.Kind == measure.CellDate
		t.Heads = append(t.Heads, head{Text: c.Title, Left: left})
	}
	for k, r := range rows {
		cells := make([]cell, len(l.Columns))
		for i, c := range l.Columns {
			if i < len(r.Cells) {
				cells[i] = x.listCell(c.Kind, r.Cells[i])
			}
			cells[i].Left = t.Heads[i].Left
		}
		t.Rows[k].Cells = cells
	}
	return t
}

// listCell prints one cell; amounts to the minor unit, for these are the rows
// that people check.
func (x *index) listCell(k measure.CellKind, c measure.Cell) cell {
	none := cell{Text: lang.Same(lang.NoData)}
	switch k {
	case measure.CellWord:
		return cell{Text: x.wordText(c.Text)}
	case measure.CellScope:
		if s := x.scopes[c.Text]; s != nil {
			n := x.link(s)
			n.Text = x.placed(s)
			return n
		}
		return cell{Text: lang.Same(c.Text), Plain: true}
	case measure.CellInt:
		return cell{Text: lang.Same(lang.Fixed(float64(c.Num), 0))}
	case measure.CellMoney:
		if c.Num == measure.NoAmount {
			return none
		}
		code := c.Text
		switch {
		case c.Num == measure.NoAmount:
			return none
		case code == "" || code == x.d.Currency:
			return cell{Text: lang.Same(lang.Exact(c.Num, measure.MinorDigits(x.d.Currency)))}
		}
		return cell{Text: lang.Same(code + " " + lang.Exact(c.Num, measure.MinorDigits(code)))}
	case measure.CellDate:
		return cell{Text: lang.Same(lang.Day(c.Num))}
	case measure.CellReal, measure.CellShare:
		if c.Den == 0 {
			return none
		}
		v := float64(c.Num) / float64(c.Den)
		if k == measure.CellShare {
			return cell{Text: lang.Same(lang.Percent(v))}
		}
		return cell{Text: lang.Same(lang.Ratio(v))}
	}
	return cell{Text: lang.Same(c.Text), Plain: true}
}
