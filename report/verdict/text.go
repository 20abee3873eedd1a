package verdict

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"crmreport/metrics/compare"
	"crmreport/report/lang"
)

// Text writes a block of lines a row, for a terminal.
func Text(w io.Writer, d *compare.Diff, o Options) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", lang.Line(sides(d)))
	for _, r := range shown(d, o) {
		fmt.Fprintf(b, "\n%-6s %s\n", strings.ToUpper(word(&r)), lang.Line(what(&r)))
		if r.Base != nil || r.Head != nil {
			fmt.Fprintf(b, "       %s\n", values(&r))
		}
		fmt.Fprintf(b, "       %s", lang.Line(why(&r)))
		if r.Rule != "" {
			fmt.Fprintf(b, " [%s]", lang.Line(r.Rule))
		}
		b.WriteString("\n")
	}
	for _, n := range d.Notes {
		fmt.Fprintf(b, "\n%s\n", lang.Line(n))
	}
	fmt.Fprintf(b, "\n%s\n", counts(d))
	return b.Flush()
}

// values writes both sides of a row with their periods.
func values(r *compare.Row) string {
	side := func(period, number string) string {
		if period == "" {
			return number
		}
		return period + " " + number
	}
	head := side(r.HeadPeriod, number(r, r.Head))
	if r.BasePeriod == "" && r.Base == nil {
		return head
	}
	s := side(r.BasePeriod, number(r, r.Base)) + " → " + head
	if c := change(r); c != "" {
		s += "  " + c
	}
	return s
}
