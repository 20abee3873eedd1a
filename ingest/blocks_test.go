package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
)

// bothWays reads fsys row by row and by blocks of several sizes, those of the
// first size through the binding too, and demands the same Book, report and
// error.
func bothWays(t *testing.T, fsys fs.FS, o Options, sizes ...int) {
	t.Helper()
	o.Decoder = ByRows
	book, report, err := Read(fsys, o)
	canonical(book)
	for i, size := range append([]int{sizes[0]}, sizes...) {
		o.Decoder, o.block = ByBlocks, size
		if i == 0 {
			o.Decoder = ByGocsv
		}
		b, r, e := Read(fsys, o)
		if fmt.Sprint(e) != fmt.Sprint(err) {
			t.Fatalf("blocks of %d: error %v, row by row %v", size, e, err)
		}
		var x, y *Fault
		if errors.As(err, &x) && (!errors.As(e, &y) || !reflect.DeepEqual(*x, *y)) {
			t.Fatalf("blocks of %d: fault %+v, row by row %+v", size, y, x)
		}
		if e == nil && len(r.SelfCheck.Differences) > 0 {
			t.Fatalf("blocks of %d: the self-check found %+v", size, r.SelfCheck.Differences)
		}
		r.SelfCheck = SelfCheck{}
		sameReport(t, size, r, report)
		canonical(b)
		if !reflect.DeepEqual(b, book) {
			t.Fatalf("blocks of %d: another Book%s", size, differing(b, book))
		}
	}
}

// crooked is a quick decoder with a bug: it adds a second to every third visit.
type crooked struct {
	quick[crm.Visit]
	n int
}

func (c *crooked) decode(cells []string, pos crm.Pos, out []crm.Visit) ([]crm.Visit, uint64, bool) {
	out, key, ok := c.quick.decode(cells, pos, out)
	if c.n++; ok && c.n%3 == 0 {
		out[len(out)-1].At++
	}
	return out, key, ok
}

// A quick decoder that is wrong is found out, and the table is read row by row.
func TestSelfCheck(t *testing.T) {
	text := strings.Builder{}
	text.WriteString(visitHead)
	for i := range 50 {
		fmt.Fprintf(&text, "v%d,r1,c%d,2025-03-03T10:%02d\n", i, i%7, i)
	}
	fsys := fstest.MapFS{"visits.csv": {Data: []byte(text.String())}}
	read := func(bend bool) (*crm.Book, *Report) {
		o := DefaultOptions()
		o.Sources, o.AsOf, o.block = []Source{{Table: "visits", Files: []string{"visits.csv"}}}, day("2025-03-09"), 1<<20
		r, err := newRun(fsys, o.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		v := visitTable()
		if bend {
			v.quick = func(d *row) quick[crm.Visit] { return &crooked{quick: newQuickVisits(d)} }
		}
		s := readTable(r, v)
		return &crm.Book{Visits: s.rows}, r.report
	}
	want, straight := read(false)
	got, bent := read(true)
	if c := straight.SelfCheck; c.Rows != 50 || len(c.Differences) > 0 {
		t.Errorf("straight: %+v", c)
	}
	if c := bent.SelfCheck; len(c.Differences) != 1 || c.Differences[0] != (Difference{"visits", "visits.csv", 4}) {
		t.Errorf("bent: %+v", c)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the table was not read again: %+v, want %+v", got.Visits[2], want.Visits[2])
	}
}

// canonical makes the Names of a book anew: where their texts lie differs.
func canonical(b *crm.Book) {
	if b != nil {
		b.Reps, b.Customers = anew(b.Reps), anew(b.Customers)
	}
}

func anew[N ~int32](n *crm.Names[N]) *crm.Names[N] {
	out := &crm.Names[N]{}
	for i := range n.Len() {
		out.Number(n.ID(N(i)))
	}
	return out
}

func sameReport(t *testing.T, size int, got, want *Report) {
	t.Helper()
	if len(got.Receipts) != len(want.Receipts) {
		t.Fatalf("blocks of %d: %d receipts, want %d", size, len(got.Receipts), len(want.Receipts))
	}
	for i, c := range got.Receipts {
		w := want.Receipts[i]
		if len(c.byCode) == 0 && len(w.byCode) == 0 {
			c.byCode, w.byCode = nil, nil
		}
		if !reflect.DeepEqual(c, w) {
			t.Fatalf("blocks of %d: receipt\n%+v%s\nwant\n%+v%s", size, *c, problemsOf(c), *w, problemsOf(w))
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("blocks of %d: report\n%+v\nwant\n%+v", size, got, want)
	}
}

func problemsOf(r *Receipt) string {
	var b strings.Builder
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "\n  %+v", *p)
	}
	return b.String()
}

