package ingest

import (
	"errors"
	"strings"
	"testing"
)

// brackets that leave a gap or overlap are an error of the
// configuration that names both rows, whatever order they come in. The section
// [15000, 16000] of OCA's test alone pays nothing outside of it: refused.
func TestTiersAreChecked(t *testing.T) {
	const head = "plan,rate,from_amount,to_amount,tier_mode,valid_from,valid_to\n"
	for _, c := range []struct{ name, rows, want string }{
		{"a ladder", "p,0.2,15000,16000,whole,2025-01-01,\np,0.1,,15000,whole,2025-01-01,\np,0.3,16000,,whole,2025-01-01,\n", ""},
		{"two versions, two plans", "p,0.1,0,5,,2025-01-01,\np,0.2,5,,,2025-01-01,\np,0.3,,,,2024-01-01,2024-12-31\nq,0.1,0,7,whole,2025-01-01,\nq,0.2,7,,whole,2025-01-01,\n", ""},
		{"marginal and blank are one", "p,0.1,0,5,marginal,2025-01-01,\np,0.2,5,,,2025-01-01,\n", ""},
		{"flat rates twice are no brackets", "p,0.1,,,,2025-01-01,\np,0.2,,,,2025-01-01,\n", ""},
		{"OCA's section alone", "p,0.2,15000,16000,whole,2025-01-01,\n", "commission_rates.csv:2: no bracket begins at 0: the lowest begins at 15000.00"},
		{"a gap", "p,0.1,0,15000,whole,2025-01-01,\np,0.2,16000,,whole,2025-01-01,\n", "commission_rates.csv:3: this bracket begins at 16000.00, and the one of commission_rates.csv:2 ends at 15000.00"},
		{"a gap of a cent, the other way round", "p,0.2,15000.01,,,2025-01-01,\np,0.1,0,15000,,2025-01-01,\n", "commission_rates.csv:2: this bracket begins at 15000.01, and the one of commission_rates.csv:3 ends at 15000.00"},
		{"an overlap", "p,0.1,0,15000,,2025-01-01,\np,0.2,14999.99,,,2025-01-01,\n", "commission_rates.csv:3: this bracket begins at 14999.99, before the one of commission_rates.csv:2 ends at 15000.00"},
		{"a flat rate beside brackets", "p,0.1,0,5,,2025-01-01,\np,0.2,5,,,2025-01-01,\np,0.3,,,,2025-01-01,\n", "the one of commission_rates.csv:4 has no end"},
		{"nothing on top", "p,0.1,0,5,,2025-01-01,\np,0.2,5,9,,2025-01-01,\n", "commission_rates.csv:3: no bracket covers amounts from 9.00 on"},
		{"two modes", "p,0.1,0,5,whole,2025-01-01,\np,0.2,5,,,2025-01-01,\n", "commission_rates.csv:3: this bracket and the one of commission_rates.csv:2 apply in two ways"},
		{"days that differ are no ladder", "p,0.1,0,5,,2025-01-01,\np,0.2,5,,,2025-02-01,\n", "no bracket covers amounts from 5.00 on"},
	} {
		fsys := folder("visits.csv", "visit_id,rep_id,customer_id,start_at\nv1,r1,c1,2025-03-09\n", "commission_rates.csv", head+c.rows)
		_, _, err := Read(fsys, lenient(t, fsys))
		var fault *Fault
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (!errors.As(err, &fault) || fault.Kind != BadConfig || fault.Code != "bad_tiers" || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
