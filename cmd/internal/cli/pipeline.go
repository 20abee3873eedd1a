package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"crmreport/cmd/internal/history"
	"crmreport/cmd/internal/intake"
	"crmreport/cmd/internal/pipeline"
	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// keeps is the folder that keeps the pipelines and the forecasts of weeks: the
// folder of reports, unless they are those of one scope, where what is others'
// does not belong.
func (f buildFlags) keeps() string {
	if f.scope != "" {
		return ""
	}
	return f.out
}

// ofNow reports whether what the exports say of things as they stand is so on the as-of
// day: it is the Sunday of a week that is over, the newest event is of that week
// or of the one that runs. Of a week before it, nobody can tell.
func ofNow(b *crm.Book, rep *ingest.Report, today crm.Date) bool {
	return b.AsOf.Weekday()%7 == 0 && b.AsOf <= today && rep.Newest > b.AsOf-7 && rep.Newest < b.AsOf+7
}

// kept is what a run took from the weeks that were kept before.
type kept struct {
	dir      string         // the folder of reports; blank: none is read
	files    int            // of the exports, at the head of Book.Files
	moves    bool           // the stage history is theirs, with the deals as they stand
	said     []crm.Forecast // what the exports themselves say
	warnings []snapshot.Warning
}

// joinKept gives a book what the weeks tell that were kept before and the exports
// tell no more: a stage history where they have none, and submissions that were
// overwritten. Warnings say so.
func joinKept(dir string, b *crm.Book, rep *ingest.Report, today crm.Date) (kept, error) {
	k := kept{dir: dir, files: len(b.Files), said: b.Forecasts}
	if dir == "" {
		return k, nil
	}
	now, upTo := ofNow(b, rep, today), b.AsOf
	if now {
		upTo = crm.Fiscal{}.Period(crm.Week, b.AsOf).Start - 1 // this week's may be there from an earlier run
	}
	if err := k.joinMoves(b, rep, upTo, now); err != nil {
		return k, err
	}
	return k, k.joinForecasts(b, rep, upTo)
}

func (k *kept) joinMoves(b *crm.Book, rep *ingest.Report, upTo crm.Date, now bool) error {
	if !b.Has("deals") || b.Has("stage_history") {
		return nil
	}
	weeks, err := pipeline.Read(k.dir, upTo)
	if err != nil || len(weeks) == 0 {
		return err
	}
	pipeline.Join(b, rep, weeks, now)
	k.moves = true
	first := weeks[0].AsOf.String()
	k.warn("history_from_snapshots", len(weeks),
		"导出没有阶段记录：阶段变动取自每周保存的在途管道，从 "+first+" 起，日期只精确到周；一周内的多次变动只见最后一次",
		"the exports have no stage history: moves are taken from the open pipelines kept of each week since "+first+", so their dates are known to the week only, and of several moves within a week the last alone is seen")
	return nil
}

// joinForecasts leaves a run without the table as it is: that it is missing is
// what the page has to say.
func (k *kept) joinForecasts(b *crm.Book, rep *ingest.Report, upTo crm.Date) error {
	if !b.Has("forecasts") {
		return nil
	}
	weeks, err := pipeline.ReadForecasts(k.dir, upTo, b.Fiscal)
	if err != nil || len(weeks) == 0 {
		return err
	}
	if n, since := pipeline.JoinForecasts(b, rep, weeks); n > 0 {
		k.warn("forecasts_from_snapshots", n,
			"导出中已没有、此前提交过的预测（被覆盖或删除）：取自从 "+since.String()+" 起每周保存的预测，按提交时间计；两次保存之间提交又被覆盖的无从得知",
			"forecasts that were submitted and that the exports say no more, because they were overwritten or deleted: they are taken from the forecasts kept of each week since "+since.String()+", and count by when they were submitted; what was submitted and overwritten between two weeks is not known")
	}
	return nil
}

func (k *kept) warn(code string, n int, zh, en string) {
	k.warnings = append(k.warnings, snapshot.Warning{Code: code, N: int64(n), Text: measure.Text{ZH: zh, EN: en}})
}

