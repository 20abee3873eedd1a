package dialect

import (
	"bytes"
	"io"
	"slices"
)

// sampleRows is how many rows are looked at to find a file's form.
const sampleRows = 200

const delimiters = ",;\t|"

// row is a row of the sample.
type row struct {
	cells  []string
	filled int // cells with text
	line   int
}

// sample is the beginning of a file's text.
type sample struct {
	text  []byte
	whole bool // it is the whole text
	line  int  // on which it begins
	keep  bool // rows with a quote out of place too: see tokens
}

// rows cuts the sample; ok is false where a quote is out of place in it.
func (s sample) rows(f form) (rows []row, ends string, ok bool) {
	t := newTokens(bytes.NewReader(s.text), f)
	t.line, t.keep = s.line, s.keep
	ok = true
	for len(rows) < sampleRows {
		err := t.next()
		if err == io.EOF {
			return rows, t.lineEnds(), ok
		}
		if q, odd := t.odd.(*quoteError); odd && q.open && !s.whole {
			err = q
		}
		if !s.whole && t.eof && t.to == t.end {
			// The end of the sample cuts this record, or makes its quote seem open.
			return rows, t.lineEnds(), ok
		}
		if err != nil {
			q, isQuote := err.(*quoteError) // it may be closed behind the sample
			return rows, t.lineEnds(), ok && isQuote && q.open && !s.whole && len(rows) > 0
		}
		ok = ok && t.odd == nil
		rows = append(rows, row{cells: slices.Clone(t.cells), filled: filled(t.cells), line: t.first})
	}
	return rows, t.lineEnds(), ok
}

// reading is one way to read the sample.
type reading struct {
	form   form
	rows   []row
	ends   string
	ok     bool // no quote is out of place
	stated bool // the style of quoting is
	header
	fit   int // 2: nearly all rows have one width, 1: half of them
	share int // of rows with that width, in thousandths
	width int
}

// sniff finds the form: among the ways to read the sample, the one under which
// quotes are in place, the wanted headers appear, rows have one width and the
// header stands high. Where two are alike, the usual one.
func (s sample) sniff(spec Spec, wanted map[string]bool) reading {
	var best reading
	first := true
	for _, f := range s.forms(spec) {
		r := reading{form: f, stated: spec.Quotes != QuotesFound}
		r.rows, r.ends, r.ok = s.rows(f)
		r.weigh()
		r.header = findHeader(r.rows, spec, wanted, r.width)
		if first || r.better(best) {
			best, first = r, false
		}
	}
	return best
}

// forms are the ways in which the sample may be cut, the usual ones first.
func (s sample) forms(spec Spec) []form {
	among := delimiters
	if spec.Delimiter != 0 {
		among = string(spec.Delimiter)
	}
	var out []form
	for _, cr := range s.loneCR() {
		for _, d := range []byte(among) {
			for _, q := range s.styles(spec, d) {
				out = append(out, form{delimiter: d, quotes: q, cr: cr})
				if q != Unquoted && d != ' ' && bytes.Contains(s.text, []byte{d, ' ', form{quotes: q}.quote()}) {
					out = append(out, form{delimiter: d, quotes: q, cr: cr, padded: true})
				}
			}
		}
	}
	return out
}

// styles are the ways in which cells may be quoted. Other ways than the usual
// one need a sign of their own, or a quote out of place would look like text.
func (s sample) styles(spec Spec, delimiter byte) []Quotes {
	if spec.Quotes != QuotesFound {
		return []Quotes{spec.Quotes}
	}
	styles := []Quotes{Doubled}
	if bytes.Contains(s.text, []byte(`\"`)) {
		styles = append(styles, Backslash)
	}
	opens := func(q byte) bool {
		return bytes.HasPrefix(s.text, []byte{q}) || bytes.Contains(s.text, []byte{'\n', q}) || bytes.Contains(s.text, []byte{delimiter, q})
	}
	if opens('\'') && !opens('"') {
		styles = append(styles, Single)
	}
	return styles
}

// loneCR says whether a lone CR may end a record: never without one, surely
// where nothing else does.
func (s sample) loneCR() []bool {
	text := s.text
	if !s.whole {
		text = bytes.TrimSuffix(text, []byte{'\r'})
	}
	lone := bytes.Count(text, []byte{'\r'}) - bytes.Count(text, []byte("\r\n"))
	switch {
	case lone == 0:
		return []bool{false}
	case bytes.IndexByte(text, '\n') < 0:
		return []bool{true}
	}
	return []bool{false, true}
}

// weigh finds the usual width of a row and how many rows have it. Titles and
// footers have one cell and say nothing.
func (r *reading) weigh() {
	count, rows := map[int]int{}, 0
	for _, x := range r.rows {
		if x.filled > 0 {
			rows++
			count[len(x.cells)]++
		}
	}
	r.width = 1
	for w, n := range count {
		if w > 1 && (r.width == 1 || n > count[r.width] || n == count[r.width] && w > r.width) {
			r.width = w
		}
	}
	if rows > 0 {
		r.share = count[r.width] * 1000 / rows
	}
	switch {
	case r.width == 1:
		r.share = 0
	case r.share >= 900:
		r.fit = 2
	case r.share >= 500:
		r.fit = 1
	}
}

func (r *reading) better(than reading) bool {
	a, b := r.rank(), than.rank()
	for i := range a {
		if a[i] != b[i] {
			return a[i] > b[i]
		}
	}
	return false
}

// rank is what decides between two readings, the weightiest first.
func (r *reading) rank() [7]int {
	sound, style := 0, 0
	if r.ok && (r.form.quotes == Doubled || r.stated || r.fit == 2) {
		sound = 1
	}
	if r.form.quotes == Single {
		style = -1 // an apostrophe is seldom a quote
	}
	return [...]int{sound, r.matches, r.fit, style, -r.at, r.share, r.width}
}