// differing names the fields of two books that differ.
func differing(a, b *crm.Book) string {
	if a == nil || b == nil {
		return fmt.Sprintf(": %v, %v", a == nil, b == nil)
	}
	out := ""
	x, y := reflect.ValueOf(*a), reflect.ValueOf(*b)
	for i := range x.NumField() {
		if !reflect.DeepEqual(x.Field(i).Interface(), y.Field(i).Interface()) {
			out += " " + x.Type().Field(i).Name
		}
	}
	return out
}

// Visits with everything that makes a row an event: twins, newer versions,
// conflicts, odd cells, blank rows, ragged ones, quotes and lines in cells.
func TestBlocksReadTheSame(t *testing.T) {
	head := "visit_id,rep_id,customer_id,start_at,pitched,note,coach_id,updated_at\n"
	cases := map[string]string{
		"one":               head + "v1,r1,c1,2025-03-03,,,,\n",
		"no last newline":   head + "v1,r1,c1,2025-03-03,,,,\nv2,r2,c2,2025-03-03,,,,2025-03-04",
		"ends in CR":        head + "v1,r1,c1,2025-03-03,,,,\r\n\r",
		"CRLF":              strings.ReplaceAll(head+"v1,r1,c1,2025-03-03,,,,\nv2,r2,c2,2025-03-03,,,,\n", "\n", "\r\n"),
		"CRLF in a cell":    head + "v1,r1,c1,2025-03-03,,\"a\r\nb\",,\r\nv2,r2,c2,2025-03-03,,\"a\nb\",,\n",
		"blank lines":       head + "\nv1,r1,c1,2025-03-03,,,,\n\r\n\n,,,,,,,\nv2,r1,c1,2025-03-03,,,,\n\n",
		"a twin":            head + "v1,r1,c1,2025-03-03,,,,\nv2,r2,c2,2025-03-03,,,,\nv1,r1,c1,2025-03-03,,,,\n",
		"three of a kind":   head + "v1,r1,c1,2025-03-03,,,,\nv1,r1,c1,2025-03-03,,,,\nv2,r2,c2,2025-03-03,,,,\nv1,r1,c1,2025-03-03,,,,\n",
		"newer":             head + "v1,r1,c1,2025-03-03,,,,2025-03-03\nv2,r2,c2,2025-03-03,,,,\nv1,r3,c3,2025-03-03,,,,2025-03-04\nv3,r3,c4,2025-03-03,,,,\n",
		"older":             head + "v1,r1,c1,2025-03-03,,,,2025-03-05\nv1,r9,c9,2025-03-03,,,,2025-03-04\nv3,r3,c4,2025-03-03,,,,\nv4,r9,c9,2025-03-03,,,,\n",
		"conflict":          head + "v1,r1,c1,2025-03-03,,,,\nv1,r9,c9,2025-03-03,,,,\nv3,r3,c4,2025-03-03,,,,\nv4,r9,c9,2025-03-03,,,,\n",
		"odd, then its id":  head + "v1,r1,c1,2025-03-33,,,,\nv2,r2,c2,2025-03-03,,,,\nv3,r1,c1,2025-03-03,perhaps,,,\nv4,r1,c1,2025-03-03,,,,\n",
		"odd and twin":      head + "v1,r1,c1,x,,,,\nv1,r1,c1,2025-03-03,,,,\nv1,r1,c1,x,,,,\n",
		"escaped ids":       head + "\"v\"\"1\",\"r\"\"1\",c1,2025-03-03,,\"say \"\"no\"\"\",r7,\nv2,r2,c2,2025-03-03,,,,\n",
		"quoted":            head + "\"v1\",\"r,1\",\"c\n1\",\"2025-03-03\",\"\",\"\",,\nv2,r2,c2,2025-03-03,,,,\nv3,,c2,2025-03-03,,,,\n",
		"ragged":            head + "v1,r1,c1,2025-03-03\nv2,r2,c2,2025-03-03,,,,,,\nv3,r2,c2,2025-03-03,,,,,x\nv3,r2,c2,2025-03-03,,,,\n",
		"bare quote":        head + "v1,r1,c1,2025-03-03,,,,\nv2,r\"2,c2,2025-03-03,,,,\n",
		"open quote":        head + "v1,r1,c1,2025-03-03,,,,\nv2,\"r2,c2,2025-03-03,,,,\nv3,r2,c2,2025-03-03,,,,\n",
		"quote then text":   head + "v1,r1,c1,2025-03-03,,,,\nv2,\"r2\"x,c2,2025-03-03,,\"\",,\n",
		"not UTF-8":         head + "v1,r1,c1,2025-03-03,,,,\nv2,r\xff,c2,2025-03-03,,,,\n",
		"NUL":               head + "v1,r1,c1,2025-03-03,,,,\nv2,r\x00,c2,2025-03-03,,,,\n",
		"ambiguous":         head + "v1,r1,c1,2025-03-03,,,,\nv2,r2,c2,04/03/2025,,,,\nv3,r2,c2,2025-03-33,,,,\n",
		"spaces":            head + " v1 ,r1\u00a0, c1,2025-03-03 , yes,\u3000note\u3000,\t,\n",
		"BOM":               "\uFEFF" + head + "v1,r1,c1,2025-03-03,,,,\n",
		"BOM, quoted":       "\uFEFF\"visit_id\",\"rep\n_id\",rep_id,customer_id,start_at\nv1,x,r1,c1,2025-03-03\n",
		"semicolons":        strings.ReplaceAll(head+"v1,r1,c1,2025-03-03,,,,\nv2,r2,c2,2025-03-03,,\"a;b,c\",,\n", ",", ";"),
		"header only":       head,
		"header on line 3":  "Report of visits\n\n" + head + "v1,r1,c1,2025-03-03,,,,\n",
		"header again":      head + "v1,r1,c1,2025-03-03,,,,\n" + head + "\"visit_id\",rep_id,customer_id,start_at,pitched,note,coach_id,updated_at\nv2,r1,c1,2025-03-03,,,,\n",
		"footers":           head + "v1,r1,c1,2025-03-03,,,,\nTotal,,,,,,,\n\"Total\",1,,,,,,\nv2,r1,c1,2025-03-03,,\"Total\",,\n",
		"mixed line ends":   head + "v1,r1,c1,2025-03-03,,,,\r\nv2,r1,c1,2025-03-03,,,,\n",
		"ends in CRLF":      head + "\r\n\r\nv1,r1,c1,2025-03-03,,,,\r\n",
		"short and cut":     head + "v1,r1,c1,2025-03-03\nv2,r1,c1,2025-03-03,\nv1,r1,c1,2025-03-03\n\"v\"\"3\",r1,c1,2025-03-03\nv4,r1\n",
		"dates decided":     head + "v1,r1,c1,2025-03-03,,,,\nv2,r1,c1,03/04/2025,,,,\nv3,r1,c1,2025-03-05,,,,\nv4,r1,c1,25/03/2025,,,,\n",
		"dates of a column": head + "v1,r1,c1,2025年3月3日,,,,3.3.2025\nv2,r1,c1,2025-03-03,,,,25.3.2025\n",
		"words for blank":   head + "v1,r1,c1,2025-03-03,-,N/A,,-\nv2,-,c1,2025-03-03,,,,n/a\n",
		"long ids":          head + "10000000000000001,r1,c1,2025-03-03,,,,\n10000000000000002,r1,500000000000000000000,2025-03-03,,,,\n10000000000000003,r1,c1,2025-03-03,,,,\n10000000000000003,r1,c1,2025-03-03,,,,\n",
		"damaged ids":       head + "1000000000000010,r1,c1,2025-03-03,,,,\n1000000000000020,r1,c1,2025-03-03,,,,\n1000000000000030,r1,c1,2025-03-03,,,,\n1000000000000041,r1,c1,x,,,,\n",
		"ids in powers":     head + "v1,r1,c1,2025-03-03,,,,\nv2,1.5E+15,c1,2025-03-03,,,,\n",
		"ids as formulas":   head + "\"=\"\"00123\"\"\",='x,'c1,2025-03-03,,,,\n=\"00123\",r1,c1,2025-03-03,,,,\n",
		"uuids":             head + "0f8fad5b-d9cb-469f-a165-70867728950e,7c9e6679-7425-40de-944b-e07fc1f90ae7,c1,2025-03-03,,,,\nv2,7c9e6679-7425-40de-944b-e07fc1f90ae7,c2,2025-03-03,,,7c9e6679-7425-40de-944b-e07fc1f90ae7,\n",
		"lone CRs":          strings.ReplaceAll(head+"v1,r1,c1,2025-03-03,,,,\nv2,r1,c1,2025-03-03,,,,\n", "\n", "\r"),
		"sep=":              "sep=;\n" + strings.ReplaceAll(head+"v1,r1,c1,2025-03-03,,,,\n", ",", ";"),
		"future":            head + "v1,r1,c1,2025-03-03,,,,\nv2,r2,c2,2026-03-03,,,,\nv3,r3,c3,2025-03-04,,,,\n",
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			fsys := folder("visits.csv", text)
			o := lenient(t, fsys)
			o.AsOf = day("2025-03-09")
			bothWays(t, fsys, o, 1, 7, 64, 1<<20)
		})
	}
}

