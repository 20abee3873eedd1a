package dialect

import (
	"fmt"
	"io"
	"math"
	"slices"
)

// A row with too few or too many cells is mended (RowsRepair) by trying every
// way to set one damage right: a delimiter that is lost, one too many, an
// unquoted cell that holds the delimiter, another character for all delimiters.
// Each gives the row's cells; how well they fit is measured against what the
// whole rows of the file say of every column. Only where one reading is the
// likeliest by far, and likely by itself, is the row read so.

const (
	leastLearnt = 20     // whole rows that must be there to learn from
	mostLearnt  = 10_000 // … and so many are enough
	odds        = 100    // to one: the best reading against all others together
	rareStray   = 4.6    // ln 100: a delimiter that strayed into a cell is so much rarer than a cell that holds it unquoted
	longestCell = 2000   // bytes of an unquoted cell in which a lost delimiter is looked for
)

// mender holds what is learnt of a file's columns.
type mender struct {
	form   form
	header []string
	fits   []fit
	rows   int
}

// mended is one way to read a damaged row.
type mended struct {
	cells  []string
	cost   float64
	likely bool
	what   string // that is wrong with the row; blank: nothing, cells left out at its end are blank
}

// mend reads the record at hand by what the others say, where it is damaged. A
// record with a quote out of place that nobody can read is a *Fault.
func (f *File) mend() error {
	t := f.tokens
	f.Mended = ""
	damaged := f.Class == Data && f.Shape != Whole || f.Fixed
	if t.odd == nil && !damaged || t.odd != nil && f.Class != Data {
		return nil
	}
	if f.mender == nil {
		if err := f.learn(); err != nil {
			return err
		}
	}
	var known []mended
	if f.Fixed {
		known = f.mender.asRead(t.cells)
	}
	best, ok := clearest(append(known, f.mender.readings([]byte(f.Text()))...))
	switch {
	case ok && best.what != "":
		t.fixed -= count(f.Fixed)
		f.Fixed, f.Mended, f.Record = false, best.what, best.cells
		f.Class, f.Shape = f.Classify(best.cells)
		f.Facts.Repaired = t.fixed
		f.Facts.Mended++
	case t.odd != nil:
		return f.fault(t.odd)
	}
	return nil
}

// learn reads the file once more, for what its whole rows say of the columns.
func (f *File) learn() error {
	f.mender = &mender{form: f.tokens.form, header: f.Header, fits: make([]fit, len(f.Header))}
	again, err := f.again()
	if err != nil {
		return err
	}
	defer again.Close()
	var rows [][]piece
	for len(rows) < mostLearnt {
		fixed := again.tokens.fixed
		err := again.tokens.next()
		if _, endless := err.(*quoteError); err == io.EOF || endless {
			break
		}
		if err != nil {
			return again.fault(err)
		}
		if again.Facts.first && again.namesColumns(again.tokens.cells) {
			break
		}
		if row := again.whole(fixed); row != nil {
			rows = append(rows, row)
		}
	}
	f.mender.learn(rows)
	return nil
}

// whole returns the pieces of the record at hand where nothing is wrong with it.
func (f *File) whole(fixed int) []piece {
	t, n := f.tokens, len(f.Header)
	if class, shape := f.Classify(t.cells); class != Data || shape != Whole || t.odd != nil || t.fixed > fixed || len(t.cells) != n {
		return nil
	}
	row, ok := pieces([]byte(f.Text()), t.delimiter, t.form)
	if !ok || len(row) != n {
		return nil
	}
	return row
}

func (m *mender) learn(rows [][]piece) {
	m.rows = len(rows)
	for _, row := range rows {
		for c, p := range row {
			m.fits[c].add(p)
		}
	}
	for _, row := range rows {
		for c, p := range row {
			fit := &m.fits[c]
			fit.worst = max(fit.worst, perCharacter(fit.costBeside(p, 1), p.text))
		}
	}
}

// clearest is the reading that is the likeliest by far.
func clearest(all []mended) (mended, bool) {
	if len(all) == 0 {
		return mended{}, false
	}
	best, others := all[0], 0.0
	for _, x := range all[1:] {
		if x.cost < best.cost {
			best = x
		}
	}
	for _, x := range all {
		if !slices.Equal(x.cells, best.cells) {
			others += math.Exp(best.cost - x.cost)
		}
	}
	return best, best.likely && others*odds <= 1
}

