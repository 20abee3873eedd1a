// Package measure is the contract between the metric families and everything
// that shows or stores their results: definitions, values with numerator and
// denominator, intervals, and the frame of scopes and periods to compute for.
// It computes no metric of the field. gonum (gamma quantiles) and
// montanaflynn/stats (means, medians) are imported here and nowhere else.
package measure

import (
	"math"
	"math/big"

	"crmreport/ingest/crm"
)

// Text is a sentence in both languages of the report.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Kind is what sort of number a metric is; it decides how values compare and
// print.
type Kind string

// The kinds.
const (
	Count  Kind = "count"  // Num counts things; fractional where credit is split (Den 10^9 reduced)
	Ratio  Kind = "ratio"  // Num / Den
	Amount Kind = "money"  // Num minor units of Currency
	Effect Kind = "effect" // a real number in Value, no numerator
	Score  Kind = "score"  // a real number in Value, such as a tracking signal
)

// Better says which direction is good.
type Better string

// The directions.
const (
	Up      Better = "up"
	Down    Better = "down"
	Neither Better = "none"
)

// Unit names what a value is counted in, in both languages. UnitPercent ratios
// print as percentages; others print as they are.
type Unit struct{ Text }

// Units used by more than one family.
var (
	UnitPercent   = Unit{Text{"%", "%"}}
	UnitVisits    = Unit{Text{"次拜访", "visits"}}
	UnitCustomers = Unit{Text{"个客户", "customers"}}
	UnitDeals     = Unit{Text{"个商机", "deals"}}
	UnitContracts = Unit{Text{"份合同", "contracts"}}
	UnitSignings  = Unit{Text{"个签约", "signings"}}
	UnitInvoices  = Unit{Text{"期账单", "instalments"}}
	UnitRows      = Unit{Text{"行", "rows"}}
	UnitDays      = Unit{Text{"天", "days"}}
	UnitMoney     = Unit{Text{"元", "currency"}} // shown in the report's currency
	UnitIndex     = Unit{Text{"指数", "index"}}
	UnitForecasts = Unit{Text{"次预测", "forecasts"}}
)

// Definition is what a metric means, for people and for machines. It lives at
// the top of its family; any change in meaning raises Revision.
type Definition struct {
	ID       string // family.metric, as outputs.md lists it
	Revision int
	Kind     Kind
	Unit     Unit
	Better   Better
	Headline bool // also computed for the 12 periods before
	Title    Text
	Meaning  Text
	Formula  Text
	Rulings  string // the rulings of the metric, such as "R-1.13–R-1.16"
	Amounts  bool   // of a ratio: its terms are amounts, in minor units of the report's currency

	// What is behind it:
	Tables  []string     // whose rows it rests on; none: metrics knows them by the family
	Rows    crm.Grouping // which rows it looks at together; zero is the family's
	Of      []string     // the metrics it is worked out of: their rows are its rows
	BySeat  bool         // it adds up what each rep's part comes to: of what it is worked out of, every rep's part matters
	Seats   bool         // it counts people's days or seats: rows of reps are behind it
	Peers   []string     // metrics it is worked out of as every rep of the company has them
	Ever    []string     // metrics it is worked out of as the company has them over all time
	Goals   []string     // it holds something against targets: the words of their measures, whose rows are behind it
	Curve   string       // under the key curve=history, the metric of the company whose last 6 closed periods it looks at
	Below   bool         // of a unit, the targets of those below it matter beside its own
	SeatKey string       // under keys with this dimension it counts seats, and what is not there
	Netted  bool         // a ratio whose terms hang together: its sides have no rows of their own
	Whole   bool         // rows that are looked at together are its rows, all of them
	Counted bool         // how many it rests on matters, beside its terms: a forecast of 0 of which nothing came is one
	Past    bool         // it looks at earlier periods than its own, too
	CashKey string       // under this key, or under any where it is *, it looks at deals with what was billed and paid for them (crm.ByCash)
}

// Bound is one end of an interval; an open end has OK false.
type Bound struct {
	V  float64
	OK bool
}

// Interval is a confidence interval, or bounds that pending cases allow.
type Interval struct{ Lo, Hi Bound }

// Closed returns the interval [lo, hi].
func Closed(lo, hi float64) Interval { return Interval{Bound{lo, true}, Bound{hi, true}} }

// Slot is where a value belongs: a scope and a period.
type Slot struct {
	Scope  crm.NodeNo
	Period crm.Period
}

// Value is one number. A ratio keeps Num and Den: Den 0 is "no data",
// never 0. V is the number to print, meaningful where OK.
type Value struct {
	Metric   string
	Slot     Slot
	Key      string // a further dimension, such as stage=proposal or bucket=31-60
	Num, Den int64
	V        float64
	OK       bool
	CI       *Interval
	Method   string // of CI: wilson, garwood
	Bounds   *Interval
	N        int64
	Currency crm.Currency
	Open     bool     // later data can still change it: final:false
	Flags    []string // sorted words such as zero_case, immature
}

