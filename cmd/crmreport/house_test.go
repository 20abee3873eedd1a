package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows are the imports within the house that are allowed (DECISIONS.md, "The
// house"). A family is any package of families.
var arrows = map[string][]string{
	"cmd/crmreport":         {"cmd/internal/cli"},
	"cmd/internal/intake":   {"ingest", "metrics/compare", "metrics/measure", "metrics/snapshot"},
	"cmd/internal/pipeline": {"ingest", "ingest/crm"},
	"cmd/internal/settle":   {},
	"cmd/internal/cli":      {"cmd/internal/config", "cmd/internal/history", "cmd/internal/inspect", "cmd/internal/intake", "cmd/internal/pipeline", "cmd/internal/settle", "cmd/internal/publish", "ingest", "ingest/crm", "ingest/sample", "metrics", "metrics/compare", "metrics/measure", "metrics/snapshot", "metrics/weeks", "report", "report/lang", "report/verdict"},
	"cmd/internal/config":   {"cmd/internal/intake", "ingest", "ingest/crm", "ingest/dialect", "ingest/value", "metrics", "metrics/compare", "metrics/measure"},
	"cmd/internal/history":  {"ingest/crm", "metrics/snapshot", "metrics/weeks"},
	"cmd/internal/inspect":  {"cmd/internal/preset", "ingest", "ingest/crm", "ingest/dialect", "ingest/value"},
	"cmd/internal/publish":  {},
	"cmd/internal/preset":   {"cmd/internal/config", "ingest", "ingest/dialect"},
	"ingest":                {"ingest/block", "ingest/crm", "ingest/dialect", "ingest/room", "ingest/value"},
	"ingest/block":          {},
	"ingest/dialect":        {},
	"ingest/crm":            {"ingest/room"},
	"ingest/room":           {},
	"ingest/sample":         {"ingest", "ingest/crm"},
	"ingest/value":          {"ingest/crm"},
	"metrics":               {"ingest/crm", "metrics/fold", "metrics/measure", "metrics/plan", "metrics/rules", "metrics/snapshot", "metrics/trace", "FAMILIES"},
	"metrics/measure":       {"ingest/crm"},
	"metrics/fold":          {"ingest/crm", "metrics/measure"},
	"metrics/plan":          {"ingest/crm", "metrics/measure"},
	"metrics/rules":         {"metrics/measure"},
	"metrics/trace":         {"ingest/crm", "metrics/fold"},
	"metrics/casetest":      {},
	"metrics/fold/foldtest": {"ingest/crm", "metrics/fold"},
	"metrics/ledger":        {"ingest/crm"},
	"metrics/snapshot":      {"ingest/crm", "metrics/measure"},
	"metrics/weeks":         {"ingest/crm", "metrics/measure", "metrics/snapshot"},
	"metrics/compare":       {"metrics/measure", "metrics/snapshot"},
	"report":                {"metrics/measure", "metrics/snapshot", "metrics/weeks", "report/chart", "report/lang", "report/pack", "templates"},
	"report/pack":           {},
	"report/chart":          {"report/lang"},
	"report/lang":           {"metrics/measure"},
	"report/verdict":        {"metrics/compare", "metrics/measure", "metrics/snapshot", "report/lang"},
	"report/limittest":      {},
	"templates":             {},
}

var families = []string{"metrics/conversion", "metrics/activity", "metrics/funnel", "metrics/forecast", "metrics/renewal",
	"metrics/receivables", "metrics/commission", "metrics/team"}

var familyMayImport = []string{"ingest/crm", "metrics/measure", "metrics/fold", "metrics/ledger", "metrics/plan"}

// importers is the one package that may import each third-party module.
var importers = map[string]string{
	"golang.org/x/text":                        "ingest/dialect",
	"github.com/gocarina/gocsv":                "ingest",
	"github.com/agnivade/levenshtein":          "ingest",
	"github.com/spf13/pflag":                   "cmd/internal/cli",
	"github.com/go-echarts/go-echarts/v2":      "report/chart",
	"github.com/montanaflynn/stats":            "metrics/measure",
	"gonum.org/v1/gonum":                       "metrics/measure",
	"go.yaml.in/yaml/v4":                       "cmd/internal/config",
	"github.com/santhosh-tekuri/jsonschema/v6": "cmd/internal/cli", // tests only
	"github.com/chromedp/chromedp":             "cmd/internal/cli", // tests only
	"github.com/chromedp/cdproto":              "cmd/internal/cli", // tests only
}

type pkg struct {
	ImportPath, Dir                    string
	Imports, TestImports, XTestImports []string
	GoFiles                            []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var ps []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p pkg
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	return ps
}

func TestImportDirections(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, "crmreport/")
		seen[name] = true
		allowed, known := arrows[name]
		if slices.Contains(families, name) {
			allowed, known = familyMayImport, true
		}
		if !known {
			t.Errorf("package %s has no place on the map: add it to arrows and to DECISIONS.md", name)
			continue
		}
		for _, i := range p.Imports {
			to, ours := strings.CutPrefix(i, "crmreport/")
			if ours && !slices.Contains(allowed, to) && !(slices.Contains(allowed, "FAMILIES") && slices.Contains(families, to)) {
				t.Errorf("%s imports %s: that arrow is not on the map", name, to)
			}
		}
	}
	for name := range arrows {
		if !seen[name] {
			t.Errorf("the map has a room %s that does not exist", name)
		}
	}
}

