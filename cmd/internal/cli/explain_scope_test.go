package cli

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
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