// originals finds rows of the book in the exports and in the weeks. That a deal
// stands where it does is a move without a row of its own: it is the deal's.
func (k *kept) originals(data fs.FS, o ingest.Options, files []string, rows []crm.RowRef) ([]ingest.Original, error) {
	var exported, stored []crm.RowRef
	for _, r := range rows {
		switch {
		case int(r.File) >= k.files:
			stored = append(stored, r)
			continue
		case k.moves && r.Table == "stage_history":
			r.Table = "deals"
		}
		exported = append(exported, r)
	}
	found, err := ingest.Originals(data, o, exported)
	if err != nil {
		return nil, err
	}
	weeks, err := pipeline.Originals(k.dir, files, stored)
	if err != nil {
		return nil, err
	}
	out := make([]ingest.Original, len(rows))
	for i, r := range rows {
		from := &found
		if int(r.File) >= k.files {
			from = &weeks
		}
		out[i], *from = (*from)[0], (*from)[1:]
		out[i].RowRef = r
	}
	return out, nil
}

// keep writes the open pipeline and the forecasts of the week, each by rename and
// where there was such a table. The same again touches nothing.
func (f buildFlags) keep(all []keeping) error {
	mode, err := f.outFlags.rights()
	if err != nil {
		return err
	}
	for _, t := range all {
		to := filepath.Join(f.keeps(), filepath.FromSlash(t.name))
		if t.stays {
			continue
		}
		if _, err := history.Replace(to, t.text.Bytes(), mode); err != nil {
			return &exitError{exitIO, fmt.Errorf("the report is published, but the %s of the week are not kept: %w; make room or let %s be written, and build again", t.table, err, filepath.Dir(to))}
		}
	}
	return nil
}

// keeping is a file that is kept of the week beside the run.
type keeping struct {
	table, name string
	write       func(io.Writer) error
	text        bytes.Buffer
	stays       bool // what was kept before is nearer to the end of the week
}

// toKeep are the files that the exports have for the week. A table of an earlier
// week once more says nothing of this one. Where the exports go on into the next
// week, what was kept before is nearer to the end of its own, and stays.
func (f buildFlags) toKeep(r *result, today crm.Date) ([]keeping, error) {
	if f.keeps() == "" || !ofNow(r.book, r.report, today) {
		return nil, nil
	}
	all := []keeping{
		{table: "deals", name: pipeline.Name(r.week()), write: func(w io.Writer) error { return pipeline.Write(w, r.book) }},
		{table: "forecasts", name: pipeline.ForecastsName(r.week()), write: func(w io.Writer) error { return pipeline.WriteForecasts(w, r.book.AsOf, r.kept.said) }},
	}
	all = slices.DeleteFunc(all, func(t keeping) bool { return r.old[t.table] || !r.book.Has(t.table) })
	for i := range all {
		t := &all[i]
		if _, err := os.Stat(filepath.Join(f.keeps(), filepath.FromSlash(t.name))); err == nil && r.report.Newest > r.book.AsOf {
			t.stays = true
			continue
		}
		if err := t.write(&t.text); err != nil {
			return nil, &exitError{exitBug, err}
		}
	}
	return all, nil
}

func namesOf(all []keeping) (out []string) {
	for _, t := range all {
		out = append(out, t.name)
	}
	return out
}

// lost reports whether a file is gone that was to be kept beside a run: its build
// was killed before it could, or somebody deleted it.
func (f buildFlags) lost(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		_, err := os.Stat(filepath.Join(f.keeps(), filepath.FromSlash(name)))
		return err != nil
	})
}

// onceMore reports whether a table is byte for byte what the report of an earlier
// week read, and does not reach to the end of this one.
func onceMore(table string, before *intake.Before, now []snapshot.Input) bool {
	if before == nil {
		return false
	}
	var sums [2][]string
	for i, all := range [][]snapshot.Input{now, before.Inputs} {
		for _, in := range all {
			if in.Table != table || strings.HasPrefix(in.File, pipeline.Dir+"/") {
				continue
			}
			sums[i] = append(sums[i], in.SHA256)
			if i == 0 && in.Newest > before.AsOf && in.AgeWorkdays <= 1 {
				return false
			}
		}
		slices.Sort(sums[i])
	}
	return slices.Equal(sums[0], sums[1])
}

// keptBefore are the pipelines and forecasts kept of earlier weeks, which a run
// may depend on.
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
