package cli

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/cmd/internal/history"
	"crmreport/ingest/crm"
	"crmreport/metrics/weeks"
)

// cronConf is what an administrator would say of these exports: the receipts come
// from another system and may be late, visits must be this week's.
const cronConf = `sources:
  - {table: reps, files: [reps.csv]}
  - {table: calendar, files: [calendar.csv]}
  - {table: customers, files: [customers.csv]}
  - {table: visits, files: [visits.csv], fresh: {warn_after: 3 workdays, fail_after: 10 days}, min_rows: {warn: 90%, fail: 50%}}
  - {table: deals, files: [deals.csv]}
  - {table: contracts, files: [contracts.csv]}
  - {table: invoices, files: [invoices.csv]}
  - {table: payments, files: [payments.csv], optional: true}
`

// cronTables are the tables that grow, with the column of a row's day.
var cronTables = map[string]string{"customers": "created_at", "visits": "start_at", "contracts": "sign_date", "invoices": "invoice_date", "payments": "date"}

// cron is a machine on which the crontab's job runs.
type cron struct {
	*testing.T
	from, data, out string // the whole sample, the folder of exports, the reports
	job             []string
}

// newCron installs the crontab's own job, with the paths of this test. Only
// --settle is shorter: nobody writes to these exports.
func newCron(t *testing.T) *cron {
	c := &cron{T: t, from: t.TempDir(), data: t.TempDir(), out: filepath.Join(t.TempDir(), "out")}
	if dir := os.Getenv("CRMREPORT_SHOTS"); dir != "" { // to look at
		c.out = filepath.Join(dir, "cronweek", "out")
		if err := errors.Join(os.RemoveAll(c.out), os.MkdirAll(filepath.Dir(c.out), 0o750)); err != nil {
			t.Fatal(err)
		}
	}
	conf := t.TempDir()
	write(t, conf, map[string]string{"crmreport.yaml": cronConf})
	run(t, exitOK, "sample", "--reps", "6", "--weeks", "18", "--out", c.from)
	text := read(t, docs, "crontab")
	at := strings.Index(text, "/usr/local/bin/crmreport build ")
	if at < 0 {
		t.Fatal("the crontab builds nothing")
	}
	line, _, _ := strings.Cut(text[at:], "\n")
	c.job = strings.Fields(line)
	for was, is := range map[string]string{"/usr/local/bin/crmreport": os.Args[0], "/srv/exports": c.data, "/srv/reports": c.out,
		"/etc/crmreport/crmreport.yaml": filepath.Join(conf, "crmreport.yaml"), "30s": "20ms"} {
		i := slices.Index(c.job, was)
		if i < 0 || strings.ContainsAny(line, "$`'\"&|;<>*%") { // which a shell would read
			t.Fatalf("no %s in %s", was, line)
		}
		c.job[i] = is
	}
	return c
}

// runs the job on a day, as cron does: with its bare environment. What it prints
// is mailed.
func (c *cron) runs(day crm.Date) (code int, mail string) {
	c.Helper()
	cmd := exec.Command(c.job[0], c.job[1:]...)
	cmd.Env = []string{"CRMREPORT_TEST_AS=crmreport", "HOME=" + c.from, "PATH=/usr/bin:/bin", "SHELL=/bin/sh", "LOGNAME=crmreport", "CRMREPORT_TODAY=" + day.String()}
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(said)
}

// exports puts into the folder what the CRM has on the morning after a Sunday.
func (c *cron) exports(sunday crm.Date) {
	c.Helper()
	exportOf(c.T, c.from, c.data, sunday, false)
	for table, day := range cronTables {
		c.cut(table, day, sunday)
	}
}

// cut writes the rows of a table up to a day.
func (c *cron) cut(table, column string, upTo crm.Date) {
	rows := c.table(c.from, table)
	at := slices.Index(rows[0], column)
	rows = slices.DeleteFunc(rows, func(r []string) bool { return r[at] != column && r[at][:10] > upTo.String() })
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		c.Fatal(err)
	}
	write(c.T, c.data, map[string]string{table + ".csv": b.String()})
}

func (c *cron) table(dir, table string) [][]string {
	c.Helper()
	rows, err := csv.NewReader(strings.NewReader(read(c.T, dir, table+".csv"))).ReadAll()
	if err != nil {
		c.Fatal(err)
	}
	return rows
}

