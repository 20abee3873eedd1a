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

// said is a book whose forecasts a line says each: period or day, subject,
// submitter, time, amount in minor units, type.
func said(asOf string, lines ...string) *crm.Book {
	b := book(asOf)
	b.Files, b.Tables = []string{"forecasts.csv"}, map[string]bool{forecasts: true}
	for i, l := range lines {
		c := strings.Split(l, ",")
		f := crm.Forecast{Pos: crm.Pos{Line: int32(i + 2)}, Subject: c[1], SubmittedBy: c[2], Type: crm.ContractType(c[5])}
		var err error
		if f.Day, err = crm.ParseDate(c[0]); err != nil {
			f.Period, err = b.Fiscal.ParsePeriod(c[0])
		}
		at, bad := stamp(c[3])
		if err = errors.Join(err, bad); err != nil {
			panic(err)
		}
		f.At, f.Amount.Currency = at, "CNY"
		fmt.Sscan(c[4], &f.Amount.Minor)
		b.Reps.Number(c[1])
		b.Forecasts = append(b.Forecasts, f)
	}
	b.Org = crm.NewOrg(b.Reps, nil)
	return b
}

func keepSaid(t *testing.T, out, week string, b *crm.Book) {
	t.Helper()
	store(t, out, ForecastsName(week), func(w io.Writer) error { return WriteForecasts(w, b.AsOf, b.Forecasts) })
}

// What was over before the week began is in the weeks before; a stamp keeps its
// seconds, an amount its cents.
func TestWriteForecasts(t *testing.T) {
	var buf bytes.Buffer
	b := said("2025-03-09", "2025-03,R1,R1,2025-03-03T18:00,10001,", "2025-W09,R1,R1,2025-02-24T09:00,1,", "2025-W10,R1,M1,2025-03-03T10:00:01,-5,new",
		"2025-02,R1,R1,2025-02-03T00:00,1,", "2025-03-02,R1,R1,2025-03-01T00:00,1,", "2025-03-03,R1,R1,2025-03-02T23:59,200,renewal", "2025,华东/上海,,2025-01-02T00:00,7,expansion")
	if err := WriteForecasts(&buf, b.AsOf, b.Forecasts); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(&buf)
	if err != nil || !z.ModTime.IsZero() || z.Name != "" {
		t.Fatalf("%+v, %v", z, err)
	}
	text, err := io.ReadAll(z)
	want := "as_of,period,rep_id,submitted_by,submitted_at,amount,currency,type\n" +
		"2025-03-09,2025-03,R1,R1,2025-03-03T18:00,100.01,CNY,\n" +
		"2025-03-09,2025-W10,R1,M1,2025-03-03T10:00:01,-0.05,CNY,new\n" +
		"2025-03-09,2025-03-03,R1,R1,2025-03-02T23:59,2.00,CNY,renewal\n" +
		"2025-03-09,2025,华东/上海,,2025-01-02T00:00,0.07,CNY,expansion\n"
	if err != nil || string(text) != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, text, want)
	}
}