// Two files of a table, and one file of two tables by a condition.
func TestBlocksOfSeveralFiles(t *testing.T) {
	head := "visit_id,rep_id,customer_id,start_at,updated_at\n"
	fsys := fstest.MapFS{
		"a.csv": {Data: []byte(head + "v1,r1,c1,2025-03-03,\nv2,r2,c2,2025-03-03,2025-03-03\n,r2,c2,2025-03-03,2025-03-03\n")},
		"b.csv": {Data: []byte("rep_id,customer_id,visit_id,start_at,updated_at\nr4,c5,v4,2025-03-03,\nr9,c2,v2,2025-03-05,2025-03-05\nr1,c1,v1,2025-03-03,\nr9,c9,v9,x,")},
	}
	o := DefaultOptions()
	o.AsOf, o.MaxRejects = day("2025-03-09"), crm.One
	o.Sources = []Source{{Table: "visits", Files: []string{"*.csv"}}}
	bothWays(t, fsys, o, 1, 30, 1000)
	o.Sources = []Source{{Table: "visits", Files: []string{"a.csv"}, When: []Condition{{Column: "rep_id", In: []string{"r2"}}}},
		{Table: "visits", Files: []string{"a.csv"}, When: []Condition{{Column: "rep_id", In: []string{"r1"}}}}}
	bothWays(t, fsys, o, 1, 30, 1000)
}

