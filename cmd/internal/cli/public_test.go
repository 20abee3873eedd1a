package cli

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
)

// publicData is where the public exports lie beside the project. They are read
// in place and never committed; without them the test says so and skips.
const publicData = "../../../../shared/data"

// run calls the program as a user would.
func run(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	if code := Main(args, &out, &err); code != want {
		t.Fatalf("crmreport %s: exit %d, want %d\n%s%s", strings.Join(args, " "), code, want, out.String(), err.String())
	}
	return out.String(), err.String()
}

func latest(t *testing.T, out string) *snapshot.Document {
	t.Helper()
	f, err := os.Open(filepath.Join(out, "latest", "metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d, err := snapshot.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// finder finds values of a document by "metric scope period [key]".
type finder struct {
	t *testing.T
	m map[string]snapshot.Value
}

func find(t *testing.T, d *snapshot.Document) finder {
	m := map[string]snapshot.Value{}
	for v := range d.Values.All() {
		m[strings.TrimSpace(v.Metric+" "+v.Scope+" "+v.Period+" "+v.Key)] = v
	}
	return finder{t, m}
}

func (f finder) get(format string, args ...any) snapshot.Value {
	f.t.Helper()
	id := fmt.Sprintf(format, args...)
	v, ok := f.m[id]
	if !ok {
		f.t.Fatalf("metrics.json has no value %q", id)
	}
	return v
}

func (f finder) num(want int64, format string, args ...any) {
	f.t.Helper()
	if v := f.get(format, args...); v.Num != want {
		f.t.Errorf("%s = %d, want %d", fmt.Sprintf(format, args...), v.Num, want)
	}
}

func (f finder) value(want, eps float64, format string, args ...any) {
	f.t.Helper()
	if v := f.get(format, args...); !v.OK || math.Abs(v.V-want) > eps {
		f.t.Errorf("%s = %v, want %v", fmt.Sprintf(format, args...), v.V, want)
	}
}

func public(t *testing.T, name string) (dir, conf string) {
	t.Helper()
	dir = filepath.Join(publicData, name)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("SKIPPED, NOTHING WAS CHECKED: the public export %s is not beside the project (%v)", name, err)
	}
	return dir, filepath.Join("../../../testdata/public", name+".yaml")
}

// Maven "CRM Sales Opportunities": the counts, the managers' table and the won
// value that kisaraF's notebook published; the quarters are a second opinion.
func TestPublicMavenCRMSales(t *testing.T) {
	dir, conf := public(t, "maven_crm_sales")
	base, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct{ file, dates string }{
		{"sales_pipeline.csv", "YYYY-MM-DD"},
		{"variant_crlf/sales_pipeline.csv", "YYYY-MM-DD"},
		{"variant_us_dates/sales_pipeline.csv", "M/D/YYYY"},
		{"variant_dd-mm-yy_crlf_extra_cols/sales_pipeline.csv", "DD-MM-YY"},
		{"variant_closed_only_float_crlf/sales_pipeline.csv", "YYYY-MM-DD"},
	} {
		t.Run(v.file, func(t *testing.T) {
			text := strings.ReplaceAll(string(base), "files: [sales_pipeline.csv]", "files: ["+v.file+"]")
			text = strings.ReplaceAll(text, "dates: [YYYY-MM-DD]", "dates: ["+v.dates+"]")
			c, out := filepath.Join(t.TempDir(), "crmreport.yaml"), t.TempDir()
			if err := os.WriteFile(c, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			run(t, 0, "build", "--data", dir, "-c", c, "--out", out, "--as-of", "2017-12-31")
			d := latest(t, out)
			checkMaven(find(t, d))
			for _, i := range d.Inputs {
				if i.Read != i.Accepted+i.Duplicates+i.Rejected+i.Skipped || i.Rejected != 0 {
					t.Errorf("%s of %s: %+v", i.Table, i.File, i)
				}
			}
		})
	}
}

func checkMaven(f finder) {
	f.t.Helper()
	f.num(4238, "funnel.won company 2017")
	f.num(2473, "funnel.lost company 2017")
	rate := f.get("funnel.win_rate_count company 2017")
	if rate.Num != 4238 || rate.Den != 6711 || fmt.Sprintf("%.2f", 100*rate.V) != "63.15" {
		f.t.Errorf("win rate %d/%d = %v, want 4238/6711 = 63.15 %%", rate.Num, rate.Den, rate.V)
	}
	f.num(1000553400, "funnel.won_amount company 2017")
	f.num(1000553400, "conversion.signed_amount company 2017")
	for q, want := range map[string]int64{"2017-Q1": 113467200, "2017-Q2": 308611100, "2017-Q3": 298225500, "2017-Q4": 280249600} {
		f.num(want, "funnel.won_amount company %s", q)
	}
	for manager, want := range map[string][2]int64{ // closed, won
		"West/Celia Rouche": {962, 610}, "East/Cara Losch": {745, 480}, "Central/Dustin Brinkmann": {1186, 747},
		"Central/Melvin Marxen": {1418, 882}, "East/Rocco Neubert": {1113, 691}, "West/Summer Sewald": {1287, 828},
	} {
		v := f.get("funnel.win_rate_count %s 2017", manager)
		if v.Den != want[0] || v.Num != want[1] {
			f.t.Errorf("%s closed %d won %d, want %d and %d", manager, v.Den, v.Num, want[0], want[1])
		}
	}
}

// The pivot report that somebody saved under the export's name is refused, with
// what was looked for and what was found, and nothing is published.
func TestPublicMavenDecoyIsRefused(t *testing.T) {
	dir, conf := public(t, "maven_crm_sales")
	base, err := os.ReadFile(conf)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(base), "files: [sales_pipeline.csv]", "files: [trap_pivot_report_not_data/sales_pipeline.csv]")
	c, out := filepath.Join(t.TempDir(), "crmreport.yaml"), t.TempDir()
	if err := os.WriteFile(c, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, stderr := run(t, exitData, "build", "--data", dir, "-c", c, "--out", out, "--as-of", "2017-12-31")
	for _, want := range []string{"trap_pivot_report_not_data/sales_pipeline.csv", "opportunity_id", "Quarterly Sales Performance"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("the message does not name %q:\n%s", want, stderr)
		}
	}
	if _, err := os.Lstat(filepath.Join(out, "latest")); err == nil {
		t.Error("something was published")
	}
}

// IBM accounts receivable, ageing at two dates.
func TestPublicIBMReceivables(t *testing.T) {
	dir, conf := public(t, "ibm_ar")
	for _, c := range []struct {
		asOf                         string
		open, balance, current, late int64
	}{
		{"2012-12-31", 99, 572506, 493632, 78874},
		{"2013-06-30", 84, 511985, 428429, 83556},
	} {
		t.Run(c.asOf, func(t *testing.T) {
			out := t.TempDir()
			run(t, 0, "build", "--data", dir, "-c", conf, "--out", out, "--as-of", c.asOf)
			d := latest(t, out)
			f, month := find(t, d), c.asOf[:7]
			f.num(c.balance, "receivables.balance company %s", month)
			if n := f.get("receivables.balance company %s", month).N; n != c.open {
				t.Errorf("%d open invoices, want %d", n, c.open)
			}
			f.num(c.current, "receivables.bucket company %s bucket=not_due", month)
			f.num(c.late, "receivables.bucket company %s bucket=1-30", month)
			f.num(c.late, "receivables.overdue company %s", month)
			f.num(0, "receivables.unapplied company %s", month)
		})
	}
}

// dbt MRR playbook: retention December 2018 → December 2019.
func TestPublicDBTRetention(t *testing.T) {
	dir, conf := public(t, "dbt_mrr_playbook")
	out := t.TempDir()
	run(t, 0, "build", "--data", dir, "-c", conf, "--out", out, "--as-of", "2019-12-31")
	f := find(t, latest(t, out))
	logo := f.get("renewal.logo_retention company 2019-12")
	if logo.Num != 7 || logo.Den != 12 || fmt.Sprintf("%.2f", 100*logo.V) != "58.33" {
		t.Errorf("logo retention %d of %d = %v, want 7 of 12 = 58.33 %%", logo.Num, logo.Den, logo.V)
	}
	for metric, want := range map[string]string{"renewal.grr": "58.12", "renewal.nrr": "70.09"} {
		v := f.get("%s company 2019-12", metric)
		if got := fmt.Sprintf("%.2f", 100*v.V); got != want {
			t.Errorf("%s = %s %%, want %s %%", metric, got, want)
		}
		if v.Den != 58500*12 { // MRR 585 in December 2018
			t.Errorf("%s starts from %d, want 7,020.00 a year", metric, v.Den)
		}
	}
}
