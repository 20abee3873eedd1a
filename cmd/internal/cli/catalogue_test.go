package cli

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"crmreport/cmd/internal/config"
	"crmreport/ingest"
	"crmreport/ingest/crm"
)

var update = flag.Bool("update", false, "write docs/errors.md")

// outcome is what becomes of the input.
type outcome uint8

const (
	stops   outcome = iota // the run ends, nothing is published
	rejects                // the row is left out
	keeps                  // the row stands, and is listed
)

func (o outcome) String() string { return [...]string{"stops", "rejects", "keeps"}[o] }

// use is a code and what it does: one code may reject in one table and be
// listed in another.
type use struct {
	code string
	so   outcome
}

// section is a part of the page; all of its entries go one way.
type section struct {
	title, text string
	so          outcome
	entries     []entry
}

// entry is a code with what provokes it.
type entry struct {
	code     string // of ingest; "" where the command itself refuses
	title    string // in place of a code
	means    string
	remedy   string // blank: as the message says
	examples []example
}

// example is the smallest input that provokes a code.
type example struct {
	files  []string // below exports: name, text; a name that ends in / is a folder
	before []string // likewise, those of the week before, of which there is a report
	shown  string   // in place of files that are no text
	conf   string   // crmreport.yaml
	args   []string // none: build, with the as-of day 2025-03-09
	mended string   // a crmreport.yaml with which the same files are read
	// direct calls ingest. With a conf, the command finds the same when it reads
	// that, and says it in its own words; without, why says when it happens.
	direct func() error
	why    string
	codeOf func() string // of an example whose args are not build's
}

// provoked is an example as it went.
type provoked struct {
	use
	exit   int
	said   string   // stderr
	own    string   // of direct with a conf: what the command prints
	remedy string   // of the message
	row    []string // of rejects: the header and the row in rejects/<table>.csv; of keeps: that of the page
	counts string   // of the receipt
}

