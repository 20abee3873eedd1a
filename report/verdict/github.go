package verdict

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"crmreport/metrics/compare"
	"crmreport/report/lang"
)

// mostAnnotations is how many of a kind a step may have: GitHub drops the
// eleventh in silence, and more than 50 of a job.
const mostAnnotations = 10

// GitHub writes workflow commands: errors, then warnings, each at most nine and
// one that counts the others.
func GitHub(w io.Writer, d *compare.Diff, o Options) error {
	b := bufio.NewWriter(w)
	for _, k := range []struct {
		command string
		level   compare.Level
	}{{"error", compare.Fail}, {"warning", compare.Warn}} {
		of := rows(d, func(r *compare.Row) bool { return r.Level == k.level && r.Waived == "" })
		for i, r := range of {
			if i == mostAnnotations-1 && len(of) > mostAnnotations {
				fmt.Fprintf(b, "::%s::%s\n", k.command, message(fmt.Sprintf("and %d more%s", len(of)-i, in(o.File))))
				break
			}
			text := why(r)
			if r.Base != nil || r.Head != nil {
				text = values(r) + "; " + text
			}
			fmt.Fprintf(b, "::%s title=%s::%s\n", k.command, property(what(r)), message(text))
		}
	}
	fmt.Fprintf(b, "%s\n%s\n", plain(sides(d)), counts(d))
	return b.Flush()
}

// message and property escape as the host's documentation asks; names of the
// exports have no line of their own anyway.
func message(s string) string {
	s = lang.Line(s)
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(s))
}
