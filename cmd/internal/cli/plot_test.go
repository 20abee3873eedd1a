package cli

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"crmreport/cmd/internal/publish"
	"crmreport/ingest/crm"
	"crmreport/ingest/sample"
	"crmreport/metrics/snapshot"
	"crmreport/report/limittest"
)

// demoRun is the demo's exports built once for every test of the package, with
// every value in metrics.json.
type demoRun struct {
	data, out string
	truth     *sample.Truth
	doc       *snapshot.Document
}

var buildDemo = sync.OnceValues(func() (d demoRun, err error) {
	dir, err := os.MkdirTemp("", "crmreport-demo-")
	if err != nil {
		return d, err
	}
	demoDir = dir
	d.data, d.out = filepath.Join(dir, "exports"), filepath.Join(dir, "out")
	if err := os.MkdirAll(d.data, publish.DirMode); err != nil {
		return d, err
	}
	if d.truth, err = sample.Write(d.data, sample.DefaultOptions()); err != nil {
		return d, err
	}
	var stdout, stderr strings.Builder
	if code := Main([]string{"build", "--data", d.data, "--out", d.out, "--values", "all"}, &stdout, &stderr); code != exitOK {
		return d, fmt.Errorf("build exits %d: %s", code, stderr.String())
	}
	f, err := os.Open(filepath.Join(d.out, "latest", "metrics.json"))
	if err != nil {
		return d, err
	}
	defer f.Close()
	d.doc, err = snapshot.Decode(f)
	return d, err
})

var demoDir string // of buildDemo, removed at the end

func TestMain(m *testing.M) {
	if os.Getenv("CRMREPORT_TEST_AS") == "crmreport" { // a test runs itself as the program
		os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr))
	}
	code := m.Run()
	stopChromium()
	if demoDir != "" {
		os.RemoveAll(demoDir)
	}
	os.Exit(code)
}

func demoResult(t *testing.T) (demoRun, finder) {
	t.Helper()
	d, err := buildDemo()
	if err != nil {
		t.Fatal(err)
	}
	return d, find(t, d.doc)
}

// The plot's three teams: each is short of one thing, and the report says of
// which, with the counts that the generator knows.
func TestPlotTeams(t *testing.T) {
	d, f := demoResult(t)
	truth := d.truth
	q := truth.Quarter.Name
	for effect, team := range map[string]*sample.TeamTruth{"quantity": truth.ShortOfVisits, "quality": truth.Invalid, "conversion": truth.NotSigning} {
		if team == nil {
			t.Fatalf("the demo has no team short of %s: %v", effect, truth.Absent)
		}
		f.num(team.Visits, "conversion.visits %s %s", team.Unit, q)
		f.num(team.Valid, "conversion.valid_visits %s %s", team.Unit, q)
		f.num(team.Unknown, "conversion.unknown_visits %s %s", team.Unit, q)
		f.num(team.Signings, "conversion.signings %s %s", team.Unit, q)
		f.num(team.FailedAudits, "conversion.audit_failed %s %s", team.Unit, q)
		worst, at := 0.0, ""
		for _, e := range []string{"quantity", "quality", "conversion"} {
			if v := f.get("conversion.effect_%s %s %s base=plan", e, team.Unit, q).V; v < worst {
				worst, at = v, e
			}
		}
		if at != effect {
			t.Errorf("%s is short of %s; the report says %q (%.1f)", team.Unit, effect, at, worst)
		}
	}
	v := f.get("conversion.golden_index %s %s", truth.NotSigning.Unit, q)
	if v.CI == nil || v.CI[1] == nil || *v.CI[1] >= 1 || !slices.Contains(v.Flags, "below_rule") {
		t.Errorf("the team that does not sign is not found below the rule: %+v", v)
	}
	if v := f.get("conversion.valid_per_signing %s %s", truth.NotSigning.Unit, q); !slices.Contains(v.Flags, "below_rule") {
		t.Errorf("the ratio that the page leads with has no verdict: %+v", v)
	}
}

