package intake

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"crmreport/ingest"
	"crmreport/metrics/measure"
	"crmreport/metrics/snapshot"
)

// Finding is something about the inputs that the reader of a report must know.
type Finding struct {
	snapshot.Warning
	Partial bool // the report is not what it should be: exit code 3
}

// Judge holds what was read against the rules, and against an earlier run;
// before is nil where there is none. The error is of *ingest.Faults, all of
// them: nothing may be published then. What would be one of a source that is
// optional is a finding.
func Judge(r Run, before *Before) ([]Finding, error) {
	j := &judge{Run: r, before: before}
	sources := make([]source, len(r.Sources))
	for i := range r.Sources {
		s := &sources[i]
		if s.Source = &r.Sources[i]; i < len(r.Rules) {
			s.Rule = r.Rules[i]
		}
		s.now = s.of(r.Inputs)
		if before != nil {
			s.was = s.of(before.Inputs)
		}
	}
	j.absent()
	for i := range sources {
		if s := &sources[i]; len(s.now) > 0 {
			j.age(s)
			j.rows(s)
			j.header(s)
		}
	}
	j.same(sources)
	return j.found, errors.Join(j.faults...)
}

type judge struct {
	Run
	before *Before
	found  []Finding
	faults []error
}

func (j *judge) warn(code string, n int64, partial bool, zh, en string) {
	j.found = append(j.found, Finding{snapshot.Warning{Code: code, N: n, Text: measure.Text{ZH: zh, EN: en}}, partial})
}

// refuse stops the run for a source that is required, and warns for another.
func (j *judge) refuse(s *source, f *ingest.Fault, n int64, zh, en string) {
	if s.Optional {
		j.warn(f.Code, n, true, zh, en)
		return
	}
	f.File, f.Place = names(s.now), s.Place
	j.faults = append(j.faults, f)
}

// absent names what did not come: optional sources, and tables that the run
// before had and no source asks for any more (a folder without a configuration).
func (j *judge) absent() {
	if len(j.Absent) > 0 {
		list := strings.Join(j.Absent, ", ")
		j.warn("input_missing", int64(len(j.Absent)), true, "可选文件没有到："+list, "optional files did not come: "+list)
	}
	if j.before == nil {
		return
	}
	var gone []string
	for _, in := range j.before.Inputs {
		asked := slices.ContainsFunc(j.Sources, func(s ingest.Source) bool { return s.Table == in.Table })
		here := slices.ContainsFunc(j.Inputs, func(x snapshot.Input) bool { return x.Table == in.Table })
		if !asked && !here && !slices.Contains(gone, in.Table) {
			gone = append(gone, in.Table)
		}
	}
	if list := strings.Join(gone, ", "); list != "" {
		j.warn("input_gone", int64(len(gone)), true, "上一份报告（"+j.before.AsOf+"）有、这次没有的表："+list,
			"tables that the report of "+j.before.AsOf+" had and this one has not: "+list)
	}
}

// age judges how old the newest row of a source is.
func (j *judge) age(s *source) {
	if s.Warn.Days == 0 && s.Fail.Days == 0 {
		return
	}
	newest, future := s.newest(), int64(0)
	for _, in := range s.now {
		future += in.FutureRows
	}
	days, known := newest.Age(j.AsOf)
	file := names(s.now)
	if !known || days < 0 {
		f := &ingest.Fault{Code: "age_unknown", Message: "nobody can say how old it is: no row is dated up to " + j.AsOf,
			Found:    fmt.Sprintf("rows dated later: %d", future),
			Expected: "rows with dates, since the configuration limits their age",
			Remedy:   "export it again; if the table has no dates, take warn_after and fail_after out of its source"}
		j.refuse(s, f, future, fmt.Sprintf("%s 没有截止日 %s 及以前的带日期的行，无法判断新旧（之后的行：%d）", file, j.AsOf, future),
			fmt.Sprintf("%s: %s (rows dated later: %d)", file, f.Message, future))
		return
	}
	limit := s.Fail
	if !limit.Passed(days, newest.AgeWorkdays) {
		limit = s.Warn
	}
	if !limit.Passed(days, newest.AgeWorkdays) {
		return
	}
	age := limit.In(days, newest.AgeWorkdays)
	en := fmt.Sprintf("%s is stale: its newest row is of %s, %s before %s; more than %s", file, newest.Newest, ageEN(age, limit.Workdays), j.AsOf, ageEN(int64(limit.Days), limit.Workdays))
	zh := fmt.Sprintf("%s 的数据陈旧：最新一行是 %s，距截止日 %s 已 %s，超过 %s", file, newest.Newest, j.AsOf, ageZH(age, limit.Workdays), ageZH(int64(limit.Days), limit.Workdays))
	if limit != s.Fail {
		j.warn("stale_input", age, true, zh, en)
		return
	}
	j.refuse(s, &ingest.Fault{Kind: ingest.Missing, Code: "stale_input", Message: "the newest row of table " + s.Table + " is of " + newest.Newest + ", " + ageEN(age, limit.Workdays) + " before " + j.AsOf,
		Expected: "at most " + ageEN(int64(limit.Days), limit.Workdays), Remedy: "export it again, raise fail_after, or say optional: true"}, age, zh, en)
}

