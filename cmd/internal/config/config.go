// Package config reads crmreport.yaml and fills the options of every package.
// It knows the keys and their places; what an option means is written where
// the option is. An unknown key is an error that names the nearest known one.
package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crmreport/cmd/internal/intake"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/metrics"
	"go.yaml.in/yaml/v4"
)

// Config is a run's configuration. Sources is empty where the file names none:
// the folder's own file names decide then.
type Config struct {
	Ingest  ingest.Options
	Metrics metrics.Options
	Intake  []intake.Rule // of Ingest.Sources, one each; nil without sources
	Lang    string        // zh or en
	Mail    Mail
	SHA256  string // of the file's bytes; "" without a file
}

// Default returns the configuration without a file: every value is the ruling
// of its package.
func Default() Config {
	return Config{Ingest: ingest.DefaultOptions(), Metrics: metrics.DefaultOptions(), Lang: "zh", Mail: Mail{Attach: true}}
}

// Error is a fault of the configuration, with every place found.
type Error struct{ Faults []string }

func (e *Error) Error() string { return strings.Join(e.Faults, "\n") }

// Load reads the file over the defaults. The error is an *Error for faults of
// the content and an os error for a file that cannot be read.
func Load(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, err
	}
	return Parse(filepath.Base(path), text)
}

// Parse is Load on text; name stands in messages.
func Parse(name string, text []byte) (Config, error) {
	c := Default()
	sum := sha256.Sum256(text)
	c.SHA256 = hex.EncodeToString(sum[:])
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return c, &Error{[]string{fmt.Sprintf("%s: %v", name, strings.TrimPrefix(err.Error(), "yaml: "))}}
	}
	if len(doc.Content) == 0 {
		return c, nil // an empty file is the defaults
	}
	r := &reader{name: name}
	r.root(doc.Content[0], &c)
	if len(r.faults) > 0 {
		return c, &Error{r.faults}
	}
	return c, nil
}

