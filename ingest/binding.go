package ingest

import (
	"encoding/csv"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"

	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
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
	blanks map[string]string   // the source's words for blank → ""
	kinds  []value.Kind
	class  []class
	units  []int            // power of ten of the column's numbers
	scaled bool             // any unit is not 0
	ids    []value.IDColumn // of class classID
	line   int              // of the record that fill reads
	odd    bool             // fill met an id that ids watches
	when   []condition
	short  bool // ids are those of salesforceID
	width  int
	bound  []bound   // the fields that the file has
	keys   []*string // the cells of the key
	must   []int     // the fields that must be filled
	stamp  int       // the field updated_at, if it is bound; else -1
}

// bound is a field that the file has, with what fill needs of it.
type bound struct {
	cell   *string
	words  map[string]string
	column int32
	field  int32
	class  class
}

// class says how fill looks at a field.
type class uint8

const (
	classText  class = iota
	classID          // cleaned, and watched for damage
	classTyped       // a date or a number: - and N/A are blank
)

func classOf(k value.Kind) class {
	switch k {
	case value.ID:
		return classID
	case value.Date, value.Stamp, value.End, value.Number, value.Percent, value.Factor, value.Count:
		return classTyped
	}
	return classText
}

type condition struct {
	column int
	in     []string
}

