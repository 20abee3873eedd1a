package cli

import (
	"slices"
	"strings"

	"crmreport/ingest"
	"crmreport/metrics"
	"crmreport/metrics/measure"
	"github.com/spf13/pflag"
)

func defineCommand() command {
	return command{
		name: "define", brief: "prints what every metric means, in Chinese and English, and what became of a rule of the field (S4-25)",
		example: "crmreport define conversion.golden_index",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			lang := fs.String("lang", "", "one language only: zh or en")
			return func(c *console, args []string) (int, error) { return define(c, args, *lang) }
		},
	}
}

func define(c *console, args []string, lang string) (int, error) {
	if lang != "" && lang != "zh" && lang != "en" {
		return 0, usageError("--lang is zh or en, not %q", lang)
	}
	var known []string
	found := len(args) == 0
	for _, d := range metrics.Definitions() {
		known = append(known, d.ID)
		if len(args) > 0 && !named(d.ID, args) {
			continue
		}
		found = true
		printDefinition(c, d, lang)
	}
	for _, r := range metrics.Rules() {
		if slices.Contains(args, r.ID) {
			found = true
			printRule(c, r, lang)
		}
	}
	if !found {
		return 0, usageError("no metric is called %q%s\nrun crmreport define for all of them", args[0], ingest.Nearest(args[0], known))
	}
	return exitOK, nil
}

// named reports whether id is one of args, or of the family one of args names.
func named(id string, args []string) bool {
	family, _, _ := strings.Cut(id, ".")
	for _, a := range args {
		if a == id || a == family {
			return true
		}
	}
	return false
}

func printDefinition(c *console, d measure.Definition, lang string) {
	c.printf("%s  (revision %d, %s, better: %s; %s)\n", d.ID, d.Revision, d.Kind, d.Better, d.Rulings)
	if lang != "en" {
		c.printf("  %s（%s）\n  %s\n  公式：%s\n", d.Title.ZH, d.Unit.ZH, d.Meaning.ZH, d.Formula.ZH)
	}
	if lang != "zh" {
		c.printf("  %s (%s)\n  %s\n  Formula: %s\n", d.Title.EN, d.Unit.EN, d.Meaning.EN, d.Formula.EN)
	}
	c.printf("\n")
}

// printRule prints a rule of the field: the metrics that compute it, or what is
// missing.
func printRule(c *console, r metrics.Rule, lang string) {
	c.printf("%s  (%s)\n", r.ID, r.Class)
	for _, d := range metrics.Definitions() {
		if slices.Contains(r.Metrics, d.ID) {
			title := map[string]string{"zh": d.Title.ZH, "en": d.Title.EN}[lang]
			if title == "" {
				title = d.Title.ZH + " · " + d.Title.EN
			}
			c.printf("  %s  %s\n", d.ID, title)
		}
	}
	if r.Why.ZH != "" && lang != "en" {
		c.printf("  %s\n", r.Why.ZH)
	}
	if r.Why.EN != "" && lang != "zh" {
		c.printf("  %s\n", r.Why.EN)
	}
	c.printf("\n")
}

func versionCommand() command {
	return command{
		name: "version", brief: "prints the version", example: "crmreport version",
		flags: func(*pflag.FlagSet) func(*console, []string) (int, error) {
			return func(c *console, _ []string) (int, error) {
				c.printf("crmreport %s\n", Version)
				return exitOK, nil
			}
		},
	}
}
