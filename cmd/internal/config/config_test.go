package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// The example states every default: what it says is what the program does
// without it, all but the sources it shows.
func TestExampleIsTheDefaults(t *testing.T) {
	c, err := Load("../../../docs/crmreport.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Ingest.Sources) != 2 {
		t.Fatalf("the example has %d sources, want 2", len(c.Ingest.Sources))
	}
	contracts := c.Ingest.Sources[1]
	if contracts.Table != "contracts" || len(contracts.When) != 2 || contracts.When[0].In[0] != "Won" || contracts.When[1].In != nil {
		t.Errorf("the second source is read as %+v", contracts)
	}
	want := Default()
	c.Ingest.Sources, c.Intake, c.SHA256 = nil, nil, ""
	if len(c.Ingest.SixDay) == 0 {
		c.Ingest.SixDay = nil
	}
	want.Ingest.Fiscal.StartMonth = 1 // 0 means 1
	if !reflect.DeepEqual(c, want) {
		t.Errorf("the example gives\n%+v\nthe defaults are\n%+v", c, want)
	}
}

// Every key that the reader knows stands in the example, so that nobody has to
// read code to find one.
func TestExampleNamesEveryKey(t *testing.T) {
	text, err := os.ReadFile("../../../docs/crmreport.yaml")
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("config.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(string(src), "\n") {
		line = strings.TrimSpace(line)
		if key, rest, ok := strings.Cut(strings.TrimPrefix(line, `"`), `":`); ok && strings.HasPrefix(line, `"`) && strings.Contains(rest, "func(n *yaml.Node)") {
			n++
			if !strings.Contains(string(text), key+":") {
				t.Errorf("docs/crmreport.yaml does not show the key %q", key)
			}
		}
	}
	if n < 40 {
		t.Fatalf("only %d keys found: the test is broken", n)
	}
}

func TestPublicConfigurationsLoad(t *testing.T) {
	files, _ := filepath.Glob("../../../testdata/public/*.yaml")
	if len(files) < 3 {
		t.Fatalf("only %d configurations found", len(files))
	}
	for _, f := range files {
		if _, err := Load(f); err != nil {
			t.Errorf("%s: %v", f, err)
		}
	}
}

