package ingest

import (
	"encoding/csv"
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"
)

// binding ties the columns of one file to the text fields of one row struct R,
// which it fills again for each record.
type binding struct {
	names  []string // our fields, in the order of R
	header []string // their headers, "" where the file lacks the field
	cells  []*string
	column []int // of the file; -1 = not there
	filled []bool
	key    []bool
	words  []map[string]string // their word → ours, by field
	when   []condition
	width  int
	stamp  int // the field updated_at, if it is bound; else -1
}

type condition struct {
	column int
	in     []string
}

// bind finds the columns of a file. rec is a *R.
func bind(rec any, f *csvFile, s *Source) (*binding, error) {
	v := reflect.ValueOf(rec).Elem()
	b := &binding{width: len(f.header), stamp: -1}
	spec := specOf(s.Table, v.Type())
	if err := s.checkNames(spec); err != nil {
		return nil, err
	}
	missing, err := b.columns(rec, spec, f, s)
	if err != nil {
		return nil, err
	}
	b.names = spec.Columns
	for i, name := range spec.Columns {
		b.cells = append(b.cells, v.Field(i).Addr().Interface().(*string))
		b.filled = append(b.filled, slices.Contains(spec.Filled, name))
		b.key = append(b.key, slices.Contains(spec.Key, name))
		b.words = append(b.words, s.Words[name])
		*b.cells[i] = s.Constants[name]
		if name == "updated_at" && b.column[i] >= 0 {
			b.stamp = i
		}
	}
	if len(missing) > 0 {
		return nil, missingColumns(f, s, spec, missing)
	}
	return b, b.conditions(f, s)
}

// columns lets gocsv match headers with the csv tags: it unmarshals one record
// that holds the column numbers. What is renamed (Source.Columns) comes under
// our name; one column may feed several fields.
func (b *binding) columns(rec any, spec TableSpec, f *csvFile, s *Source) (missing []string, err error) {
	var names, numbers []string
	at := make([]int, len(spec.Columns))
	for i, field := range spec.Columns {
		at[i] = -1
		if _, ok := s.Constants[field]; ok {
			continue
		}
		theirs, renamed := s.Columns[field]
		if !renamed {
			theirs = field
		}
		n, twice := find(f.header, theirs)
		if twice {
			return nil, &Fault{Code: "duplicate_column", File: f.name, Line: 1, Column: theirs, Place: s.Place,
				Message: fmt.Sprintf("two columns are called %s", theirs), Remedy: "rename or delete one of them"}
		}
		if n >= 0 {
			names, numbers = append(names, field), append(numbers, strconv.Itoa(n))
		} else if renamed {
			missing = append(missing, field)
		}
	}
	b.column = at
	b.header = make([]string, len(spec.Columns))
	lacking := spec.Columns
	if len(names) > 0 {
		var text strings.Builder
		w := csv.NewWriter(&text)
		w.WriteAll([][]string{names, numbers})
		um, err := gocsv.NewUnmarshaller(csv.NewReader(strings.NewReader(text.String())), rec)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", s.Table, err)
		}
		row, err := um.Read()
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", s.Table, err)
		}
		v := reflect.ValueOf(row).Elem()
		for i := range spec.Columns {
			if n, err := strconv.Atoi(v.Field(i).String()); err == nil {
				at[i], b.header[i] = n, f.header[n]
			}
		}
		lacking = um.MismatchedStructFields
	}
	for _, field := range lacking {
		if _, ok := s.Constants[field]; !ok && slices.Contains(spec.Required, field) && !slices.Contains(missing, field) {
			missing = append(missing, field)
		}
	}
	return missing, nil
}

// find returns the column called name, exactly or else but for the case; two of
// them cannot be told apart.
func find(header []string, name string) (column int, twice bool) {
	for _, same := range []func(a, b string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		column = -1
		for i, h := range header {
			if same(h, strings.TrimSpace(name)) {
				if column >= 0 {
					return column, true
				}
				column = i
			}
		}
		if column >= 0 {
			return column, false
		}
	}
	return -1, false
}

