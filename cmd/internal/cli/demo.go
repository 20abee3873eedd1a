package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"crmreport/cmd/internal/publish"
	"crmreport/ingest/sample"
	"github.com/spf13/pflag"
)

func demoCommand() command {
	return command{
		name: "demo", brief: "writes sample exports, builds the report from them and says what to open",
		example: "crmreport demo --out demo",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			out := fs.StringP("out", "o", "demo", "folder for the exports and the report")
			lang := fs.String("lang", "", "language the page opens in: zh or en")
			return func(c *console, _ []string) (int, error) { return demo(c, *out, *lang) }
		},
	}
}

// demo is sample followed by build on the files written, as a user would.
func demo(c *console, out, lang string) (int, error) {
	data := filepath.Join(out, "exports")
	if err := writeSample(c, data, sample.DefaultOptions()); err != nil {
		return 0, err
	}
	c.printf("Built as: crmreport build --data %s --out %s\n\n", data, out)
	code, err := build(c, buildFlags{data: data, out: out, lang: lang, period: "month", values: "units"})
	if err == nil {
		c.printf(`
The report answers five questions, for the company and every region, area, team and rep:
  1. How many valid visits does a signing take, against 8, and is it quantity, quality or conversion that is missing?
  2. Where does the funnel leak, and what is stalled?
  3. Can the forecast be trusted within ±10 %%, and who is off?
  4. What renews, and what is at risk?
  5. What is owed and overdue, and what commission is payable after bad debt?
`)
	}
	return code, err
}

func sampleCommand() command {
	return command{
		name: "sample", brief: "writes realistic exports of any size, the same for the same seed",
		example: "crmreport sample --reps 5000 --weeks 52 --seed 1 --out exports",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			o := sample.DefaultOptions()
			out := fs.StringP("out", "o", "", "folder for the exports (required)")
			fs.IntVar(&o.Reps, "reps", o.Reps, "number of sales reps")
			fs.IntVar(&o.Weeks, "weeks", o.Weeks, "number of weeks")
			fs.Uint64Var(&o.Seed, "seed", o.Seed, "seed of the random numbers")
			return func(c *console, _ []string) (int, error) {
				if *out == "" {
					return 0, usageError("sample needs --out, the folder for the exports")
				}
				if o.Reps < 1 || o.Weeks < 1 {
					return 0, usageError("--reps and --weeks are at least 1")
				}
				return exitOK, writeSample(c, *out, o)
			}
		},
	}
}

func writeSample(c *console, dir string, o sample.Options) error {
	if err := os.MkdirAll(dir, publish.DirMode); err != nil {
		return &exitError{exitCannotCreate, fmt.Errorf("cannot create %s: %w; name another folder with --out", dir, err)}
	}
	if _, err := sample.Write(dir, o); err != nil {
		return publish.IOError(err)
	}
	c.printf("Sample exports: %d reps, %d weeks, seed %d, in %s\n", o.Reps, o.Weeks, o.Seed, dir)
	return nil
}
