package dialect

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// suites is where the public conformance suites lie beside the project. They
// are read in place and never committed; without them the tests say so.
const suites = "../../../shared/data/csv_conformance"

func suite(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(suites, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED, NOTHING WAS CHECKED: the suite %s is not beside the project (%v)", name, err)
	}
	return dir
}

// table is a file as it was read.
type table struct {
	facts  Facts
	file   *File
	header []string
	rows   [][]string // data
	shapes []Shape    // of rows
	err    error
}

// mostRecords bounds a reader that does not end: no file of the suites has so
// many bytes.
const mostRecords = 1 << 24

// openText opens text that is in memory.
func openText(name string, text []byte, spec Spec) (*File, error) {
	return openFile(name, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }, spec)
}

func readTable(name string, text []byte, spec Spec) (out table) {
	f, err := openText(name, text, spec)
	if err != nil {
		return table{err: err}
	}
	defer f.Close()
	out.file, out.header = f, f.Header
	for range mostRecords {
		if err := f.Next(); err != nil {
			out.facts = f.Facts
			if err != io.EOF {
				out.err = err
			}
			return out
		}
		if f.Class == Data || f.Class == Blank && len(f.Header) < 2 {
			out.rows, out.shapes = append(out.rows, slices.Clone(f.Record)), append(out.shapes, f.Shape)
		}
	}
	out.err = errors.New("the reader does not end")
	return out
}

// code is the fault's.
func (x table) code() string {
	var f *Fault
	if errors.As(x.err, &f) {
		return f.Code
	}
	return ""
}

func (x table) objects() []map[string]string {
	out := []map[string]string{}
	for _, r := range x.rows {
		o := map[string]string{}
		for i, h := range x.header {
			o[h] = cell(r, i)
		}
		out = append(out, o)
	}
	return out
}

func mustFile(t *testing.T, parts ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func csvFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	return files
}

// csv-spectrum: every file is its JSON. The suite's CRLF within a cell is an LF
// here and in its file as checked out.
func TestSpectrum(t *testing.T) {
	dir := suite(t, "csv-spectrum")
	files, good := csvFiles(t, filepath.Join(dir, "csvs")), 0
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".csv")
		var want []map[string]string
		text := bytes.ReplaceAll(mustFile(t, dir, "json", name+".json"), []byte(`\r\n`), []byte(`\n`))
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		got := readTable(name, mustFile(t, f), Spec{})
		if got.err != nil || !reflect.DeepEqual(got.objects(), want) {
			t.Errorf("%s: %v\n got %v\nwant %v", name, got.err, got.objects(), want)
			continue
		}
		good++
	}
	t.Logf("csv-spectrum: %d of %d", good, len(files))
	if len(files) != 11 {
		t.Errorf("%d files, the suite has 11", len(files))
	}
}

// csv-test-data: the good files are their JSON; the bad ones are refused, or
// their bad rows or columns are reported.
func TestCSVTestData(t *testing.T) {
	dir := suite(t, "csv-test-data")
	good, bad := 0, 0
	for _, f := range csvFiles(t, filepath.Join(dir, "csv")) {
		name := strings.TrimSuffix(filepath.Base(f), ".csv")
		text := mustFile(t, f)
		if strings.HasPrefix(name, "bad-") {
			got := readTable(name, text, Spec{Wanted: []string{"foo", "bar", "baz"}})
			lost := false
			for _, c := range []string{"foo", "bar", "baz"} {
				lost = lost || got.file != nil && got.file.lacks(c)
			}
			if got.err == nil && got.facts.Short+got.facts.Long == 0 && !lost {
				t.Errorf("%s is read as %v %v without a word", name, got.header, got.rows)
				continue
			}
			bad++
			continue
		}
		answer := mustFile(t, dir, "json", name+".json")
		var got, want any
		if strings.HasPrefix(name, "header-") {
			var o []map[string]string
			if err := json.Unmarshal(answer, &o); err != nil {
				t.Fatal(err)
			}
			got, want = readTable(name, text, Spec{}).objects(), o
		} else {
			var o [][]string
			if err := json.Unmarshal(answer, &o); err != nil {
				t.Fatal(err)
			}
			got, want = readTable(name, text, Spec{HeaderRows: NoHeader}).rows, o
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
			continue
		}
		good++
	}
	t.Logf("csv-test-data: %d of 18 good files are their JSON, %d of 7 bad ones are refused or reported", good, bad)
	if good != 18 || bad != 7 {
		t.Error("the suite has 18 good and 7 bad files")
	}
}

func (f *File) lacks(name string) bool {
	c, _ := f.Column(name)
	return c < 0
}

// damage is how a file of pollock was read.
type damage struct {
	equal    bool // cell for cell as it should be
	reported bool // not so, but each difference lies where a fault, a class or a shape says that something is wrong
}

