package dialect

import (
	"fmt"
	"slices"
	"strings"
)

// mendHeader finds a header whose delimiters are another character than those of
// the rows below, so that it looks like a title: as many names as there are
// columns, above a row that is data by its digits. It returns what was wrong.
func (r *reading) mendHeader() string {
	h := &r.header
	if h.fault != nil || h.rows != 1 || len(h.unsure) > 0 {
		return ""
	}
	for _, at := range []int{h.at, h.at - 1} {
		if at < 0 || at+1 >= len(r.rows) || len(r.rows[at].cells) != 1 || !dataBelow(r.rows[at+1:], r.width) {
			continue
		}
		if names, d := recut(r.rows[at].cells[0], r.form, r.width); names != nil {
			r.rows[at].cells, h.at = names, at
			return fmt.Sprintf("%q stands for delimiters in the header", d)
		}
	}
	return ""
}

// dataBelow reports whether the first row is data like the others: it has a
// digit wherever all of them have one, and there is such a column.
func dataBelow(rows []row, width int) bool {
	var whole []row
	for _, x := range rows {
		if len(x.cells) == width {
			whole = append(whole, x)
		}
	}
	if rows = whole; len(rows) < leastLearnt || width < 2 {
		return false
	}
	found := false
	for c := range width {
		if slices.ContainsFunc(rows[1:], func(x row) bool { return !hasDigit(x.cells[c]) }) {
			continue
		}
		if !hasDigit(rows[0].cells[c]) {
			return false
		}
		found = true
	}
	return found
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

// recut cuts a header at the one other delimiter that gives as many names as
// there are columns.
func recut(line string, f form, width int) (names []string, delimiter byte) {
	for _, d := range []byte(delimiters + " ") {
		cut, ok := pieces([]byte(line), d, f)
		if d == f.delimiter || !ok || len(cut) != width || seamsOf(cut) > 0 {
			continue
		}
		var all []string
		for _, p := range cut {
			all = append(all, strings.TrimSpace(p.text))
		}
		if slices.ContainsFunc(all, func(s string) bool { return s == "" || hasDigit(s) || strings.Contains(s, `"`) }) {
			continue
		}
		if names != nil {
			return nil, 0
		}
		names, delimiter = all, d
	}
	return names, delimiter
}
