package snapshot

import (
	"bufio"
	"math"
	"strconv"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
)

// bufferSize is how much of a file is written at a time.
const bufferSize = 1 << 16

// format is how a file shows values.
type format struct {
	text          func(string) (string, error)   // what a text reads in the file
	flags         func([]string) (string, error) // and a set of flags
	line          func(*form, []byte, int32) ([]byte, error)
	before, comma string // before each value; between it and the one before
}

// write writes the values of s.
func (d *Document) write(w *bufio.Writer, s Selection, f format) error {
	kinds, x, comma := d.kinds(), d.selector(s), ""
	var buf []byte
	for _, b := range d.Values {
		texts, err := newForm(b, kinds, f)
		if err != nil {
			return err
		}
		for i := range x.rows(b) {
			if buf, err = f.line(texts, append(append(buf[:0], comma...), f.before...), i); err != nil {
				return err
			}
			if _, err = w.Write(buf); err != nil {
				return err
			}
			comma = f.comma
		}
	}
	return nil
}

// kinds are those of the metrics.
func (d *Document) kinds() map[string]measure.Kind {
	kinds := make(map[string]measure.Kind, len(d.Definitions))
	for _, def := range d.Definitions {
		kinds[def.ID] = def.Kind
	}
	return kinds
}

// form is a block with its texts as a file has them.
type form struct {
	*Block
	heads                               []formHead
	scopes, periods, keys, words, flags []string
}

// formHead is what the values of a metric have in common in a file.
type formHead struct {
	metric, currency string
	kind             measure.Kind
	digits           int     // of the minor unit
	unit             float64 // what ends of intervals are divided by: of amounts, to be in major units as the value is
}

func newForm(b *Block, kinds map[string]measure.Kind, f format) (*form, error) {
	out := &form{Block: b, heads: make([]formHead, len(b.heads)), flags: make([]string, len(b.flags))}
	var failed error
	one := func(t string, err error) string {
		if err != nil {
			failed = err
		}
		return t
	}
	for _, l := range []struct {
		to   *[]string
		from []string
	}{{&out.scopes, b.scopes.list}, {&out.periods, b.periods.list}, {&out.keys, b.keys.list}, {&out.words, b.words}} {
		*l.to = make([]string, len(l.from))
		for i, s := range l.from {
			(*l.to)[i] = one(f.text(s))
		}
	}
	for i, set := range b.flags {
		out.flags[i] = one(f.flags(set))
	}
	for i, h := range b.heads {
		metric := b.metrics.list[h.metric]
		digits := crm.Currency(h.currency).MinorDigits()
		out.heads[i] = formHead{one(f.text(metric)), one(f.text(h.currency)), kinds[metric], digits, minorIn(kinds[metric], digits)}
	}
	return out, failed
}

// minorIn is how many of what a document counts are one of what a file shows.
func minorIn(k measure.Kind, digits int) float64 {
	if k != measure.Amount {
		return 1
	}
	return math.Pow10(digits)
}

// terms reports whether values of the metric have a numerator.
func (h *formHead) terms() bool { return h.kind != measure.Effect && h.kind != measure.Score }

// hasDen reports whether v has a denominator: a ratio, or split credit.
func (h *formHead) hasDen(v *row) bool {
	return h.terms() && (h.kind == measure.Ratio || v.den != 1)
}

// number appends the text of v's value: exact for money, the shortest that
// reads back for the rest.
func (h *formHead) number(b []byte, v *row) []byte {
	if h.kind == measure.Amount && v.den == 1 {
		return appendMajor(b, v.num, h.digits)
	}
	return strconv.AppendFloat(b, v.v/h.unit, 'g', -1, 64)
}

// Major prints minor units of c in major units, exactly: 123456 CNY is 1234.56.
func Major(minor int64, c crm.Currency) string {
	return string(appendMajor(nil, minor, c.MinorDigits()))
}

// appendMajor appends minor units in major units, of which one has 10^digits.
func appendMajor(b []byte, minor int64, digits int) []byte {
	var text [20]byte
	t := strconv.AppendInt(text[:0], minor, 10)
	if t[0] == '-' {
		b, t = append(b, '-'), t[1:]
	}
	if digits <= 0 {
		return append(b, t...)
	}
	whole := len(t) - digits
	b = append(b, t[:max(0, whole)]...)
	if whole <= 0 {
		b = append(b, '0')
	}
	b = append(b, '.')
	for ; whole < 0; whole++ {
		b = append(b, '0')
	}
	return append(b, t[max(0, len(t)-digits):]...)
}