// A supervisor whose index is always too high: what the team hands up misses in
// every closed month, by more than the tolerance.
func TestPlotOverconfidentSupervisor(t *testing.T) {
	d, f := demoResult(t)
	truth := d.truth
	o := truth.Overconfident
	if o == nil || len(o.Months) < 3 {
		t.Fatalf("no overconfident supervisor in the demo: %+v", o)
	}
	for _, m := range o.Months {
		f.num(m.Forecast, "forecast.submitted %s %s", o.Unit, m.Period)
		f.num(m.HandedUp, "forecast.handed_up %s %s", o.Unit, m.Period)
		f.num(m.Actual, "forecast.actual %s %s", o.Unit, m.Period)
		if v := f.get("forecast.deviation %s %s of=handed_up", o.Unit, m.Period); v.V > -0.10 {
			t.Errorf("%s: handed up is off by %.3f, want below -0.10", m.Period, v.V)
		}
	}
	days, q := o.Days, truth.Quarter.Name
	f.num(days.Submitted, "forecast.participation %s %s horizon=day", o.Unit, q)
	f.num(days.Hits, "forecast.hit_rate %s %s horizon=day", o.Unit, q)
	f.num(days.Actual-days.Forecast, "forecast.deviation %s %s horizon=day", o.Unit, q)
	f.num(days.Absolute, "forecast.wape %s %s horizon=day", o.Unit, q)
	if off := read(t, d.out, "latest", "lists", "forecast.confidence_off.csv"); !strings.Contains(off, o.Unit+",") {
		t.Errorf("the list of units whose index is off lacks %s:\n%s", o.Unit, off)
	}
}

func TestPlotSandbagger(t *testing.T) {
	d, _ := demoResult(t)
	truth, doc := d.truth, d.doc
	s := truth.Sandbagger
	if s == nil || len(s.Months) < 3 {
		t.Fatalf("no sandbagger in the demo: %+v", s)
	}
	var forecast, actual int64
	for _, m := range s.Months {
		forecast, actual = forecast+m.Forecast, actual+m.Actual
	}
	v := oneTrailing(t, doc, "forecast.bias", s.Rep, truth.Quarter.Name[:4])
	if v.Den != forecast || v.Num != actual-forecast {
		t.Errorf("bias of %s rests on %d/%d; the truth is %d/%d over %d months", s.Rep, v.Num, v.Den, actual-forecast, forecast, len(s.Months))
	}
	if v.V < 0.5 {
		t.Errorf("bias of the sandbagger is %+.2f, want at least +0.50", v.V)
	}
	if off := read(t, d.out, "latest", "lists", "forecast.who_is_off.csv"); !strings.Contains(off, s.Rep+",") {
		t.Errorf("the list of who is off lacks %s:\n%s", s.Rep, off)
	}
}

// oneTrailing returns the trailing monthly value (key last=…) of metric for
// scope in the running month of the year.
func oneTrailing(t *testing.T, d *snapshot.Document, metric, scope, year string) snapshot.Value {
	t.Helper()
	for v := range d.Values.All() {
		if v.Metric == metric && v.Scope == scope && len(v.Period) == 7 && v.Period[4] == '-' && v.Period[5] != 'Q' &&
			strings.HasPrefix(v.Period, year) && strings.HasPrefix(v.Key, "last=") {
			return v
		}
	}
	t.Fatalf("no trailing %s of %s", metric, scope)
	return snapshot.Value{}
}