// The generated exports of the fuzz tests, whole and damaged.
func TestBlocksOfGeneratedVisits(t *testing.T) {
	for seed := range uint64(4) {
		text := generated(2000, seed)
		fsys := folder("visits.csv", text)
		bothWays(t, fsys, lenient(t, fsys), 500, 10_000, 0)
		r := rand.New(rand.NewPCG(seed, 5))
		for range 4 {
			lines := strings.SplitAfter(text, "\n")
			for range 1 + r.IntN(40) {
				i, j := 1+r.IntN(len(lines)-1), 1+r.IntN(len(lines)-1)
				switch r.IntN(4) {
				case 0:
					lines[i] = lines[j]
				case 1:
					lines[i] = strings.Replace(lines[i], "V", "W", 1)
				case 2:
					lines[i] = strings.Replace(lines[i], "-0", "/", 1)
				default:
					lines[i] = strings.Replace(lines[i], ",R", ",\"R\",", 1)
				}
			}
			fsys := folder("visits.csv", strings.Join(lines, ""))
			o := lenient(t, fsys)
			o.MaxRejects = crm.One
			bothWays(t, fsys, o, 700, 20_000)
		}
	}
}

// sharedData is where public exports lie beside the project; they are read in
// place.
const sharedData = "../../shared/data"

