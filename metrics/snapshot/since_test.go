package snapshot

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"crmreport/metrics/measure"
)

// week is a document of one current week and the week before, with the company
// and one region.
func week(asOf, current, before string, values ...Value) *Document {
	return &Document{AsOf: asOf, Currency: "CNY", Timezone: "Asia/Shanghai",
		Scopes:  []Scope{{ID: "company", Level: "company"}, {ID: "N", Level: "region", Parent: "company"}, {ID: "N/a", Level: "team", Parent: "N"}},
		Periods: []Period{{Name: current, Kind: "week", Role: RoleCurrent}, {Name: before, Kind: "week", Role: RoleBefore}},
		Definitions: []measure.Definition{{ID: "conversion.valid_visits", Kind: measure.Count, Better: measure.Up, Headline: true}, {ID: "forecast.hit_rate", Kind: measure.Ratio, Better: measure.Up, Headline: true},
			{ID: "receivables.overdue", Kind: measure.Amount, Better: measure.Down, Headline: true}, {ID: "funnel.skipped", Kind: measure.Count, Better: measure.Down}},
		Values: ValuesOf(values)}
}

func count(metric, scope, period string, n int64) Value {
	return Value{Metric: metric, Scope: scope, Period: period, Num: n, Den: 1, V: float64(n), OK: true, Final: true}
}

func rate(scope, period string, num, den int64, lo, hi float64) Value {
	return Value{Metric: "forecast.hit_rate", Scope: scope, Period: period, Num: num, Den: den, V: float64(num) / float64(den), OK: true, N: den, CI: &[2]Bound{&lo, &hi}, Final: true}
}

// told says changes in short.
func told(cs []Change) string {
	var out []string
	for _, c := range cs {
		judged := ""
		if c.Judged {
			judged = "!"
		}
		out = append(out, fmt.Sprintf("%s %s %s→%s %g→%g %+d%s", c.Now.Metric, c.Now.Scope, c.Was.Period, c.Now.Period, c.Was.V, c.Now.V, c.Direction, judged))
	}
	return strings.Join(out, "\n")
}

func TestCompare(t *testing.T) {
	open := count("receivables.overdue", "N", "W1", 5)
	open.Final = false
	before := week("2025-01-12", "W2", "W1",
		count("conversion.valid_visits", "company", "W1", 40), count("conversion.valid_visits", "company", "W2", 50), count("conversion.valid_visits", "N", "W2", 20),
		count("conversion.valid_visits", "N/a", "W2", 20), count("funnel.skipped", "company", "W1", 1), open,
		rate("company", "W2", 60, 100, .5, .7), rate("N", "W2", 30, 50, .45, .73), count("receivables.overdue", "company", "W2", 100))
	now := week("2025-01-19", "W3", "W2",
		count("conversion.valid_visits", "company", "W1", 40), count("conversion.valid_visits", "company", "W2", 52), count("conversion.valid_visits", "N", "W2", 20), count("conversion.valid_visits", "N/a", "W2", 22),
		count("funnel.skipped", "company", "W1", 2), count("receivables.overdue", "N", "W1", 6),
		rate("company", "W2", 57, 100, .47, .67), rate("N", "W2", 60, 100, .5, .7),
		count("conversion.valid_visits", "company", "W3", 60), count("conversion.valid_visits", "N", "W3", 15), count("conversion.valid_visits", "N/a", "W3", 9),
		rate("company", "W3", 30, 100, .2, .4), rate("N", "W3", 40, 80, .4, .6), count("receivables.overdue", "company", "W2", 100), count("receivables.overdue", "company", "W3", 150))
	s := now.Compare(before)
	if s.AsOf != "2025-01-12" || s.Trouble != "" || len(s.Differs) != 0 || s.Settled != 1 {
		t.Errorf("%+v", s)
	}
	// W2 was 50 and is 52; the region's rate is what it was by other terms. What
	// no headline says, what no metrics file keeps and what was open is not there.
	if got, want := told(s.Restated), `forecast.hit_rate company W2→W2 0.6→0.57 -1
conversion.valid_visits company W2→W2 50→52 +1
forecast.hit_rate N W2→W2 0.6→0.6 +0`; got != want {
		t.Errorf("restated\n%s\nwant\n%s", got, want)
	}
	if got, want := told(s.Moved), `forecast.hit_rate company W2→W3 0.6→0.3 -1!
receivables.overdue company W2→W3 100→150 -1
conversion.valid_visits N W2→W3 20→15 -1
forecast.hit_rate N W2→W3 0.6→0.5 -1
conversion.valid_visits company W2→W3 50→60 +1`; got != want {
		t.Errorf("moved\n%s\nwant\n%s", got, want)
	}
	// Of the units below, what the file keeps of them: the team has no rate.
	if got, want := told(s.Units.Restated), `conversion.valid_visits N/a W2→W2 20→22 +1`; got != want {
		t.Errorf("units restated %q, want %q", got, want)
	}
	if got, want := told(s.Units.Moved), `conversion.valid_visits N/a W2→W3 20→9 -1`; got != want {
		t.Errorf("units moved %q, want %q", got, want)
	}
	if team := s.cut(map[string]bool{"N/a": true}); len(team.Moved)+len(team.Restated) != 0 || len(team.Units.Moved) != 1 || len(team.Units.Restated) != 1 {
		t.Errorf("cut to the team: %+v", team)
	}
	if other := s.cut(map[string]bool{"N/b": true}); len(other.Units.Moved)+len(other.Units.Restated) != 0 {
		t.Errorf("cut to another team: %+v", other)
	}
	cut := s.cut(map[string]bool{"N": true})
	if told(cut.Moved) == told(s.Moved) || strings.Contains(told(cut.Moved)+told(cut.Restated), "company") || cut.Settled != 0 {
		t.Errorf("cut to the region: %+v", cut)
	}
	if again := now.Compare(before); !reflect.DeepEqual(again, s) {
		t.Error("the same again differs")
	}
	if s := now.Compare(now); len(s.Restated) != 0 {
		t.Errorf("against itself: %s", told(s.Restated))
	}
}

func TestCompareWhatCannotBe(t *testing.T) {
	for want, change := range map[Trouble]func(*Document){
		OtherCurrency: func(d *Document) { d.Currency = "EUR" },
		OtherZone:     func(d *Document) { d.Timezone = "UTC" },
	} {
		before, now := week("2025-01-12", "W2", "W1", count("conversion.valid_visits", "company", "W2", 1)), week("2025-01-19", "W3", "W2", count("conversion.valid_visits", "company", "W3", 2))
		change(before)
		if s := now.Compare(before); s.Trouble != want || s.Moved != nil || s.Restated != nil {
			t.Errorf("%+v, want %s", s, want)
		}
	}
	before, now := week("2025-01-12", "W2", "W1"), week("2025-01-19", "W3", "W2")
	before.Tool, before.ConfigSHA256 = "old", "other"
	if s := now.Compare(before); s.Trouble != "" || !reflect.DeepEqual(s.Differs, []string{"configuration", "tool"}) {
		t.Errorf("%+v", s)
	}
}

// What appears or goes is told, and comes first of its kind.
func TestCompareWithoutNumber(t *testing.T) {
	none := Value{Metric: "forecast.hit_rate", Scope: "company", Period: "W1", Final: true}
	s := week("2025-01-19", "W3", "W1", none).Compare(week("2025-01-12", "W2", "W1", rate("company", "W1", 1, 2, 0, 1)))
	if len(s.Restated) != 1 || s.Restated[0].Now.OK || s.Restated[0].Direction != 0 {
		t.Errorf("%+v", s.Restated)
	}
}
