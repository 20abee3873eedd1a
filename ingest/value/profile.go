package value

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// ColumnProfile is what one column says about itself.
type ColumnProfile struct {
	Name      string
	Kind      Kind
	Layout    string       // of dates and numbers, in words: "day/month/year", "decimal comma"
	Cells     int          // all, blank ones too
	Blank     int          // blank cells and words for blank, such as N/A
	Bad       Evidence     // cells that do not fit the kind
	Evidence  []Evidence   // what decided, in a fixed order
	Ambiguous []Reading    // where nothing decided: what the example may be
	Question  string       // where nothing decided: the question, with the line of an example; else ""
	Code      string       // of the question; else ""
	Setting   string       // key: value to paste under the source; where nothing decided, the first answer; "" if none is needed. percent: true belongs under our field: percent: {rate: true}
	Unit      string       // that the header states: 万元; ingest takes it by itself
	Words     []Occurrence // the distinct texts, most frequent first
	Distinct  int          // distinct texts; more than Words holds where there are many
}

// Occurrence is how often a text stands in a column, and where first.
type Occurrence struct {
	Text  string
	Count int
	Line  int
}

// most distinct texts that a profile keeps, and shows.
const (
	keptWords  = 1000
	shownWords = 50
)

// Profile reads a whole column: cells yields each line with its text. want is
// the kind that the column must have, or Any.
func Profile(name string, want Kind, cells iter.Seq2[int, string]) ColumnProfile {
	c := &column{want: want, words: map[string]*Occurrence{}, numbers: NewNumberColumn(numberKind(want)), dates: DateColumn{Ends: want == End}}
	p := ColumnProfile{Name: name}
	for line, cell := range cells {
		p.Cells++
		if cell = Trim(cell); cell == "" || want != Text && Blank(cell) {
			p.Blank++
			continue
		}
		c.add(Place{Line: line}, cell)
	}
	switch p.Kind = want; want {
	case Any:
		p.Kind = c.guess(name)
	case End:
		p.Kind = Date
	}
	c.describe(&p)
	c.vocabulary(&p)
	if p.Kind == Number {
		if word, _, ok := HeaderUnit(name); ok {
			p.Unit = word
		}
	}
	return p
}

func numberKind(want Kind) Kind {
	if want == Percent || want == Factor || want == Count {
		return want
	}
	return Number
}

// column is a column under every kind at once.
type column struct {
	want    Kind
	cells   int // not blank
	dates   DateColumn
	numbers *NumberColumn
	ids     IDColumn
	tri     [2]Evidence // yes, no
	words   map[string]*Occurrence
	more    int // distinct texts beyond those kept, at most
	spaced  int // texts of several words
}

func (c *column) add(at Place, cell string) {
	c.cells++
	c.dates.Add(at, cell)
	c.numbers.Add(at, cell)
	c.ids.Add(at, CleanID(cell))
	if yes, ok := Tri(cell); ok {
		i := 1
		if yes {
			i = 0
		}
		c.tri[i].add(at, cell)
	}
	if strings.Contains(cell, " ") {
		c.spaced++
	}
	if w := c.words[cell]; w != nil {
		w.Count++
	} else if len(c.words) < keptWords {
		text := strings.Clone(cell)
		c.words[text] = &Occurrence{text, 1, at.Line}
	} else {
		c.more++
	}
}

// guess finds the kind of a column that nobody named one for.
func (c *column) guess(name string) Kind {
	n, _ := c.dates.yearsLast()
	dated := n + c.dates.plain.Count + c.dates.short.Count
	bare := c.dates.serial.Count + c.dates.second.Count + c.dates.milli.Count
	numeric := c.cells - c.numbers.bad.Count
	distinct := len(c.words) + c.more
	most := func(n int) bool { return n > 0 && n*10 >= c.cells*9 }
	switch {
	case c.cells == 0:
		return Text
	case c.tri[0].Count+c.tri[1].Count == c.cells && (c.tri[0].Count > 0 && c.tri[1].Count > 0 || numeric == 0):
		return Bool
	case most(dated), namesDate(name) && (bare == c.cells || dated*4 >= c.cells):
		if c.dates.timed > 0 {
			return Stamp
		}
		return Date
	case namesID(name):
		return ID
	case most(numeric) && c.numbers.signed.Count > 0:
		return Percent
	case most(numeric):
		return Number
	case distinct == c.cells && c.cells > 20 && c.spaced == 0:
		return ID
	case distinct <= 200 && distinct*2 <= c.cells:
		return Word
	}
	return Text
}

func namesID(name string) bool {
	n := strings.ToLower(Fold(name))
	for _, end := range []string{"id", "编号", "编码", "号码", "单号", "no", "no."} {
		rest, ok := strings.CutSuffix(n, end)
		if ok && (rest == "" || end[0] >= 0x80 || strings.HasSuffix(rest, " ") || strings.HasSuffix(rest, "_") || strings.HasSuffix(rest, ".") || strings.HasSuffix(rest, "-")) ||
			ok && end == "id" && strings.HasSuffix(Fold(name), "Id") {
			return true
		}
	}
	return false
}

