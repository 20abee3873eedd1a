package pipeline

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmreport/ingest"
	"crmreport/ingest/crm"
)

func d(text string) crm.Date {
	if text == "" {
		return crm.NoDate
	}
	x, err := crm.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return x
}

// book is one with deals as a line says each: id, stage, status, amount in minor
// units, expected close, creation, close.
func book(asOf string, lines ...string) *crm.Book {
	b := &crm.Book{AsOf: d(asOf), Pipeline: crm.DefaultPipeline(), Reps: crm.NewNames[crm.RepNo](nil), Customers: crm.NewNames[crm.CustomerNo](nil),
		Files: []string{"deals.csv"}, Tables: map[string]bool{"deals": true}}
	for i, l := range lines {
		c := strings.Split(l, ",")
		stage, _ := b.Pipeline.Lookup(c[1])
		var minor int64
		fmt.Sscan(c[3], &minor)
		b.Deals = append(b.Deals, crm.Deal{Pos: crm.Pos{Line: int32(i + 2)}, ID: crm.DealID(c[0]), Stage: stage, Status: map[string]crm.DealStatus{"open": crm.DealOpen, "won": crm.DealWon, "lost": crm.DealLost}[c[2]], Rep: b.Reps.Number("R1"), Customer: crm.NoCustomer,
			Amount: crm.Money{Minor: minor, Currency: "CNY"}, AmountKnown: c[3] != "", ExpectedClose: d(c[4]), CreatedOn: d(c[5]), ClosedOn: d(c[6])})
	}
	return b
}

// keep writes a week of a folder.
func keep(t *testing.T, out, week string, b *crm.Book) {
	t.Helper()
	store(t, out, Name(week), func(w io.Writer) error { return Write(w, b) })
}

// store writes a file of a folder, twice the same.
func store(t *testing.T, out, name string, write func(io.Writer) error) {
	t.Helper()
	var buf, again bytes.Buffer
	if err := errors.Join(write(&buf), write(&again)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), again.Bytes()) {
		t.Errorf("%s: the same once more has other bytes", name)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(out, Dir), 0o750), os.WriteFile(filepath.Join(out, name), buf.Bytes(), 0o640)); err != nil {
		t.Fatal(err)
	}
}

