package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"crmreport/cmd/internal/history"
	"crmreport/cmd/internal/intake"
	"crmreport/cmd/internal/pipeline"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// keeps is the folder that keeps the pipelines of weeks: the folder of reports,
// unless they are those of one scope, where the others' deals do not belong.
func (f buildFlags) keeps() string {
	if f.scope != "" {
		return ""
	}
	return f.out
}

// ofNow reports whether what the exports say of open deals is so on the as-of
// day: it is the Sunday of a week that is over, the newest event is of that week
// or of the one that runs. Of a week before it, nobody can tell.
func ofNow(b *crm.Book, rep *ingest.Report, today crm.Date) bool {
	return b.Has("deals") && b.AsOf.Weekday()%7 == 0 && b.AsOf <= today && rep.Newest > b.AsOf-7 && rep.Newest < b.AsOf+7
}

// joinKept gives a book without a stage history that of the weeks that were kept
// before, and a warning that says so.
func joinKept(dir string, b *crm.Book, rep *ingest.Report, today crm.Date) ([]snapshot.Warning, error) {
	if dir == "" || !b.Has("deals") || b.Has("stage_history") {
		return nil, nil
	}
	now, upTo := ofNow(b, rep, today), b.AsOf
	if now {
		upTo = crm.Fiscal{}.Period(crm.Week, b.AsOf).Start - 1 // this week's may be there from an earlier run
	}
	weeks, err := pipeline.Read(dir, upTo)
	if err != nil || len(weeks) == 0 {
		return nil, err
	}
	pipeline.Join(b, rep, weeks, now)
	first := weeks[0].AsOf.String()
	return []snapshot.Warning{{Code: "history_from_snapshots", N: int64(len(weeks)), Text: measure.Text{
		ZH: "导出没有阶段记录：阶段变动取自每周保存的在途管道，从 " + first + " 起，日期只精确到周；一周内的多次变动只见最后一次",
		EN: "the exports have no stage history: moves are taken from the open pipelines kept of each week since " + first + ", so their dates are known to the week only, and of several moves within a week the last alone is seen"}}}, nil
}

// keep writes the open pipeline of the week, by rename. The same again touches
// nothing. Where the exports go on into the next week, what was kept before is
// nearer to the end of its own, and stays. Deals of an earlier week once more are
// no pipeline of this one.
func (f buildFlags) keep(r *result, today crm.Date) error {
	if !f.hasPipeline(r, today) {
		return nil
	}
	to := f.pipelineOf(r.week())
	if _, err := os.Stat(to); err == nil && r.report.Newest > r.book.AsOf {
		return nil
	}
	var b bytes.Buffer
	if err := pipeline.Write(&b, r.book); err != nil {
		return &exitError{exitBug, err}
	}
	mode, err := f.outFlags.rights()
	if err != nil {
		return err
	}
	if _, err := history.Replace(to, b.Bytes(), mode); err != nil {
		return &exitError{exitIO, fmt.Errorf("the report is published, but the open pipeline of the week is not kept: %w; make room or let %s be written, and build again", err, filepath.Dir(to))}
	}
	return nil
}

// hasPipeline reports whether the exports have the open pipeline of the week.
func (f buildFlags) hasPipeline(r *result, today crm.Date) bool {
	return f.keeps() != "" && !r.oldDeals && ofNow(r.book, r.report, today)
}

// pipelineOf is the file that keeps the open pipeline of a week.
func (f buildFlags) pipelineOf(week string) string {
	return filepath.Join(f.keeps(), filepath.FromSlash(pipeline.Name(week)))
}

// pipelineLost reports whether a run has the open pipeline of its week, and none
// is kept: its build was killed before it could.
func (f buildFlags) pipelineLost(was *buildKey, week string) bool {
	if !was.Pipeline {
		return false
	}
	_, err := os.Stat(f.pipelineOf(week))
	return err != nil
}

// dealsOf reports whether the deals are byte for byte those that the report of an
// earlier week read, and do not reach to the end of this one.
func dealsOf(before *intake.Before, now []snapshot.Input) bool {
	if before == nil {
		return false
	}
	var sums [2][]string
	for i, all := range [][]snapshot.Input{now, before.Inputs} {
		for _, in := range all {
			if in.Table == "deals" {
				sums[i] = append(sums[i], in.SHA256)
			}
			if i == 0 && in.Table == "deals" && in.Newest > before.AsOf && in.AgeWorkdays <= 1 {
				return false
			}
		}
		slices.Sort(sums[i])
	}
	return slices.Equal(sums[0], sums[1])
}

// keptBefore are the pipelines kept of earlier weeks: a run whose exports have no
// stage history depends on them.
func keptBefore(dir, week string) (out []keyFile) {
	if dir == "" {
		return nil
	}
	own := filepath.Join(dir, filepath.FromSlash(pipeline.Name(week)))
	files, _ := filepath.Glob(filepath.Join(filepath.Dir(own), "*.csv.gz"))
	for _, name := range files { // in order
		b, err := os.ReadFile(name)
		if name >= own || err != nil {
			continue
		}
		sum := sha256.Sum256(b)
		out = append(out, keyFile{filepath.Base(name), int64(len(b)), hex.EncodeToString(sum[:])})
	}
	return out
}
