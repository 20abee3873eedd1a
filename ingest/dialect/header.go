package dialect

import (
	"fmt"
	"strings"
)

// header is where the header of the sample's rows is.
type header struct {
	at, rows int    // first row and number; at is -1 without a header
	matches  int    // wanted names in it
	unsure   []int  // rows that may be the header as well
	fault    *Fault // of what is stated
}

// searchRows is how far down a header is looked for.
const searchRows = 100

// findHeader finds the header: as stated, or the row with most of the wanted
// names, or the first row that is no title. One name alone may stand anywhere,
// as in a pivot report: it makes no other row likely.
func findHeader(rows []row, spec Spec, wanted map[string]bool, width int) header {
	if spec.HeaderRows == NoHeader {
		return header{at: -1}
	}
	if spec.HeaderLine > 0 {
		return statedHeader(rows, spec, wanted)
	}
	n := max(spec.HeaderRows, 1)
	plain := usualHeader(rows, width)
	best := header{at: plain, rows: n, matches: matches(rows, plain, n, wanted)}
	for i := range rows[:min(len(rows), searchRows)] {
		if len(wanted) == 0 || rows[i].filled == 0 {
			continue
		}
		m := matches(rows, i, n, wanted)
		switch {
		case m > best.matches:
			best = header{at: i, rows: n, matches: m}
		case m == best.matches && m > 1 && i != best.at && !sameCells(rows[i].cells, rows[best.at].cells):
			best.unsure = append(best.unsure, i)
		}
	}
	if spec.HeaderRows == 0 {
		best = best.double(rows, wanted)
	}
	return best
}

func statedHeader(rows []row, spec Spec, wanted map[string]bool) header {
	for i, r := range rows {
		if r.line != spec.HeaderLine {
			continue
		}
		h := header{at: i, rows: max(spec.HeaderRows, 1)}
		h.matches = matches(rows, i, h.rows, wanted)
		if spec.HeaderRows == 0 {
			h = h.double(rows, wanted)
		}
		return h
	}
	return header{at: -1, fault: &Fault{Code: "header_line", Line: spec.HeaderLine,
		Message: fmt.Sprintf("no row begins on line %d, which is stated as the header's", spec.HeaderLine),
		Found:   shown(rows, upTo(min(len(rows), 5))), Remedy: "correct header_line in crmreport.yaml under sources"}}
}

// usualHeader is the first row that is no title: it fills at least half of the
// usual width.
func usualHeader(rows []row, width int) int {
	first := -1
	for i, r := range rows {
		if r.filled == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		if width == 1 || r.filled > 1 && 2*r.filled >= width {
			return i
		}
	}
	return first
}

// double adds the row below where the two are one header: joined they hold more
// of the wanted names than either alone, or the lower one names what the upper
// one groups.
func (h header) double(rows []row, wanted map[string]bool) header {
	if h.at < 0 {
		return h
	}
	for _, at := range []int{h.at, h.at - 1} {
		if at < 0 || at+1 >= len(rows) || rows[at].filled < 2 || rows[at+1].filled == 0 {
			continue
		}
		m := matches(rows, at, 2, wanted)
		alone := max(matches(rows, at, 1, wanted), matches(rows, at+1, 1, wanted))
		if m > alone && m > h.matches || at == h.at && m >= h.matches && grouped(rows[at:]) {
			return header{at: at, rows: 2, matches: m}
		}
	}
	return h
}

// grouped reports whether the second row continues the first as merged cells
// do: it is blank where the first names a whole column, and text without a
// digit wherever the first is blank; and the row below is filled where the
// second is blank, as data is.
func grouped(rows []row) bool {
	if len(rows) < 3 {
		return false
	}
	upper, lower, below := rows[0].cells, rows[1].cells, rows[2].cells
	if len(lower) > len(upper) {
		return false
	}
	groups, whole, inGroup := 0, 0, false
	for i, u := range upper {
		u, l := strings.TrimSpace(u), strings.TrimSpace(cell(lower, i))
		switch {
		case strings.ContainsAny(l, "0123456789"):
			return false
		case u == "" && l == "":
			inGroup = false
		case u == "":
			if !inGroup {
				return false
			}
			groups++
		case l == "":
			if strings.TrimSpace(cell(below, i)) != "" {
				whole++
			}
			inGroup = false
		default:
			inGroup = true
		}
	}
	return groups > 0 && whole > 0
}

func cell(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

// matches counts the wanted names in the header of n rows from at on.
func matches(rows []row, at, n int, wanted map[string]bool) int {
	if len(wanted) == 0 || at < 0 || at+n > len(rows) {
		return 0
	}
	seen := map[string]bool{}
	for _, name := range joined(rows[at : at+n]) {
		if f := Fold(name); f != "" && wanted[f] {
			seen[f] = true
		}
	}
	return len(seen)
}

// joined makes one header of several rows: 借方 above 发生 is 借方-发生. A blank
// cell above a filled one continues the cell on its left, as merged cells do.
func joined(rows []row) []string {
	width := 0
	for _, r := range rows {
		width = max(width, len(r.cells))
	}
	out := make([]string, width)
	for i := range out {
		out[i] = strings.TrimSpace(cell(rows[0].cells, i))
	}
	for _, r := range rows[1:] {
		group := ""
		for i, upper := range out {
			lower := strings.TrimSpace(cell(r.cells, i))
			switch {
			case lower == "":
				group = ""
			case upper != "" && upper != lower:
				group = upper
				out[i] = upper + "-" + lower
			case upper == lower:
				group = ""
			case group != "":
				out[i] = group + "-" + lower
			default:
				out[i] = lower
			}
		}
	}
	return out
}

// unique gives the second column of one name a name of its own.
func unique(titles []string) []string {
	out, count, taken := make([]string, len(titles)), map[string]int{}, map[string]bool{}
	for _, t := range titles {
		taken[Fold(t)] = true
	}
	for i, t := range titles {
		out[i] = t
		if count[t]++; t != "" && count[t] > 1 {
			for n := count[t]; taken[Fold(out[i])]; n++ {
				out[i] = fmt.Sprintf("%s#%d", t, n)
			}
			taken[Fold(out[i])] = true
		}
	}
	return out
}

func sameCells(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if strings.TrimSpace(a[i]) != strings.TrimSpace(b[i]) {
			return false
		}
	}
	return true
}

// unsureFault asks which of several rows is the header.
func unsureFault(rows []row, h header) *Fault {
	which := append([]int{h.at}, h.unsure...)
	return &Fault{Code: "header_unsure", Line: rows[h.at].line, Message: "several rows may be the header",
		Found: shown(rows, which[:min(len(which), 5)]), Remedy: fmt.Sprintf("say which in crmreport.yaml under sources, such as header_line: %d", rows[h.at].line)}
}

// shown lists rows for a message.
func shown(rows []row, which []int) string {
	var out []string
	for _, i := range which {
		text := []rune(strings.Join(rows[i].cells, " | "))
		if len(text) > 60 {
			text = append(text[:60], '…')
		}
		out = append(out, fmt.Sprintf("line %d: %s", rows[i].line, string(text)))
	}
	return strings.Join(out, "; ")
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