// judge compares the rows as read with the rows as they should be. A row that
// is not as it should be must not be Whole Data; where the file is refused, the
// rows before the fault must be right and the fault must lie on the next one.
func judge(got table, want [][]string) damage {
	rows := got.rows
	if got.header != nil {
		rows = append([][]string{got.header}, rows...)
	}
	wrong, silent := 0, 0
	for i := range max(len(rows), len(want)) {
		if i < len(rows) && i < len(want) && slices.Equal(rows[i], want[i]) {
			continue
		}
		wrong++
		flagged := i < len(got.shapes)+1 && i > 0 && got.shapes[i-1] != Whole
		refused := got.err != nil && i >= min(len(rows), len(want))
		if !flagged && !refused {
			silent++
		}
	}
	// A header over a header is a repeated one to us, and one of two rows to the suite.
	silent -= count(silent == 1 && got.file != nil && got.file.Count(RepeatedHeader) > 0 && !slices.Equal(rows[0], want[0]))
	empty := len(want) == 0 && got.code() == "empty_file"
	return damage{wrong == 0 && (got.err == nil || empty), silent == 0}
}

// pollock states what the suite's parameters state of a file.
func parameters(t *testing.T, dir, name string) Spec {
	t.Helper()
	var p struct {
		Delimiter string `json:"delimiter"`
		Quote     string `json:"quotechar"`
		Escape    string `json:"escapechar"`
		Header    int    `json:"header_lines"`
	}
	if err := json.Unmarshal(mustFile(t, dir, "parameters", name+".json"), &p); err != nil {
		t.Fatal(err)
	}
	spec := Spec{Quotes: Lenient, Rows: RowsRepair, Tables: TablesFirst, HeaderRows: p.Header}
	if len(p.Delimiter) == 1 {
		spec.Delimiter = rune(p.Delimiter[0])
	}
	if p.Escape == "\\" {
		spec.Quotes = Backslash
	}
	if p.Quote == "'" {
		spec.Quotes = Single
	}
	if p.Header == 0 {
		spec.HeaderRows = NoHeader
	}
	return spec
}

