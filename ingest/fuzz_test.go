package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gocarina/gocsv"

	"crmreport/ingest/crm"
)

// FuzzRead: whatever the bytes are, Read ends, every row is accounted for, and
// a run that fails says so with a Fault.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		visitHead + "v1,r1,c1,2025-03-03\nv1,r1,c1,2025-03-03\nv1,r1,c1,2025-03-04\n\n,,,\nv2,,c1,x\n",
		"\uFEFFvisit_id;rep_id;customer_id;start_at;updated_at\r\nv1;r1;c1;2025-03-03;2025-03-03\r\nv1;r1;c2;2025-03-03;2025-03-04\r\n",
		"visit_id,rep_id,customer_id,start_at,note\nv1,r1,c1,2025-03-10,\"a\nb\"\n",
		"deal_id,stage,changed_at\nd1,contact,04/03/2025\n",
		"deal_id,\"Date entered \"\"Contact\"\"\",Date entered Won\nd1,2025-03-01,2025-03-12\n",
		"contract_id,rep_id,share\nk,r,50%\nk,s,0.5\nk,t,0.1\n",
		"visit_id,rep_id,customer_id,start_at\n=\"\"1\"\",'r1,zcrm_5,45292.5\nv2,r1,9.9E+15,13/03/2025 3:04 PM\nv3,r1,c1,-\n",
		"contract_id,rep_id,share\nk,r,\"50,5\"\nk,s,49.5％\n",
		"\xB0\xDD\xB7\xC3;;;\n\n" + strings.ReplaceAll(visitHead, ",", ";") + "v1;r1;\xBF\xCD;2025-03-03\n\xBA\xCF\xBC\xC6;;;1\n" + strings.ReplaceAll(visitHead, ",", ";"),
		asUTF16("sep=|\r\n"+strings.ReplaceAll(visitHead, ",", "|")+"v1|r1|\"c\r\n1\"|2025-03-03\r\n", false), packed(visitHead + "v1,r1,c1,2025-03-03\n"),
		visitHead + "v1,r1,c1\nv1,r1,,c1,2025-03-03,\nv1,r1c1,\nTotal,,,\n",
		"PK\x03\x04", "\xFF\xFE", "a\rb\r", "\"", "\x00",
	} {
		for table := range 3 {
			f.Add([]byte(s), uint8(table))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte, n uint8) {
		table := []string{"visits", "stage_history", "credit_splits"}[n%3]
		o := DefaultOptions()
		o.AsOf, o.MaxRejects = day("2025-03-09"), crm.One
		o.Sources = []Source{{Table: table, Files: []string{"f.csv"}}}
		b, r, err := Read(fstest.MapFS{"f.csv": {Data: text}}, o)
		var fault *Fault
		if err != nil && !errors.As(err, &fault) {
			t.Fatalf("%v", err)
		}
		if err != nil {
			return
		}
		c := r.Receipts[0]
		if !c.Conserved() || c.Bytes != int64(len(text)) || len(r.Rejects[table]) != c.Rejected {
			t.Fatalf("%+v, %d rejects", *c, len(r.Rejects[table]))
		}
		switch table {
		case "visits":
			if len(b.Visits) != c.Accepted {
				t.Fatalf("%d visits, %d accepted", len(b.Visits), c.Accepted)
			}
		case "credit_splits":
			if len(b.Splits) != c.Accepted {
				t.Fatalf("%d splits, %d accepted", len(b.Splits), c.Accepted)
			}
		}
		if w := WriteRejects(io.Discard, r.Rejects[table]); w != nil {
			t.Fatal(w)
		}
	})
}

// generated are n visits with some quoting, from a seed.
func generated(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	pick := func(of ...string) string { return of[r.IntN(len(of))] }
	var b strings.Builder
	b.WriteString("visit_id,rep_id,customer_id,start_at,channel,met_role,pitched,rejection,audit_status,entered_at,note\n")
	for i := range n {
		d := day("2024-06-03") + crm.Date(r.IntN(270))
		fmt.Fprintf(&b, "V%07d,R%03d,C%05d,%sT%02d:%02d,%s,%s,%s,%s,%s,%s,%s\n", i, r.IntN(200), r.IntN(max(n/10, 1)), d, 8+r.IntN(10), r.IntN(60),
			pick("visit", "visit", "phone", ""), pick("KP", "driver", "other", "none", ""), pick("Y", "N", ""), pick("none", "soft", "explicit", ""),
			pick("unaudited", "passed", "failed"), d, pick("", "", "spoke of price", "\"said \"\"no\"\", twice\"", "\"two\nlines\""))
	}
	return b.String()
}

