package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"crmreport/metrics"
)

// told is what explain says in JSON.
type told struct {
	Value struct {
		Num, Den int64
		Value    *float64
	}
	Alone    string `json:"computed_from_these_rows_alone"`
	Evidence []struct {
		Metric, Period, Side string
		Value                struct{ Num, Den int64 }
		Rows                 []struct {
			File, Table, ID string
			Line            int
		}
	}
}

// tell explains a number of the exports in dir.
func tell(t *testing.T, dir string, args ...string) told {
	t.Helper()
	out, _ := run(t, exitOK, append([]string{"explain", "--data", dir, "-o", "json"}, args...)...)
	var x told
	if err := json.Unmarshal([]byte(out), &x); err != nil {
		t.Fatal(err)
	}
	return x
}

// ids joins the ids of the rows of evidence i.
func (x told) ids(i int) string {
	var ids []string
	for _, r := range x.Evidence[i].Rows {
		ids = append(ids, r.ID)
	}
	return strings.Join(ids, " ")
}

// What adds up over reps names the rows of the reps in the scope, of the time
// they were in it, and no others: Ann moved from team one to
// team two on 15 March; K3 is shared by Ann and Bob, who never was in team one.
func TestExplainEffectsNameTheRowsOfTheScope(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"reps.csv": "rep_id,name,team,region,valid_from,valid_to\nann,Ann,one,N,2025-01-01,2025-03-14\nann,Ann,two,N,2025-03-15,\nbob,Bob,two,N,2025-01-01,\ncat,Cat,three,S,2025-01-01,\n",
		"visits.csv": "visit_id,rep_id,customer_id,start_at,channel,met_role,pitched,rejection\n" +
			"v1,ann,c1,2025-03-03 09:00,visit,KP,yes,none\nv2,ann,c1,2025-03-03 15:00,visit,other,yes,none\nv3,ann,c2,2025-03-04 09:00,visit,KP,yes,none\n" +
			"v4,ann,c3,2025-03-20 09:00,visit,KP,yes,none\nv5,bob,c1,2025-03-05 09:00,visit,KP,yes,none\nv6,cat,c9,2025-03-05 09:00,visit,KP,yes,none\nv7,ann,c4,2025-03-06 09:00,visit,none,no,none\n",
		"contracts.csv":     "contract_id,customer_id,rep_id,type,sign_date,amount\nk1,c1,ann,new,2025-03-10,100\nk2,c3,ann,new,2025-03-21,100\nk3,c2,ann,new,2025-03-11,100\nk9,c9,cat,new,2025-03-11,100\n",
		"credit_splits.csv": "contract_id,rep_id,share\nk3,ann,0.5\nk3,bob,0.5\n",
	})
	for _, c := range []struct{ scope, visits, valid, signings string }{
		{"N/one", "v1 v3 v7", "v1 v3", "k1 k3 k3 ann k3 bob"}, // both splits: one alone is not 100 %
		{"N/two", "v4 v5", "v4 v5", "k2 k3 k3 ann k3 bob"},
		{"ann", "v1 v3 v4 v7", "v1 v3 v4", "k1 k2 k3 k3 ann k3 bob"}, // v2 is v1 again
		{"S", "v6", "v6", "k9"},
		{"N", "v1 v3 v4 v5 v7", "v1 v3 v4 v5", "k1 k2 k3 k3 ann k3 bob"},
	} {
		x := tell(t, dir, "conversion.effect_quantity", "--key", "base=plan", "--scope", c.scope, "--period", "2025-03", "--as-of", "2025-03-31")
		if len(x.Evidence) != 3 || x.Alone != "confirmed" {
			t.Fatalf("%s: %+v", c.scope, x)
		}
		for i, want := range []string{c.visits, c.valid, c.signings} {
			if got := x.ids(i); got != want {
				t.Errorf("%s: %s are %q, want %q", c.scope, x.Evidence[i].Metric, got, want)
			}
			for _, r := range x.Evidence[i].Rows {
				if r.Table == "visits" != (i < 2) {
					t.Errorf("%s: %s rest on %s %s", c.scope, x.Evidence[i].Metric, r.Table, filepath.Base(r.File))
				}
			}
		}
		if int(x.Evidence[0].Value.Num) != len(x.Evidence[0].Rows) || int(x.Evidence[1].Value.Num) != len(x.Evidence[1].Rows) {
			t.Errorf("%s: counts and rows differ: %+v", c.scope, x.Evidence)
		}
	}
}