func missingColumns(f *csvFile, s *Source, spec TableSpec, missing []string) *Fault {
	say := func(field string) string {
		if theirs, ok := s.Columns[field]; ok && theirs != field {
			return theirs + " (" + field + ")"
		}
		return field
	}
	var lost, need []string
	for _, m := range missing {
		lost = append(lost, say(m))
	}
	for _, n := range spec.Required {
		need = append(need, say(n))
	}
	message := "column " + lost[0] + " is missing"
	if len(lost) > 1 {
		message = "columns " + strings.Join(lost, ", ") + " are missing"
	}
	var seen []string
	for _, h := range f.header {
		if h != "" {
			seen = append(seen, h)
		}
	}
	hint := ""
	for _, m := range missing {
		theirs := m
		if t, ok := s.Columns[m]; ok {
			theirs = t
		}
		if hint = Nearest(theirs, seen); hint != "" {
			break
		}
	}
	return &Fault{Code: "missing_column", File: f.name, Line: 1, Column: missing[0], Place: s.Place,
		Message: message + hint, Expected: "table " + s.Table + " needs " + strings.Join(need, ", "),
		Found: listed(seen), Remedy: "name it in crmreport.yaml under sources/columns"}
}

// listed joins words, the first twenty of them.
func listed(words []string) string {
	const most = 20
	if len(words) == 0 {
		return "nothing"
	}
	if len(words) > most {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(words, ", ")
}

// checkNames refuses settings for fields that the table does not have.
func (s *Source) checkNames(spec TableSpec) error {
	var given []string
	for name := range s.Columns {
		if !(s.Table == "stage_history" && strings.HasPrefix(name, enteredPrefix)) {
			given = append(given, name)
		}
	}
	for name := range s.Constants {
		given = append(given, name)
	}
	for name := range s.Words {
		given = append(given, name)
	}
	sort.Strings(given)
	for _, name := range given {
		if !slices.Contains(spec.Columns, name) && !(s.Table == "stage_history" && name == "stage") {
			return &Fault{Kind: BadConfig, Code: "unknown_field", Column: name, Place: s.Place,
				Message:  fmt.Sprintf("table %s has no field %s%s", s.Table, name, Nearest(name, spec.Columns)),
				Expected: strings.Join(spec.Columns, ", ")}
		}
	}
	return nil
}

func (b *binding) conditions(f *csvFile, s *Source) error {
	for _, c := range s.When {
		n, twice := find(f.header, c.Column)
		if n < 0 || twice {
			return &Fault{Code: "missing_column", File: f.name, Line: 1, Column: c.Column, Place: s.Place,
				Message: fmt.Sprintf("the column %s of a when condition is not there exactly once%s", c.Column, Nearest(c.Column, f.header)),
				Found:   listed(f.header), Remedy: "correct sources/when"}
		}
		b.when = append(b.when, condition{n, c.In})
	}
	return nil
}

// wanted reports whether the record is of this source's table.
func (b *binding) wanted(record []string) bool {
	for _, c := range b.when {
		text := ""
		if c.column < len(record) {
			text = strings.TrimSpace(record[c.column])
		}
		if (len(c.in) == 0 && text == "") || (len(c.in) > 0 && !slices.Contains(c.in, text)) {
			return false
		}
	}
	return true
}

// fill puts a record into the row and returns the hashes of its key and of all
// its cells.
func (b *binding) fill(record []string) (key, content uint64) {
	key, content = hashStart, hashStart
	for i, n := range b.column {
		if n >= 0 {
			text := ""
			if n < len(record) {
				text = trim(record[n])
			}
			if w, ok := b.words[i][text]; ok {
				text = w
			}
			*b.cells[i] = text
			content = hashText(content, text)
		}
		if b.key[i] {
			key = hashText(key, *b.cells[i])
		}
	}
	return key, content
}

// trim is strings.TrimSpace, quick where there is nothing to do.
func trim(s string) string {
	if s == "" {
		return s
	}
	if a, z := s[0], s[len(s)-1]; a > ' ' && a < 0x80 && z > ' ' && z < 0x80 {
		return s
	}
	return strings.TrimSpace(s)
}

func blankRecord(record []string) bool {
	for _, c := range record {
		if trim(c) != "" {
			return false
		}
	}
	return true
}

// ragged reports a record with more cells than the header that are not blank.
func (b *binding) ragged(record []string) bool {
	return len(record) > b.width && !blankRecord(record[b.width:])
}