// Every faker is found, by pattern, with at least the visits made up.
func TestPlotFakers(t *testing.T) {
	d, f := demoResult(t)
	truth := d.truth
	pattern := map[sample.FakePattern]string{sample.SameMinute: "same_minute", sample.ManyPerDay: "too_many", sample.Night: "night",
		sample.DayOff: "day_off", sample.CopiedNotes: "copied_note", sample.DailyRun: "daily_customer"}
	suspects := read(t, d.out, "latest", "lists", "activity.suspects.csv")
	if len(truth.Fakers) != len(pattern) {
		t.Fatalf("%d fakers in the demo, want %d", len(truth.Fakers), len(pattern))
	}
	for _, k := range truth.Fakers {
		v := f.get("activity.suspect_visits %s %s pattern=%s", k.Rep, truth.Quarter.Name[:4], pattern[k.Pattern])
		if v.Num != k.Visits {
			t.Errorf("%s of %s: %d suspect visits, the truth is %d", pattern[k.Pattern], k.Rep, v.Num, k.Visits)
		}
		if !strings.Contains(suspects, k.Rep+","+pattern[k.Pattern]+",") {
			t.Errorf("the list of suspects lacks %s of %s", pattern[k.Pattern], k.Rep)
		}
		if v := f.get("conversion.audit_failed %s %s", k.Rep, truth.Quarter.Name[:4]); v.Num < k.Failed { // others may fail by chance
			t.Errorf("%s: %d failed audits, at least %d were planted", k.Rep, v.Num, k.Failed)
		}
	}
}

func TestPlotStalled(t *testing.T) {
	d, f := demoResult(t)
	truth := d.truth
	s := truth.Stalled
	if s == nil || s.Proposal < 15 {
		t.Fatalf("no stalled stage in the demo: %+v", s)
	}
	q := truth.Quarter.Name
	f.num(s.Proposal, "funnel.stalled %s %s stage=proposal", s.Region, q)
	f.num(s.Proposal+s.OtherStages, "funnel.stalled %s %s", s.Region, q)
	f.num(s.Proposal+s.OtherStages+s.Elsewhere, "funnel.stalled company %s", q)
	f.num(s.Open, "funnel.open %s %s", s.Region, q)
	f.num(s.OpenTotal, "funnel.open company %s", q)
	if rows := strings.Count(read(t, d.out, "latest", "lists", "funnel.stalled.csv"), "\n") - 1; int64(rows) != s.Proposal+s.OtherStages+s.Elsewhere {
		t.Errorf("the list of stalled deals has %d rows", rows)
	}
}

func TestPlotRenewals(t *testing.T) {
	d, f := demoResult(t)
	truth := d.truth
	r, q := truth.Renewals, truth.Quarter.Name
	if len(r.Early) == 0 || len(r.Late) == 0 || len(r.Pending) == 0 || len(r.Reactivated) == 0 {
		t.Fatalf("the demo lacks a kind of renewal: %+v", r)
	}
	f.num(r.Due, "renewal.due company %s", q)
	f.num(int64(len(r.Early)+len(r.OnTime)+len(r.Late)), "renewal.renewed company %s", q)
	f.num(int64(len(r.Pending)), "renewal.pending company %s", q)
	f.num(int64(len(r.Churned)+len(r.Notice)+len(r.Terminated)), "renewal.churned company %s", q)
	f.num(int64(len(r.Reactivated)), "renewal.reactivated company %s", q)
}

// The large write-off takes back at the rate of the sale, not today's, and the
// recovery gives back at the same; a leaver's clawback stays with the
// leaver.
func TestPlotBadDebt(t *testing.T) {
	d, f := demoResult(t)
	truth := d.truth
	w, l, q := truth.WriteOff, truth.Leaver, truth.Quarter.Name
	if w == nil || l == nil || w.Clawback == w.WrongClawback {
		t.Fatalf("the demo lacks a write-off at an old rate or a leaver: %+v %+v", w, l)
	}
	f.num(-w.Clawback, "commission.clawed_back %s %s", w.Rep, q)
	f.num(w.Restitution, "commission.restored %s %s", w.Rep, q)
	if v := f.get("commission.clawed_back (left) %s", q); v.Num > -l.Clawback { // other leavers may owe too
		t.Errorf("(left) owes %d, the leaver alone %d", v.Num, -l.Clawback)
	}
	f.num(-l.Clawback, "commission.clawed_back %s %s", l.Rep, q)
	if n, ok := leaf(f, "commission.payout "+crm.LeftID+" "+q); ok && n.Num > 0 {
		t.Errorf("a leaver is paid %d", n.Num)
	}
}

