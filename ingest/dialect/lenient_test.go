package dialect

import (
	"slices"
	"strings"
	"testing"
)

// A line with a quote out of place, of two columns unless its header says
// otherwise: its cells, or that nobody knows.
func TestLenient(t *testing.T) {
	const refused = "refused"
	for _, c := range []struct {
		header, line string
		cells        string // between bars
		repaired     bool
	}{
		{"a,b", `x,y`, `x|y`, false},
		{"a,b", `"x, y",z`, `x, y|z`, false},
		{"a,b", `"the ""best"" one",x`, `the "best" one|x`, false},
		{"a,b", `5" pipe,x`, `5" pipe|x`, true},
		{"a,b", `"c3,x`, `"c3|x`, true},
		{"a,b", `c3",x`, `c3"|x`, true},
		{"a,b", `"the 5" pipe",x`, `the 5" pipe|x`, true},
		{"a,b", `"the "best" one",x`, `the "best" one|x`, true},
		{"a,b", `x,"the "best" one"`, `x|the "best" one`, true},
		{"a,b", `"the "best", one",x`, `the "best", one|x`, true},
		{"a,b", `"a "b" c "d" e",x`, `a "b" c "d" e|x`, true},
		{"a,b", `"one "best"",x`, `one "best"|x`, true},
		{"a,b", `""best" one",x`, `"best" one|x`, true},
		{"a,b", `"5" x 6" pipe",x`, `5" x 6" pipe|x`, true},
		{"a,b", `"the "best" ""one""",x`, `the "best" "one"|x`, true},
		{"a,b,c", `"the "best" one","the "worst" one",x`, `the "best" one|the "worst" one|x`, true},
		{"a,b,c", `"the "best" one",5" pipe,x`, `the "best" one|5" pipe|x`, true},
		// A text of quotations, or a cell with quotes in it: nobody knows.
		{"a,b", `"a" b "c",x`, refused, false},
		{"a,b", `"好"和"坏",x`, refused, false},
		{"a,b", `"他说"好"的",x`, refused, false},
		// Two ways to cut, as likely.
		{"a,b", `x",y",z`, refused, false},
		{"a,b", `x"`, refused, false},
		{"a,b,c", `"the "best" one",x`, refused, false},
	} {
		got := readTable("f", []byte(c.header+"\n"+c.line+"\n"+strings.Repeat("1,", strings.Count(c.header, ","))+"1\n"), Spec{Quotes: Lenient, Delimiter: ','})
		switch {
		case c.cells == refused:
			if got.code() != "bad_quotes" {
				t.Errorf("%s is read as %q", c.line, got.rows)
			}
		case got.err != nil || len(got.rows) != 2 || !slices.Equal(got.rows[0], strings.Split(c.cells, "|")) || got.facts.Repaired != count(c.repaired):
			t.Errorf("%s: %v %q, repaired %d, want %s", c.line, got.err, got.rows, got.facts.Repaired, c.cells)
		}
	}
}
