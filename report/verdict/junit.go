package verdict

import (
	"encoding/xml"
	"io"
	"strings"
	"unicode"

	"crmreport/metrics/compare"
	"crmreport/report/lang"
)

type suites struct {
	XMLName  xml.Name `xml:"testsuites"`
	Name     string   `xml:"name,attr"`
	Tests    int      `xml:"tests,attr"`
	Failures int      `xml:"failures,attr"`
	Suites   []suite  `xml:"testsuite"`
}

type suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Cases    []test `xml:"testcase"`
}

type test struct {
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Skipped *string  `xml:"skipped"`
	Failure *failure `xml:"failure"`
	Out     *string  `xml:"system-out"`
}

type failure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes a test suite a rule and a test case a row. What fails is a
// failure; what is waived or too few is skipped; a warning is a test that
// passed, with a text: hosts count everything else as red.
func JUnit(w io.Writer, d *compare.Diff, o Options) error {
	all := suites{Name: "crmreport"}
	at := map[string]int{}
	asked := func(r *compare.Row) bool {
		return o.All || r.Rule != "" || r.Level == compare.Fail || r.Level == compare.Warn
	}
	for _, r := range rows(d, asked) {
		rule := r.Rule
		if rule == "" {
			rule = string(d.Mode)
		}
		n, ok := at[rule]
		if !ok {
			n = len(all.Suites)
			at[rule] = n
			all.Suites = append(all.Suites, suite{Name: legal(rule)})
		}
		all.Suites[n].add(r)
	}
	for _, s := range all.Suites {
		all.Tests, all.Failures = all.Tests+s.Tests, all.Failures+s.Failures
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (s *suite) add(r *compare.Row) {
	text := legal(why(r))
	if r.Base != nil || r.Head != nil {
		text = legal(values(r)) + "; " + text
	}
	c := test{Name: legal(what(r)), Class: "crmreport." + legal(strings.ReplaceAll(s.Name, "/", "."))}
	s.Tests++
	switch {
	case r.Waived != "" || r.State == compare.TooFew || r.State == compare.NoData:
		c.Skipped = &text
		s.Skipped++
	case r.Level == compare.Fail:
		c.Failure = &failure{Message: text, Type: string(r.State), Text: text}
		s.Failures++
	default:
		c.Out = &text
	}
	s.Cases = append(s.Cases, c)
}

// legal is a text on one line without what XML 1.0 cannot hold.
func legal(s string) string {
	return strings.Map(func(c rune) rune {
		if c != 0xFFFE && c != 0xFFFF && c != unicode.ReplacementChar {
			return c
		}
		return -1
	}, lang.Line(s))
}
