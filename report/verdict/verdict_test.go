package verdict

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"crmreport/metrics/compare"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

var update = flag.Bool("update", false, "write the golden files anew")

func number64(x float64) *float64 { return &x }

// share is a row of a percentage whose base is 15 % and whose head is 10 % of 1,000.
func share(s compare.State, l compare.Level) compare.Row {
	side := func(num int64, period string) *snapshot.Value {
		return &snapshot.Value{Metric: "conversion.valid_share", Scope: "company", Period: period, Num: num, Den: 1000, V: float64(num) / 1000, OK: true, N: 1000}
	}
	return compare.Row{Metric: "conversion.valid_share", Scope: "company", BasePeriod: "2025-W10", HeadPeriod: "2025-W11", Base: side(150, "2025-W10"), Head: side(100, "2025-W11"),
		Kind: measure.Ratio, Unit: measure.UnitPercent.EN, Better: measure.Up, DeltaAbs: number64(-0.05), DeltaRel: number64(-1.0 / 3), N: 1000,
		State: s, Level: l, Rule: "compare/conversion.valid_share"}
}

// hostile are names that a host or a reader could take for something else.
var hostile = []string{
	"line\nbreak\r\nand ::error::forged", "a|b `code` **bold** <script>alert(1)</script> [x](http://evil.example)", "::error file=x::forged", "##[error]forged", "%0A::error::forged",
	"=cmd|' /C calc'!A0", "@everyone www.evil.example $x$", "u2028\u2028and\u2029end", "\u202Eright to left\u202C", "bad\xff\xfeutf8", "control\x00\x07\x1b[31mred", "华东/上海，一组",
	strings.Repeat("很长", 150), "\uFFFE\uFFFF", `"quoted" & 'single'`,
}

// every is a result with every state, waived rows, both signs, money, counts,
// days and hostile names.
func every() *compare.Diff {
	d := &compare.Diff{Mode: compare.Period, Base: &compare.Side{Label: "old", AsOf: "2025-03-09", Tool: "crmreport 0.1.0", ConfigSHA256: "aa"},
		Head: &compare.Side{Label: "new::x", AsOf: "2025-03-16", Tool: "crmreport 0.1.0", ConfigSHA256: "bb"}, Notes: []string{"2 final numbers | restated"}}
	fail := share(compare.Worse, compare.Fail)
	fail.P = number64(0.00042)
	waived := share(compare.Worse, compare.Fail)
	waived.Scope, waived.Waived = "East", "until 2025-04-01: the territory was split (anna@example.com)"
	money := compare.Row{Metric: "receivables.overdue", Scope: "company", BasePeriod: "2025-W10", HeadPeriod: "2025-W11", Kind: measure.Amount, Better: measure.Down, DeltaAbs: number64(51000), DeltaRel: number64(0.51),
		Base: &snapshot.Value{Num: 100_000_00, Den: 1, V: 10000000, OK: true, Currency: "CNY", Period: "2025-W10"}, Head: &snapshot.Value{Num: 151_000_00, Den: 1, V: 15100000, OK: true, Currency: "CNY", Period: "2025-W11"},
		State: compare.Worse, Level: compare.Warn, Rule: "compare/receivables.overdue", Message: "by its tolerance alone"}
	days := compare.Row{Metric: "receivables.dso_countback", Key: "=1+1", Scope: "company", BasePeriod: "2025-W10", HeadPeriod: "2025-W11", Kind: measure.Score, Unit: "days", DeltaAbs: number64(-1.25),
		Base: &snapshot.Value{V: 0, OK: true}, Head: &snapshot.Value{V: -1.25, OK: true}, State: compare.Changed, Level: compare.Info}
	gone := compare.Row{Metric: "renewal.nrr", Scope: "company", BasePeriod: "2025-W10", Kind: measure.Ratio, Unit: "%", Base: &snapshot.Value{Num: 1, Den: 2, V: 0.5, OK: true}, State: compare.Missing, Level: compare.Fail}
	fresh := compare.Row{Metric: "conversion.visits", Scope: "East/New", HeadPeriod: "2025-W11", Kind: measure.Count, Unit: "visits", Head: &snapshot.Value{Num: 7, Den: 1, V: 7, OK: true}, N: 7, State: compare.New, Level: compare.Info}
	empty := share(compare.NoData, compare.Info)
	empty.Head, empty.DeltaAbs, empty.DeltaRel = &snapshot.Value{Period: "2025-W11"}, nil, nil
	d.Rows = []compare.Row{fail, gone}
	for _, s := range []compare.State{compare.OverLimit, compare.Stale, compare.Future, compare.FewRows, compare.WaiverExpired, compare.WaiverTooLong} {
		d.Rows = append(d.Rows, compare.Row{Metric: "data.newest", Key: "table=visits", Rule: "freshness/visits", State: s, Level: compare.Fail, Message: "because of it"})
	}
	for i, name := range hostile {
		r := share(compare.Worse, compare.Fail)
		r.Scope, r.Message = name, name
		if i%2 == 1 {
			r.Rule = name
		}
		d.Rows = append(d.Rows, r)
	}
	d.Rows = append(d.Rows, waived, money, compare.Row{Metric: "funnel.open", State: compare.Redefined, Level: compare.Warn, Rule: "compare/funnel.open", Message: "revision 1 is 2 now"},
		compare.Row{Rule: "compare/x", State: compare.WaiverUnused, Level: compare.Warn, Message: "take it out"}, days, empty)
	for _, s := range []compare.State{compare.Within, compare.Noise, compare.TooFew, compare.LimitLoose, compare.Restated, compare.Better} {
		r := share(s, compare.Info)
		r.P = number64(0.2)
		d.Rows = append(d.Rows, r)
	}
	same := share(compare.Same, compare.Info)
	same.Rule = ""
	d.Rows = append(d.Rows, fresh, same)
	return d
}