func (r *reader) root(n *yaml.Node, c *Config) {
	in, m := &c.Ingest, &c.Metrics
	var terminals map[string][]string
	var labels map[string]string
	var yes *yaml.Node
	r.mapping(n, "", fields{
		"timezone":          func(n *yaml.Node) { r.zone(n, &in.Zone) },
		"currency":          func(n *yaml.Node) { r.currency(n, &in.Currency) },
		"mail":              func(n *yaml.Node) { r.mail(n, &c.Mail) },
		"language":          func(n *yaml.Node) { r.oneOf(n, &c.Lang, "zh", "en") },
		"fiscal_year_start": func(n *yaml.Node) { r.integer(n, &in.Fiscal.StartMonth, 1, 12) },
		"as_of":             func(n *yaml.Node) { r.date(n, &in.AsOf) },
		"max_rejects": func(n *yaml.Node) {
			r.share(n, &in.MaxRejects)
			in.MaxRejects = ingest.ShareOfRejects(in.MaxRejects)
		},
		"calendar": func(n *yaml.Node) {
			r.mapping(n, "calendar", fields{"six_day_regions": func(n *yaml.Node) { r.texts(n, &in.SixDay) }})
		},
		"stages":    func(n *yaml.Node) { labels = r.stages(n, &in.Pipeline) },
		"terminals": func(n *yaml.Node) { terminals = r.terminals(n) },
		"sources":   func(n *yaml.Node) { in.Sources, c.Intake = r.sources(n) },
		"conversion": func(n *yaml.Node) {
			o := &m.Conversion
			r.mapping(n, "conversion", fields{
				"golden":              func(n *yaml.Node) { r.integer64(n, &o.Golden, 1, 1000) },
				"channels":            func(n *yaml.Node) { r.channels(n, &o.Channels); m.Team.Channels = o.Channels },
				"plan_visits_per_day": func(n *yaml.Node) { r.integer64(n, &o.PlanVisitsPerDay, 1, 1000) },
				"plan_valid_per_day":  func(n *yaml.Node) { r.decimal(n, &o.PlanValidPerDay) },
				"morning_share":       func(n *yaml.Node) { r.share(n, &o.MorningShare) },
			})
		},
		"activity": func(n *yaml.Node) {
			o, team := &m.Activity, &m.Team
			r.mapping(n, "activity", fields{
				"max_visits_per_day":  func(n *yaml.Node) { r.integer(n, &o.MaxPerDay, 1, 1000) },
				"day_start":           func(n *yaml.Node) { r.clock(n, &o.DayStart) },
				"day_end":             func(n *yaml.Node) { r.clock(n, &o.DayEnd) },
				"copied_notes":        func(n *yaml.Node) { r.integer(n, &o.CopiedNotes, 2, 1000) },
				"daily_run":           func(n *yaml.Node) { r.integer(n, &o.DailyRun, 2, 1000) },
				"sla_hours":           func(n *yaml.Node) { r.integer(n, &team.SLAHours, 1, 8760) },
				"reclaim_hours":       func(n *yaml.Node) { r.integer(n, &team.ReclaimHours, 1, 8760) },
				"pool_cap":            func(n *yaml.Node) { r.integer(n, &team.PoolCap, 1, 1_000_000) },
				"rule_changes":        func(n *yaml.Node) { team.Changes = r.ruleChanges(n) },
				"untouched_days":      func(n *yaml.Node) { r.integer(n, &team.UntouchedDays, 1, 3650) },
				"dormant_months":      func(n *yaml.Node) { r.integer(n, &team.DormantMonths, 1, 120) },
				"prepaid_days":        func(n *yaml.Node) { r.integer(n, &team.PrepaidDays, 0, 365) },
				"new_rep_days":        func(n *yaml.Node) { r.integer(n, &team.NewRepDays, 1, 3650) },
				"profiles":            func(n *yaml.Node) { r.profiles(n, &o.Profiles) },
				"profile":             func(n *yaml.Node) { r.text(n, &o.Profile) },
				"team_profiles":       func(n *yaml.Node) { o.Teams = r.words(n, "activity.team_profiles") },
				"also":                func(n *yaml.Node) { o.Also = r.standard(n) },
				"noon":                func(n *yaml.Node) { r.clock(n, &o.Noon) },
				"hours_per_day":       func(n *yaml.Node) { r.integer(n, &o.HoursPerDay, 1, 24) },
				"closing_days":        func(n *yaml.Node) { r.integer(n, &o.ClosingDays, 0, 365) },
				"decision_maker_days": func(n *yaml.Node) { r.integer(n, &o.MakerDays, 1, 365) },
				"coaching_points":     func(n *yaml.Node) { r.integer(n, &team.CoachingPoints, 1, 100) },
				"coaching_window":     func(n *yaml.Node) { r.integer(n, &team.CoachingWindow, 1, 250) },
				"after_sales_days":    func(n *yaml.Node) { r.integer(n, &team.AfterSalesDays, 1, 3650) },
				"contact_days":        func(n *yaml.Node) { r.integer(n, &team.ContactDays, 1, 3650) },
				"coverage_days":       func(n *yaml.Node) { r.integer(n, &team.CoverageDays, 1, 3650) },
				"cities":              func(n *yaml.Node) { r.integer(n, &team.Cities, 1, 1000) },
				"assigned_from":       func(n *yaml.Node) { r.integer(n, &team.AssignedFrom, 0, 100_000) },
				"assigned_to":         func(n *yaml.Node) { r.integer(n, &team.AssignedTo, 1, 100_000) },
				"review_days":         func(n *yaml.Node) { r.integer(n, &team.ReviewDays, 5, 250) },
				"board_places":        func(n *yaml.Node) { r.integer(n, &team.BoardPlaces, 1, 1000) },
				"improved_visits":     func(n *yaml.Node) { r.integer(n, &team.ImprovedVisits, 1, 100_000) },
				"pk":                  func(n *yaml.Node) { team.PK = r.pairs(n, "pk") },
				"hunt":                func(n *yaml.Node) { r.texts(n, &team.Hunt) },
				"farm":                func(n *yaml.Node) { r.texts(n, &team.Farm) },
			})
			r.oneStrategy(n, team.Hunt, team.Farm)
			r.knownProfiles(n, o.Profiles, o.Profile, o.Teams)
		},
		"funnel": func(n *yaml.Node) {
			o := &m.Funnel
			r.mapping(n, "funnel", fields{
				"reopen_days":     func(n *yaml.Node) { r.integer(n, &o.ReopenDays, 0, 3650) },
				"window_days":     func(n *yaml.Node) { r.integer(n, &o.WindowDays, 0, 3650) },
				"cycle_days":      func(n *yaml.Node) { r.integer(n, &o.CycleDays, 0, 3650) },
				"cohort_win_days": func(n *yaml.Node) { r.integer(n, &o.CohortWinDays, 0, 3650) },
				"early_stages":    func(n *yaml.Node) { r.integer(n, &o.EarlyStages, 1, 100) },
				"ordered":         func(n *yaml.Node) { r.oneOf(n, &o.Ordered, "default", "strict_order", "strict_increase") },
				"yes_stage":       func(n *yaml.Node) { r.text(n, &o.YesStage); yes = n },
			})
		},
		"forecast": func(n *yaml.Node) {
			o := &m.Forecast
			r.mapping(n, "forecast", fields{
				"month_freeze":        func(n *yaml.Node) { r.clock(n, &o.MonthFreeze) },
				"week_freeze":         func(n *yaml.Node) { r.clock(n, &o.WeekFreeze) },
				"trailing_weeks":      func(n *yaml.Node) { r.integer(n, &o.TrailingWeeks, 1, 52) },
				"trailing_months":     func(n *yaml.Node) { r.integer(n, &o.TrailingMonths, 1, 36) },
				"trailing_quarters":   func(n *yaml.Node) { r.integer(n, &o.TrailingQuarters, 1, 12) },
				"calibration_periods": func(n *yaml.Node) { r.integer(n, &o.CalibrationPeriods, 0, 60) },
				"tolerance":           func(n *yaml.Node) { r.share(n, &o.Tolerance); m.Team.Tolerance = o.Tolerance },
				"day_freeze":          func(n *yaml.Node) { r.clock(n, &o.DayFreeze); m.Team.DayFreeze = o.DayFreeze },
			})
		},
		"renewal": func(n *yaml.Node) {
			o := &m.Renewal
			r.mapping(n, "renewal", fields{
				"grace_days":       func(n *yaml.Node) { r.integer(n, &o.GraceDays, 0, 365) },
				"retention_months": func(n *yaml.Node) { r.integer(n, &o.RetentionMonths, 1, 120) },
				"match_days":       func(n *yaml.Node) { r.integer(n, &o.MatchDays, 0, 3650) },
				"at_risk_lights":   func(n *yaml.Node) { r.integer(n, &o.AtRiskLights, 1, 6) },
			})
		},
		"receivables": func(n *yaml.Node) {
			o := &m.Receivables
			r.mapping(n, "receivables", fields{
				"buckets":         func(n *yaml.Node) { r.buckets(n, &o.Buckets) },
				"step_after_days": func(n *yaml.Node) { r.integer(n, &o.StepAfterDays, 0, 3650) },
				"deemed_bad_after_days": func(n *yaml.Node) {
					r.integer(n, &o.DeemedBadDays, 0, 3650)
					m.Commission.DeemedBadDays, m.Renewal.DeemedBadDays = o.DeemedBadDays, o.DeemedBadDays
				},
				"loss_rates": func(n *yaml.Node) { r.rates(n, "loss_rates", &o.LossRates) },
			})
			if err := o.RatesMatch(); err != nil {
				r.fail(n, "%v", err)
			}
		},
		"commission": func(n *yaml.Node) {
			o := &m.Commission
			r.mapping(n, "commission", fields{
				"clawback_months":     func(n *yaml.Node) { r.integer(n, &o.ClawbackMonths, 0, 120) },
				"max_deduction_share": func(n *yaml.Node) { r.share(n, &o.MaxDeductionShare) },
				"tier_period":         func(n *yaml.Node) { r.periodKind(n, &o.TierPeriod) },
			})
		},
	})
	if s, ok := in.Pipeline.Lookup(m.Funnel.YesStage); m.Funnel.YesStage != "" && (!ok || s.Terminal()) {
		r.fail(yes, "yes_stage: %q is none of the open stages", m.Funnel.YesStage)
	}
	m.Activity.Channels = m.Conversion.Channels // what a visit is holds for both
	applyStageWords(in.Sources, labels, terminals)
}