func (c *cron) remove(table string) {
	c.Helper()
	if err := os.Remove(filepath.Join(c.data, table+".csv")); err != nil {
		c.Fatal(err)
	}
}

// enter adds seven visits of a day that were entered late, one to a customer.
func (c *cron) enter(day string) {
	text := read(c.T, c.data, "visits.csv")
	for i := range 7 {
		text += fmt.Sprintf("late%d,R0001,C0001-000%d,%sT1%d:00,visit,KP,1,none,unaudited,,2025-06-26T18:00,,,1\n", i, i+1, day, i)
	}
	write(c.T, c.data, map[string]string{"visits.csv": text})
}

// visits counts those of the week that ends on a Sunday, in the export itself: a
// rep's visits of a day to one customer are one, and those that failed the audit
// are none.
func (c *cron) visits(sunday crm.Date) int64 {
	seen := map[string]bool{}
	for _, r := range c.table(c.data, "visits")[1:] {
		if day := r[3][:10]; r[4] == "visit" && r[8] != "failed" && day > (sunday-7).String() && day <= sunday.String() {
			seen[r[1]+" "+r[2]+" "+day] = true
		}
	}
	return int64(len(seen))
}

// said is what the record of a week says of the company's visits in a week.
func (c *cron) said(r weeks.Record, week string) int64 {
	c.Helper()
	n, ok := r.Find(weeks.Place{Metric: "conversion.visits", Scope: "company", Period: week})
	if !ok {
		c.Errorf("%s says nothing of the visits of %s", r.Run, week)
	}
	return n.Num
}

// record is what history/ has of a week.
func (c *cron) record(week string) weeks.Record {
	c.Helper()
	kept, err := history.Load(c.out)
	if err != nil {
		c.Fatal(err)
	}
	i := slices.IndexFunc(kept, func(r weeks.Record) bool { return r.Week == week })
	if i < 0 {
		c.Fatalf("history/ has no %s", week)
	}
	return kept[i]
}