// freshOf is a configuration whose one source has limits of age.
func freshOf(keys string) string {
	return "sources:\n  - {table: visits, files: [v.csv], fresh: " + keys + "}\n"
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key names the nearest": {"timezome: UTC\n", `c.yaml:1:1: unknown key "timezome"; did you mean "timezone"?`},
		"unknown key far from any":      {"a: 1\n", `c.yaml:1:1: unknown key "a"`},
		"unknown key in a section":      {"renewal:\n  grace_day: 3\n", `c.yaml:2:3: unknown key "grace_day" in renewal; did you mean "grace_days"?`},
		"a key twice":                   {"currency: CNY\ncurrency: USD\n", `currency`},
		"no such zone":                  {"timezone: Mars\n", `c.yaml:1:11: "Mars" is not a time zone`},
		"the machine's zone":            {"timezone: Local\n", `c.yaml:1:11: "Local" is not a time zone`},
		"out of range":                  {"fiscal_year_start: 13\n", `c.yaml:1:20: "13" is not a whole number from 1 to 12`},
		"not a pair":                    {"activity: {pk: [[A, B], [C]]}\n", `pk is a list of pairs, such as [[A, B], [C, D]]`},
		"a change without a day":        {"activity: {rule_changes: [{sla_hours: 12}]}\n", `a change of rules has the day that it holds from`},
		"changes out of order":          {"activity: {rule_changes: [{from: 2025-07-01}, {from: 2025-07-01}]}\n", `changes of rules are in the order of their days`},
		"hunt and farm":                 {"activity: {hunt: [A, B], farm: B}\n", `B is in activity.hunt and in activity.farm`},
		"not a day":                     {"as_of: 2025-02-30\n", `c.yaml:1:8: "2025-02-30" is not a date`},
		"a share over 1":                {"max_rejects: 5\n", `c.yaml:1:14: "5" is not a share`},
		"unknown table":                 {"sources:\n  - {table: visit, files: [v.csv]}\n", `c.yaml:2:13: "visit" is not one of`},
		"nearest table":                 {"sources:\n  - {table: visit, files: [v.csv]}\n", `did you mean "visits"?`},
		"no such encoding":              {"sources:\n  - {table: visits, files: [v.csv], encoding: ebcdic}\n", `c.yaml:2:47: "ebcdic" is not an encoding: one of utf-8, utf-16le, utf-16be, gb18030, windows-1252`},
		"no such quotes":                {"sources:\n  - {table: visits, files: [v.csv], quotes: double}\n", `c.yaml:2:45: "double" is not one of doubled, backslash, single, none, lenient; did you mean "doubled"?`},
		"header on line 0":              {"sources:\n  - {table: visits, files: [v.csv], header_line: 0}\n", `c.yaml:2:50: "0" is not a whole number from 1 to 1000`},
		"too many header rows":          {"sources:\n  - {table: visits, files: [v.csv], header_rows: 4}\n", `c.yaml:2:50: "4" is not a whole number from 1 to 3`},
		"footers that are no list":      {"sources:\n  - {table: visits, files: [v.csv], footers: {a: b}}\n", `c.yaml:2:46: the value must be a list`},
		"no files":                      {"sources:\n  - {table: visits}\n", `a source needs files`},
		"unknown column of a table":     {"sources:\n  - table: visits\n    files: [v.csv]\n    columns:\n      custmer_id: c\n", `c.yaml:5:7: table visits has no column "custmer_id"; did you mean "customer_id"?`},
		"no such order of dates":        {"sources:\n  - {table: visits, files: [v.csv], date_order: dmyy}\n", `c.yaml:2:49: "dmyy" is not one of dmy, mdy; did you mean "dmy"?`},
		"no such separator":             {"sources:\n  - {table: visits, files: [v.csv], decimal: comma}\n", `c.yaml:2:46: "comma" is not a decimal separator: "." or "," (in quotes)`},
		"no such unit":                  {"sources:\n  - table: deals\n    files: [v.csv]\n    units: {amount: dozen}\n", `c.yaml:4:21: "dozen" is not a unit: one of`},
		"unit of no column":             {"sources:\n  - table: deals\n    files: [v.csv]\n    units: {amuont: 万元}\n", `c.yaml:4:13: table deals has no column "amuont"; did you mean "amount"?`},
		"percent of no column":          {"sources:\n  - table: commission_rates\n    files: [v.csv]\n    percent: {rates: true}\n", `c.yaml:4:15: table commission_rates has no column "rates"; did you mean "rate"?`},
		"percent that is no yes or no":  {"sources:\n  - table: commission_rates\n    files: [v.csv]\n    percent: {rate: 8}\n", `c.yaml:4:21: "8" is not one of true, false`},
		"key of a source, misspelt":     {"sources:\n  - {table: visits, files: [v.csv], dateorder: dmy}\n", `unknown key "dateorder" in sources; did you mean "date_order"?`},
		"unknown terminal":              {"terminals: {win: [Won]}\n", `unknown key "win" in terminals`},
		"terminal as a stage":           {"stages:\n  - {id: won}\n", `"won" is a terminal`},
		"preset of no name":             {"stages: classic\n", `c.yaml:1:9: stages: "classic" is no preset: they are classic5, default, value8`},
		"stage twice":                   {"stages:\n  - {id: a}\n  - {id: a}\n", `stage "a" is there twice`},
		"yes of no stage":               {"funnel: {yes_stage: verbal}\n", `c.yaml:1:21: yes_stage: "verbal" is none of the open stages`},
		"no such mode":                  {"funnel: {ordered: strict}\n", `"strict" is not one of default, strict_order, strict_increase`},
		"a standard of nothing":         {"activity:\n  profiles: {a: {}}\n  profile: a\n", `c.yaml:2:17: a standard asks for something`},
		"no such profile":               {"activity: {profile: 铁君}\n", `there is no profile "铁君": there are 诚信通, 铁军`},
		"no such profile of a team":     {"activity: {team_profiles: {华东: x}}\n", `there is no profile "x"`},
		"no such condition":             {"activity: {also: {valids: 3}}\n", `unknown key "valids" in a standard; did you mean "valid"?`},
		"buckets that fall":             {"receivables: {buckets: [30, 20]}\n", `"20" is not a whole number from 31`},
		"loss rates that do not match":  {"receivables: {loss_rates: [1%, 2%], buckets: [30]}\n", `2 loss rates for the 3 buckets [not_due 1-30 31+]`},
		"a loss rate above 1":           {"receivables: {buckets: [30], loss_rates: [0, 3/2, 1]}\n", `"3/2" is not a share such as 2000/23000`},
		"clock without quotes":          {"forecast: {month_freeze: 25:00}\n", `is not a time of day`},
		"an age without a unit":         {freshOf("{warn_after: 3}"), `c.yaml:2:57: "3" is not an age such as 7 days or 3 workdays`},
		"an unknown limit of age":       {freshOf("{warn_afer: 3 days}"), `unknown key "warn_afer" in fresh; did you mean "warn_after"?`},
		"an age that fails first":       {freshOf("{warn_after: 14 days, fail_after: 3 days}"), `fail_after is less than warn_after`},
		"what the same file is":         {freshOf("{same_file: no}"), `"no" is not one of ok, warn, fail`},
		"rows that are no share":        {"sources:\n  - {table: visits, files: [v.csv], min_rows: 80}\n", `c.yaml:2:47: "80" is not a share such as 10%`},
		"rows that fail first":          {"sources:\n  - {table: visits, files: [v.csv], min_rows: {warn: 50%, fail: 80%}}\n", `min_rows fails at more than it warns at`},
		"a list where keys belong":      {"- a\n", `c.yaml:1:1: the file must be keys and values`},
		"not YAML":                      {"a: [1\n", `c.yaml: `},
	} {
		_, err := Parse("c.yaml", []byte(c.text))
		var fault *Error
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error is %v, want %s", name, err, c.want)
		}
	}
	// All faults at once, not one a run.
	_, err := Parse("c.yaml", []byte("timezome: UTC\nlanguage: fr\n"))
	if err == nil || strings.Count(err.Error(), "c.yaml:") != 2 {
		t.Errorf("two faults give %v", err)
	}
}