// applyStageWords gives the labels of stages and terminals to every source that
// carries stages; a source's own words win.
func applyStageWords(sources []ingest.Source, labels map[string]string, terminals map[string][]string) {
	for i := range sources {
		s := &sources[i]
		if s.Table != "deals" && s.Table != "stage_history" {
			continue
		}
		set := func(field, label, word string) {
			if s.Words == nil {
				s.Words = map[string]map[string]string{}
			}
			if s.Words[field] == nil {
				s.Words[field] = map[string]string{}
			}
			if _, own := s.Words[field][label]; !own {
				s.Words[field][label] = word
			}
		}
		for label, id := range labels {
			set("stage", label, id)
		}
		for word, ls := range terminals {
			for _, l := range ls {
				set("stage", l, word)
			}
		}
	}
}

// stages reads the open stages in order, or the name of a preset, and returns
// the CRM's labels of them.
func (r *reader) stages(n *yaml.Node, p *crm.Pipeline) map[string]string {
	labels := map[string]string{}
	if n.Kind == yaml.ScalarNode {
		preset, ok := crm.Presets()[n.Value]
		if *p = preset; !ok {
			r.fail(n, "stages: %q is no preset: they are %s; or list the stages", n.Value, strings.Join(slices.Sorted(maps.Keys(crm.Presets())), ", "))
		}
		return labels
	}
	p.Stages = nil
	seen := map[string]bool{}
	r.sequence(n, "stages", func(n *yaml.Node) {
		var d crm.StageDef
		var own []string
		r.mapping(n, "stages", fields{
			"id":         func(n *yaml.Node) { r.text(n, &d.ID) },
			"zh":         func(n *yaml.Node) { r.text(n, &d.ZH) },
			"en":         func(n *yaml.Node) { r.text(n, &d.EN) },
			"limit_days": func(n *yaml.Node) { r.integer(n, &d.LimitDays, 0, 3650) },
			"labels":     func(n *yaml.Node) { r.texts(n, &own) },
		})
		switch {
		case d.ID == "":
			r.fail(n, "a stage needs an id, such as proposal")
		case seen[d.ID]:
			r.fail(n, "stage %q is there twice", d.ID)
		case d.ID == "won" || d.ID == "lost" || d.ID == "void" || d.ID == "collected":
			r.fail(n, "%q is a terminal, not an open stage: put its labels under terminals", d.ID)
		}
		seen[d.ID] = true
		p.Stages = append(p.Stages, d)
		for _, l := range own {
			labels[l] = d.ID
		}
	})
	return labels
}