func written(t *testing.T, form string, d *compare.Diff, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Writers[form](&b, d, o); err != nil {
		t.Fatalf("%s: %v", form, err)
	}
	return b.String()
}

func TestEveryStateIsThere(t *testing.T) {
	have := map[compare.State]bool{}
	for _, r := range every().Rows {
		have[r.State] = true
	}
	for _, s := range compare.States {
		if !have[s] {
			t.Errorf("no row is %s", s)
		}
	}
}

// The page on compare explains every state and every form, and the schema knows
// them.
func TestDocsNameEveryState(t *testing.T) {
	page, err := os.ReadFile("../../docs/compare.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range compare.States {
		if !strings.Contains(string(page), "`"+string(s)+"`") {
			t.Errorf("docs/compare.md does not explain %s", s)
		}
		if !strings.Contains(JSONSchema, `"`+string(s)+`"`) {
			t.Errorf("compare.schema.json does not know %s", s)
		}
	}
	for form := range Writers {
		if !strings.Contains(string(page), "`"+form+"`") {
			t.Errorf("docs/compare.md does not explain -o %s", form)
		}
	}
}

// What each form writes of every state and of hostile names (go test -run Golden
// ./report/verdict -update).
func TestGolden(t *testing.T) {
	for form := range Writers {
		for name, o := range map[string]Options{form: {File: "all.json"}, form + "-all": {All: true}} {
			got := written(t, form, every(), o)
			if again := written(t, form, every(), o); again != got {
				t.Errorf("%s is not the same twice", name)
			}
			if !utf8.ValidString(got) {
				t.Errorf("%s is no UTF-8", name)
			}
			golden := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is\n%s\nthe golden file has\n%s", name, got, want)
			}
		}
	}
}

// A row is one block of a text: no name adds a line, moves the cursor, turns the
// direction of writing or gives an order to a host.
func TestNamesStayNames(t *testing.T) {
	for _, form := range []string{"text", "md", "github", "junit"} {
		got := written(t, form, every(), Options{All: true})
		for _, bad := range []string{"\x00", "\x07", "\x1b", "\r", "\u2028", "\u2029", "\u202e"} {
			if strings.Contains(got, bad) {
				t.Errorf("%s has %q in it", form, bad)
			}
		}
		if form == "junit" {
			continue
		}
		for _, line := range strings.Split(got, "\n") {
			order := regexp.MustCompile(`^\s*::`).MatchString(line) || strings.Contains(line, "##[")
			if order && !(form == "github" && regexp.MustCompile(`^::(error|warning)( title=[^,:]*)?::`).MatchString(line)) {
				t.Errorf("%s gives an order: %s", form, line)
			}
		}
	}
}