// Three weeks and what the exports say now, by hand: A goes on and back again,
// B changes its amount and close alone, C is new each time, E was there before
// anything was kept, F leaves and comes back.
func TestJoin(t *testing.T) {
	out := t.TempDir()
	keep(t, out, "2025-W08", book("2025-02-23", "A,contact,open,100,2025-03-31,2025-02-20,", "B,proposal,open,100,2025-03-31,2025-01-10,", "F,closing,open,5,,2025-01-10,", "W,won,won,5,,2025-01-10,2025-02-20"))
	keep(t, out, "2025-W09", book("2025-03-02", "A,requirements,open,100,2025-03-31,2025-02-20,", "B,proposal,open,150,2025-04-30,2025-01-10,", "C,contact,open,,,2025-02-26,", "F,lost,lost,5,,2025-01-10,2025-02-27"))
	keep(t, out, "2025-W07", book("2025-02-16", "W,won,won,5,,2025-01-10,2025-02-13")) // nothing is open: nothing to tell
	keep(t, out, "2025-W12", book("2025-03-23", "A,closing,open,1,,2025-02-20,"))      // of a later week: not asked for
	weeks, err := Read(out, d("2025-03-02"))
	if err != nil || len(weeks) != 2 {
		t.Fatalf("%d weeks, %v", len(weeks), err)
	}
	now := book("2025-03-09", "A,confirmed,open,100,2025-03-31,2025-02-20,", "B,won,won,150,2025-04-30,2025-01-10,2025-03-06", "C,opportunity,open,70,,2025-02-26,", "D,proposal,open,9,,2025-03-05,", "F,closing,open,5,,2025-01-10,")
	report := &ingest.Report{Missing: []string{"visits", "stage_history"}}
	Join(now, report, weeks, true)
	var got []string
	for _, e := range now.Stages {
		amount := "-"
		if e.AmountKnown {
			amount = fmt.Sprint(e.Amount.Minor)
		}
		got = append(got, strings.TrimRight(fmt.Sprintf("%s %s %s %s %s %s:%d", e.Deal, now.Pipeline.ID(e.Stage), e.At.Date(), amount, e.ExpectedClose, now.Files[e.File], e.Line), " "))
	}
	want := []string{
		"A contact 2025-02-20 100 2025-03-31 snapshots/2025-W08.csv.gz:2", // created then, and still in the first stage
		"A requirements 2025-03-02 100 2025-03-31 snapshots/2025-W09.csv.gz:2",
		"A confirmed 2025-03-09 100 2025-03-31 deals.csv:2", // a regression
		"B proposal 2025-02-23 100 2025-03-31 snapshots/2025-W08.csv.gz:3",
		"B proposal 2025-03-02 150 2025-04-30 snapshots/2025-W09.csv.gz:3", // the same stint; its close is the deals table's
		"C contact 2025-02-26 -  snapshots/2025-W09.csv.gz:4",
		"C opportunity 2025-03-09 70  deals.csv:4",
		"D proposal 2025-03-09 9  deals.csv:5", // passed the first stages within the week
		"F closing 2025-02-23 5  snapshots/2025-W08.csv.gz:4",
		"F closing 2025-03-09 5  deals.csv:6",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !now.Has(table) || !now.StagesDateOnly || fmt.Sprint(report.Missing) != "[visits]" || len(report.Receipts) != 2 {
		t.Errorf("%v %v %v", now.Tables, report.Missing, report.Receipts)
	}
	for _, c := range report.Receipts {
		if !c.Conserved() || c.Read != 3 || c.Accepted != 3 || len(c.SHA256) != 64 {
			t.Errorf("%+v", c)
		}
	}
}

// Of a week that is over, the exports of now say nothing.
func TestJoinAnEarlierWeek(t *testing.T) {
	out := t.TempDir()
	keep(t, out, "2025-W08", book("2025-02-23", "A,contact,open,100,,2025-02-20,"))
	weeks, err := Read(out, d("2025-02-23"))
	if err != nil {
		t.Fatal(err)
	}
	b := book("2025-02-23", "A,closing,open,100,,2025-02-20,")
	Join(b, &ingest.Report{}, weeks, false)
	if len(b.Stages) != 1 || b.Stages[0].Stage != 1 {
		t.Errorf("%+v", b.Stages)
	}
}

// A week that was kept beside a stage history has the day of the entry; a stage
// that the pipeline has no longer is skipped, and counted.
func TestEnteredDayAndUnknownStages(t *testing.T) {
	b := book("2025-02-23", "A,proposal,open,100,,2025-01-20,", "B,closing,open,1,,2025-01-20,", "C,,open,1,,2025-01-20,")
	proposal := b.Deals[0].Stage
	for _, on := range []string{"2025-02-11", "2025-02-13"} { // the second row changed something else
		b.Stages = append(b.Stages, crm.StageEntry{Deal: "A", Stage: proposal, At: d(on).At()})
	}
	out := t.TempDir()
	keep(t, out, "2025-W08", b)
	weeks, err := Read(out, d("2025-02-23"))
	if err != nil {
		t.Fatal(err)
	}
	now := book("2025-03-02", "A,proposal,open,100,,2025-01-20,")
	now.Pipeline = crm.Presets()["classic5"] // without closing
	report := &ingest.Report{}
	Join(now, report, weeks, true)
	if len(now.Stages) != 2 || now.Stages[0].At.Date() != d("2025-02-11") || now.Stages[1].At.Date() != d("2025-03-02") {
		t.Errorf("%+v", now.Stages)
	}
	if c := report.Receipts[0]; !c.Conserved() || c.Read != 3 || c.Skipped != 2 {
		t.Errorf("%+v", c)
	}
}

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		minor    int64
		currency crm.Currency
		text     string
	}{{0, "CNY", "0.00"}, {5, "CNY", "0.05"}, {-5, "CNY", "-0.05"}, {123456, "CNY", "1234.56"}, {-123456, "CNY", "-1234.56"}, {1234, "JPY", "1234"}} {
		m := crm.Money{Minor: c.minor, Currency: c.currency}
		back, ok := minor(major(m), c.currency)
		if major(m) != c.text || !ok || back != m {
			t.Errorf("%d %s is %s, and back %v", c.minor, c.currency, major(m), back)
		}
	}
	for _, bad := range []string{"1.5", "", "1.555", "x.00", "1"} {
		if m, ok := minor(bad, "CNY"); ok {
			t.Errorf("%q is read as %v", bad, m)
		}
	}
}

func TestDamaged(t *testing.T) {
	zip := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(text))
		z.Close()
		return b.Bytes()
	}
	head := strings.Join(columns, ",") + "\n"
	row := "2025-02-23,A,R1,,contact,1.00,CNY,,,\n"
	for name, text := range map[string][]byte{
		"no gzip":         []byte(head),
		"cut off":         zip(head + row)[:30],
		"another header":  zip("a,b\n"),
		"empty":           zip(""),
		"a row cut short": zip(head + "2025-02-23,A\n"),
		"two days":        zip(head + row + strings.Replace(row, "23", "24", 1)),
		"no day":          zip(head + strings.Replace(row, "2025-02-23", "", 1)),
		"no such day":     zip(head + strings.Replace(row, "23", "31", 1)),
		"no amount":       zip(head + strings.Replace(row, "1.00", "one", 1)),
	} {
		out := t.TempDir()
		if err := errors.Join(os.Mkdir(filepath.Join(out, Dir), 0o750), os.WriteFile(filepath.Join(out, Name("2025-W08")), text, 0o640)); err != nil {
			t.Fatal(err)
		}
		_, err := Read(out, d("2025-12-31"))
		var f *ingest.Fault
		if !errors.As(err, &f) || f.Kind != ingest.BadData || f.File != "snapshots/2025-W08.csv.gz" || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if weeks, err := Read(t.TempDir(), d("2025-12-31")); err != nil || len(weeks) != 0 {
		t.Errorf("a folder without weeks: %v, %v", weeks, err)
	}
}
