package verdict

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"crmreport/metrics/compare"
	"crmreport/report/lang"
)

// mostText is how many rows a text has without All: more, nobody reads in a log.
const mostText = 200

// Text writes a block of lines a row, for a terminal.
func Text(w io.Writer, d *compare.Diff, o Options) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s\n", plain(sides(d)))
	rows := shown(d, o)
	for i, r := range rows {
		if i == mostText && !o.All {
			fmt.Fprintf(b, "\n%s\n", plain(fmt.Sprintf("… and %d more%s; --all prints them", len(rows)-i, in(o.File))))
			break
		}
		fmt.Fprintf(b, "\n%-6s %s\n", strings.ToUpper(word(r)), plain(what(r)))
		if r.Base != nil || r.Head != nil {
			fmt.Fprintf(b, "       %s\n", plain(values(r)))
		}
		fmt.Fprintf(b, "       %s", plain(why(r)))
		if r.Rule != "" {
			fmt.Fprintf(b, " [%s]", plain(r.Rule))
		}
		b.WriteString("\n")
	}
	for _, n := range d.Notes {
		fmt.Fprintf(b, "\n%s\n", plain(n))
	}
	fmt.Fprintf(b, "\n%s\n", counts(d))
	return b.Flush()
}

// plain is a text on one line that no host of CI reads as a command to it:
// GitHub's runner looks for :: at the start of a line and for ##[ anywhere.
func plain(s string) string {
	return strings.NewReplacer("::", ": :", "##[", "## [").Replace(lang.Line(s))
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