// Append is append for long lists of values. It doubles the room: append grows
// by a quarter, and with millions of values copies each of them four times.
func Append(values []Value, v Value) []Value {
	if n := len(values); n == cap(values) {
		more := make([]Value, n, max(64, 2*n))
		copy(more, values)
		values = more
	}
	return append(values, v)
}

// NewCount is a count of things.
func NewCount(metric string, s Slot, n int64) Value {
	return Value{Metric: metric, Slot: s, Num: n, Den: 1, V: float64(n), OK: true, N: n}
}

// NewShares is a count in which credit is split: nano is in units of
// 10^-9. A whole number keeps Den 1.
func NewShares(metric string, s Slot, nano int64) Value {
	v := NewNanoRatio(metric, s, nano, int64(crm.One))
	v.N = nano / int64(crm.One)
	return v
}

// NewRatio is num/den as they are: 840/100, not 42/5; den 0 is no data.
func NewRatio(metric string, s Slot, num, den int64) Value {
	v := Value{Metric: metric, Slot: s, Num: num, Den: den, N: den}
	if den != 0 {
		v.V, v.OK = float64(num)/float64(den), true
	}
	return v
}

// NewNanoRatio is a ratio of which one side counts split credit, so that both
// are in units of 10^-9. What the two have in common of that scale is taken
// out: whole counts stay readable.
func NewNanoRatio(metric string, s Slot, num, den int64) Value {
	g := gcd(gcd(abs(num), abs(den)), int64(crm.One))
	if g > 1 {
		num, den = num/g, den/g
	}
	return NewRatio(metric, s, num, den)
}

// NewRat is an exact ratio whose terms are not integers; Num and Den are both
// rounded half-up for display, V is from the exact terms.
func NewRat(metric string, s Slot, num, den *big.Rat) Value {
	v := Value{Metric: metric, Slot: s, Num: crm.RoundHalfUp(num), Den: crm.RoundHalfUp(den)}
	if den.Sign() != 0 {
		v.V, _ = new(big.Rat).Quo(num, den).Float64()
		v.OK = true
	} else {
		v.Den = 0
	}
	return v
}

// NewMoney is an amount in minor units of c.
func NewMoney(metric string, s Slot, minor int64, c crm.Currency) Value {
	return Value{Metric: metric, Slot: s, Num: minor, Den: 1, V: float64(minor), OK: true, Currency: c}
}

// NewReal is a number without numerator and denominator (Effect, Score); a NaN
// or infinity is no data.
func NewReal(metric string, s Slot, x float64) Value {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Value{Metric: metric, Slot: s}
	}
	return Value{Metric: metric, Slot: s, V: x, OK: true}
}

// Keyed returns v under a further dimension.
func (v Value) Keyed(key string) Value { v.Key = key; return v }

// Flag returns v with a word added to its flags when on.
func (v Value) Flag(on bool, word string) Value {
	if !on {
		return v
	}
	out := make([]string, 0, len(v.Flags)+1)
	done := false
	for _, f := range v.Flags {
		if f == word {
			done = true
		}
		if !done && word < f {
			out, done = append(out, word), true
		}
		out = append(out, f)
	}
	if !done {
		out = append(out, word)
	}
	v.Flags = out
	return v
}

// With returns v with an interval and its method.
func (v Value) With(ci Interval, method string) Value { v.CI, v.Method = &ci, method; return v }

// CellKind tells how a list cell prints.
type CellKind string

// The kinds of cell.
const (
	CellText  CellKind = "text"  // Cell.Text as it is
	CellWord  CellKind = "word"  // Cell.Text is a word of the report's vocabulary (stage id, status …)
	CellScope CellKind = "scope" // Cell.Num is a crm.NodeNo
	CellInt   CellKind = "int"
	CellMoney CellKind = "money" // minor units of the report currency, or of Text where it is set
	CellDate  CellKind = "date"  // crm.Date
	CellReal  CellKind = "real"  // Num / Den
	CellShare CellKind = "share" // Num / Den as a percentage
)

// Column is a column of a list.
type Column struct {
	Title Text
	Kind  CellKind
}

// Cell is one cell of a list.
type Cell struct {
	Text     string
	Num, Den int64
}

// Row is one row of a list, with the leaf it is credited to, so that every
// level can show its own.
type Row struct {
	Leaf  crm.LeafNo
	Cells []Cell
}

// List names the cases behind a number: the stalled deals, the overdue
// customers. Rows come worst first, with a full tie-break.
type List struct {
	ID      string // family.list
	Metric  string // the metric whose cases these are
	Title   Text
	Columns []Column
	Rows    []Row
}

// Result is what a family returns.
type Result struct {
	Values   []Value
	Lists    []List
	Warnings []Warning
	Series   *Series // nil where there is none
}

// Warning is something the reader of a number should know.
type Warning struct {
	Code string // a stable word
	N    int64  // how many cases
	Text Text
}

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// MinorDigits is how many decimal places the minor unit of a currency has, for
// those who print amounts and do not know the nouns of the CRM.
func MinorDigits(currency string) int { return crm.Currency(currency).MinorDigits() }