// The row that our binding fills is the one gocsv's own row reader makes, and
// the line is the one encoding/csv tells.
func TestRowsAreGocsvs(t *testing.T) {
	text := generated(500, 7)
	rd := csv.NewReader(strings.NewReader(text))
	plain, err := gocsv.NewUnmarshaller(rd, &visitRow{})
	if err != nil {
		t.Fatal(err)
	}
	r := &run{fsys: folder("visits.csv", text)}
	f, err := r.open("visits.csv", &Source{Table: "visits"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	row := new(visitRow)
	b, err := bind(row, f, &Source{Table: "visits"})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; ; n++ {
		want, err := plain.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := f.next(); err != nil {
			t.Fatal(err)
		}
		b.fill(f.record)
		line, _ := rd.FieldPos(0)
		if !reflect.DeepEqual(row, want) || f.line != line {
			t.Fatalf("row %d, line %d: got %+v of line %d, want %+v", n, line, row, f.line, want)
		}
	}
	if err := f.next(); n != 500 || err != io.EOF {
		t.Errorf("%d rows, then %v", n, err)
	}
}

// Every generated row arrives, in the order of Book.Visits.
func TestGeneratedVisits(t *testing.T) {
	for seed := range uint64(3) {
		fsys := folder("visits.csv", generated(3000, seed))
		b, r := mustRead(t, fsys, lenient(t, fsys))
		if counts(r, "visits") != "3000 3000 0 0 0 0" {
			t.Fatal(counts(r, "visits"))
		}
		for i := 1; i < len(b.Visits); i++ {
			x, y := b.Visits[i-1], b.Visits[i]
			if x.Customer > y.Customer || x.Customer == y.Customer && (x.At > y.At || x.At == y.At && x.Line >= y.Line) {
				t.Fatalf("order: %+v before %+v", x, y)
			}
		}
	}
}

// A duplicate and a conflict must not hide behind a hash: texts that differ by
// little, and cells cut elsewhere, have their own.
func TestHashText(t *testing.T) {
	seen := map[uint64]string{}
	add := func(cells ...string) {
		h := uint64(hashStart)
		for _, c := range cells {
			h = hashText(h, c)
		}
		name := strings.Join(cells, "|")
		if other, ok := seen[h]; ok && other != name {
			t.Errorf("%q and %q are %x both", other, name, h)
		}
		seen[h] = name
	}
	for n := range 40 {
		text := strings.Repeat("0", n)
		for cut := range n + 1 {
			add(text[:cut], text[cut:])
			add(text[:cut] + "1" + text[cut:])
			add(text[:cut] + "\x80" + text[cut:])
		}
	}
	for i := range 200_000 {
		add(fmt.Sprintf("V%07d", i))
		add("r1", fmt.Sprint(i))
	}
}

func TestTables(t *testing.T) {
	ts := Tables()
	if len(ts) != 26 || ts[2].Name != "visits" {
		t.Fatalf("%d tables", len(ts))
	}
	if got := fmt.Sprint(ts[2].Required, ts[2].Key, ts[4].Required, ts[4].Filled); got !=
		"[visit_id rep_id customer_id start_at] [visit_id] [deal_id rep_id stage created_at] [deal_id stage]" {
		t.Error(got)
	}
	for _, s := range ts {
		if s.Columns[len(s.Columns)-1] != "updated_at" {
			t.Errorf("%s lacks updated_at (R-0.9)", s.Name)
		}
	}
}

func BenchmarkReadVisits(b *testing.B) { benchmarkVisits(b, generated(100_000, 1)) }

// The same visits with 3/6/2024 08:05 for 2024-06-03T08:05.
func BenchmarkReadVisitsDayFirst(b *testing.B) {
	lines := strings.Split(generated(100_000, 1), "\n")
	for i, line := range lines {
		cells := strings.SplitN(line, ",", 5)
		if at, err := time.Parse("2006-01-02T15:04", cells[min(3, len(cells)-1)]); err == nil {
			cells[3] = at.Format("2/1/2006 15:04")
			lines[i] = strings.Join(cells, ",")
		}
	}
	benchmarkVisits(b, strings.Join(lines, "\n"))
}

func benchmarkVisits(b *testing.B, text string) {
	const rows = 100_000
	fsys := folder("visits.csv", text)
	o := lenient(b, fsys)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Read(fsys, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