// Three weeks and what the export says now, by hand.
func TestJoinForecasts(t *testing.T) {
	out := t.TempDir()
	keepSaid(t, out, "2025-W08", said("2025-02-23",
		"2025-03,R1,R1,2025-02-20T09:00,100,",  // overwritten since
		"2025-03,R2,R2,2025-02-20T09:00,300,",  // the export has it, with another amount
		"2025-03,R3,R3,2025-02-21T09:00,20,",   // deleted
		"2025-03,R4,R4,2025-02-21T09:00,1,new", // the export has it without a type: another
		"2025-02-24,R1,R1,2025-02-23T20:00,5,", // of a day
		"2025-03,R5,R5,2025-02-21T09:00,8,",    // week 9 has it with another amount
		"2025-03,R6,R6,2025-02-21T09:00,1,",    // two at one instant, of one file
		"2025-03,R6,R6,2025-02-21T09:00,2,"))
	keepSaid(t, out, "2025-W09", said("2025-03-02", "2025-03,R1,R1,2025-02-27T09:00,150,", "2025-03,R5,R5,2025-02-21T09:00,9,"))
	keepSaid(t, out, "2025-W07", said("2025-02-16"))                                         // nothing was said
	keepSaid(t, out, "2025-W12", said("2025-03-23", "2025-03,R1,R1,2025-03-20T09:00,7000,")) // of a later week: not asked for
	keep(t, out, "2025-W08", book("2025-02-23", "A,contact,open,100,,2025-02-20,"))          // the pipeline beside it
	weeks, err := ReadForecasts(out, d("2025-03-09"), crm.Fiscal{})
	if err != nil || len(weeks) != 2 {
		t.Fatalf("%d weeks, %v", len(weeks), err)
	}
	now := said("2025-03-09", "2025-03,R1,R1,2025-03-05T09:00,180,", "2025-03,R2,R2,2025-02-20T09:00,310,", "2025-03,R4,R4,2025-02-21T09:00,1,")
	report := &ingest.Report{}
	added, since := JoinForecasts(now, report, weeks)
	var got []string
	for _, f := range now.Forecasts {
		got = append(got, fmt.Sprintf("%s%s %s %s %d %s:%d", f.Period.Name, f.Day, f.Subject, f.At, f.Amount.Minor, now.Files[f.File], f.Line))
	}
	want := []string{
		"2025-03 R1 2025-02-20T09:00 100 snapshots/2025-W08.forecasts.csv.gz:2",
		"2025-03 R3 2025-02-21T09:00 20 snapshots/2025-W08.forecasts.csv.gz:4",
		"2025-03 R4 2025-02-21T09:00 1 snapshots/2025-W08.forecasts.csv.gz:5",
		"2025-02-24 R1 2025-02-23T20:00 5 snapshots/2025-W08.forecasts.csv.gz:6",
		"2025-03 R6 2025-02-21T09:00 1 snapshots/2025-W08.forecasts.csv.gz:8",
		"2025-03 R6 2025-02-21T09:00 2 snapshots/2025-W08.forecasts.csv.gz:9", // the later row
		"2025-03 R1 2025-02-27T09:00 150 snapshots/2025-W09.forecasts.csv.gz:2",
		"2025-03 R5 2025-02-21T09:00 9 snapshots/2025-W09.forecasts.csv.gz:3",
		"2025-03 R1 2025-03-05T09:00 180 forecasts.csv:2",
		"2025-03 R2 2025-02-20T09:00 310 forecasts.csv:3",
		"2025-03 R4 2025-02-21T09:00 1 forecasts.csv:4",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if added != 8 || since != d("2025-02-23") || len(report.Receipts) != 2 {
		t.Errorf("%d added since %s, %v", added, since, report.Receipts)
	}
	for i, want := range []struct{ read, accepted int }{{8, 6}, {2, 2}} { // R2 and R5 of week 8 are said elsewhere
		if c := report.Receipts[i]; !c.Conserved() || c.Read != want.read || c.Accepted != want.accepted || c.Duplicates != want.read-want.accepted || len(c.SHA256) != 64 || len(c.Problems) != 0 {
			t.Errorf("%+v", c)
		}
	}
	if pipelines, err := Read(out, d("2025-12-31")); err != nil || len(pipelines) != 1 {
		t.Errorf("the pipelines beside them: %d, %v", len(pipelines), err)
	}
	// Every row can be shown again, and no other.
	refs := []crm.RowRef{{Table: forecasts, Pos: now.Forecasts[7].Pos}, {Table: forecasts, Pos: now.Forecasts[0].Pos}}
	rows, err := Originals(out, now.Files, refs)
	if err != nil || rows[1].File != "snapshots/2025-W08.forecasts.csv.gz" || rows[1].ID != "2025-03 R1 2025-02-20T09:00 1.00" ||
		rows[0].Text != "2025-03-02,2025-03,R5,R5,2025-02-21T09:00,0.09,CNY," || rows[0].RowRef != refs[0] {
		t.Errorf("%+v, %v", rows, err)
	}
	refs[1].Line = 100
	var f *ingest.Fault
	if _, err := Originals(out, now.Files, refs); !errors.As(err, &f) || f.Code != "file_changed" || f.Line != 100 {
		t.Errorf("a row that is not there: %v", err)
	}
}

// Without a table of reps the organisation is whoever is named; with one, who is
// not in it is told.
func TestJoinForecastsOfStrangers(t *testing.T) {
	out := t.TempDir()
	keepSaid(t, out, "2025-W08", said("2025-02-23", "2025-03,R9,R9,2025-02-20T09:00,100,", "2025-W09,R9,R9,2025-02-20T09:00,100,"))
	for _, reps := range []bool{false, true} {
		weeks, err := ReadForecasts(out, d("2025-02-23"), crm.Fiscal{})
		if err != nil {
			t.Fatal(err)
		}
		b, report := said("2025-03-02"), &ingest.Report{}
		b.Tables["reps"] = reps
		JoinForecasts(b, report, weeks)
		_, known := b.Org.Find("R9")
		if problems := report.Receipts[0].Problems; known == reps || reps != (len(problems) == 1 && problems[0].Code == "unknown_scope" && problems[0].Count == 2 && problems[0].Line == 2) {
			t.Errorf("with reps %v: known %v, %+v", reps, known, problems)
		}
		if len(b.Forecasts) != 2 {
			t.Errorf("with reps %v: %v", reps, b.Forecasts)
		}
	}
}

func TestDamagedForecasts(t *testing.T) {
	head := strings.Join(forecastColumns, ",") + "\n"
	row := "2025-02-23,2025-03,R1,R1,2025-02-20T09:00,1.00,CNY,\n"
	for name, text := range map[string]string{
		"another header":    "a,b\n",
		"a row cut short":   head + "2025-02-23,2025-03\n",
		"two days":          head + row + strings.Replace(row, "02-23", "02-24", 1),
		"no day":            head + strings.Replace(row, "2025-02-23", "", 1),
		"no such period":    head + strings.Replace(row, "2025-03", "2025-13", 1),
		"no time":           head + strings.Replace(row, "T09:00", "T29:00", 1),
		"after the day":     head + strings.Replace(row, "02-20", "02-24", 1),
		"no amount":         head + strings.Replace(row, "1.00", "one", 1),
		"nobody's":          head + strings.Replace(row, "R1", "", 1),
		"a type of no kind": head + strings.Replace(row, "CNY,", "CNY,other", 1),
	} {
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		io.WriteString(z, text)
		z.Close()
		out := t.TempDir()
		if err := errors.Join(os.Mkdir(filepath.Join(out, Dir), 0o750), os.WriteFile(filepath.Join(out, ForecastsName("2025-W08")), packed.Bytes(), 0o640)); err != nil {
			t.Fatal(err)
		}
		_, err := ReadForecasts(out, d("2025-12-31"), crm.Fiscal{})
		var f *ingest.Fault
		if !errors.As(err, &f) || f.Kind != ingest.BadData || f.File != "snapshots/2025-W08.forecasts.csv.gz" || f.Remedy == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