func (r *reader) terminals(n *yaml.Node) map[string][]string {
	out := map[string][]string{}
	fs := fields{}
	for _, t := range []string{"won", "lost", "void", "collected"} {
		fs[t] = func(n *yaml.Node) {
			var ls []string
			r.texts(n, &ls)
			out[t] = ls
		}
	}
	r.mapping(n, "terminals", fs)
	return out
}

func (r *reader) sources(n *yaml.Node) (out []ingest.Source, rules []intake.Rule) {
	r.sequence(n, "sources", func(n *yaml.Node) {
		s, rule := ingest.Source{Place: fmt.Sprintf("%s:%d", r.name, n.Line)}, intake.Rule{}
		r.mapping(n, "sources", fields{
			"table":       func(n *yaml.Node) { r.table(n, &s.Table) },
			"files":       func(n *yaml.Node) { r.texts(n, &s.Files) },
			"encoding":    func(n *yaml.Node) { r.encoding(n, &s.Encoding) },
			"delimiter":   func(n *yaml.Node) { r.delimiter(n, &s.Delimiter) },
			"quotes":      func(n *yaml.Node) { r.quotes(n, &s.Quotes) },
			"rows":        func(n *yaml.Node) { r.rows(n, &s.Rows) },
			"tables":      func(n *yaml.Node) { r.tables(n, &s.Tables) },
			"header_line": func(n *yaml.Node) { r.integer(n, &s.HeaderLine, 1, 1000) },
			"header_rows": func(n *yaml.Node) { r.integer(n, &s.HeaderRows, 1, dialect.MaxHeaderRows) },
			"footers":     func(n *yaml.Node) { r.texts(n, &s.Footers) },
			"columns":     func(n *yaml.Node) { s.Columns = r.words(n, "columns") },
			"only":        func(n *yaml.Node) { r.boolean(n, &s.Only) },
			"ids":         func(n *yaml.Node) { r.ids(n, &s.IDs) },
			"constants":   func(n *yaml.Node) { s.Constants = r.words(n, "constants") },
			"words": func(n *yaml.Node) {
				s.Words = map[string]map[string]string{}
				r.each(n, "words", func(field string, n *yaml.Node) { s.Words[field] = r.words(n, "words") })
			},
			"when":       func(n *yaml.Node) { s.When = r.conditions(n) },
			"dates":      func(n *yaml.Node) { r.texts(n, &s.Dates) },
			"date_order": func(n *yaml.Node) { r.dateOrder(n, &s.DateOrder) },
			"decimal":    func(n *yaml.Node) { r.decimalPoint(n, &s.Decimal) },
			"units":      func(n *yaml.Node) { s.Units = r.units(n) },
			"percent":    func(n *yaml.Node) { s.Percent = r.percent(n) },
			"blank":      func(n *yaml.Node) { r.texts(n, &s.Blank) },
			"timezone":   func(n *yaml.Node) { r.zone(n, &s.Zone) },
			"amount_per": func(n *yaml.Node) { r.amountPer(n, &s.AmountPer) },
			"end":        func(n *yaml.Node) { r.end(n, &s.EndExclusive) },
			"optional":   func(n *yaml.Node) { r.boolean(n, &s.Optional) },
			"fresh":      func(n *yaml.Node) { r.fresh(n, &rule) },
			"min_rows":   func(n *yaml.Node) { r.minRows(n, &rule) },
		})
		if child(n, "table") == nil {
			r.fail(n, "a source needs a table, one of %s", strings.Join(tableNames(), ", "))
		}
		if len(s.Files) == 0 {
			r.fail(n, "a source needs files, such as [visits*.csv]")
		}
		r.knownFields(n, s)
		out, rules = append(out, s), append(rules, rule)
	})
	return out, rules
}

