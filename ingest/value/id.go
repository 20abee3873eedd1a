package value

import (
	"fmt"
	"strings"
)

// CleanID strips from an id what exporters and spreadsheets put around it:
// ="00123", a leading apostrophe, Zoho's zcrm_, spaces of every kind. Else it
// stays as it is: ids are compared byte for byte.
func CleanID(s string) string {
	s = Trim(s)
	if len(s) < 2 {
		return s
	}
	switch s[0] {
	case '=':
		if n := len(s); n > 3 && s[1] == '"' && s[n-1] == '"' {
			return Trim(s[2 : n-1])
		}
	case '\'':
		return Trim(s[1:])
	case 'z':
		if rest, ok := strings.CutPrefix(s, "zcrm_"); ok && rest != "" && strings.Trim(rest, "0123456789") == "" {
			return rest
		}
	}
	return s
}

// Scientific reports an id that a spreadsheet turned into a number and cut:
// 9.91214E+15.
func Scientific(s string) bool {
	n := len(s)
	if n < 5 || s[n-3] != '+' || s[n-4] != 'E' && s[n-4] != 'e' {
		return false
	}
	t := text{s, true}
	t.number(1, 1)
	if t.take(".") {
		t.number(1, 15)
	}
	return t.ok && len(t.s) == 4 && t.s[2]-'0' < 10 && t.s[3]-'0' < 10
}

// IDColumn watches an id column for the second mark of a spreadsheet: it keeps
// 15 digits of a number, and whatever stood behind them is zeros.
type IDColumn struct {
	long  int      // ids of more than 15 digits
	cut   Evidence // of these, with nothing but zeros behind the 15th
	power Evidence // 9.91214E+15
}

// Add looks at an id; it is quick for short ones.
func (c *IDColumn) Add(at Place, s string) {
	if len(s) < 16 {
		if Scientific(s) {
			c.power.add(at, s)
		}
		return
	}
	c.addLong(at, s)
}

func (c *IDColumn) addLong(at Place, s string) {
	if Scientific(s) {
		c.power.add(at, s)
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return
		}
	}
	c.long++
	if strings.Trim(s[15:], "0") == "" {
		c.cut.add(at, s)
	}
}

// Quiet reports that nothing was met that could be damage.
func (c *IDColumn) Quiet() bool { return c.power.Count == 0 && c.cut.Count == 0 }

// Merge adds what o, which is Quiet, has seen.
func (c *IDColumn) Merge(o IDColumn) { c.long += o.long }

// Damaged reports a column that went through a spreadsheet: one id in powers of
// ten, or at least three long ids that end in zeros and more of these than not
// (of whole ids one in ten ends so by chance).
func (c *IDColumn) Damaged() *Doubt {
	const remedy = "export it again and do not save it from a spreadsheet, or format the column as text before saving"
	e := c.power
	switch {
	case e.Count > 0:
	case c.cut.Count >= 3 && c.cut.Count*2 > c.long:
		e = c.cut
	default:
		return nil
	}
	found := fmt.Sprintf("%q", e.Example)
	if e.Count > 1 {
		found += fmt.Sprintf(" and %d more", e.Count-1)
	}
	return &Doubt{Code: "damaged_ids", At: e.At, Example: e.Example, Why: "Excel turned ids into numbers and cut them (" + found + ")", Remedy: remedy}
}