// files is every file and link under the folder of reports: contents and time.
func (c *cron) files() map[string]string {
	c.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(c.out, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == ".lock" {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		var b []byte
		if d.Type().IsRegular() {
			b, err = os.ReadFile(path)
		} else {
			var to string
			to, err = os.Readlink(path)
			b = []byte(to)
		}
		out[strings.TrimPrefix(path, c.out+"/")] = fmt.Sprintln(info.Mode(), info.ModTime().UnixNano()) + string(b)
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.Fatal(err)
	}
	return out
}

// changes are the files that came, went or became others; those of a run by the
// run's folder alone, each once.
func changes(was, is map[string]string) []string {
	var out []string
	note := func(name string) {
		if parts := strings.Split(name, "/"); len(parts) > 2 && parts[0] == "runs" {
			name = "runs/" + parts[1] + "/"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for name, text := range is {
		if was[name] != text {
			note(name)
		}
	}
	for name := range was {
		if _, there := is[name]; !there {
			note(name)
		}
	}
	slices.Sort(out)
	return out
}

// publishes is what a run of these weeks changes, the last of them its own. A
// name such as 2025-W22.r2 is of another revision than the first.
func publishes(kept bool, names ...string) []string {
	out := []string{"index.html", "latest"} // which is a new link also where it shows the same week
	for _, name := range names {
		week, revision, again := strings.Cut(name, ".r")
		if !again {
			revision = "1"
		}
		out = append(out, "runs/"+week, "runs/"+week+".r"+revision+"/", "history/"+week+".json")
	}
	if kept {
		week, _, _ := strings.Cut(names[len(names)-1], ".r")
		out = append(out, "snapshots/"+week+".csv.gz")
	}
	slices.Sort(out)
	return out
}

var counted = regexp.MustCompile(` (rows|rejected)=[0-9]+`)

// Half a year of Mondays, most of them unattended and some of them bad: a pilot
// in March, nothing until the crontab's job is installed in May, then six weeks
// of growing exports. One comes a day late, one lacks an optional file and one a
// required one, one is stale beyond its limit, and the last restates an earlier
// week and builds those that were missed. After each Monday the job runs again,
// and has nothing to do.
func TestCronWeek(t *testing.T) {
	c := newCron(t)
	sunday := func(week int) crm.Date { return crm.DateOf(2025, 6, 29) - crm.Date(7*(26-week)) }
	later := []string{"2025-W13", "2025-W14", "2025-W15", "2025-W16", "2025-W17", "2025-W18", "2025-W19", "2025-W20", "2025-W21"}
	for _, m := range []struct {
		name    string
		day     crm.Date
		export  func()
		code    int
		last    string   // the last line of the mail, but counts; blank: nothing is mailed
		says    []string // of the mail
		changed []string
		latest  string
	}{
		{"a pilot in March", sunday(11) + 1, func() { c.exports(sunday(11)) }, exitOK, "", nil, publishes(true, "2025-W11"), "2025-W11"},
		{"installed in May: eight weeks are caught up with", sunday(21) + 1, func() { c.exports(sunday(21)) }, exitOK, "", nil, publishes(true, later...), "2025-W21"},
		{"late: last week's files again", sunday(22) + 1, func() {}, exitPartial, "result=partial code=3 week=2025-W22",
			[]string{"(same_file)", "(stale_input)", "visits.csv is stale"}, publishes(false, "2025-W22"), "2025-W22"},
		{"… they came on Tuesday", sunday(22) + 2, func() { c.exports(sunday(22)) }, exitOK, "", nil, publishes(true, "2025-W22.r2"), "2025-W22"},
		{"an optional file is missing", sunday(23) + 1, func() { c.exports(sunday(23)); c.remove("payments") }, exitPartial, "result=partial code=3 week=2025-W23",
			[]string{"payments.csv (input_missing)"}, publishes(true, "2025-W23"), "2025-W23"},
		{"a required file is missing", sunday(24) + 1, func() { c.exports(sunday(24)); c.remove("visits") }, exitNoInput, "result=error code=66",
			[]string{"visits.csv"}, nil, "2025-W23"},
		{"stale beyond its limit", sunday(25) + 1, func() { c.exports(sunday(25)); c.cut("visits", "start_at", sunday(23)) }, exitNoInput, "result=error code=66",
			[]string{"visits.csv", "before 2025-06-22", "at most 10 days"}, nil, "2025-W23"},
		{"restated, and two weeks are caught up with", sunday(26) + 1, func() { c.exports(sunday(26)); c.enter("2025-06-04") }, exitOK, "", nil,
			publishes(true, "2025-W24", "2025-W25", "2025-W26"), "2025-W26"},
	} {
		was := c.files()
		m.export()
		code, mail := c.runs(m.day)
		end := strings.TrimSuffix(counted.ReplaceAllString(lastOf(mail), ""), " out="+c.out)
		if code != m.code || end != m.last || m.last == "" && mail != "" {
			t.Errorf("%s: exit code %d, want %d; the mail ends with %q, want %q:\n%s", m.name, code, m.code, end, m.last, mail)
		}
		for _, want := range m.says {
			if !strings.Contains(mail, want) {
				t.Errorf("%s: the mail does not say %q:\n%s", m.name, want, mail)
			}
		}
		is := c.files()
		if got := changes(was, is); !slices.Equal(got, m.changed) {
			t.Errorf("%s: changed\n%q, want\n%q", m.name, got, m.changed)
		}
		if to, err := os.Readlink(filepath.Join(c.out, "latest")); err != nil || to != filepath.Join("runs", m.latest) {
			t.Errorf("%s: latest is %s (%v)", m.name, to, err)
		}
		checkDisk(t, c.out, false)
		before := touched(t, c.out)
		again := m.code
		if again == exitPartial { // it was said, and is not mailed twice
			again = exitOK
		}
		if code, mail = c.runs(m.day); code != again || (mail != "") != (again != exitOK) || touched(t, c.out) != before {
			t.Errorf("%s, again: exit code %d, want %d; touched %q; mail:\n%s", m.name, code, again, changes(is, c.files()), mail)
		}
	}
	c.remembers(sunday)
	c.lists()
}

// remembers looks at what history/ has of the weeks that went wrong. What an
// export says of visits is counted in the export itself.
func (c *cron) remembers(sunday func(int) crm.Date) {
	c.Helper()
	late := c.record("2025-W22")
	now := c.visits(sunday(22))
	if n := c.said(late, "2025-W22"); n != now || now == 0 {
		c.Errorf("W22 had %d visits, says its second report; the export has %d", n, now)
	}
	if len(late.Revisions) != 1 || late.Revisions[0].Run != "2025-W22.r1" || !slices.Equal(late.Revisions[0].Because, []string{"inputs"}) ||
		!slices.ContainsFunc(late.Revisions[0].Changed, func(v weeks.Value) bool {
			return v.Place == weeks.Place{Metric: "conversion.visits", Scope: "company", Period: "2025-W22"} && v.Num == 0
		}) {
		c.Errorf("W22 was reported twice; history/ has the revisions %+v", late.Revisions)
	}
	entered := c.visits(sunday(23)) // seven more than the Monday after
	if n := c.said(c.record("2025-W23"), "2025-W23"); n != entered-7 {
		c.Errorf("W23 had %d visits, said its report; the export then had %d", n, entered-7)
	}
	for week, want := range map[string]bool{"2025-W11": false, "2025-W13": true, "2025-W20": true, "2025-W21": false, "2025-W24": true, "2025-W25": true, "2025-W26": false} {
		if r := c.record(week); r.Reconstructed != want || len(r.Revisions) != 0 {
			c.Errorf("%s: reconstructed %v, want %v; revisions %+v", week, r.Reconstructed, want, r.Revisions)
		}
	}
	for week := 24; week <= 26; week++ {
		name := fmt.Sprintf("2025-W%d", week)
		if n, want := c.said(c.record(name), name), c.visits(sunday(week)); n != want || want == 0 {
			c.Errorf("%s: %d visits, the export has %d", name, n, want)
		}
	}
	text, _ := run(c.T, exitOK, "history", "--out", c.out, "--metric", "conversion.visits")
	for _, want := range []string{
		fmt.Sprintf("2025-W22 company conversion.visits: changed from 0 to %d (since 2025-W22.r2)", now),
		fmt.Sprintf("2025-W23 company conversion.visits: changed from %d to %d (since 2025-W24.r1)", entered-7, entered),
	} {
		if !strings.Contains(text, want) {
			c.Errorf("crmreport history does not say %q:\n%s", want, text)
		}
	}
	var kept []string
	for name := range c.files() {
		if strings.HasPrefix(name, "snapshots/") {
			kept = append(kept, strings.TrimSuffix(strings.TrimPrefix(name, "snapshots/2025-"), ".csv.gz"))
		}
	}
	// None of a week whose exports did not come, and none of one that was caught up with.
	if slices.Sort(kept); strings.Join(kept, " ") != "W11 W21 W22 W23 W26" {
		c.Errorf("pipelines kept: %q", kept)
	}
}

// lists looks at the page that lists the weeks: each is there, and what is to be
// known about it.
func (c *cron) lists() {
	c.Helper()
	index := read(c.T, c.out, "index.html")
	fixed := index[strings.Index(index, "Restated numbers"):]
	if !strings.Contains(fixed, "<th scope=row>2025-W22") || !strings.Contains(fixed, "<th scope=row>2025-W23") {
		c.Error("W22 and W23 are not among the restated numbers")
	}
	for _, week := range weeks.Between("2025-W11", "2025-W26") {
		row := regexp.MustCompile(`(?s)<th scope=row>(?:<a [^>]*>)?(?:<bdi>)?` + week + `.*?(?:<tr|</tbody|</table)`).FindString(index)
		missing := week == "2025-W12"
		built := strings.Contains(row, `href="runs/`+week+`/report.html"`)
		if row == "" || built == missing || strings.Contains(row, "没有报告") != missing || strings.Contains(row, "no report") != missing {
			c.Errorf("%s is not listed as it should be: %s", week, row)
		}
		late := !missing && (week >= "2025-W13" && week <= "2025-W20" || week == "2025-W24" || week == "2025-W25")
		if strings.Contains(row, "事后补建") != late || strings.Contains(row, "reconstructed") != late {
			c.Errorf("%s: reconstructed should be %v: %s", week, late, row)
		}
		if twice := week == "2025-W22"; strings.Contains(row, "第 2 版") != twice || strings.Contains(row, "revision 2") != twice {
			c.Errorf("%s: a second revision should be %v: %s", week, twice, row)
		}
		if week == "2025-W23" && !(strings.Contains(row, "个数字改写") && strings.Contains(row, "restated")) {
			c.Errorf("%s is not listed as restated: %s", week, row)
		}
	}
}
