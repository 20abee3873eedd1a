// Package compare holds one metrics file against another, or against limits,
// and says what a machine may act on: which values got worse, beyond a tolerance
// and beyond chance. It is pure: no clock, no file, no text of a language but
// the words of states. Where both files are of the same exports every number
// must be equal; otherwise periods are compared.
package compare

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"

	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// Mode is how two files are held against each other.
type Mode string

// The modes. Found is exact where inputs, as-of day and configuration are the
// same, and period otherwise.
const (
	Found  Mode = ""
	Exact  Mode = "exact"
	Period Mode = "period"
)

// State is what was found of a row.
type State string

// The states.
const (
	Same          State = "same"           // equal, or within the tolerance
	Within        State = "within"         // of a check: it keeps its limits
	Better        State = "better"         // beyond the tolerance, and chance
	Worse         State = "worse"          // beyond the tolerance, and chance
	Changed       State = "changed"        // another value, of which neither way is better
	Noise         State = "noise"          // beyond the tolerance, but chance may do that
	TooFew        State = "too_few"        // n is below what the rule asks for
	NoData        State = "no_data"        // no value on one side: its denominator is 0
	New           State = "new"            // the base has no such value
	Missing       State = "missing"        // the head has no such value
	Redefined     State = "redefined"      // the definition is another
	Restated      State = "restated"       // a final number of the base's week is another now
	OverLimit     State = "over_limit"     // beyond an absolute limit
	LimitLoose    State = "limit_loose"    // within the stricter limit, too
	Stale         State = "stale"          // an input's newest row is too old
	Future        State = "future"         // an input has rows after the as-of day
	FewRows       State = "few_rows"       // an input has far fewer rows than in the base
	WaiverExpired State = "waiver_expired" // a waiver's last day is over
	WaiverUnused  State = "waiver_unused"  // a waiver that no failing row needs
	WaiverTooLong State = "waiver_too_long"
)

// States are all of them, in the order in which a reader should see those of
// one level.
var States = []State{Worse, OverLimit, Stale, Future, FewRows, WaiverExpired, WaiverTooLong, Changed, Missing, Redefined,
	NoData, Noise, TooFew, LimitLoose, WaiverUnused, Restated, Better, New, Within, Same}

// Diff is the result.
type Diff struct {
	Mode       Mode
	Base, Head *Side // Base is nil of a check
	Rows       []Row // worst first
	Notes      []string

	scopes map[string]*snapshot.Scope
}

// Side is one of the two files.
type Side struct{ Label, AsOf, Tool, ConfigSHA256 string }

// Row is one value on both sides, or one thing that a rule says about a file.
type Row struct {
	Metric, Scope, Key     string
	BasePeriod, HeadPeriod string
	Base, Head             *snapshot.Value // nil: not there
	Kind                   measure.Kind
	Unit                   string
	Better                 measure.Better
	DeltaAbs, DeltaRel     *float64 // head less base, in the value's unit; of base's size
	P                      *float64 // that chance alone goes so far in this direction; corrected where the rule says so
	N                      int64    // the smaller of both sides
	State                  State
	Rule                   string // compare/…, check/…, freshness/…; "" where no rule fits
	Level                  Level  // Fail, Warn or Info
	Waived                 string // why it may, with the day
	Message                string
}

// ErrNotComparable is of files that cannot be held against each other.
var ErrNotComparable = errors.New("not comparable")

// Options say how.
type Options struct {
	Mode      Mode
	Rules     Rules
	Today     time.Time     // that waivers are held against
	MaxWaiver time.Duration // how far ahead a waiver may end; 0: any
}

// Compare holds head against base. The error is ErrNotComparable for files of
// two currencies or zones, and for Exact on files of different exports; and a
// fault of the rules where one of them fits no value.
func Compare(base, head *snapshot.Document, o Options) (*Diff, error) {
	mode, err := modeOf(base, head, o.Mode)
	if err != nil {
		return nil, err
	}
	c := newComparison(base, head, o.Rules)
	c.rows = make([]Row, 0, max(base.Values.Len(), head.Values.Len())) // a row of each value: growing would copy them
	if mode == Exact {
		c.exact()
	} else if err := c.judgeAll(); err != nil {
		return nil, err
	}
	d := &Diff{Mode: mode, Base: side(base), Head: side(head), Rows: c.rows, scopes: c.scopes, Notes: c.notes()}
	if mode == Period {
		d.waive(o, "compare")
	}
	d.sort()
	return d, nil
}

