package metrics

import (
	"regexp"
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// Every definition can be shown: an id of its family, both languages, a unit, a
// direction, a ruling; no id twice.
func TestDefinitions(t *testing.T) {
	id := regexp.MustCompile(`^(conversion|activity|funnel|forecast|renewal|receivables|commission|data)\.[a-z][a-z0-9_]+$`)
	seen := map[string]bool{}
	for _, d := range Definitions() {
		if !id.MatchString(d.ID) || seen[d.ID] || d.Revision < 1 {
			t.Errorf("%q: id is odd or there twice, or revision %d", d.ID, d.Revision)
		}
		seen[d.ID] = true
		for what, text := range map[string]measure.Text{"title": d.Title, "meaning": d.Meaning, "formula": d.Formula, "unit": d.Unit.Text} {
			if strings.TrimSpace(text.ZH) == "" || strings.TrimSpace(text.EN) == "" {
				t.Errorf("%s: %s lacks a language", d.ID, what)
			}
		}
		switch d.Kind {
		case measure.Count, measure.Ratio, measure.Amount, measure.Effect, measure.Score:
		default:
			t.Errorf("%s: kind %q", d.ID, d.Kind)
		}
		if d.Better != measure.Up && d.Better != measure.Down && d.Better != measure.Neither {
			t.Errorf("%s: better %q", d.ID, d.Better)
		}
		if d.Rulings == "" {
			t.Errorf("%s cites no ruling", d.ID)
		}
	}
	for _, id := range snapshot.Relied() {
		if !seen[id] {
			t.Errorf("other tools may rely on %s, which has no definition", id)
		}
	}
}

func twoTeams() *crm.Org {
	reps := &crm.Names[crm.RepNo]{}
	spell := func(id, team string) crm.Spell {
		return crm.Spell{Rep: reps.Number(id), Team: team, Region: "N", Manager: crm.NoRep, From: crm.NoDate, To: crm.NoDate, HiredOn: crm.NoDate, LeftOn: crm.NoDate}
	}
	return crm.NewOrg(reps, []crm.Spell{spell("A", "one"), spell("B", "two")})
}

// A run whose levels do not add up must not be published.
func TestLevelsMustAddUp(t *testing.T) {
	o := twoTeams()
	at := func(id string) measure.Slot {
		n, ok := o.Find(id)
		if !ok {
			t.Fatalf("no scope %s", id)
		}
		return measure.Slot{Scope: n, Period: crm.Period{Name: "2025-W10"}}
	}
	defs := []measure.Definition{{ID: "a.count", Kind: measure.Count}, {ID: "b.ratio", Kind: measure.Ratio}, {ID: "forecast.target", Kind: measure.Amount}, {ID: "data.rows_read", Kind: measure.Count}}
	count := func(metric, scope string, n int64) measure.Value { return measure.NewCount(metric, at(scope), n) }
	good := []measure.Value{count("a.count", "company", 5), count("a.count", "N", 5), count("a.count", "N/one", 2), count("a.count", "N/two", 3),
		// ratios do not add up, own targets need not, what was read is the company's
		count("b.ratio", "company", 9), count("forecast.target", "company", 9), count("data.rows_read", "company", 9)}
	addUp := func(values []measure.Value) error {
		c := newLevels(o, defs).check()
		for i := range values { // in whatever portions
			c.add(values[i : i+1])
		}
		return c.err()
	}
	if err := addUp(good); err != nil {
		t.Errorf("levels that add up: %v", err)
	}
	for name, bad := range map[string][]measure.Value{
		"a team too many":  append(good[4:4:4], count("a.count", "company", 5), count("a.count", "N", 5), count("a.count", "N/one", 3), count("a.count", "N/two", 3)),
		"a region is lost": {count("a.count", "company", 5), count("a.count", "N/one", 2), count("a.count", "N/two", 3)},
		"a team is absent": {count("a.count", "company", 5), count("a.count", "N", 5), count("a.count", "N/one", 2)},
	} {
		if err := addUp(bad); err == nil || !strings.Contains(err.Error(), "a.count") {
			t.Errorf("%s: error is %v", name, err)
		}
	}
}

// What each unit rounds once may be off the sum of its parts by half a minor
// unit each: 1.5 and 1.5 are 2 and 2, and 3 in all; 6 is too many.
func TestRoundedLevels(t *testing.T) {
	o := twoTeams()
	for whole, want := range map[int64]bool{3: true, 4: true, 5: true, 6: false, 2: false} {
		c := newLevels(o, []measure.Definition{{ID: "renewal.due_acv", Kind: measure.Amount}}).check()
		for scope, minor := range map[string]int64{"company": whole, "N": whole, "N/one": 2, "N/two": 2} {
			n, _ := o.Find(scope)
			c.add([]measure.Value{measure.NewMoney("renewal.due_acv", measure.Slot{Scope: n, Period: crm.Period{Name: "2025"}}, minor, "CNY")})
		}
		if got := c.err() == nil; got != want {
			t.Errorf("%d of 2 and 2: %v, want %v", whole, got, want)
		}
	}
}

func TestDataValues(t *testing.T) {
	vs := dataValues([]snapshot.Input{
		{Table: "visits", Read: 10, Accepted: 6, Duplicates: 1, Rejected: 1, Skipped: 2},
		{Table: "deals", Read: 0},
		{Table: "visits", Read: 10, Accepted: 7, Rejected: 3},
	}, measure.Slot{})
	got := map[string]measure.Value{}
	for _, v := range vs {
		got[v.Metric+" "+v.Key] = v
	}
	for id, want := range map[string]int64{"data.rows_read table=visits": 20, "data.rows_accepted table=visits": 13, "data.rows_duplicate table=visits": 1,
		"data.rows_rejected table=visits": 4, "data.rows_skipped table=visits": 2, "data.rejected_share table=visits": 4} {
		if got[id].Num != want {
			t.Errorf("%s = %d, want %d", id, got[id].Num, want)
		}
	}
	if v := got["data.rejected_share table=deals"]; v.OK || v.Den != 0 {
		t.Errorf("a share of no rows is %+v, want no data", v)
	}
}
