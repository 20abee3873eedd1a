package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"crmreport/cmd/internal/config"
)

// call runs the program and returns its exit code with what it printed.
func call(args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = Main(args, &out, &err)
	return code, out.String(), err.String()
}

// inspectTo writes the configuration that inspect proposes for a folder.
func inspectTo(t *testing.T, want int, args ...string) string {
	t.Helper()
	code, out, stderr := call(append([]string{"inspect", "-o", "yaml"}, args...)...)
	if code != want {
		t.Fatalf("inspect %v: exit %d, want %d\n%s%s", args, code, want, out, stderr)
	}
	c := filepath.Join(t.TempDir(), "crmreport.yaml")
	if err := os.WriteFile(c, []byte(out), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

// sharedFolder is a public export beside the project.
func sharedFolder(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(publicData, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED, NOTHING WAS CHECKED: the public export %s is not beside the project (%v)", name, err)
	}
	return dir
}

// topOf names the files of a public export without the variants of it that lie
// in folders below.
func topOf(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	return files
}

// Our own sample through inspect gives the numbers that it gives without a
// configuration.
func TestInspectOfOurOwnTablesChangesNothing(t *testing.T) {
	data, plain, mapped := t.TempDir(), t.TempDir(), t.TempDir()
	run(t, 0, "sample", "--out", data, "--reps", "6", "--weeks", "20")
	c := inspectTo(t, 0, data)
	run(t, 0, "build", "--data", data, "--out", plain, "--lang", "en")
	run(t, 0, "build", "--data", data, "--out", mapped, "--lang", "en", "-c", c)
	a, b := latest(t, plain), latest(t, mapped)
	b.ConfigSHA256, b.Currency = a.ConfigSHA256, a.Currency
	xs, ys := slices.Collect(a.Values.All()), slices.Collect(b.Values.All())
	if len(xs) < 1000 || len(xs) != len(ys) {
		t.Fatalf("%d and %d values", len(xs), len(ys))
	}
	for i := range xs {
		if !reflect.DeepEqual(xs[i], ys[i]) {
			t.Fatalf("value %d is\n%+v and with the proposed configuration\n%+v", i, xs[i], ys[i])
		}
	}
	for i := range a.Inputs {
		if x, y := a.Inputs[i], b.Inputs[i]; x.Table != y.Table || x.Accepted != y.Accepted || len(x.Problems) != len(y.Problems) {
			t.Errorf("%s: %+v and %+v", x.Table, x, y)
		}
	}
}

// A folder whose headers are not ours is not read by guess: build says which
// command proposes the configuration.
func TestBuildOfUnknownFilesNamesInspect(t *testing.T) {
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "hubspot-crm-exports.csv"), []byte("Record ID,Deal Name,Deal Stage\n1,a,b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr := run(t, exitNoInput, "build", "--data", data, "--out", t.TempDir()); !strings.Contains(stderr, "crmreport inspect -o yaml") {
		t.Errorf("the message does not name inspect:\n%s", stderr)
	}
}

func TestInspectUsage(t *testing.T) {
	dir := t.TempDir()
	visits := filepath.Join(dir, "visits.csv")
	if err := os.WriteFile(visits, []byte("visit_id,rep_id,customer_id,start_at,channel\n1,r,c,03/04/2025,Meetng\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "book.xlsx"), []byte("PK\x03\x04…"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"inspect"}, exitUsage, "inspect needs files or a folder"},
		{[]string{"inspect", "-o", "json", dir}, exitUsage, "--output is text or yaml"},
		{[]string{"inspect", "--as-of", "yesterday", dir}, exitUsage, "--as-of"},
		{[]string{"inspect", filepath.Join(dir, "none.csv")}, exitNoInput, "cannot read"},
		{[]string{"inspect", t.TempDir()}, exitNoInput, "holds no .csv"},
		{[]string{"inspect", dir, visits}, exitUsage, "is a folder"},
		{[]string{"inspect", filepath.Join(dir, "book.xlsx")}, exitData, "save it as"},
		{[]string{"inspect", visits}, exitData, "1 question(s) that the files do not settle"},
		{[]string{"inspect", visits}, exitData, "preset crmreport/visits, 100 of 100: visits"},
		{[]string{"inspect", visits}, exitData, "1  Meetng; did you mean \"Meeting\"?"},
		{[]string{"inspect", "--accept-guesses", dir}, exitOK, "ASSUMED visits.csv"},
	} {
		code, out, stderr := call(c.args...)
		if code != c.code || !strings.Contains(out+stderr, c.want) {
			t.Errorf("crmreport %s: exit %d, want %d and %q\n%s%s", strings.Join(c.args, " "), code, c.code, c.want, out, stderr)
		}
	}
}

// publicFolders are the public exports, and what becomes of each: inspect's exit
// code, build's, and what is accepted into which table, or the sentence that
// says what is missing.
var publicFolders = []struct {
	dir            string
	args           []string // of inspect
	inspect, build int
	accepted       map[string]int64 // rows, by table
	says           string           // build's sentence
}{
	// All ten opportunities are deleted; the one lead is not.
	{dir: "dbt_seeds/salesforce", accepted: map[string]int64{"reps": 10, "customers": 10, "deals": 0, "leads": 1}},
	// Stage ids are blank on all 44 deals, so that only their history is read.
	{dir: "dbt_seeds/hubspot", accepted: map[string]int64{"reps": 100, "stage_history": 14}},
	{dir: "dbt_seeds/xero", accepted: map[string]int64{"customers": 152}},
	// 5 of 16 invoices are not deleted.
	{dir: "dbt_seeds/quickbooks", accepted: map[string]int64{"customers": 5, "invoices": 5, "payments": 12, "adjustments": 12}},
	{dir: "dbt_seeds/stripe", accepted: map[string]int64{"invoices": 2, "payments": 0}},
	// Five rows of history, four subscriptions.
	{dir: "dbt_seeds/recurly", accepted: map[string]int64{"contracts": 4}},
	// 6 of 500 deals are won; dates have years of two digits.
	{dir: "latam_semicolon_deals_invoices", accepted: map[string]int64{"deals": 500, "contracts": 6, "reps": 10}},
	{dir: "hubspot_stage_dates_tiny", accepted: map[string]int64{"deals": 30}},
	{dir: "d365_style_lost", inspect: exitData, build: exitData, says: "column stage is missing"},
	{dir: "ravenstack/messy", build: exitData, says: "amount: blank"},
	{dir: "ravenstack/merged", build: exitData, says: "is already in accounts.csv"},
	{dir: "ravenstack/original", accepted: map[string]int64{"customers": 500, "contracts": 5000, "cases": 2000}},
	{dir: "telco", inspect: exitData, build: exitNoInput, says: "crmreport inspect"},
	{dir: "maven_crm_sales/trap_pivot_report_not_data", inspect: exitData, build: exitNoInput, says: "crmreport inspect"},
	{dir: "x_education_leads", inspect: exitData, build: exitData, says: "column created_at is missing"},
	{dir: "ibm_ar", inspect: exitData, accepted: map[string]int64{"invoices": 2466}},
	{dir: "dbt_mrr_playbook", accepted: map[string]int64{"contracts": 121}},
}

// Every public export goes through inspect, then through build with what it
// proposed, unchanged: a report, or a sentence that says what is missing.
func TestPublicInspectThenBuild(t *testing.T) {
	for _, p := range publicFolders {
		t.Run(p.dir, func(t *testing.T) {
			dir := sharedFolder(t, p.dir)
			c, out := inspectTo(t, p.inspect, append(p.args, dir)...), t.TempDir()
			if _, err := config.Load(c); err != nil {
				t.Fatalf("build would refuse the configuration: %v", err)
			}
			code, _, stderr := call("build", "--data", dir, "-c", c, "--out", out, "--as-of", "2026-12-31", "--quiet")
			if code != p.build || !strings.Contains(stderr, p.says) {
				t.Fatalf("build: exit %d, want %d and %q\n%s", code, p.build, p.says, stderr)
			}
			if p.build != exitOK {
				return
			}
			got := map[string]int64{}
			for _, i := range latest(t, out).Inputs {
				got[i.Table] += i.Accepted
				if i.Read != i.Accepted+i.Duplicates+i.Rejected+i.Skipped {
					t.Errorf("%s of %s is not conserved: %+v", i.Table, i.File, i)
				}
			}
			for _, table := range slices.Sorted(maps.Keys(p.accepted)) {
				if got[table] != p.accepted[table] {
					t.Errorf("%d rows of %s, want %d", got[table], table, p.accepted[table])
				}
			}
		})
	}
}

// Maven through inspect gives what the configuration by hand gives: the
// published counts and managers.
func TestPublicInspectMaven(t *testing.T) {
	dir := sharedFolder(t, "maven_crm_sales")
	c, out := inspectTo(t, 0, topOf(t, dir)...), t.TempDir()
	run(t, 0, "build", "--data", dir, "-c", c, "--out", out, "--as-of", "2017-12-31")
	checkMaven(find(t, latest(t, out)))
	for _, variant := range []string{"variant_us_dates", "variant_dd-mm-yy_crlf_extra_cols", "variant_crlf", "variant_closed_only_float_crlf"} {
		dir := filepath.Join(dir, variant)
		c, out := inspectTo(t, 0, dir), t.TempDir()
		run(t, 0, "build", "--data", dir, "-c", c, "--out", out, "--as-of", "2017-12-31")
		f := find(t, latest(t, out))
		f.num(4238, "funnel.won company 2017")
		f.num(2473, "funnel.lost company 2017")
		f.num(1000553400, "conversion.signed_amount company 2017")
	}
}

// Olist: 842 of 8,000 leads became deals, 10.525 %; leads and deals by origin are
// those of the published table. An origin stands for a rep, so each year's are
// in the run of that year. The published mean days to close is no metric of ours
// (the page has medians).
func TestPublicInspectOlist(t *testing.T) {
	dir := sharedFolder(t, "olist_funnel")
	for _, variant := range []string{"", "variant_dd-mm-yyyy"} {
		t.Run("olist"+variant, func(t *testing.T) {
			data := filepath.Join(dir, variant)
			c := inspectTo(t, 0, topOf(t, data)...)
			leads, won := map[string]int64{}, map[string]int64{}
			for _, year := range []string{"2017", "2018"} {
				out := t.TempDir()
				run(t, 0, "build", "--data", data, "-c", c, "--out", out, "--as-of", year+"-12-31", "--values", "all")
				for v := range latest(t, out).Values.All() {
					if v.Period != year {
						continue
					}
					switch v.Metric + v.Key {
					case "funnel.reachedstage=mql":
						add(leads, v.Scope, v.Num)
					case "funnel.won":
						add(won, v.Scope, v.Num)
					}
				}
				if year == "2018" {
					f := find(t, latest(t, out))
					mql := f.get("funnel.reached company 2017 stage=mql").Num + f.get("funnel.reached company 2018 stage=mql").Num
					deals := f.get("funnel.reached company 2017 stage=won").Num + f.get("funnel.reached company 2018 stage=won").Num
					if mql != 8000 || deals != 842 { // 842 / 8000 = 10.525 %
						t.Errorf("%d of %d leads were won, want 842 of 8000", deals, mql)
					}
				}
			}
			checkOrigins(t, filepath.Join(dir, "PUBLISHED_marketing_performance.csv"), leads, won)
		})
	}
}

// add counts for an origin. What belongs to no origin is the company's alone:
// NULL is what is left of it.
func add(to map[string]int64, scope string, n int64) {
	if scope == "company" {
		to["NULL"] += n
		return
	}
	to[scope] += n
	to["NULL"] -= n
}

func checkOrigins(t *testing.T, file string, leads, won map[string]int64) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 12 {
		t.Fatalf("the published table has %d rows: %v", len(rows), err)
	}
	for _, r := range rows[1:] {
		scope := r[0] // a blank origin, NULL, stays apart from the word unknown
		l, _ := strconv.ParseInt(r[1], 10, 64)
		w, _ := strconv.ParseInt(r[2], 10, 64)
		if leads[scope] != l || won[scope] != w {
			t.Errorf("%s: %d leads, %d won; published %d, %d", r[0], leads[scope], won[scope], l, w)
		}
		if got := fmt.Sprintf("%.2f", 100*float64(won[scope])/float64(leads[scope])); got != r[3] {
			t.Errorf("%s: %s %%, published %s", r[0], got, r[3])
		}
	}
}

// X Education: 3,561 of 9,240 leads converted, 38.539 %. The file has no date, so
// the day is stated.
func TestPublicInspectXEducation(t *testing.T) {
	dir := sharedFolder(t, "x_education_leads")
	for _, variant := range []string{"", "variant_no_trailing_col"} {
		data := filepath.Join(dir, variant)
		c, out := inspectTo(t, 0, append([]string{"--as-of", "2019-06-30"}, topOf(t, data)...)...), t.TempDir()
		run(t, 0, "build", "--data", data, "-c", c, "--out", out)
		v := find(t, latest(t, out)).get("funnel.win_rate_count company 2019")
		if v.Num != 3561 || v.Den != 9240 || fmt.Sprintf("%.3f", 100*v.V) != "38.539" {
			t.Errorf("%s: %d of %d = %v, want 3561 of 9240 = 38.539 %%", variant, v.Num, v.Den, v.V)
		}
		reps := map[string]int64{}
		text, err := os.ReadFile(filepath.Join(out, "latest", "metrics-reps.csv"))
		if err != nil {
			t.Fatal(err)
		}
		rows, _ := csv.NewReader(bytes.NewReader(text)).ReadAll()
		for _, r := range rows {
			if r[0] == "funnel.win_rate_count" && r[2] == "2019" {
				reps[r[1]], _ = strconv.ParseInt(r[5], 10, 64)
			}
		}
		for origin, want := range map[string]int64{"Landing Page Submission": 4886, "API": 3580, "Lead Add Form": 718, "Lead Import": 55, "Quick Add Form": 1} {
			if reps[origin] != want {
				t.Errorf("%s: %d leads, want %d (%v)", origin, reps[origin], want, reps)
			}
		}
	}
}

// RavenStack: ARR 121,915,296 on the last day of 2024 as published; logo
// retention 100 % and NRR 292 % of the year are the index's second opinion.
func TestPublicInspectRavenStack(t *testing.T) {
	dir := sharedFolder(t, "ravenstack/original")
	c, out := inspectTo(t, 0, dir), t.TempDir()
	run(t, 0, "build", "--data", dir, "-c", c, "--out", out, "--as-of", "2024-12-31")
	f := find(t, latest(t, out))
	f.num(12191529600, "renewal.arr company 2024-12")
	if v := f.get("renewal.logo_retention company 2024-12"); v.Num != v.Den || v.Den == 0 {
		t.Errorf("logo retention %d of %d, want all", v.Num, v.Den)
	}
	if v := f.get("renewal.nrr company 2024-12"); fmt.Sprintf("%.0f", 100*v.V) != "292" {
		t.Errorf("NRR %v, want 292 %%", v.V)
	}
}

// IBM and the dbt playbook: the numbers of the configurations by hand.
func TestPublicInspectReceivablesAndRetention(t *testing.T) {
	ibm := sharedFolder(t, "ibm_ar")
	c, out := inspectTo(t, exitData, ibm), t.TempDir() // the copies are asked about, and left out
	run(t, 0, "build", "--data", ibm, "-c", c, "--out", out, "--as-of", "2012-12-31")
	f := find(t, latest(t, out))
	f.num(572506, "receivables.balance company 2012-12")
	f.num(78874, "receivables.bucket company 2012-12 bucket=1-30")

	dbt := sharedFolder(t, "dbt_mrr_playbook")
	c, out = inspectTo(t, 0, dbt), t.TempDir()
	run(t, 0, "build", "--data", dbt, "-c", c, "--out", out, "--as-of", "2019-12-31")
	f = find(t, latest(t, out))
	if v := f.get("renewal.logo_retention company 2019-12"); v.Num != 7 || v.Den != 12 {
		t.Errorf("logo retention %d of %d, want 7 of 12", v.Num, v.Den)
	}
	if v := f.get("renewal.nrr company 2019-12"); fmt.Sprintf("%.2f", 100*v.V) != "70.09" {
		t.Errorf("NRR %v, want 70.09 %%", v.V)
	}
}