// pollock (Vitagliano et al., VLDB 2023, a sample of 90): clean/ holds what was
// polluted. What cannot be had back without guessing, such as a delimiter that
// is lost, must be reported: no file may be wrong in silence.
func TestPollock(t *testing.T) {
	dir := suite(t, "pollock")
	files := csvFiles(t, filepath.Join(dir, "csv"))
	var found, lenient, stated, reported, plain, plainSilent int
	for _, f := range files {
		name := filepath.Base(f)
		text := mustFile(t, f)
		want, err := csv.NewReader(bytes.NewReader(mustFile(t, dir, "clean", name))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		spec := parameters(t, dir, name)
		own, told := judge(readTable(name, text, Spec{HeaderRows: min(spec.HeaderRows, 0)}), want), judge(readTable(name, text, spec), want)
		lenient += count(judge(readTable(name, text, Spec{HeaderRows: min(spec.HeaderRows, 0), Quotes: Lenient}), want).equal)
		found, stated, reported = found+count(own.equal), stated+count(told.equal), reported+count(own.equal || own.reported)
		if !own.equal && !own.reported {
			t.Errorf("%s is wrong in silence", name)
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		equal := slices.EqualFunc(rows, want, slices.Equal)
		plain, plainSilent = plain+count(equal), plainSilent+count(!equal && err == nil)
	}
	t.Logf("pollock, of %d: equal to clean/ %d as found, %d with quotes: lenient and %d with the form stated; equal or reported %d; encoding/csv: equal %d, wrong in silence %d",
		len(files), found, lenient, stated, reported, plain, plainSilent)
	if len(files) != 90 || found < 14 || lenient < 43 || stated < 87 || reported != 90 {
		t.Error("that is less than it was")
	}
}

// The other suites say not what is in their files. Whatever they are, the reader
// ends, says a sentence for what it refuses, loses no byte of the rest, and has
// the records of encoding/csv wherever that accepts the file too.
func TestNoSilentLoss(t *testing.T) {
	for _, s := range []struct {
		name  string
		files int
	}{{"duckdb", 967}, {"csvkit", 86}, {"frictionless", 145}, {"csv-parser", 27}, {"gbk_toy", 3}} {
		t.Run(s.name, func(t *testing.T) {
			dir := suite(t, s.name)
			files, read, alike, refused := 0, 0, 0, map[string]int{}
			err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() {
					return err
				}
				files++
				text := mustFile(t, path)
				whole, err := conserved(text)
				var f *Fault
				switch {
				case errors.As(err, &f) && f.Message != "" && f.Remedy+f.Expected != "":
					refused[f.Code]++
					return nil
				case err != nil:
					t.Errorf("%s: %v", path, err)
					return nil
				}
				read++
				same, err := likeEncodingCSV(text, whole)
				if err != nil {
					t.Errorf("%s: %v", path, err)
				}
				alike += count(same)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s: of %d files %d read (%d of them by encoding/csv too, to the same records), %d refused: %v", s.name, files, read, alike, files-read, refused)
			if files < s.files || 2*read < files {
				t.Errorf("%d files, and the suite has %d", files, s.files)
			}
		})
	}
}

// conserved reads text and checks that every byte of it is in a record: the
// records lie end to end, and each is of a class that is counted.
func conserved(text []byte) (table, error) { return conservedAs(text, Spec{}) }

func conservedAs(text []byte, spec Spec) (table, error) {
	f, err := openText("f", text, spec)
	if err != nil {
		return table{}, err
	}
	defer f.Close()
	x := table{file: f, header: f.Header}
	at, records, above := f.Facts.Body, 0, f.Skipped()
	for range len(text) + 2 {
		err := f.Next()
		if err == io.EOF {
			x.facts = f.Facts
			total := 0
			for c := Data; c < classes; c++ {
				total += f.Count(c)
			}
			switch {
			case total != records+above:
				return x, fmt.Errorf("%d records are counted as %d", records, total)
			case f.Facts.Encoding == UTF8 && !f.Facts.Compressed && at != int64(len(bytes.TrimPrefix(text, []byte(utf8BOM)))):
				return x, fmt.Errorf("records end at %d of %d bytes", at, len(text))
			case f.Facts.Bytes != int64(len(text)):
				return x, fmt.Errorf("%d of %d bytes", f.Facts.Bytes, len(text))
			}
			return x, nil
		}
		if err != nil {
			return x, err
		}
		if f.tokens.offset() != at {
			return x, fmt.Errorf("line %d begins at %d, %d is where the one before ends", f.Line, f.tokens.offset(), at)
		}
		records++
		at += int64(len(f.tokens.raw()))
		if f.Class != Blank {
			x.rows = append(x.rows, slices.Clone(f.Record))
		}
	}
	return x, errors.New("the reader does not end")
}

// likeEncodingCSV compares the records below the header with those of
// encoding/csv; same is false where that does not accept the file or reads
// another dialect.
func likeEncodingCSV(text []byte, x table) (same bool, err error) {
	if !x.facts.Canonical() || x.facts.BodyOffset() > int64(len(text)) {
		return false, nil
	}
	r := csv.NewReader(bytes.NewReader(text[x.facts.BodyOffset():]))
	r.Comma, r.FieldsPerRecord = x.facts.Delimiter, -1
	for i := 0; ; {
		want, err := r.Read()
		if err == io.EOF && i == len(x.rows) {
			return true, nil
		}
		if err != nil && err != io.EOF {
			return false, nil
		}
		if blank(want) && err == nil {
			continue
		}
		if err == io.EOF || i >= len(x.rows) || !slices.Equal(x.rows[i], want) {
			return false, fmt.Errorf("record %d below the header is not %q", i, want)
		}
		i++
	}
}

// GBK and UTF-16 come out as the right characters.
func TestEncodingsOfSuites(t *testing.T) {
	gbk := readTable("gbk.csv", mustFile(t, suite(t, "gbk_toy"), "gbk.csv"), Spec{})
	plain := readTable("utf8.csv", mustFile(t, suite(t, "gbk_toy"), "utf8.csv"), Spec{})
	if gbk.err != nil || gbk.facts.Encoding != GB18030 || plain.facts.Encoding != UTF8 || !slices.Equal(gbk.header, []string{"序号", "姓名", "年龄", "职业", "title"}) {
		t.Fatalf("%v %q %+v", gbk.err, gbk.header, gbk.facts)
	}
	if got := fmt.Sprint(gbk.rows); got != "[[1 张三 19 丐帮 小组长] [2 lisi 23 恒山派 堂主] [3 王五 22 华山派 入门弟子] [4 秦六 33 少林寺 ]]" {
		t.Error(got)
	}
	checked := 0
	for _, s := range []string{"csvkit", "duckdb", "csv-parser"} {
		filepath.WalkDir(suite(t, s), func(path string, d fs.DirEntry, err error) error {
			name := strings.ToLower(d.Name())
			if err != nil || !strings.Contains(name, "utf16") && !strings.Contains(name, "utf-16") || !strings.HasSuffix(name, ".csv") {
				return err
			}
			text := mustFile(t, path)
			got := readTable(name, text, Spec{})
			if got.err != nil || !strings.HasPrefix(got.facts.Encoding, "utf-16") || !got.facts.BOM || len(got.rows) == 0 {
				t.Errorf("%s: %v %+v", path, got.err, got.facts)
			}
			if s != "duckdb" && (fmt.Sprint(got.header, got.rows) != "[a b c] [[1 2 3] [4 5 ʤ]]") {
				t.Errorf("%s: %q %q", path, got.header, got.rows)
			}
			checked++
			return nil
		})
	}
	if checked < 6 {
		t.Errorf("only %d UTF-16 files were found", checked)
	}
}