// What the ledger paid in the closed months stays paid; the two mistakes in it
// are settled in the first open month, and nobody else has a prior period
// . Reps on brackets earn more than their lowest.
func TestPlotPayroll(t *testing.T) {
	d, f := demoResult(t)
	p, l, q := d.truth.Payroll, d.truth.Ladder, d.truth.Quarter
	if p == nil || p.Underpaid == nil || p.Overpaid == nil || len(p.Months) != 3 || l == nil || l.Lowest >= l.Accrued {
		t.Fatalf("the demo lacks a ledger or brackets: %+v %+v", p, l)
	}
	for _, m := range p.Months {
		f.num(m.Paid, "commission.payout company %s", m.Period)
	}
	want := map[string]int64{p.Underpaid.Rep: p.Underpaid.Amount, p.Overpaid.Rep: -p.Overpaid.Amount}
	for v := range d.doc.Values.All() {
		if v.Metric == "commission.prior_period" && v.Period == q.Name && v.Num != want[v.Scope] && isRep(d.doc, v.Scope) {
			t.Errorf("prior period of %s is %d, planted %d", v.Scope, v.Num, want[v.Scope])
		}
	}
	for rep, n := range want {
		f.num(n, "commission.prior_period %s %s", rep, q.Name)
	}
	f.num(l.Accrued, "commission.accrued %s %s", l.Region, q.Name)
}

func isRep(d *snapshot.Document, scope string) bool {
	return slices.ContainsFunc(d.Scopes, func(s snapshot.Scope) bool { return s.ID == scope && s.Level == "rep" })
}

// Deals whose invoices are paid end with the cash; customers at risk are the
// exception, and so is each light.
func TestPlotCollectedAndWatched(t *testing.T) {
	d, f := demoResult(t)
	c, q := d.truth.Collected, d.truth.Quarter.Name
	if c.Deals == 0 {
		t.Fatal("no deal of the demo is collected")
	}
	f.num(c.Deals, "funnel.collected company %s", q)
	f.num(c.Amount, "funnel.collected_amount company %s", q)
	var watched int64
	for n := range 7 {
		if v, ok := leaf(f, fmt.Sprintf("renewal.warning_lights company %s score=%d", q, n)); ok {
			watched += v.Num
		}
	}
	if v := f.get("renewal.at_risk company %s", q); 4*v.Num > watched || 20*v.Num < watched {
		t.Errorf("%d of %d customers at risk", v.Num, watched)
	}
	for _, l := range []string{"purchases_down", "complaints_up", "overdue_30", "no_contact", "owner_changed", "no_renewal_task"} {
		if v := f.get("renewal.warning_lights company %s light=%s", q, l); v.Num == 0 || 5*v.Num > 2*watched {
			t.Errorf("%s: %d of %d customers", l, v.Num, watched)
		}
	}
}

func leaf(f finder, id string) (snapshot.Value, bool) { v, ok := f.m[id]; return v, ok }

// The rep who moved counts in both teams: the old team keeps what was done
// there, and the rep's own number is the sum.
func TestPlotMover(t *testing.T) {
	d, f := demoResult(t)
	truth, doc := d.truth, d.doc
	m, q := truth.Mover, truth.Quarter.Name
	if m == nil || m.Before.Visits == 0 || m.After.Visits == 0 {
		t.Fatalf("nobody moved in the demo: %+v", m)
	}
	f.num(m.Before.Visits+m.After.Visits, "conversion.visits %s %s", m.Rep, q)
	f.num(m.Before.Valid+m.After.Valid, "conversion.valid_visits %s %s", m.Rep, q)
	f.num(m.Before.Signings+m.After.Signings, "conversion.signings %s %s", m.Rep, q)
	for metric, want := range map[string]int64{"conversion.visits": m.Before.Visits, "conversion.valid_visits": m.Before.Valid} {
		rest := f.get("%s %s %s", metric, m.OldUnit, q).Num
		for _, s := range doc.Scopes {
			if s.Level == "rep" && s.Parent == m.OldUnit {
				if v, ok := leaf(f, metric+" "+s.ID+" "+q); ok {
					rest -= v.Num
				}
			}
		}
		if rest != want {
			t.Errorf("%s of %s without its present reps is %d, want the %d of the rep who moved away", metric, m.OldUnit, rest, want)
		}
	}
}