// Every code of reading is provoked by an input, and docs/errors.md is what the
// examples say. A code of the source without an example fails here.
func TestCatalogue(t *testing.T) {
	const file = "../../../docs/errors.md"
	page, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	known, got := sourceCodes(t), map[use]bool{}
	doc := catalogueHead + contents()
	for _, s := range catalogue {
		doc += "\n## " + s.title + "\n\n" + s.text + "\n"
		for _, e := range s.entries {
			ps := make([]*provoked, len(e.examples))
			for i := range e.examples {
				t.Run(e.code+e.title, func(t *testing.T) { ps[i] = e.examples[i].provoke(t, e.code) })
				if ps[i] == nil {
					t.Fatalf("%s%s: no example", e.code, e.title)
				}
				if u := (use{e.code, s.so}); ps[i].use != u {
					t.Errorf("%v is provoked where %v should be:\n%s", ps[i].use, u, ps[i].said)
				}
				got[ps[i].use] = true
			}
			doc += e.show(ps)
		}
	}
	for u, where := range known {
		if !got[u] {
			t.Errorf("%s: code %s %s, and no example provokes it", where, u.code, u.so)
		}
	}
	for u := range got {
		if u.code != "" && known[u] == "" {
			t.Errorf("code %s %s, and was not found in the source: sourceCodes is blind to it", u.code, u.so)
		}
	}
	if *update {
		if err := os.WriteFile(page, []byte(doc), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != doc {
		t.Error("docs/errors.md is not what the examples say: run go test ./cmd/internal/cli -run Catalogue -update")
	}
}

func (x *example) arguments() []string {
	if x.args != nil {
		return x.args
	}
	args := []string{"build", "--data", "exports", "--out", "reports", "--as-of", "2025-03-09"}
	if x.conf != "" {
		args = append(args, "-c", "crmreport.yaml")
	}
	return args
}

// provoke runs the example in a folder of its own.
func (x *example) provoke(t *testing.T, code string) *provoked {
	t.Helper()
	t.Chdir(t.TempDir())
	if x.before != nil {
		(&example{files: x.before}).lay(t)
		if exit, _, said := call("build", "--data", "exports", "--out", "reports", "--as-of", "2025-03-02"); exit != exitOK {
			t.Fatalf("the week before: exit %d\n%s", exit, said)
		}
		os.RemoveAll("exports")
	}
	x.lay(t)
	switch args := x.arguments(); {
	case x.direct != nil:
		p := x.fault(t, code, x.direct())
		if x.conf != "" {
			p.exit, p.own = says(args...)
		}
		return p
	case code == "" || args[0] != "build":
		p := &provoked{}
		p.exit, p.said = says(args...)
		if p.exit < exitUsage && p.exit != exitPartial && (x.before == nil || p.said == "") {
			t.Errorf("%v: exit %d", args, p.exit)
		}
		if x.codeOf != nil {
			p.code = x.codeOf()
		}
		return p
	}
	return x.build(t, code)
}

// lay writes the example's files.
func (x *example) lay(t *testing.T) {
	t.Helper()
	files := map[string]string{}
	if err := os.Mkdir("exports", 0o700); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(x.files); i += 2 {
		name := filepath.Join("exports", x.files[i])
		if !strings.HasSuffix(x.files[i], "/") {
			files[name] = x.files[i+1]
		} else if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if x.conf != "" {
		files["crmreport.yaml"] = x.conf
	}
	write(t, ".", files)
}

// build provokes a code of ingest: a fault by the command itself, for what it
// prints and its exit code; a row by reading alone, as build reads.
func (x *example) build(t *testing.T, code string) *provoked {
	t.Helper()
	report, err := x.read(t, x.conf, code)
	if err == nil {
		return rowOf(t, report, code)
	}
	p := x.fault(t, code, err)
	p.exit, p.said = says(x.arguments()...)
	if want := "crmreport: " + strings.ReplaceAll(withRejects(err, report).Error(), "\n", "\n  ") + "\n"; p.said != want {
		t.Errorf("%s: the command prints\n%swant\n%s", code, p.said, want)
	}
	if _, err := os.Stat("reports"); err == nil {
		t.Errorf("%s: the run stops, and the folder of reports is touched", code)
	}
	if x.mended != "" {
		if _, err := x.read(t, x.mended, code); err != nil {
			t.Errorf("%s is not mended: %v", code, err)
		}
	}
	return p
}

// read is what build reads, with any share of rejects but for their own code.
func (x *example) read(t *testing.T, conf, code string) (*ingest.Report, error) {
	t.Helper()
	c, err := config.Parse("crmreport.yaml", []byte(conf))
	if err != nil {
		t.Fatal(err)
	}
	data := os.DirFS("exports")
	if c.Ingest.Sources == nil {
		if c.Ingest.Sources, err = ingest.DefaultSources(data); err != nil {
			return nil, err
		}
	}
	if x.args == nil {
		c.Ingest.AsOf, _ = crm.ParseDate("2025-03-09")
	}
	if code != "too_many_rejects" {
		c.Ingest.MaxRejects = crm.One
	}
	_, report, err := ingest.Read(data, c.Ingest)
	return report, err
}

// ofNoFile are the faults of the folder or the run, which have no place in it.
var ofNoFile = []string{"no_tables", "no_events", "no_scratch"}

// fault takes a fault apart; one without a place or a remedy is no good.
func (x *example) fault(t *testing.T, code string, err error) *provoked {
	t.Helper()
	var f *ingest.Fault
	if !errors.As(err, &f) {
		t.Fatalf("%s: %v", code, err)
	}
	if f.Remedy == "" || f.File == "" && f.Place == "" && !slices.Contains(ofNoFile, f.Code) {
		t.Errorf("%s: a message without a place or a remedy: %v", code, err)
	}
	return &provoked{use: use{f.Code, stops}, exit: exitCode(err), said: "crmreport: " + err.Error() + "\n", remedy: f.Remedy}
}

// rowOf finds what became of the row with the code.
func rowOf(t *testing.T, report *ingest.Report, code string) *provoked {
	t.Helper()
	for _, c := range report.Receipts {
		if !c.Conserved() {
			t.Errorf("%s: %+v", code, *c)
		}
		i := slices.IndexFunc(c.Problems, func(q *ingest.Problem) bool { return q.Code == code })
		if i < 0 {
			continue
		}
		p := &provoked{use: use{code, keeps}, counts: fmt.Sprintf("Rows read %d = accepted %d + duplicates %d + rejected %d + skipped %d.", c.Read, c.Accepted, c.Duplicates, c.Rejected, c.Skipped)}
		q := c.Problems[i]
		p.row = []string{c.File + ":" + strconv.Itoa(q.Line), q.Column, q.Code, strconv.Itoa(q.Count), "kept", q.Example, q.Expected}
		if q.Rejected == 0 {
			return p
		}
		p.so = rejects
		k := slices.IndexFunc(report.Rejects[c.Table], func(r ingest.Reject) bool { return r.Code == code })
		var b bytes.Buffer
		if err := ingest.WriteRejects(&b, report.Rejects[c.Table][k:k+1]); err != nil {
			t.Fatal(err)
		}
		p.row = []string{"rejects/" + c.Table + ".csv", b.String()}
		return p
	}
	t.Fatalf("%s is not provoked: %v", code, report.Rejects)
	return nil
}

// --- The page ---------------------------------------------------------------

// contents names the codes of each section.
func contents() string {
	var b strings.Builder
	for _, s := range catalogue {
		var codes []string
		for _, e := range s.entries {
			if e.code != "" {
				codes = append(codes, "["+e.code+"](#"+s.anchor(e)+")")
			}
		}
		if len(codes) > 0 {
			fmt.Fprintf(&b, "\n%s: %s\n", s.title, strings.Join(codes, ", "))
		}
	}
	return b.String()
}

// anchor is the address of an entry: a code may stand in two sections.
func (s *section) anchor(e entry) string { return s.so.String() + "-" + e.code }

func (e *entry) show(ps []*provoked) string {
	var b strings.Builder
	if e.code == "" {
		fmt.Fprintf(&b, "\n### %s\n\n", e.title)
	} else {
		fmt.Fprintf(&b, "\n### <a id=\"%s-%s\"></a>`%s`\n\n", ps[0].so, e.code, e.code)
	}
	b.WriteString(e.means + "\n")
	for i := range e.examples {
		e.examples[i].show(&b, ps[i])
	}
	var remedies []string
	if e.remedy != "" {
		remedies = append(remedies, e.remedy)
	}
	for _, p := range ps {
		if e.remedy == "" && p.remedy != "" && !slices.Contains(remedies, p.remedy) {
			remedies = append(remedies, p.remedy)
		}
	}
	if len(remedies) > 0 {
		fmt.Fprintf(&b, "\nWhat to do: %s.\n", strings.Join(remedies, "; or "))
	}
	return b.String()
}

func (x *example) show(b *strings.Builder, p *provoked) {
	for i := 0; i < len(x.before); i += 2 {
		block(b, "`"+x.before[i]+"` of the week before:", x.before[i+1])
	}
	for i := 0; i < len(x.files) && x.shown == ""; i += 2 {
		block(b, "`"+x.files[i]+"`:", x.files[i+1])
	}
	if x.shown != "" {
		b.WriteString("\nWith " + x.shown + ":\n")
	}
	if x.conf != "" {
		block(b, "`crmreport.yaml`:", x.conf)
	}
	prints := func(what string) string { return fmt.Sprintf("%s, and exits with %d:", what, p.exit) }
	args := "`crmreport " + strings.Join(x.arguments(), " ") + "` prints"
	switch {
	case p.own != "":
		block(b, prints(args), p.own)
		block(b, "A program that calls package ingest without a configuration gets:", strings.TrimPrefix(p.said, "crmreport: "))
	case x.direct != nil:
		block(b, prints(x.why), p.said)
	case p.so == rejects:
		block(b, "The row is left out. `"+p.row[0]+"` has it:", p.row[1])
		b.WriteString("\n" + p.counts + "\n")
	case p.so == keeps:
		b.WriteString("\nThe page lists it:\n\n| Place | Column | Code | Rows | So | Example | Expected |\n|---|---|---|---|---|---|---|\n|")
		for _, cell := range p.row {
			b.WriteString(" " + strings.ReplaceAll(visible(cell), "|", "\\|") + " |")
		}
		b.WriteString("\n\n" + p.counts + "\n")
	default:
		block(b, prints(args), p.said)
	}
	if x.mended != "" {
		block(b, "Read with this `crmreport.yaml`:", x.mended)
	}
}

func block(b *strings.Builder, title, text string) {
	fmt.Fprintf(b, "\n%s\n\n```\n%s\n```\n", title, strings.TrimSuffix(visible(text), "\n"))
}

// visible shows what is no text as an escape.
func visible(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02X`, s[i])
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		}
		i += n
	}
	return b.String()
}

// --- The codes of the source -------------------------------------------------

// sourceCodes finds every code of reading, with what it does and one place: what
// is passed for a parameter called code, and what is put into a field Code. A
// code that it cannot read fails the test, so that none is missed.
func sourceCodes(t *testing.T) map[use]string {
	t.Helper()
	out := map[use]string{}
	fset := token.NewFileSet()
	for _, dir := range []string{"ingest", "ingest/dialect", "ingest/value", "cmd/internal/pipeline"} {
		names, err := filepath.Glob(filepath.Join("../../..", dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("no source in %s: %v", dir, err)
		}
		var files []*ast.File
		params := map[string]int{} // function → which parameter is the code
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(fset, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
			for _, d := range f.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					if i := parameter(fn, "code"); i >= 0 {
						params[fn.Name.Name] = i
					}
				}
			}
		}
		for _, f := range files {
			for _, d := range f.Decls {
				fn, _ := d.(*ast.FuncDecl)
				ast.Inspect(d, func(n ast.Node) bool {
					arg, so := codeIn(n, params)
					if arg == nil {
						return true
					}
					at := fset.Position(arg.Pos())
					code, passed := literal(arg, fn)
					if code == "" && !passed {
						t.Errorf("%s:%d: which code is this? give it as a literal", at.Filename, at.Line)
					} else if code != "" {
						out[use{code, so}] = fmt.Sprintf("%s:%d", strings.TrimPrefix(at.Filename, "../../../"), at.Line)
					}
					return true
				})
			}
		}
	}
	if len(out) < 60 {
		t.Fatalf("only %d codes were found: the search is broken", len(out))
	}
	return out
}

// parameter is the index of a function's parameter; -1 where it has none so.
func parameter(fn *ast.FuncDecl, name string) int {
	i := 0
	for _, p := range fn.Type.Params.List {
		for _, n := range p.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}

// codeIn is the expression in n that gives a code.
func codeIn(n ast.Node, params map[string]int) (ast.Expr, outcome) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
		}
		i, ok := params[name]
		if !ok || i >= len(n.Args) {
			return nil, 0
		}
		if _, ok := n.Args[i].(*ast.CompositeLit); ok {
			return nil, 0 // Report.reject: its Reject is looked at by itself
		}
		last, _ := n.Args[len(n.Args)-1].(*ast.Ident)
		switch {
		case strings.HasPrefix(name, "reject"), last != nil && last.Name == "true":
			return n.Args[i], rejects
		case name == "askPercent":
			return n.Args[i], stops
		}
		return n.Args[i], keeps
	case *ast.KeyValueExpr:
		if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Code" {
			return n.Value, stops
		}
	case *ast.CompositeLit:
		// A Reject without keys: File, Line, Column, Code.
		if id, ok := n.Type.(*ast.Ident); ok && id.Name == "Reject" && len(n.Elts) > 3 {
			if _, keyed := n.Elts[0].(*ast.KeyValueExpr); !keyed {
				return n.Elts[3], rejects
			}
		}
	}
	return nil, 0
}

// literal reads a code: a literal, or a constant of the function. passed is
// true for one that comes from elsewhere: a parameter, or a field.
func literal(e ast.Expr, fn *ast.FuncDecl) (code string, passed bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		code, _ = strconv.Unquote(e.Value)
	case *ast.SelectorExpr:
		return "", true
	case *ast.Ident:
		if fn != nil && parameter(fn, e.Name) >= 0 {
			return "", true
		}
		if fn != nil {
			ast.Inspect(fn, func(n ast.Node) bool {
				if v, ok := n.(*ast.ValueSpec); ok {
					for i, id := range v.Names {
						if id.Name == e.Name && i < len(v.Values) {
							code, _ = literal(v.Values[i], nil)
						}
					}
				}
				return true
			})
		}
	}
	return code, false
}