func TestEachThirdPartyPackageHasOneImporter(t *testing.T) {
	used := map[string]bool{}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, "crmreport/")
		for _, i := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			first, _, _ := strings.Cut(i, "/")
			if !strings.Contains(first, ".") {
				continue // standard library or ours
			}
			owner := ""
			for mod, o := range importers {
				if i == mod || strings.HasPrefix(i, mod+"/") {
					owner, used[mod] = o, true
				}
			}
			if owner != name {
				t.Errorf("%s imports %s; only %q may", name, i, owner)
			}
		}
	}
	for mod := range importers {
		if !used[mod] {
			t.Errorf("nobody imports %s any more", mod)
		}
	}
}

// The clock is read in cmd alone, and randomness is always seeded: the same
// input gives the same bytes.
func TestNoClockAndNoChance(t *testing.T) {
	walk(t, func(path string, f *ast.File) {
		inCmd := strings.HasPrefix(path, "cmd/")
		names := map[string]string{}
		for _, i := range f.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			base := p[strings.LastIndex(p, "/")+1:]
			if p == "math/rand/v2" {
				base = "rand"
			}
			if i.Name != nil {
				base = i.Name.Name
			}
			names[base] = p
			if p == "math/rand" {
				t.Errorf("%s imports math/rand: use math/rand/v2 with a seed", path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			switch names[id.Name] {
			case "time":
				if (sel.Sel.Name == "Now" || sel.Sel.Name == "Since" || sel.Sel.Name == "Local") && !inCmd {
					t.Errorf("%s reads time.%s: only cmd knows the clock", path, sel.Sel.Name)
				}
			case "math/rand/v2":
				if !slices.Contains([]string{"New", "NewPCG", "Rand", "PCG", "NewZipf", "Zipf", "Source", "NewChaCha8", "ChaCha8"}, sel.Sel.Name) {
					t.Errorf("%s uses rand.%s without a seed", path, sel.Sel.Name)
				}
			}
			return true
		})
	})
}

// Money is integers: no float64 in a declaration whose name speaks of
// money, outside what only draws.
func TestNoFloatMoney(t *testing.T) {
	walk(t, func(path string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			field, ok := n.(*ast.Field)
			if !ok {
				return true
			}
			id, ok := field.Type.(*ast.Ident)
			if !ok || (id.Name != "float64" && id.Name != "float32") {
				return true
			}
			for _, name := range field.Names {
				l := strings.ToLower(name.Name)
				for _, w := range []string{"amount", "money", "minor", "cents", "balance", "acv", "arr", "gross", "commission", "payout"} {
					if l == w || strings.HasPrefix(l, w) && !strings.HasPrefix(path, "report/") {
						t.Errorf("%s: %s is a float and sounds like money", path, name.Name)
					}
				}
			}
			return true
		})
	})
}

// walk parses every Go file that is not a test.
func walk(t *testing.T, visit func(path string, f *ast.File)) {
	t.Helper()
	root := os.DirFS("../..")
	n := 0
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && path != ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", path), nil, 0)
		if err != nil {
			return err
		}
		n++
		visit(path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 20 {
		t.Fatalf("only %d files were read: the walk is broken", n)
	}
}

// A newcomer finds only what the README explains at the top level.
func TestTopLevel(t *testing.T) {
	allowed := []string{"cmd", "ingest", "metrics", "report", "templates", "testdata", "docs", "go.mod", "go.sum",
		"README.md", "README.zh.md", "CHANGELOG.md", "DECISIONS.md", "LICENSE"}
	out, err := exec.Command("git", "-C", "../..", "ls-files").Output()
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	for _, path := range strings.Fields(string(out)) {
		top, _, _ := strings.Cut(path, "/")
		if !slices.Contains(allowed, top) && !strings.HasPrefix(top, ".") {
			t.Errorf("%s: the top level has no room for %s", path, top)
		}
	}
}