// The duplicate rows of the export are dropped, every row is accounted for, and
// nothing of the demo is rejected.
func TestDemoIsConserved(t *testing.T) {
	d, _ := demoResult(t)
	truth, doc := d.truth, d.doc
	if len(doc.Inputs) < 20 || len(doc.Missing) > 0 {
		t.Errorf("%d tables read, missing %v", len(doc.Inputs), doc.Missing)
	}
	for _, i := range doc.Inputs {
		if i.Read != i.Accepted+i.Duplicates+i.Rejected+i.Skipped || i.Rejected > 0 || i.Read != truth.Rows[i.Table] {
			t.Errorf("%s: %+v; %d rows were written", i.Table, i, truth.Rows[i.Table])
		}
		if i.Table == "visits" && i.Duplicates != truth.DuplicateVisits {
			t.Errorf("%d duplicates dropped, %d were planted", i.Duplicates, truth.DuplicateVisits)
		}
	}
}

// metrics.json is made for git diff: values are sorted by metric, scope (in tree
// order), period, key, and none is there twice.
func TestValuesAreSorted(t *testing.T) {
	d, _ := demoResult(t)
	order := map[string]int{}
	for i, s := range d.doc.Scopes {
		order[s.ID] = i
	}
	less := func(a, b snapshot.Value) bool {
		return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(order[a.Scope], order[b.Scope]), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Key, b.Key)) < 0
	}
	values := slices.Collect(d.doc.Values.All())
	for i := 1; i < len(values); i++ {
		if a, b := values[i-1], values[i]; !less(a, b) {
			t.Fatalf("%s %s %s %s comes before %s %s %s %s", a.Metric, a.Scope, a.Period, a.Key, b.Metric, b.Scope, b.Period, b.Key)
		}
	}
}

// The same exports give the same bytes, in any zone and locale of the machine.
func TestSameBytes(t *testing.T) {
	d, _ := demoResult(t)
	t.Setenv("TZ", "America/New_York")
	t.Setenv("LC_ALL", "de_DE.UTF-8")
	out := t.TempDir()
	run(t, exitOK, "build", "--data", d.data, "--out", out, "--values", "all")
	if a, b := read(t, d.out, "latest", "manifest.json"), read(t, out, "latest", "manifest.json"); a != b {
		t.Errorf("two builds differ:\n%s\n%s", a, b)
	}
	limittest.Say(t, "the same build in another locale and time zone", "identical", "manifest.json is the same")
}

// Every word of a key that the page shows has a name in both languages: what
// has none would show as code. (Ids of metrics stand beside their definitions.)
func TestEveryWordHasAName(t *testing.T) {
	d, _ := demoResult(t)
	page := read(t, d.out, "latest", "report.html")
	named := map[string]bool{}
	for v := range d.doc.Values.All() {
		for _, part := range strings.Split(v.Key, ",") {
			dim, word, ok := strings.Cut(part, "=")
			if !ok || dim == "bucket" || dim == "last" || dim == "table" || dim == "metric" || named[word] {
				continue
			}
			named[word] = true
			if strings.ContainsRune(word, '_') && strings.Contains(page, ">"+word+"<") {
				t.Errorf("%s: the page shows the word %q as it is in the code", v.Metric, word)
			}
		}
	}
	if len(named) < 30 {
		t.Errorf("only %d words were looked at", len(named))
	}
}