func namesDate(name string) bool {
	n := strings.ToLower(Fold(name))
	for _, word := range []string{"date", "time", "日期", "时间", "created", "modified", "closed"} {
		if strings.Contains(n, word) {
			return true
		}
	}
	return strings.HasSuffix(n, "_at") || strings.HasSuffix(n, " on") || strings.HasSuffix(n, "_on") || strings.HasSuffix(n, "日")
}

// describe fills what belongs to the kind.
func (c *column) describe(p *ColumnProfile) {
	var doubt *Doubt
	switch p.Kind {
	case Date, Stamp:
		doubt = c.describeDates(p)
	case Number, Percent, Factor, Count:
		doubt = c.describeNumbers(p)
	case ID:
		doubt = c.ids.Damaged()
	case Bool:
		p.list("yes", c.tri[0])
		p.list("no", c.tri[1])
	}
	if doubt != nil {
		p.Question = fmt.Sprintf("column %s, %s: %s; %s", p.Name, doubt.At.line(), doubt.Why, doubt.Remedy)
		p.Ambiguous, p.Code = doubt.Readings, doubt.Code
		if len(doubt.Readings) > 0 {
			p.Setting = doubt.Readings[0].Setting
		}
	}
}

func (p *ColumnProfile) list(says string, e Evidence) {
	if e.Count > 0 {
		e.Says = says
		p.Evidence = append(p.Evidence, e)
	}
}

func (c *column) describeDates(p *ColumnProfile) *Doubt {
	d, doubt := c.dates.Decide(Unsaid)
	p.list("one reading only", c.dates.plain)
	for i := range c.dates.byOrder {
		o := &c.dates.byOrder[i]
		p.list("day/month/year: the first part can be no month", o.day)
		p.list("month/day/year: the second part can be no month", o.month)
		p.list("day and month may be swapped", o.open)
		p.list("day and month are equal", o.same)
		if o.day.Count+o.month.Count+o.open.Count > 0 && d.orders[i] != Unsaid {
			p.Layout, p.Setting = d.orders[i].long(), "date_order: "+d.orders[i].String()
		}
	}
	p.list("years of two digits: rejected unless dates states the layout", c.dates.short)
	p.list("day numbers of Excel", c.dates.serial)
	p.list("seconds since 1970, UTC", c.dates.second)
	p.list("milliseconds since 1970, UTC", c.dates.milli)
	p.list("stands for no end: read as blank", c.dates.open)
	if doubt == nil && c.dates.short.Count*2 > c.cells {
		p.Layout, doubt = "years of two digits", c.dates.askShort()
	}
	if p.Layout == "" {
		p.Layout = d.numbers.words()
	}
	p.Bad = c.dates.bad
	for _, e := range []Evidence{c.dates.number, c.dates.short} {
		p.Bad = plus(p.Bad, e)
	}
	if d.numbers == noNumbers {
		for _, e := range []Evidence{c.dates.serial, c.dates.second, c.dates.milli} {
			p.Bad = plus(p.Bad, e)
		}
	}
	return doubt
}

// plus counts two groups as one; the earlier example stays.
func plus(a, b Evidence) Evidence {
	if a.Count == 0 || b.Count > 0 && b.At.Line < a.At.Line {
		b.Count += a.Count
		return b
	}
	a.Count += b.Count
	return a
}

func (c *column) describeNumbers(p *ColumnProfile) *Doubt {
	if p.Kind == Percent && c.numbers.kind == Number {
		c.numbers.kind = Percent // guessed: the sign says so
	}
	n, doubt := c.numbers.Decide(Stated{})
	p.list("decimal point", c.numbers.point)
	p.list("decimal comma", c.numbers.comma)
	p.list("may be decimals or thousands", c.numbers.open)
	p.list("thousands are separated", c.numbers.grouped)
	p.list("with a unit", c.numbers.unit)
	p.list("with a currency", c.numbers.currency)
	p.list("percent sign", c.numbers.signed)
	p.Bad = c.numbers.bad
	p.Layout = "decimal point"
	if n.Point == ',' {
		p.Layout, p.Setting = "decimal comma", `decimal: ","`
	}
	if p.Kind == Percent && (n.Percent || c.numbers.signed.Count > 0) {
		p.Layout += ", percents"
	}
	return doubt
}

// vocabulary lists the distinct texts.
func (c *column) vocabulary(p *ColumnProfile) {
	p.Distinct = len(c.words) + c.more
	for _, w := range c.words {
		p.Words = append(p.Words, *w)
	}
	slices.SortFunc(p.Words, func(a, b Occurrence) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	p.Words = p.Words[:min(len(p.Words), shownWords)]
}