// judgeAll is period mode: values, then inputs.
func (c *comparison) judgeAll() error {
	c.periods()
	if err := c.idle(); err != nil {
		return err
	}
	ages, err := c.ages()
	c.add(ages...)
	c.add(c.lostRows()...)
	return err
}

// notes are what a reader should know of the files as such.
func (c *comparison) notes() []string {
	var out []string
	if c.base.AsOf > c.head.AsOf {
		out = append(out, fmt.Sprintf("the base is the later of the two (%s, the head %s): are they the wrong way round?", c.base.AsOf, c.head.AsOf))
	}
	restated := 0
	for i := range c.rows {
		if c.rows[i].State == Restated {
			restated++
		}
	}
	if restated > 0 {
		out = append(out, fmt.Sprintf("%d final numbers of the base's week are other ones now (restated)", restated))
	}
	return out
}

func side(d *snapshot.Document) *Side {
	return &Side{AsOf: d.AsOf, Tool: d.Tool, ConfigSHA256: d.ConfigSHA256}
}

// modeOf decides the mode. What was asked for is never replaced by another.
func modeOf(base, head *snapshot.Document, asked Mode) (Mode, error) {
	switch {
	case base.Currency != head.Currency:
		return "", fmt.Errorf("%w: base is in %s, head in %s", ErrNotComparable, base.Currency, head.Currency)
	case base.Timezone != head.Timezone:
		return "", fmt.Errorf("%w: the days of base begin in %s, of head in %s", ErrNotComparable, base.Timezone, head.Timezone)
	}
	differs := sameRun(base, head)
	switch {
	case asked == Exact && differs != "":
		return "", fmt.Errorf("%w number by number: %s; use --mode period", ErrNotComparable, differs)
	case asked != Found:
		return asked, nil
	case differs == "":
		return Exact, nil
	}
	return Period, nil
}

// sameRun says in which of exports, as-of day and configuration two files
// differ, or nothing.
func sameRun(a, b *snapshot.Document) string {
	switch {
	case a.AsOf != b.AsOf:
		return fmt.Sprintf("the as-of days are %s and %s", a.AsOf, b.AsOf)
	case a.ConfigSHA256 != b.ConfigSHA256:
		return "the configurations differ"
	case len(a.Inputs) != len(b.Inputs):
		return fmt.Sprintf("%d and %d inputs", len(a.Inputs), len(b.Inputs))
	}
	for i, x := range a.Inputs {
		if y := b.Inputs[i]; x.Table != y.Table || x.SHA256 != y.SHA256 {
			return fmt.Sprintf("input %s (%s) is another file", x.Table, x.File)
		}
	}
	return ""
}

// Exactly is a value as the tolerance is reckoned: an exact rational, of money
// in major units.
func Exactly(v *snapshot.Value, k measure.Kind) *big.Rat {
	switch {
	case k == measure.Effect || k == measure.Score || v.Den == 0:
		if math.IsNaN(v.V) || math.IsInf(v.V, 0) {
			return new(big.Rat)
		}
		return new(big.Rat).SetFloat64(v.V)
	case k == measure.Amount:
		return new(big.Rat).SetFrac64(v.Num, v.Den*minorUnits(v.Currency))
	}
	return new(big.Rat).SetFrac64(v.Num, v.Den)
}

func minorUnits(currency string) int64 {
	u := int64(1)
	for range measure.MinorDigits(currency) {
		u *= 10
	}
	return u
}

// deltas are head less base, absolutely and as a share of base's size; of a
// base of 0 there is no share.
func deltas(base, head *big.Rat) (abs, rel *float64) {
	d := new(big.Rat).Sub(head, base)
	a, _ := d.Float64()
	if base.Sign() == 0 {
		return &a, nil
	}
	r, _ := new(big.Rat).Quo(d, new(big.Rat).Abs(base)).Float64()
	return &a, &r
}
