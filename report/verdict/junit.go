package verdict

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"crmreport/metrics/compare"
	"crmreport/report/lang"
)

type suite struct {
	name                   string
	tests, failed, skipped int
	cases                  strings.Builder
}

// JUnit writes a test suite a rule and a test case a row. What fails is a
// failure; what is waived or too few is skipped; a warning is a test that
// passed, with a text: hosts count everything else as red. It is printed
// directly: encoding/xml would be a hundredth of the program.
func JUnit(w io.Writer, d *compare.Diff, o Options) error {
	var all []*suite
	at := map[string]*suite{}
	asked := func(r *compare.Row) bool {
		return o.All || r.Rule != "" || r.Level == compare.Fail || r.Level == compare.Warn
	}
	for _, r := range rows(d, asked) {
		rule := r.Rule
		if rule == "" {
			rule = string(d.Mode)
		}
		if at[rule] == nil {
			at[rule] = &suite{name: legal(rule)}
			all = append(all, at[rule])
		}
		at[rule].add(r)
	}
	tests, failed := 0, 0
	for _, s := range all {
		tests, failed = tests+s.tests, failed+s.failed
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"crmreport\" tests=\"%d\" failures=\"%d\">", tests, failed)
	for _, s := range all {
		fmt.Fprintf(b, "\n <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" skipped=\"%d\">%s\n </testsuite>", escaped(s.name), s.tests, s.failed, s.skipped, s.cases.String())
	}
	if len(all) > 0 {
		b.WriteString("\n")
	}
	b.WriteString("</testsuites>\n")
	return b.Flush()
}

func (s *suite) add(r *compare.Row) {
	text := legal(why(r))
	if r.Base != nil || r.Head != nil {
		text = legal(values(r)) + "; " + text
	}
	s.tests++
	fmt.Fprintf(&s.cases, "\n  <testcase name=\"%s\" classname=\"crmreport.%s\">", escaped(legal(what(r))), escaped(strings.ReplaceAll(s.name, "/", ".")))
	t := escaped(text)
	switch {
	case r.Waived != "" || r.State == compare.TooFew || r.State == compare.NoData:
		s.skipped++
		fmt.Fprintf(&s.cases, "\n   <skipped>%s</skipped>", t)
	case r.Level == compare.Fail:
		s.failed++
		fmt.Fprintf(&s.cases, "\n   <failure message=\"%s\" type=\"%s\">%s</failure>", t, escaped(string(r.State)), t)
	default:
		fmt.Fprintf(&s.cases, "\n   <system-out>%s</system-out>", t)
	}
	s.cases.WriteString("\n  </testcase>")
}

// escapes are for the text of an element or an attribute.
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func escaped(s string) string { return escapes.Replace(s) }

// legal is a text on one line without what XML 1.0 cannot hold.
func legal(s string) string {
	return strings.Map(func(c rune) rune {
		if c != 0xFFFE && c != 0xFFFF && c != unicode.ReplacementChar {
			return c
		}
		return -1
	}, lang.Line(s))
}
