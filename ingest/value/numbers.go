package value

import (
	"fmt"
	"strings"
)

// Numbers is how the numbers of one column are read, once it is decided.
type Numbers struct {
	Point   byte // the decimal separator
	Unit    int  // power of ten of every cell: 4 in a column of 万元
	Percent bool // numbers without a sign are percents
	groups  bool
}

// Amount is a number with what stands around it.
type Amount struct {
	Exact
	Percent bool // has a percent sign
	Sign    Sign
}

// NumbersOf is how the numbers of a column of the kind are read with a decimal
// separator. Percents and factors have no thousands.
func NumbersOf(k Kind, point byte) Numbers {
	if point == 0 {
		point = '.'
	}
	return Numbers{Point: point, groups: k != Percent && k != Factor}
}

// Parse reads a cell that is not blank.
func (n *Numbers) Parse(cell string) (a Amount, ok bool) {
	w, ok := takeApart(cell)
	if !ok {
		return a, false
	}
	if a.Exact, ok = w.read(n.Point, n.groups); !ok || w.percent && w.scaled {
		return a, false
	}
	switch {
	case n.Unit != 0 && !w.scaled:
		a.Exact = a.Times(n.Unit)
	case n.Unit != 0 && w.unit != n.Unit: // 1.2亿 in a column of 万元: which?
		return a, false
	}
	a.Percent, a.Sign = w.percent, w.sign
	return a, true
}

// Fraction reads a share: 15%, 15 (where the column is percents) or 0.15.
func (n *Numbers) Fraction(cell string) (Exact, bool) {
	a, ok := n.Parse(cell)
	if ok && (a.Percent || n.Percent) {
		a.Exact = a.Times(-2)
	}
	return a.Exact, ok && a.Sign.Text == ""
}

// NumberColumn collects what the cells of a column of numbers show.
type NumberColumn struct {
	kind              Kind
	point, comma      Evidence // cells that only one decimal separator explains
	open              Evidence // 1.234 and 1,234
	neutral           Evidence
	grouped           Evidence // with thousands
	western, indian   Evidence // of those: with groups that only one of the two writes
	bad               Evidence
	signed            Evidence // with a percent sign
	small, over, huge Evidence // without: at most 1 and not 0, over 1, at least 10
	unit, currency    Evidence
}

// NewNumberColumn starts a column of kind Number, Count, Percent or Factor.
func NewNumberColumn(k Kind) *NumberColumn { return &NumberColumn{kind: k} }

// Add looks at a cell that is not blank.
func (c *NumberColumn) Add(at Place, cell string) {
	w, ok := takeApart(cell)
	if !ok {
		c.bad.add(at, cell)
		return
	}
	groups := c.kind != Percent && c.kind != Factor
	point, okPoint := w.read('.', groups)
	comma, okComma := w.read(',', groups)
	e := point
	switch {
	case !okPoint && !okComma:
		c.bad.add(at, cell)
		return
	case !okComma:
		c.point.add(at, cell)
	case !okPoint:
		c.comma.add(at, cell)
		e = comma
	case point == comma:
		c.neutral.add(at, cell)
	default:
		c.open.add(at, cell)
	}
	if strings.ContainsAny(w.body, " '") || strings.Contains(w.body, ",") && okPoint {
		c.grouped.add(at, cell)
	}
	if okPoint {
		switch w.grouping() {
		case western:
			c.western.add(at, cell)
		case indian:
			c.indian.add(at, cell)
		}
	}
	if w.scaled {
		c.unit.add(at, cell)
	}
	if w.sign.Text != "" {
		c.currency.add(at, cell)
	}
	c.size(at, cell, e, w.percent)
}

// size sorts a number by what it says about percents.
func (c *NumberColumn) size(at Place, cell string, e Exact, percent bool) {
	v, err := e.Scaled(9)
	if v < 0 {
		v = -v
	}
	const one = 1_000_000_000
	switch {
	case percent:
		c.signed.add(at, cell)
	case err == nil && v == 0:
	case err == nil && v <= one:
		c.small.add(at, cell)
	default:
		c.over.add(at, cell)
		if err != nil || v >= 10*one {
			c.huge.add(at, cell)
		}
	}
}

// Stated is what a configuration says about a column of numbers.
type Stated struct {
	Point   byte  // decimal separator; 0: not said
	Unit    int   // power of ten
	Percent *bool // nil: not said
}

// Decide says how the column is read, or what has to be answered first.
func (c *NumberColumn) Decide(s Stated) (Numbers, *Doubt) {
	n := NumbersOf(c.kind, s.Point)
	n.Unit = s.Unit
	if s.Point == 0 {
		switch {
		case c.point.Count > 0 && c.comma.Count > 0:
			return n, c.mixedPoints()
		case c.comma.Count > 0:
			n.Point = ','
		case c.point.Count == 0 && c.open.Count > 0:
			return n, c.openPoint()
		case n.Point == '.' && c.western.Count > 0 && c.indian.Count > 0:
			return n, c.mixedGroups()
		}
	}
	return n, c.decidePercent(&n, s.Percent)
}