// Every CSV file among the public exports, as every table that is read by
// blocks: bound by its own headers where they fit, by constants where not.
func TestBlocksOfPublicFiles(t *testing.T) {
	if _, err := os.Stat(sharedData); err != nil {
		t.Skipf("SKIPPED, NOTHING WAS CHECKED: the public exports are not beside the project (%v)", err)
	}
	n := 0
	err := filepath.WalkDir(sharedData, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(strings.ToLower(path), ".csv") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil || len(text) > 4<<20 {
			return err
		}
		n++
		fsys := fstest.MapFS{"f.csv": {Data: text}}
		var header []string
		if f, err := dialect.Open(fsys, "f.csv", dialect.Spec{}); err == nil {
			header = f.Titles
			f.Close()
		}
		for _, s := range asTables(header) {
			o := DefaultOptions()
			o.AsOf, o.MaxRejects, o.Sources = day("2025-03-09"), crm.One, []Source{s}
			bothWays(t, fsys, o, 700)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files: %v", n, err)
	}
	t.Logf("%d files read both ways", n)
}

// asTables maps the first columns of a file, whatever they are, to a table with
// a key and to one without.
func asTables(header []string) []Source {
	pick := func(i int) string {
		if len(header) == 0 {
			return "x"
		}
		return header[i%len(header)]
	}
	return []Source{
		{Table: "leads", Files: []string{"f.csv"}, Columns: map[string]string{"lead_id": pick(0), "rep_id": pick(1), "customer_id": pick(2), "source": pick(3)},
			Constants: map[string]string{"assigned_at": "2025-03-01"}},
		{Table: "pool_moves", Files: []string{"f.csv"}, Columns: map[string]string{"rep_id": pick(0), "customer_id": pick(1), "count": pick(2)},
			Constants: map[string]string{"date": "2025-03-01", "direction": "in"}},
		{Table: "visits", Files: []string{"f.csv"}, Columns: map[string]string{"visit_id": pick(0), "rep_id": pick(0), "customer_id": pick(1), "note": pick(2)},
			Constants: map[string]string{"start_at": "2025-03-01"}},
	}
}

// FuzzBlocks: whatever the bytes are, blocks of any size give what reading row
// by row gives.
func FuzzBlocks(f *testing.F) {
	f.Add([]byte(visitHead+"v1,r1,c1,2025-03-03\n\"v\"\"2\",r1,c1,2025-03-03\n\nv1,r1,c2,2025-03-04\n"), uint8(0), uint16(9))
	f.Add([]byte("deal_id,stage,changed_at\nd1,contact,2025-03-03\nd1,contact,2025-03-03\r\nd2,\"won\n\",2025-03-04"), uint8(1), uint16(3))
	f.Add([]byte("lead_id,assigned_at,rep_id\nd1,2025-03-03,\"r\r\n1\"\nd2,2025-03-04 10:00,x\r\n\r\nd1,2025-03-03,r2\n"), uint8(2), uint16(40))
	f.Fuzz(func(t *testing.T, text []byte, n uint8, size uint16) {
		o := DefaultOptions()
		o.AsOf, o.MaxRejects = day("2025-03-09"), crm.One
		o.Sources = []Source{{Table: []string{"visits", "stage_history", "leads"}[n%3], Files: []string{"f.csv"}}}
		bothWays(t, fstest.MapFS{"f.csv": {Data: text}}, o, int(size)+1)
	})
}