// readings are the ways to read a damaged row.
func (m *mender) readings(row []byte) []mended {
	if m.rows < leastLearnt || len(m.fits) < 2 || len(row) > maxRepaired {
		return nil
	}
	var out []mended
	if cut, ok := pieces(row, m.form.delimiter, m.form); ok {
		if m.endsEarly(cut) {
			return nil
		}
		switch n, seams := len(cut)-len(m.fits), seamsOf(cut); {
		case seams == 1 && n == 0:
			at := slices.IndexFunc(cut, func(p piece) bool { return p.seam })
			out = append(out, m.reading(cut, m.lost(at)))
		case seams > 0:
		case n == -1:
			out = append(out, m.parted(cut)...)
		case n == 1:
			out = append(out, m.joined(cut, m.form.delimiter, "")...)
			out = append(out, m.withoutBlank(cut)...)
			out = append(out, m.strayed(cut)...)
		case n > 1:
			out = append(out, m.joined(cut, m.form.delimiter, "")...)
		}
	}
	for _, d := range []byte(delimiters + " ") {
		if d == m.form.delimiter {
			continue
		}
		if cut, ok := pieces(row, d, m.form); ok && seamsOf(cut) == 0 {
			out = append(out, m.joined(cut, d, fmt.Sprintf("%q stands for delimiters", d))...)
		}
	}
	return out
}

// endsEarly reports a row that lacks its last cells, and whose others fit where
// they stand: it was cut off, or blank cells were left out, and none is to be
// made of two.
func (m *mender) endsEarly(cut []piece) bool {
	if len(cut) >= len(m.fits) || len(cut) < 2 || seamsOf(cut) > 0 {
		return false
	}
	for c, p := range cut {
		if f := &m.fits[c]; !f.likely(p, f.cost(p)) {
			return false
		}
	}
	return true
}

func seamsOf(cut []piece) (n int) {
	for _, p := range cut {
		n += count(p.seam)
	}
	return n
}

// asRead is a reading that was found by other means.
func (m *mender) asRead(cells []string) []mended {
	if len(cells) != len(m.fits) {
		return nil
	}
	out := mended{cells: slices.Clone(cells), likely: true}
	for c, text := range cells {
		f := &m.fits[c]
		out.cost += min(f.cost(piece{text: text}), f.cost(piece{text: text, quoted: true}))
	}
	return []mended{out}
}

// reading is one of as many pieces as there are columns.
func (m *mender) reading(cut []piece, what string) mended {
	out := mended{likely: true, what: what}
	for c, p := range cut {
		cost := m.fits[c].cost(p)
		out.cost += cost
		out.likely = out.likely && m.fits[c].likely(p, cost)
		out.cells = append(out.cells, p.text)
	}
	return out
}

func (m *mender) lost(before int) string {
	return fmt.Sprintf("a delimiter is lost between %s and %s", m.header[before-1], m.header[before])
}

// parted are the readings of a row with one cell too few: a cell that is two, or
// a blank one that is left out.
func (m *mender) parted(cut []piece) []mended {
	var out []mended
	for i, p := range cut {
		out = append(out, m.reading(spliced(cut, i, 0, piece{}), "a delimiter is lost beside the blank "+m.header[i]))
		if !p.quoted && len(p.text) > longestCell {
			return nil
		}
		for _, at := range p.parts() {
			left, right := piece{text: p.text[:at], quoted: p.quoted}, piece{text: p.text[at:], quoted: p.quoted}
			if p.quoted { // what looks like a doubled quote closes one cell and opens the next
				right.text = right.text[1:]
			}
			out = append(out, m.reading(spliced(cut, i, 1, left, right), m.lost(i+1)))
		}
	}
	return append(out, m.reading(spliced(cut, len(cut), 0, piece{}), ""))
}

// spliced is a copy of cut with n pieces from i on replaced.
func spliced(cut []piece, i, n int, by ...piece) []piece {
	out := append(make([]piece, 0, len(cut)+1), cut[:i]...)
	return append(append(out, by...), cut[i+n:]...)
}

// parts is where a piece may be two cells.
func (p piece) parts() []int {
	if p.quoted {
		return p.pairs
	}
	var out []int
	for i := range p.text { // by characters, not bytes
		if i > 0 {
			out = append(out, i)
		}
	}
	return out
}

// strayed are the readings of a row in which a delimiter stands within a cell
// that has none. They are never chosen, as a cell that holds the delimiter looks
// the same, but may be likely enough that nothing else is. Before a blank it is
// the comma of a text.
func (m *mender) strayed(cut []piece) []mended {
	var out []mended
	for i := range len(cut) - 1 {
		left, right := cut[i], cut[i+1]
		if left.quoted || right.quoted || left.text == "" || right.text == "" || right.text[0] == ' ' {
			continue
		}
		x := m.reading(spliced(cut, i, 2, piece{text: left.text + right.text}), "")
		x.cost += rareStray
		out = append(out, x)
	}
	return out
}

// withoutBlank are the readings of a row with one blank cell too many.
func (m *mender) withoutBlank(cut []piece) []mended {
	var out []mended
	for i, p := range cut {
		if p.text != "" {
			continue
		}
		what := "a delimiter too many stands at the end"
		if i < len(m.header) {
			what = "a delimiter too many stands before " + m.header[i]
		}
		out = append(out, m.reading(spliced(cut, i, 1), what))
	}
	return out
}