func (c *NumberColumn) decidePercent(n *Numbers, stated *bool) *Doubt {
	switch {
	case c.kind != Percent && c.kind != Factor:
	case stated != nil:
		n.Percent = *stated
	case c.kind == Percent && c.over.Count > 0:
		n.Percent = true
	case c.kind == Percent && c.signed.Count > 0 && c.small.Count > 0:
		return c.askPercent("mixed_percent", c.small, fmt.Sprintf("%q (%s) has a percent sign and %q has none", c.signed.Example, c.signed.At.line(), c.small.Example))
	case c.kind == Factor && c.huge.Count > 0:
		return c.askPercent("ambiguous_percent", c.huge, fmt.Sprintf("%q may be a percent or a factor", c.huge.Example))
	case c.kind == Factor && c.signed.Count > 0 && c.small.Count+c.over.Count > 0:
		bare := c.small
		if bare.Count == 0 {
			bare = c.over
		}
		return c.askPercent("mixed_percent", bare, fmt.Sprintf("%q (%s) has a percent sign and %q has none", c.signed.Example, c.signed.At.line(), bare.Example))
	}
	return nil
}

func (c *NumberColumn) askPercent(code string, e Evidence, why string) *Doubt {
	return &Doubt{Code: code, At: e.At, Example: e.Example, Why: why,
		Readings: []Reading{{e.Example + " %", "percent: true"}, {e.Example, "percent: false"}},
		Remedy:   "say in crmreport.yaml under percent whether the column's plain numbers are percents (true) or not (false)"}
}

func (c *NumberColumn) mixedPoints() *Doubt {
	last := later(c.point, c.comma)
	return &Doubt{Code: "mixed_decimals", At: last.At, Example: last.Example,
		Why:    fmt.Sprintf("%q (%s) has a decimal point, %q (%s) a decimal comma", c.point.Example, c.point.At.line(), c.comma.Example, c.comma.At.line()),
		Remedy: `correct the file, or say in crmreport.yaml which the source has (decimal: "." or decimal: ","): cells of the other are then rejected`}
}

// mixedGroups is a column of two sources, mostly: each number has one reading,
// but a group that lost a digit looks like one of the other kind.
func (c *NumberColumn) mixedGroups() *Doubt {
	last := later(c.western, c.indian)
	point := Numbers{Point: '.', groups: true}
	a, _ := point.Parse(last.Example)
	return &Doubt{Code: "mixed_grouping", At: last.At, Example: last.Example,
		Why:      fmt.Sprintf("%q (%s) has groups of three digits, %q (%s) groups of two as in India", c.western.Example, c.western.At.line(), c.indian.Example, c.indian.At.line()),
		Readings: []Reading{{a.Exact.String(), `decimal: "."`}},
		Remedy:   `correct the file, or say decimal: "." in crmreport.yaml for this source: each number is then read as it is grouped`}
}

func (c *NumberColumn) openPoint() *Doubt {
	point, comma := Numbers{Point: '.', groups: true}, Numbers{Point: ',', groups: true}
	a, _ := point.Parse(c.open.Example)
	b, _ := comma.Parse(c.open.Example)
	why := fmt.Sprintf("%q may be %s (decimal point) or %s (decimal comma), and no other cell of the column tells", c.open.Example, a.Exact, b.Exact)
	if c.open.Count > 1 {
		why = fmt.Sprintf("%q may be %s (decimal point) or %s (decimal comma), as %s", c.open.Example, a.Exact, b.Exact, others(c.open.Count-1))
	}
	return &Doubt{Code: "ambiguous_number", At: c.open.At, Example: c.open.Example, Why: why,
		Readings: []Reading{{a.Exact.String(), `decimal: "."`}, {b.Exact.String(), `decimal: ","`}},
		Remedy:   `say decimal: "." or decimal: "," in crmreport.yaml for this source`}
}

// String prints the number in full, without trailing zeros.
func (e Exact) String() string {
	if e.Mantissa == 0 {
		return "0"
	}
	sign, digits := "", fmt.Sprint(e.Mantissa)
	if e.Mantissa < 0 {
		sign, digits = "-", digits[1:]
	}
	if e.Exponent >= 0 {
		return sign + digits + strings.Repeat("0", e.Exponent)
	}
	if n := -e.Exponent - len(digits) + 1; n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	cut := len(digits) + e.Exponent
	return sign + strings.TrimSuffix(strings.TrimRight(digits[:cut]+"."+digits[cut:], "0"), ".")
}

// Proof says in words how the column is read and which cell settles it; "" where
// no decision changes a number.
func (c *NumberColumn) Proof(n Numbers, s Stated) string {
	if n.Point == '.' && c.open.Count == 0 && n.Unit == 0 && !n.Percent {
		return ""
	}
	word, by := "decimal point", c.point
	if n.Point == ',' {
		word, by = "decimal comma", c.comma
	}
	out := word
	switch {
	case s.Point != 0:
		out += ", as stated"
	case by.Count > 0:
		out += fmt.Sprintf(", which %d cells prove, first %q (%s)", by.Count, by.Example, by.At.line())
	}
	if n.Unit != 0 {
		out += fmt.Sprintf("; every number times 10^%d", n.Unit)
	}
	if n.Percent {
		out += "; plain numbers are percents"
		if s.Percent == nil {
			out += fmt.Sprintf(", since %q (%s) exceeds 1", c.over.Example, c.over.At.line())
		}
	}
	return out
}