// bind finds the columns of a file. rec is a *R.
func bind(rec any, f *csvFile, s *Source) (*binding, error) {
	v := reflect.ValueOf(rec).Elem()
	b := &binding{width: len(f.header), stamp: -1, blanks: s.blanks(), short: s.IDs == SalesforceIDs}
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
		b.words = append(b.words, withBlanks(s.Words[name], b.blanks))
		b.kinds = append(b.kinds, spec.Kinds[i])
		b.class = append(b.class, classOf(spec.Kinds[i]))
		b.ids = append(b.ids, value.IDColumn{})
		unit := s.unit(name, spec.Kinds[i], b.header[i])
		b.units, b.scaled = append(b.units, unit), b.scaled || unit != 0
		*b.cells[i] = s.Constants[name]
		if name == "updated_at" && b.column[i] >= 0 {
			b.stamp = i
		}
		b.ready(i)
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
			if s.Only {
				continue
			}
			theirs = field
		}
		n, twice := find(f.header, theirs)
		if twice {
			return nil, &Fault{Code: "duplicate_column", File: f.name, Line: f.Facts.HeaderLine, Column: theirs, Place: s.Place,
				Message: fmt.Sprintf("two columns are called %s", theirs), Remedy: fmt.Sprintf("say which in crmreport.yaml under sources/columns, such as %s: %q, or delete one of them", field, theirs+"#2")}
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
				at[i], b.header[i] = n, f.Header[n] // the second Amount is Amount#2
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

// find returns the column called name (see dialect.Find).
func find(header []string, name string) (column int, twice bool) { return dialect.Find(header, name) }

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
	return &Fault{Code: "missing_column", File: f.name, Line: f.Facts.HeaderLine, Column: missing[0], Place: s.Place,
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
	for name := range s.Units {
		given = append(given, name)
	}
	for name := range s.Percent {
		given = append(given, name)
	}
	sort.Strings(given)
	for _, name := range given {
		if !slices.Contains(spec.Columns, name) && !(s.Table == "stage_history" && name == "stage") {
			return &Fault{Kind: BadConfig, Code: "unknown_field", Column: name, Place: s.Place,
				Message:  fmt.Sprintf("table %s has no field %s%s", s.Table, name, Nearest(name, spec.Columns)),
				Expected: strings.Join(spec.Columns, ", "), Remedy: "correct the name in crmreport.yaml under sources"}
		}
	}
	return nil
}

func (b *binding) conditions(f *csvFile, s *Source) error {
	for _, c := range s.When {
		n, twice := find(f.header, c.Column)
		if n < 0 || twice {
			return &Fault{Code: "missing_column", File: f.name, Line: f.Facts.HeaderLine, Column: c.Column, Place: s.Place,
				Message: fmt.Sprintf("the column %s of a when condition is not there exactly once%s", c.Column, Nearest(c.Column, f.header)),
				Found:   listed(f.header), Remedy: "correct it in crmreport.yaml under sources/when"}
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

// ready notes what the filling of a field needs to be told.
func (b *binding) ready(i int) {
	if b.column[i] >= 0 {
		b.bound = append(b.bound, bound{b.cells[i], b.words[i], int32(b.column[i]), int32(i), b.class[i]})
	}
	if b.key[i] {
		b.keys = append(b.keys, b.cells[i])
	}
	if b.filled[i] {
		b.must = append(b.must, i)
	}
}

// fill puts a record into the row and returns the hashes of its key and of all
// its cells.
func (b *binding) fill(record []string) (key, content uint64) {
	b.put(record)
	return b.keyHash(), b.contentHash()
}

// fillKey is fill where it matters only what the row is known by: its key, or
// all of it.
func (b *binding) fillKey(record []string) uint64 {
	b.put(record)
	if len(b.keys) > 0 {
		return b.keyHash()
	}
	return b.contentHash()
}

func (b *binding) keyHash() uint64 {
	h := uint64(hashStart)
	for _, cell := range b.keys {
		h = hashText(h, *cell)
	}
	return h
}

func (b *binding) contentHash() uint64 {
	h := uint64(hashStart)
	for i := range b.bound {
		h = hashText(h, *b.bound[i].cell)
	}
	return h
}

// put puts a record into the row.
func (b *binding) put(record []string) {
	for i := range b.bound {
		f := &b.bound[i]
		text := ""
		if n := int(f.column); n < len(record) {
			text = value.Trim(record[n])
		}
		if f.words != nil {
			if w, ok := f.words[text]; ok {
				text = w
			}
		}
		switch f.class {
		case classID:
			if odd(text) {
				text = b.oddID(int(f.field), text)
			}
			if b.short {
				text = salesforceID(text)
			}
		case classTyped:
			if text != "" && text[0]-'0' > 9 && value.Blank(text) {
				text = ""
			}
		}
		*f.cell = text
	}
}

// odd reports an id that may have to be cleaned or watched.
func odd(id string) bool {
	n := len(id)
	return n > 15 || n > 1 && (id[0] == '=' || id[0] == '\'' || id[0] == 'z') || n > 4 && id[n-3] == '+'
}

// oddID cleans an id, and shows it to what watches for damage.
func (b *binding) oddID(i int, text string) string {
	text = value.CleanID(text)
	b.ids[i].Add(value.Place{Line: b.line}, text)
	b.odd = true
	return text
}

// damaged refuses a file whose ids went through a spreadsheet, whichever column
// they are in: nothing joins any more, and two ids may have become one.
func (d *row) damaged() error {
	b := d.binding
	for i := range b.ids {
		if doubt := b.ids[i].Damaged(); doubt != nil {
			return &Fault{Code: doubt.Code, File: d.receipt.File, Line: doubt.At.Line, Column: b.header[i], Place: d.source.Place,
				Message: fmt.Sprintf("column %s: %s", b.header[i], doubt.Why), Expected: "ids as the system wrote them", Remedy: doubt.Remedy}
		}
	}
	return nil
}

// blanks are the source's own words for blank; nil where it has none.
func (s *Source) blanks() map[string]string {
	if len(s.Blank) == 0 {
		return nil
	}
	m := map[string]string{}
	for _, w := range s.Blank {
		m[w] = ""
	}
	return m
}

// withBlanks adds words for blank to a vocabulary, which wins.
func withBlanks(words, blanks map[string]string) map[string]string {
	if len(blanks) == 0 {
		return words
	}
	m := maps.Clone(blanks)
	maps.Copy(m, words)
	return m
}

// unit is the power of ten of a field's numbers: as the source states it, or
// else as the header does.
func (s *Source) unit(field string, k value.Kind, header string) int {
	if k != value.Number {
		return 0
	}
	if stated, ok := s.Units[field]; ok {
		exp, _ := value.ParseUnit(stated)
		return exp
	}
	_, exp, _ := value.HeaderUnit(header)
	return exp
}
