package compare

import (
	"math/big"
	"time"

	"crmreport/metrics/measure"
)

// Level is how much a row matters.
type Level string

// The levels, the strictest first.
const (
	Fail Level = "fail"
	Warn Level = "warn"
	Info Level = "info"
	Off  Level = "off"
)

// Levels are all of them, as rules may name them.
var Levels = []Level{Fail, Warn, Info, Off}

// Rules say what may differ, and how far. Of the rules whose metric, scope,
// period and key fit a row, the first counts.
type Rules struct {
	New       Level // of a value that the base lacks; Info
	Missing   Level // of a value that the head lacks; Fail
	Redefined Level // of a metric whose definition is another revision; Warn
	Compare   []Rule
	Check     []Limit
	Fresh     []Freshness
	Waivers   []Waiver
}

// Match selects values. Patterns are those of path.Match: * stands for any text,
// an empty one fits all.
type Match struct {
	Metrics []string
	Level   string // of the scope: company, region, area, team, rep
	Scope   string // its id or its name
	Period  string // kind of the running or last period: week, month, quarter, year; "" is week
	Key     string // such as stage=proposal; "" fits only values without a key, * any
}

// Rule says when a value of the head is worse than that of the base.
type Rule struct {
	Match
	Place  string // where the configuration says so
	Level  Level
	Better measure.Better // "" is the definition's
	Worse  Tolerance
	MinN   int64 // with fewer in either file nothing is said
	Test   Test
}

// Tolerance is how far a value may get worse: on the limit is within it.
type Tolerance struct {
	Rel  *big.Rat // of the base's size; nil: none
	Abs  *big.Rat // in the value's unit, of percentages in points/100, of money in major units; nil: none
	Both bool     // both must be passed, not one
	In   Spelling // how Abs was written
}

// Spelling is how a number of the rules was written. A number in another unit
// than the metric's would never be passed: a gate that cannot fire.
type Spelling string

// The spellings; "" fits any unit.
const (
	Percent Spelling = "percent" // 2pp, 8%
	Plain   Spelling = "plain"   // 50000.00
)

// fits reports whether a number so written can be one of the unit.
func (s Spelling) fits(unit string) bool {
	return s == "" || (s == Percent) == (unit == measure.UnitPercent.EN)
}

// Kind of a test.
type Kind string

// The tests. Auto is Fisher's for shares, the conditional binomial for counts
// and for one count per another, and none where the values do not tell how they
// vary: money, durations, indices.
const (
	Auto     Kind = "auto"
	Fisher   Kind = "fisher"
	Binomial Kind = "binomial"
	None     Kind = "none"
)

// Kinds are all of them, as rules may name them.
var Kinds = []Kind{Auto, Fisher, Binomial, None}

// Test says how a difference is told from chance.
type Test struct {
	Kind  Kind
	Alpha float64 // a difference is one where p is below
	Holm  bool    // over all rows of the rule
	MidP  bool    // half of the observed table's probability
}

// Limit is an absolute limit on one file.
type Limit struct {
	Match
	Place    string
	Max, Min Bounds
	MinN     int64
	Message  string // added to a row that fails
}

// Bounds are the values from which a limit warns and fails; on it is within it.
// Strict is where it ought to be: what keeps it shows that the limit is loose.
type Bounds struct {
	Warn, Fail, Strict *big.Rat
	In                 Spelling // how they were written
}

// inUnit reports whether both limits are in the unit.
func (l *Limit) inUnit(unit string) bool { return l.Max.In.fits(unit) && l.Min.In.fits(unit) }

// Freshness is how old the newest row of an input may be.
type Freshness struct {
	Input       string // a table
	Place       string
	Warn, Fail  Age
	Future      Level    // rows dated after the as-of day; "" is Off
	MinRows     *big.Rat // share of the rows that the base read; nil: any
	MinRowsFail bool     // below it the row fails, otherwise it warns
}

// Age is a number of days, or of working days; of 0 days there is none.
type Age struct {
	Days     int
	Workdays bool
}

// Waiver lets rows that fail pass, up to a day.
type Waiver struct {
	Rule   string // such as compare/conversion.valid_share; patterns allowed
	Level  string // of the scope
	Scope  string
	Until  time.Time // the last day, at its beginning in UTC
	Reason string
	By     string
	Place  string
}

// DefaultRules gate the company alone, on what managers are measured by, and
// only beyond chance and by a size that matters: with 200 scopes, a gate on each
// fires every week (DECISIONS.md, "Compare"). The two rules that fail share 5 %
// between them. Money and what ripens late only warns.
func DefaultRules() Rules {
	company := Match{Level: "company"}
	beyond := Test{Kind: Auto, Alpha: 0.025, Holm: true, MidP: true}
	large := Tolerance{Rel: big.NewRat(15, 100)}
	return Rules{New: Info, Missing: Fail, Redefined: Warn, Compare: []Rule{
		{Match: company.of("conversion.valid_share"), Level: Fail, MinN: 300, Test: beyond,
			Worse: Tolerance{Rel: big.NewRat(1, 10), Abs: big.NewRat(2, 100), Both: true}},
		{Match: company.of("conversion.valid_per_signing"), Level: Fail, MinN: 30, Test: beyond,
			Worse: Tolerance{Rel: big.NewRat(1, 10)}},
		{Match: company.of("funnel.win_rate_count", "renewal.logo_rate", "activity.lead_sla", "forecast.hit_rate"), Level: Warn, MinN: 30,
			Worse: Tolerance{Rel: big.NewRat(1, 10), Abs: big.NewRat(2, 100), Both: true}, Test: beyond},
		{Match: company.of("receivables.overdue", "receivables.written_off"), Level: Warn, Worse: large, Test: Test{Kind: None}},
		{Match: company.of("commission.clawed_back"), Level: Warn, Better: measure.Up, Worse: large, Test: Test{Kind: None}}, // it is below 0
	}}
}

func (m Match) of(metrics ...string) Match { m.Metrics = metrics; return m }