// What is known of a number beside itself is said: its formula with the scope's
// numbers in it, of how many cases it is, its interval and bounds, whether it is
// final, its verdict in words, and the currency of a ratio's amounts.
func TestExplainSaysHowSureANumberIs(t *testing.T) {
	dir := t.TempDir()
	visits := "visit_id,rep_id,customer_id,start_at,channel,met_role,pitched,rejection\n"
	for i := range 40 {
		visits += fmt.Sprintf("v%d,ann,c%d,2025-03-%02d 09:00,visit,KP,yes,none\n", i, i, 3+i%20)
	}
	write(t, dir, map[string]string{
		"reps.csv":          "rep_id,name\nann,Ann\n",
		"visits.csv":        visits + "u1,ann,c91,2025-03-24 09:00,visit,KP,,none\nu2,ann,c92,2025-03-24 09:00,visit,KP,,none\n",
		"contracts.csv":     "contract_id,customer_id,rep_id,type,sign_date,amount\nk1,c1,ann,new,2025-03-10,100\n",
		"deals.csv":         "deal_id,rep_id,stage,status,amount,created_at,closed_at\nd1,ann,proposal,won,300,2025-02-03,2025-03-10\nd2,ann,proposal,lost,100.5,2025-02-03,2025-03-11\n",
		"stage_history.csv": "deal_id,stage,changed_at\nd1,contact,2025-02-03 09:00\nd1,opportunity,2025-02-04 09:00\nd2,contact,2025-02-03 09:00\n",
	})
	ask := func(args ...string) string {
		out, _ := run(t, exitOK, append([]string{"explain", "--data", dir, "--lang", "en", "--period", "2025-03", "--as-of", "2025-03-30"}, args...)...)
		return out
	}
	for metric, wants := range map[string][]string{
		// 8 × 1 ÷ 40 = 0.2; Garwood of 1 signing is [0.02532, 5.5716], so 8/40 of it is [0.00506, 1.114].
		"conversion.golden_index":  {"= 8 × 1 ÷ 40\n", "= 8 ÷ 40 = 0.2\n", "n = 40\n", "95 % interval 0.00506356 to 1.11433 (garwood)", "can make it 0.190476 to 0.2\n", "not final: later data can still change it"},
		"conversion.visits":        {"= 42 − 0 − 0\n", "= 42\n"},
		"conversion.valid_visits":  {"can make it 40 to 42\n"},
		"funnel.win_rate_value":    {"= 300.00 CNY ÷ 400.50 CNY = 0.74906", ", numerator in 2025-03 = 300.00 CNY: rows", ", denominator in 2025-03 = 400.50 CNY: rows"},
		"forecast.actual":          {"= 100.00 CNY\n"},
		"conversion.signed_amount": {"= 100.00 CNY\n"},
	} {
		text := ask(metric)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", metric, want, text)
			}
		}
	}
	if text := ask("conversion.golden_index", "--period", "2025-02"); strings.Contains(text, "not final") || !strings.Contains(text, "final: the period is over") {
		t.Errorf("a month that is over:\n%s", text)
	}
	if text := ask("funnel.reached", "--key", "stage=contact", "--period", "2025-02"); !strings.Contains(text, "stage_history: 3 rows of 2 deal_id") && !strings.Contains(text, "stage_history: 2 rows of 2 deal_id") {
		t.Errorf("rows and deals:\n%s", text)
	}
	var x struct {
		Worked string
		Value  struct {
			N      int64
			CI     []float64
			Method string
			Bounds []float64
			Final  *bool
			Flags  []string
		}
	}
	if err := json.Unmarshal([]byte(ask("conversion.golden_index", "-o", "json")), &x); err != nil {
		t.Fatal(err)
	}
	if x.Worked != "8 × 1 ÷ 40" || x.Value.N != 40 || len(x.Value.CI) != 2 || x.Value.Method != "garwood" || len(x.Value.Bounds) != 2 || x.Value.Final == nil || *x.Value.Final || x.Value.Flags == nil {
		t.Errorf("JSON: %+v", x)
	}
	if js := ask("funnel.win_rate_value", "-o", "json"); !strings.Contains(js, `"currency": "CNY"`) || !strings.Contains(js, `"num": 30000`) {
		t.Errorf("JSON of money: %s", js)
	}
	_, stderr := run(t, exitUsage, "explain", "conversion.effect_quantity", "--data", dir, "--as-of", "2025-03-30")
	if !strings.Contains(stderr, "say which with --key; there are: base=plan, base=previous") {
		t.Errorf("without a key: %s", stderr)
	}
}

