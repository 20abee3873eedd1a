package cli

import (
	"testing"

	"crmreport/cmd/internal/config"
	"crmreport/ingest/crm"
)

// last-week is the Sunday of the week that is over, whatever day it is: 29 June
// 2025 is a Sunday, which is not over before Monday.
func TestLastWeek(t *testing.T) {
	for today, want := range map[string]crm.Date{
		"2025-06-29": crm.DateOf(2025, 6, 22), "2025-06-30": crm.DateOf(2025, 6, 29), "2025-07-01": crm.DateOf(2025, 6, 29), "2025-07-06": crm.DateOf(2025, 6, 29),
		"2025-07-07": crm.DateOf(2025, 7, 6), "2027-01-04": crm.DateOf(2027, 1, 3), // of 2026-W53
	} {
		conf := config.Default()
		err := buildFlags{today: today, asOf: lastWeek}.days(&conf)
		if err != nil || conf.Ingest.AsOf != want {
			t.Errorf("on %s last-week ends on %s, want %s (%v)", today, conf.Ingest.AsOf, want, err)
		}
	}
	conf := config.Default()
	if err := (buildFlags{}).days(&conf); err != nil || conf.Ingest.AsOf.Known() || conf.Ingest.Today != today(conf.Ingest.Zone) {
		t.Errorf("without a word the as-of day is %s, today %s (%v)", conf.Ingest.AsOf, conf.Ingest.Today, err)
	}
	for _, wrong := range []buildFlags{{today: "2025-02-30"}, {asOf: "lastweek"}, {asOf: "last-year"}} {
		if err := wrong.days(&conf); err == nil || exitCode(err) != exitUsage {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}

// An export that did not come is noticed by the clock alone: without last-week
// the last finished week in the data is last week's report once more.
func TestLateExportIsNoticed(t *testing.T) {
	data, out := twoWeeks(t), t.TempDir()
	args := []string{"build", "-q", "--data", data, "--out", out}
	run(t, exitOK, append(args, "--as-of", lastWeek, "--today", "2025-03-10")...)
	if printed, said := run(t, exitOK, append(args, "--today", "2025-03-17")...); printed+said != "" {
		t.Errorf("by the data there is something to say: %s%s", printed, said)
	}
	if _, said := run(t, exitPartial, append(args, "--as-of", lastWeek, "--today", "2025-03-17")...); lastOf(said) == "" {
		t.Error("by the clock there is nothing to say")
	}
}