// newest is the input with the newest row.
func (s *source) newest() (out *snapshot.Input) {
	for i := range s.now {
		if in := &s.now[i]; out == nil || in.Newest > out.Newest {
			out = in
		}
	}
	return out
}

// rows judges whether a source has lost rows: an export that was cut short.
func (j *judge) rows(s *source) {
	if len(s.was) == 0 {
		return
	}
	is, was := read(s.now), read(s.was)
	below := func(share *big.Rat) bool {
		return share != nil && new(big.Rat).SetInt64(is).Cmp(new(big.Rat).Mul(share, new(big.Rat).SetInt64(was))) < 0
	}
	file := names(s.now)
	en := fmt.Sprintf("%s: %d rows, the report of %s read %d: an export cut short?", file, is, j.before.AsOf, was)
	zh := fmt.Sprintf("%s 只有 %d 行，%s 的报告读到 %d 行：导出不完整？", file, is, j.before.AsOf, was)
	switch {
	case below(s.RowsFail):
		j.refuse(s, &ingest.Fault{Code: "few_rows", Message: "the export may be cut short",
			Found: fmt.Sprintf("%d rows", is), Expected: fmt.Sprintf("at least %s of the %d rows that the report of %s read", percent(s.RowsFail), was, j.before.AsOf),
			Remedy: "export it again; if rows were deleted on purpose, lower min_rows for this run"}, is, zh, en)
	case below(s.RowsWarn):
		j.warn("few_rows", is, true, zh, en)
	}
}

// header names the columns that a source has lost or got.
func (j *judge) header(s *source) {
	if j.before == nil {
		return
	}
	now, was := s.columns(j.Headers), s.columns(j.before.Headers)
	if len(now) == 0 || len(was) == 0 {
		return // the earlier run did not keep them
	}
	gone, fresh := without(was, now), without(now, was)
	if n := len(gone) + len(fresh); n > 0 {
		file := names(s.now)
		j.warn("header_changed", int64(n), false,
			fmt.Sprintf("%s 的表头与 %s 的报告不同：少了 %s；多了 %s", file, j.before.AsOf, listed(gone, "无"), listed(fresh, "无")),
			fmt.Sprintf("%s has another header than for the report of %s: gone %s; new %s", file, j.before.AsOf, listed(gone, "none"), listed(fresh, "none")))
	}
}

// columns are those of all files of the source.
func (s *source) columns(hs []Header) (out []string) {
	for _, h := range hs {
		if s.has(h.Table, h.File) {
			out = append(out, h.Columns...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// same finds sources whose files are all as an earlier week's run read them: the
// export was not made again. Where one of them holds this week to its end, it is
// the earlier run that was made late, from exports that already had this week.
func (j *judge) same(sources []source) {
	if j.before == nil {
		return
	}
	var again []*source
	for i := range sources {
		s := &sources[i]
		if len(s.now) == 0 || !slices.Equal(hashes(s.now), hashes(s.was)) {
			continue
		}
		if in := s.newest(); in.Newest > j.before.AsOf && in.AgeWorkdays <= 1 {
			return
		}
		again = append(again, s)
	}
	for _, s := range again {
		file := names(s.now)
		en := fmt.Sprintf("%s is the same file as for the report of %s, byte for byte: was it exported again?", file, j.before.AsOf)
		zh := fmt.Sprintf("%s 与 %s 的报告所用的文件逐字节相同：这周重新导出了吗？", file, j.before.AsOf)
		switch s.SameFile.of(s.Table) {
		case SameWarn:
			j.warn("same_file", 0, true, zh, en)
		case SameFail:
			j.refuse(s, &ingest.Fault{Kind: ingest.Missing, Code: "same_file", Message: "the same file as for the report of " + j.before.AsOf + ", byte for byte",
				Expected: "a new export", Remedy: "export it again, or say same_file: warn"}, 0, zh, en)
		}
	}
}

func hashes(ins []snapshot.Input) []string {
	out := make([]string, len(ins))
	for i, in := range ins {
		out[i] = in.SHA256
	}
	slices.Sort(out)
	return out
}

func read(ins []snapshot.Input) (n int64) {
	for _, in := range ins {
		n += in.Read
	}
	return n
}

func without(all, these []string) (out []string) {
	for _, s := range all {
		if !slices.Contains(these, s) {
			out = append(out, s)
		}
	}
	return out
}

// shown is how many names a message has.
const shown = 8

func listed(names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	more := ""
	if n := len(names) - shown; n > 0 {
		more = fmt.Sprintf(" … +%d", n)
	}
	return strings.Join(names[:min(len(names), shown)], ", ") + more
}

// names are the files of the inputs.
func names(ins []snapshot.Input) string {
	out := make([]string, len(ins))
	for i, in := range ins {
		out[i] = in.File
	}
	return listed(out, "")
}

func percent(share *big.Rat) string {
	text := new(big.Rat).Mul(share, big.NewRat(100, 1)).FloatString(9)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

func ageEN(n int64, workdays bool) string {
	unit := "day"
	if workdays {
		unit = "working day"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

func ageZH(n int64, workdays bool) string {
	if workdays {
		return fmt.Sprintf("%d 个工作日", n)
	}
	return fmt.Sprintf("%d 天", n)
}