// knownFields checks that every field that a source names is a column of its
// table: a typo must not silently leave a column unread.
func (r *reader) knownFields(n *yaml.Node, s ingest.Source) {
	var known []string
	for _, t := range ingest.Tables() {
		if t.Name == s.Table {
			known = t.Columns
		}
	}
	if known == nil {
		return
	}
	check := func(key string) {
		sub := child(n, key)
		if sub == nil || sub.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(sub.Content); i += 2 {
			f := sub.Content[i]
			if strings.HasPrefix(f.Value, "entered:") && s.Table == "stage_history" {
				continue
			}
			if !contains(known, f.Value) {
				r.fail(f, "table %s has no column %q%s", s.Table, f.Value, ingest.Nearest(f.Value, known))
			}
		}
	}
	check("columns")
	check("constants")
	check("words")
	check("units")
	check("percent")
}

func (r *reader) conditions(n *yaml.Node) []ingest.Condition {
	var out []ingest.Condition
	r.sequence(n, "when", func(n *yaml.Node) {
		var c ingest.Condition
		r.mapping(n, "when", fields{
			"column": func(n *yaml.Node) { r.text(n, &c.Column) },
			"in":     func(n *yaml.Node) { r.texts(n, &c.In) },
		})
		if c.Column == "" {
			r.fail(n, "a condition needs a column (their header); without in it asks that the cell is not blank")
		}
		out = append(out, c)
	})
	return out
}

func tableNames() []string {
	var out []string
	for _, t := range ingest.Tables() {
		out = append(out, t.Name)
	}
	return out
}

// Decode reads any YAML document into a struct by its yaml tags, strictly: a
// key that the struct does not have is an error. It is there for the files that
// are embedded beside the configuration (cmd/internal/preset).
func Decode(name string, text []byte, to any) error {
	if err := yaml.Load(text, to, yaml.WithKnownFields()); err != nil {
		return fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return nil
}
