package cli

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"crmreport/cmd/internal/history"
	"crmreport/cmd/internal/publish"
	"github.com/spf13/pflag"
)

// pruneFlags are the flags of prune.
type pruneFlags struct {
	out, weekly, monthly, yearly string
	dry, quiet                   bool
	outFlags
}

func pruneCommand() command {
	return command{
		name: "prune", brief: "removes old reports; what they said stays in history/",
		example: "crmreport prune --out reports --keep-weekly 104 --keep-monthly 36 --keep-yearly all --dry-run",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			var f pruneFlags
			fs.StringVarP(&f.out, "out", "o", "", "folder that was published under (required)")
			fs.StringVar(&f.weekly, "keep-weekly", "0", "weeks whose last report stays: the newest so many that have one, or all")
			fs.StringVar(&f.monthly, "keep-monthly", "0", "months whose last report stays, by the day its data end, or all")
			fs.StringVar(&f.yearly, "keep-yearly", "0", "years whose last report stays, by the day its data end, or all")
			fs.BoolVar(&f.dry, "dry-run", false, "remove nothing; say what would go and what stays, and why")
			fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing on success")
			f.outFlags.addLock(fs)
			return func(c *console, args []string) (int, error) {
				if len(args) > 0 {
					return 0, usageError("prune takes no argument %q; the folder goes to --out", args[0])
				}
				return prune(c, f)
			}
		},
	}
}

func (f pruneFlags) policy() (p history.Policy, err error) {
	for _, x := range []struct {
		name, text string
		to         *int
	}{{"weekly", f.weekly, &p.Weekly}, {"monthly", f.monthly, &p.Monthly}, {"yearly", f.yearly, &p.Yearly}} {
		if x.text == "all" {
			*x.to = history.All
			continue
		}
		n, err := strconv.Atoi(x.text)
		if err != nil || n < 0 {
			return p, usageError("--keep-%s is a number such as 12, or all, not %q", x.name, x.text)
		}
		*x.to = n
	}
	if p.Empty() {
		return p, usageError("prune would remove every report: say how many stay with --keep-weekly, --keep-monthly or --keep-yearly, such as --keep-weekly 104 --keep-monthly 36 --keep-yearly all")
	}
	return p, nil
}

// prune removes the runs that the policy does not keep. What cannot be removed
// is an error after the rest is gone.
func prune(c *console, f pruneFlags) (int, error) {
	if f.out == "" {
		return 0, usageError("prune needs --out, the folder that was published under")
	}
	p, err := f.policy()
	if err != nil {
		return 0, err
	}
	if err := hasReports(f.out); err != nil {
		return 0, err
	}
	folder, err := f.outFlags.open(c, f.out, f.quiet)
	if err != nil {
		return 0, err
	}
	defer folder.Close()
	out := buildFlags{out: f.out, outFlags: f.outFlags}
	kept, err := out.settle(nil)
	if err != nil {
		return 0, err
	}
	verdicts, err := history.Judge(f.out, p, kept)
	if err != nil {
		return 0, publish.IOError(err)
	}
	stays, goes, bytes := 0, 0, int64(0)
	for _, v := range verdicts {
		word := "keep"
		if v.Keep {
			stays++
		} else {
			word = "remove"
			goes, bytes = goes+1, bytes+history.Bytes(f.out, v.Run)
			if !f.dry {
				if err := history.Remove(f.out, v.Run); err != nil {
					return 0, &exitError{exitIO, fmt.Errorf("cannot remove %s: %w; the newer reports and history/ are untouched", v.Run.Name, err)}
				}
			}
		}
		if f.dry || !v.Keep && !f.quiet {
			c.printf("%-6s %s  (%s)\n", word, filepath.Join(f.out, "runs", v.Run.Name), strings.Join(v.Why, ", "))
		}
	}
	if !f.dry && goes > 0 {
		if _, err := out.settle(nil); err != nil { // the index page has no link to what is gone
			return 0, err
		}
	}
	if !f.quiet || f.dry {
		did := "Removed"
		if f.dry {
			did = "Would remove"
		}
		c.printf("%s %d of %d runs, %s; %d weeks stay in history/.\n", did, goes, stays+goes, megabytes(bytes), len(kept))
	}
	return exitOK, nil
}

func megabytes(n int64) string { return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB" }