func TestMarkdownCells(t *testing.T) {
	for _, line := range strings.Split(written(t, "md", every(), Options{All: true}), "\n") {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		if n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); n != 8 {
			t.Errorf("%d bars, want 8: %s", n, line)
		}
		for _, bad := range []string{"<script", "x](", "http:", "www.", "@e", "$x"} {
			if strings.Contains(line, bad) {
				t.Errorf("%q is live in %s", bad, line)
			}
		}
	}
}

// many is a result of n rows that fail and n that warn.
func many(n int) *compare.Diff {
	d := &compare.Diff{Mode: compare.Period, Base: &compare.Side{Label: "a"}, Head: &compare.Side{Label: "b"}}
	for i := range 2 * n {
		r := share(compare.Worse, compare.Fail)
		if i >= n {
			r.Level = compare.Warn
		}
		r.Scope = fmt.Sprintf("team-%05d", i)
		d.Rows = append(d.Rows, r)
	}
	return d
}

// GitHub drops a step's summary above 1 MiB as a whole: ours ends before, with
// how many rows it leaves out.
func TestMarkdownIsCut(t *testing.T) {
	d := many(20000)
	d.Notes = []string{strings.Repeat("note ", 100)}
	got := written(t, "md", d, Options{File: "all.json"})
	if len(got) > 900_000 || len(got) < 890_000 {
		t.Errorf("%d bytes, want a little less than 900,000", len(got))
	}
	rows := strings.Count(got, "\n| fail |") + strings.Count(got, "\n| warn |")
	if want := fmt.Sprintf("\n… and %d more in all.json.\n", 40000-rows); !strings.Contains(got, want) || rows < 1000 {
		t.Errorf("%d rows are there; no line %q", rows, want)
	}
	if !strings.Contains(got, "**20000 fail, 20000 warn,") || !strings.HasSuffix(got, "note\n") {
		t.Error("the count or the note is lost")
	}
}

// A text for a log ends after 200 rows, unless all are asked for.
func TestTextIsCut(t *testing.T) {
	got := written(t, "text", many(150), Options{File: "all.json"})
	if n := strings.Count(got, "\nFAIL ") + strings.Count(got, "\nWARN "); n != 200 || !strings.Contains(got, "\n… and 100 more in all.json; --all prints them\n") {
		t.Errorf("%d rows\n%.300s", n, got)
	}
	if got := written(t, "text", many(150), Options{All: true}); strings.Contains(got, "more") || strings.Count(got, "\nWARN ") != 150 {
		t.Error("not all rows are there with All")
	}
}

// GitHub shows 10 annotations of a kind for a step and drops the eleventh in
// silence; 50 of a job.
func TestGitHubIsCut(t *testing.T) {
	for _, c := range []struct{ rows, lines int }{{0, 0}, {1, 1}, {10, 10}, {11, 10}, {500, 10}} {
		got := written(t, "github", many(c.rows), Options{File: "all:x.json"})
		for _, kind := range []string{"error", "warning"} {
			if n := len(regexp.MustCompile(`(?m)^::`+kind).FindAllString(got, -1)); n != c.lines {
				t.Errorf("%d rows: %d lines of %s, want %d", c.rows, n, kind, c.lines)
			}
			more := fmt.Sprintf("::%s::and %d more in all:x.json\n", kind, c.rows-9)
			if strings.Contains(got, more) != (c.rows > 10) {
				t.Errorf("%d rows: %q is there or not, wrongly", c.rows, more)
			}
		}
	}
}

