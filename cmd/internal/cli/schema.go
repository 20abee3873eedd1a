package cli

import (
	"crmreport/ingest"
	"crmreport/metrics/snapshot"
	"crmreport/report/verdict"
	"github.com/spf13/pflag"
)

func schemaCommand() command {
	return command{
		name: "schema", brief: "prints the JSON Schema of metrics.json, or of the JSON of compare and check",
		example: "crmreport schema compare > compare.schema.json",
		flags: func(*pflag.FlagSet) func(*console, []string) (int, error) {
			return func(c *console, args []string) (int, error) {
				what := "metrics"
				if len(args) > 0 {
					what = args[0]
				}
				text := map[string]string{"metrics": snapshot.JSONSchema, "compare": verdict.JSONSchema}[what]
				if text == "" || len(args) > 1 {
					return 0, usageError("schema takes one of metrics and compare, not %q%s", args, ingest.Nearest(what, []string{"metrics", "compare"}))
				}
				c.printf("%s", text)
				return exitOK, nil
			}
		},
	}
}
