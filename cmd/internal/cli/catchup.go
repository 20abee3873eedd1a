package cli

import (
	"fmt"
	"io/fs"
	"slices"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/history"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics/snapshot"
	"crmreport/metrics/weeks"
	"crmreport/report/lang"
)

// catchUp builds the weeks that are missing before the one to be built, oldest
// first and each published by itself: a job that did not run leaves no hole.
func (f buildFlags) catchUp(c *console, folder *publish.Folder, data fs.FS, conf config.Config) (code int, err error) {
	if slices.ContainsFunc(conf.Ingest.Sources, func(s ingest.Source) bool { return slices.Contains(s.Files, "-") }) {
		return 0, usageError("--catch-up reads the exports once for each week, and the standard input can be read but once; write it to a file")
	}
	kept, err := f.settle(nil)
	if err != nil {
		return 0, err
	}
	// The day by the clock bounds what can be missing: most often nothing is, and
	// nothing need be read to know.
	last := conf.Ingest.AsOf
	if !last.Known() {
		last = conf.Ingest.Today
	}
	if wide := (buildFlags{back: f.back + 1}); len(wide.missing(kept, weeks.WeekOf(last))) == 0 {
		return exitOK, nil
	}
	if last, err = f.judged(data, conf); err != nil {
		return 0, err
	}
	for _, week := range f.missing(kept, weeks.WeekOf(last)) {
		day, err := weeks.LastDay(week)
		if err != nil {
			return 0, err
		}
		one, conf := f, conf
		one.late, conf.Ingest.AsOf = true, day
		did, err := one.week(c, folder, data, conf)
		if err != nil {
			return 0, fmt.Errorf("catching up with %s: %w", week, err)
		}
		code = max(code, did)
	}
	return code, nil
}

// judged is the last day of the week that is wanted. It fails where the exports
// would stop that week: they are no better for the weeks before it, which would
// be taken for built from then on.
func (f buildFlags) judged(data fs.FS, conf config.Config) (crm.Date, error) {
	book, rep, err := ingest.Read(data, conf.Ingest)
	if err != nil {
		return 0, withRejects(err, rep)
	}
	defer book.Release()
	r := &result{report: rep, scope: f.scope, doc: &snapshot.Document{AsOf: book.AsOf.String(), Inputs: inputs(book, rep)}}
	return book.AsOf, r.judge(f.out, conf)
}

// missing are the weeks before the given one that --catch-up asks for.
func (f buildFlags) missing(kept []weeks.Record, week string) []string {
	day, err := weeks.LastDay(week)
	if err != nil {
		return nil
	}
	return history.Missing(kept, weeks.WeekOf(day-7), f.back)
}

// reconstructed warns of a report that was built later than its week.
func reconstructed(asOf crm.Date) snapshot.Warning {
	return snapshot.Warning{Code: weeks.ReconstructedCode, Text: lang.With(
		"本报告为事后补建：用较晚的导出还原截至 {0} 的情况。导出只有当前状态的内容（商机的阶段、金额、预计成交日，客户与销售的归属，合同状态）可能是后来的，而非当时的；此后删除的记录不在其中。有日期的内容（拜访、签约、回款）不受影响。",
		"This report was built after its week, from later exports that were cut at {0}. Of what an export has only the current state (a deal's stage, amount and expected close, who owns a customer, a contract's status) it may be that of later, not of then; rows deleted since are missing. What has a date (visits, signings, payments) is as it was.",
		lang.Same(asOf.String()))}
}