func TestGitHubEscapes(t *testing.T) {
	d := many(1)
	d.Rows = d.Rows[:1]
	d.Rows[0].Scope, d.Rows[0].Message = "100%, a:b", "50% off: now, here"
	got := written(t, "github", d, Options{})
	want := "::error title=conversion.valid_share 100%25%2C a%3Ab::2025-W10 15.00%25 (150/1000) → 2025-W11 10.00%25 (100/1000)  -5.00 pp (-33.3%25); worse; 50%25 off: now, here\n"
	if !strings.HasPrefix(got, strings.ReplaceAll(want, "  ", " ")) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

func TestJSONIsJSON(t *testing.T) {
	var d struct {
		Schema  string
		Summary struct {
			Fail, Warn, Waived, Info int
			States                   map[string]int
		}
		Rows []struct{ State, Scope string }
	}
	if err := json.Unmarshal([]byte(written(t, "json", every(), Options{})), &d); err != nil {
		t.Fatal(err)
	}
	// Two that fail, six about files and waivers, the hostile ones; one is waived; three warn; ten are for information.
	if d.Schema != Schema || d.Summary.Fail != 8+len(hostile) || d.Summary.Waived != 1 || d.Summary.Warn != 3 || d.Summary.Info != 10 {
		t.Errorf("%s: %+v", d.Schema, d.Summary)
	}
	// All rows but the one that did not change.
	if n := len(every().Rows); len(d.Rows) != n-1 || d.Summary.States["same"] != 1 || d.Rows[8].Scope != hostile[0] {
		t.Errorf("%d rows of %d, %d are the same; %q", len(d.Rows), n, d.Summary.States["same"], d.Rows[8].Scope)
	}
}

func TestCSVIsCSV(t *testing.T) {
	got, bom := strings.CutPrefix(written(t, "csv", every(), Options{All: true}), "\uFEFF")
	lines, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || !bom {
		t.Fatalf("byte order mark %v; %v", bom, err)
	}
	if len(lines) != len(every().Rows)+1 {
		t.Errorf("%d lines", len(lines))
	}
	formulas := 0
	for _, l := range lines {
		for _, c := range l {
			if strings.HasPrefix(c, "=") || strings.HasPrefix(c, "@") {
				t.Errorf("a formula: %q", c)
			}
			if strings.HasPrefix(c, "'=") {
				formulas++
			}
		}
	}
	if formulas == 0 || lines[len(lines)-3][14] == "" {
		t.Errorf("%d formulas are guarded, and no rel delta", formulas)
	}
}

// JUnit is XML that names each rule once; a waived row is skipped, a warning is a
// test that passed.
func TestJUnitIsXML(t *testing.T) {
	var d struct {
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Name  string `xml:"name,attr"`
			Cases []struct {
				Name    string  `xml:"name,attr"`
				Skipped *string `xml:"skipped"`
				Failure *string `xml:"failure"`
				Out     *string `xml:"system-out"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(written(t, "junit", every(), Options{})), &d); err != nil {
		t.Fatal(err)
	}
	failed, skipped, names := 0, 0, map[string]bool{}
	for _, s := range d.Suites {
		if names[s.Name] {
			t.Errorf("suite %q twice", s.Name)
		}
		names[s.Name] = true
		for _, c := range s.Cases {
			if c.Failure != nil {
				failed++
			}
			if c.Skipped != nil {
				skipped++
			}
			if c.Name == "receivables.overdue company" && (c.Failure != nil || c.Out == nil) {
				t.Errorf("a warning is %+v", c)
			}
		}
	}
	// Waived, no data and too few are skipped.
	if failed != 8+len(hostile) || d.Failures != failed || skipped != 3 {
		t.Errorf("%d failures, %d in the head, %d skipped", failed, d.Failures, skipped)
	}
}

// The JUnit form is what Jenkins' public schema asks for (CRMREPORT_JUNIT_XSD is
// its file; .ci/run fetches it).
func TestJUnitSchema(t *testing.T) {
	xsd := os.Getenv("CRMREPORT_JUNIT_XSD")
	lint, err := exec.LookPath("xmllint")
	if xsd == "" || err != nil {
		if os.Getenv("CRMREPORT_BROWSER") == "require" {
			t.Fatalf("CRMREPORT_JUNIT_XSD is %q, xmllint: %v; .ci/run installs both", xsd, err)
		}
		t.Skipf("SKIPPED: CRMREPORT_JUNIT_XSD is %q, xmllint: %v; .ci/run checks it", xsd, err)
	}
	for name, d := range map[string]*compare.Diff{"every state": every(), "nothing": {Head: &compare.Side{}}, "many": many(300)} {
		for _, all := range []bool{false, true} {
			file := filepath.Join(t.TempDir(), "junit.xml")
			if err := os.WriteFile(file, []byte(written(t, "junit", d, Options{All: all})), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(lint, "--noout", "--schema", xsd, file).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// A disk that is full is said, by each form.
func TestWritersSayWhatFails(t *testing.T) {
	for form, write := range Writers {
		if err := write(full{}, every(), Options{}); err == nil {
			t.Errorf("%s: no error", form)
		}
	}
}