// Planned days rest on who was there, and on the rows of roster and calendar
// that say which days they worked: Ann was on leave on the 4th, the 8th
// was worked for the 7th, and Bob's row and the south's calendar are not hers.
func TestExplainPlannedDaysNameRosterAndCalendar(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"reps.csv":     "rep_id,name,team,region,hired_on\nann,Ann,one,N,2024-01-01\nbob,Bob,two,S,2024-01-01\n",
		"visits.csv":   "visit_id,rep_id,customer_id,start_at\nv1,ann,c1,2025-03-03 09:00\nv2,bob,c1,2025-03-09 09:00\n",
		"roster.csv":   "rep_id,date,status\nann,2025-03-04,leave\nbob,2025-03-05,leave\nann,2025-02-04,leave\n",
		"calendar.csv": "date,is_workday,region\n2025-03-07,0,\n2025-03-08,1,\n2025-03-06,0,S\n2025-03-04,0,\n",
	})
	x := tell(t, dir, "conversion.plan_visits", "--scope", "N", "--period", "2025-W10", "--as-of", "2025-03-09")
	// 3, 5, 6 and 8 March are four days of 8 visits.
	if x.Value.Num != 32 || len(x.Evidence) != 1 {
		t.Fatalf("%+v", x)
	}
	var got []string
	for _, r := range x.Evidence[0].Rows {
		got = append(got, r.Table+" "+r.ID)
	}
	if want := "calendar 2025-03-07|calendar 2025-03-08|reps ann Ann|roster ann 2025-03-04"; strings.Join(got, "|") != want {
		t.Errorf("the rows are %q, want %q", got, want)
	}
}

// Of a headline of the company it is said what its rejected rows could make of
// it; v2 has no day, v3 no reading of whom was met, k1 no amount.
func TestExplainSaysWhatRejectedRowsCouldDo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"crmreport.yaml": "max_rejects: 100%\n",
		"reps.csv":       "rep_id,name\nann,Ann\n",
		"visits.csv":     "visit_id,rep_id,customer_id,start_at,met_role\nv1,ann,c1,2025-03-03 09:00,KP\nv2,ann,c2,yesterday,KP\nv3,ann,c3,2025-03-05 09:00,the boss\nv4,ann,c3,2025-02-05 09:00,the boss\n",
		"contracts.csv":  "contract_id,customer_id,rep_id,type,sign_date,amount\nk1,c1,ann,new,2025-03-10,100\nk2,c2,ann,new,2025-03-10,much\n",
	})
	ask := func(args ...string) string {
		out, _ := run(t, exitOK, append([]string{"explain", "--data", dir, "-c", filepath.Join(dir, "crmreport.yaml"), "--lang", "en", "--as-of", "2025-03-30"}, args...)...)
		return out
	}
	for metric, want := range map[string]string{
		"conversion.visits":              "3 rows of its tables were rejected; mended they could make it 1 to 3\n", // v2 and v3; v4 is of February
		"conversion.signings":            "1 rows of its tables were rejected; mended they could make it 1 to 2\n",
		"conversion.signed_amount":       "1 rows of its tables were rejected; mended they could make it 100 to …\n",
		"conversion.new_valid_customers": "3 rows of its tables were rejected; mended they could make it 0 to 3\n", // each could be a first visit, or before the first
	} {
		if text := ask(metric); !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", metric, want, text)
		}
	}
	if text := ask("data.if_rejected", "--key", "metric=conversion.visits"); !strings.Contains(text, "  = 1\n") || !strings.Contains(text, "can make it 1 to 3\n") || !strings.Contains(text, "visits.csv as visits: read 4") {
		t.Errorf("the metric itself:\n%s", text)
	}
	if js := ask("conversion.visits", "-o", "json"); !strings.Contains(js, `"if_rejected": {`) {
		t.Errorf("JSON: %s", js)
	}
}

// Flags are said in words, those without an entry as they are.
func TestExplainSaysFlagsInWords(t *testing.T) {
	if got := metrics.Says("below_rule").EN; !strings.Contains(got, "below the golden rule") {
		t.Error(got)
	}
	if got := metrics.Says("some_new_word").ZH; got != "some new word" {
		t.Error(got)
	}
}
