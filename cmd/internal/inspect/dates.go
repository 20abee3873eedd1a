package inspect

import (
	"iter"
	"regexp"
	"strconv"
	"strings"
)

var shortYear = regexp.MustCompile(`^(\d{1,2})([-/.])(\d{1,2})([-/.])(\d{2})(?:[ T].*)?$`)

// shortYears finds the layout of a column whose dates have years of two digits,
// which build reads only where the layout is stated. n is how many cells are
// such dates; sure, that a cell proves the order of day and month.
func shortYears(cells iter.Seq2[int, string]) (layout string, sure bool, n int) {
	day, month, all := 0, 0, 0
	sep := ""
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		all++
		m := shortYear.FindStringSubmatch(c)
		if m == nil || m[2] != m[4] || sep != "" && m[2] != sep {
			continue
		}
		n++
		sep = m[2]
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[3])
		if a > 12 {
			day++
		}
		if b > 12 {
			month++
		}
	}
	if n*2 < all || n == 0 {
		return "", false, 0
	}
	if month > 0 && day == 0 {
		return "M" + sep + "D" + sep + "YY", true, n
	}
	return "D" + sep + "M" + sep + "YY", day > 0 && month == 0, n
}