// The presets of metrics.md 2.2, by name.
func TestStagePresets(t *testing.T) {
	for name, want := range map[string]string{
		"default":  "contact opportunity confirmed requirements proposal closing",
		"classic5": "contact opportunity confirmed requirements proposal",
		"value8":   "trust need proof criteria shield",
	} {
		c, err := Parse("c.yaml", []byte("stages: "+name+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, s := range c.Ingest.Pipeline.Stages {
			ids = append(ids, s.ID)
		}
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestReadsValues(t *testing.T) {
	c, err := Parse("c.yaml", []byte(`
currency: USD
fiscal_year_start: 4
max_rejects: 0.05
stages:
  - {id: prospecting, labels: [Prospecting, 寻找]}
terminals: {won: [Closed Won]}
sources:
  - table: deals
    files: d.csv
    delimiter: tab
    words: {stage: {Prospecting: prospecting, Gone: lost}}
    date_order: mdy
    decimal: ","
    units: {amount: 万元}
    blank: [待定, Select]
  - table: contracts
    files: [s.csv]
    amount_per: month
    end: day_after
forecast: {tolerance: 15%, week_freeze: "09:30", day_freeze: "20:15"}
receivables: {deemed_bad_after_days: 365, buckets: [30], loss_rates: [0.3%, 2000/23000, 1]}
commission: {max_deduction_share: 0.2, tier_period: quarter}
conversion: {channels: [visit, online]}
activity: {pk: [[East/One, East/Two], [West/One, West/Two]], hunt: [East], farm: West, rule_changes: [{from: 2025-07-01, sla_hours: 12}], sla_hours: 36}
`))
	if err != nil {
		t.Fatal(err)
	}
	in := c.Ingest
	if in.Currency != "USD" || in.Fiscal.StartMonth != 4 || in.MaxRejects != crm.One/20 || in.Pipeline.Len() != 1 {
		t.Errorf("ingest options: %+v", in)
	}
	deals, contracts := in.Sources[0], in.Sources[1]
	stage := deals.Words["stage"]
	if deals.Delimiter != '\t' || stage["寻找"] != "prospecting" || stage["Closed Won"] != "won" || stage["Gone"] != "lost" {
		t.Errorf("deals: %+v", deals)
	}
	if deals.DateOrder != value.MonthFirst || deals.Decimal != ',' || deals.Units["amount"] != "万元" || len(deals.Blank) != 2 {
		t.Errorf("deals: %+v", deals)
	}
	if contracts.AmountPer != crm.PerMonth || !contracts.EndExclusive || contracts.Place != "c.yaml:17" || contracts.Words != nil {
		t.Errorf("contracts: %+v", contracts)
	}
	if c.Metrics.Forecast.Tolerance != crm.One*15/100 || c.Metrics.Forecast.WeekFreeze != 9*60+30 || c.Metrics.Forecast.DayFreeze != 20*60+15 || c.Metrics.Commission.MaxDeductionShare != crm.One/5 || c.Metrics.Commission.TierPeriod != crm.Quarter {
		t.Errorf("metrics: %+v", c.Metrics)
	}
	// What two packages go by is said once.
	team := c.Metrics.Team
	if team.Tolerance != c.Metrics.Forecast.Tolerance || team.DayFreeze != c.Metrics.Forecast.DayFreeze || !reflect.DeepEqual(team.Channels, c.Metrics.Conversion.Channels) || len(team.Channels) != 2 {
		t.Errorf("team: %+v", team)
	}
	if len(team.PK) != 2 || team.PK[1] != [2]string{"West/One", "West/Two"} {
		t.Errorf("pairs: %v", team.PK)
	}
	if len(team.Changes) != 1 || team.Changes[0].From != crm.DateOf(2025, 7, 1) || team.Changes[0].SLAHours != 12 || team.SLAHours != 36 || team.PoolCap != 50 {
		t.Errorf("rules %+v, changes %+v", team.Rules, team.Changes)
	}
	if fmt.Sprint(team.Hunt, team.Farm) != "[East] [West]" {
		t.Errorf("hunt %v, farm %v", team.Hunt, team.Farm)
	}
	r := c.Metrics.Receivables
	if fmt.Sprint(r.LossRates) != "[3/1000 2/23 1/1]" || r.DeemedBadDays != 365 || c.Metrics.Commission.DeemedBadDays != 365 || c.Metrics.Renewal.DeemedBadDays != 365 {
		t.Errorf("receivables: %+v", r)
	}
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("../../../docs/crmreport.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("sources: [{table: deals, files: [x], words: {stage: 3}}]"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := Parse("c.yaml", text); err != nil {
			var fault *Error
			if !errors.As(err, &fault) {
				t.Fatalf("%T: %v", err, err)
			}
		}
	})
}
