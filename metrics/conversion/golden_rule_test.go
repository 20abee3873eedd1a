package conversion

import (
	"strings"
	"testing"

	"crmreport/ingest/crm"
	"crmreport/metrics/casetest"
	"crmreport/metrics/fold"
	"crmreport/metrics/measure"
)

// goldenRule reads the case golden_rule_basic.
func goldenRule(t *testing.T) *crm.Book {
	const dir = "golden_rule_basic"
	d := &draft{}
	for _, r := range casetest.CSV(t, dir, "org.csv") {
		s := d.stay(r["rep_id"], r["team"], r["valid_from"], r["valid_to"])
		s.Area, s.Region = r["area"], r["region"]
	}
	tri := map[string]crm.Tri{"Y": crm.Yes, "N": crm.No, "": crm.Unknown}
	met := map[string]crm.MetRole{"": crm.RoleUnknown, "KP": crm.RoleKP, "driver": crm.RoleDriver, "other": crm.RoleOther, "none": crm.RoleNone}
	no := map[string]crm.Rejection{"": crm.RejectionUnknown, "none": crm.RejectionNone, "soft": crm.RejectionSoft, "explicit": crm.RejectionExplicit}
	audit := map[string]crm.AuditStatus{"unaudited": crm.Unaudited, "passed": crm.AuditPassed, "failed": crm.AuditFailed}
	for _, r := range casetest.CSV(t, dir, "visits.csv") {
		v := d.visit(r["rep_id"], r["customer_id"], r["start_at"])
		v.Met, v.Pitched, v.Rejection, v.Audit = met[r["met_role"]], tri[r["pitched"]], no[r["rejection"]], audit[r["audit_status"]]
		v.Coach = d.reps.Number(r["coach_id"])
	}
	for _, r := range casetest.CSV(t, dir, "contracts.csv") {
		c := d.sign(r["contract_id"], r["rep_id"], r["customer_id"], r["sign_date"])
		c.Type, c.Status = crm.ContractType(r["type"]), crm.ContractStatus(r["status"])
		minor, err := crm.ParseMinor(r["amount"], 2)
		if err != nil {
			t.Fatal(err)
		}
		c.Amount.Minor = minor
	}
	return d.done("2024-03-31")
}

// scopeNumbers are the numbers of one scope in expected.json.
type scopeNumbers struct {
	Visits, Valid, Unknown, Invalid, Signings int64
	VPS                                       *float64    `json:"valid_per_signing"`
	VPSCI                                     [2]*float64 `json:"valid_per_signing_ci"`
	Rate                                      float64     `json:"signings_per_valid"`
	RateCI                                    [2]float64  `json:"signings_per_valid_ci"`
	Expected                                  float64     `json:"golden_expected_signings"`
	Index                                     float64     `json:"golden_index"`
	IndexCI                                   [2]float64  `json:"golden_index_ci"`
	Below                                     bool        `json:"below_golden_rule"`
	Above                                     bool        `json:"above_golden_rule"`
	Raw                                       int64       `json:"visits_raw"` // of reps only, 0 = not stated
	Duplicates                                int64       `json:"duplicates_collapsed"`
	Failed                                    int64       `json:"audit_failed_removed"`
}

func TestGoldenRule(t *testing.T) {
	var want struct {
		AsOf   string `json:"as_of"`
		Params struct {
			Golden int64 `json:"golden_valid_per_signing"`
		}
		Reps, Teams map[string]scopeNumbers
		Company     scopeNumbers
		IfUnknown   struct {
			Valid int64
			VPS   float64 `json:"valid_per_signing"`
		} `json:"company_if_unknown_were_valid"`
		Without [][2]string `json:"signings_without_any_visit"`
		Board   struct {
			Mean  float64            `json:"prior_mean"`
			Var   float64            `json:"prior_var"`
			Rates map[string]float64 `json:"signings_per_valid"`
			Order []string
		} `json:"leaderboard_shrunk"`
		Traps struct {
			Mean float64 `json:"mean_of_rep_ratios_excl_zero"`
		} `json:"naive_traps"`
	}
	casetest.JSON(t, &want, "golden_rule_basic", "expected.json")
	b := goldenRule(t)
	if want.AsOf != b.AsOf.String() || want.Params.Golden != DefaultOptions().Golden {
		t.Fatalf("the case is of %s, by a rule of %d", want.AsOf, want.Params.Golden)
	}
	g, r := compute(t, b)
	const month = "2024-03"
	scopes := map[string]scopeNumbers{"company": want.Company}
	for id, n := range want.Reps {
		scopes[id] = n
	}
	for id, n := range want.Teams {
		scopes["G1/A1/"+id] = n
	}
	if len(scopes) != 7 {
		t.Fatalf("%d scopes in expected.json", len(scopes))
	}
	for id, n := range scopes {
		g.scope(id, month, n)
	}

	valid, vps := g.at(validID, "company", month), g.at(perSigningID, "company", month)
	casetest.Near(t, "upper bound of valid visits", valid.Bounds.Hi.V, float64(want.IfUnknown.Valid))
	casetest.Near(t, "valid per signing if unknown were valid", vps.Bounds.Hi.V, want.IfUnknown.VPS)

	l := r.Lists[0]
	if l.ID != "conversion.signings_without_visit" || len(l.Rows) != len(want.Without) {
		t.Fatalf("%s has %d rows", l.ID, len(l.Rows))
	}
	for i, row := range l.Rows {
		rep := g.org.Nodes[row.Cells[0].Num].ID
		if rep != want.Without[i][0] || row.Cells[1].Text != want.Without[i][1] {
			t.Errorf("signing without a visit: %s %s, want %v", rep, row.Cells[1].Text, want.Without[i])
		}
		// K10 is the tenth contract: line 11.
		if row.Cells[2].Num != int64(day("2024-03-19")) || row.Cells[3].Text != "K10" || row.Cells[4].Text != "contracts.csv:11" {
			t.Errorf("signing without a visit: %+v", row.Cells)
		}
	}
	g.count(withoutVisitID, "R4", month, 1, 1)
	g.count(withoutVisitID, "company", month, 1, 1)

	for id, rate := range want.Board.Rates {
		v := g.at(shrunkenID, id, month)
		casetest.Near(t, id+" shrunken", v.V, rate)
		if !v.OK || len(v.Flags) > 0 {
			t.Errorf("%s: %+v", id, v)
		}
	}
	board := r.Lists[2]
	if board.ID != "conversion.leaderboard" || len(board.Rows) != len(want.Board.Order) {
		t.Fatalf("%s has %d rows", board.ID, len(board.Rows))
	}
	for i, row := range board.Rows {
		id := want.Board.Order[i]
		if row.Cells[0].Num != int64(i+1) || g.org.Nodes[row.Cells[1].Num].ID != id {
			t.Errorf("rank %d: %+v, want %s", i+1, row.Cells, id)
		}
		casetest.Near(t, id+" listed", float64(row.Cells[7].Num)/float64(row.Cells[7].Den), float64(int64(want.Board.Rates[id]*1e9+0.5))/1e9)
	}
	tab := newTable(b, measure.NewFrame(b), DefaultOptions(), fold.Journeys(b, func() *Acc { return newAcc(newEnv(b), measure.NewFrame(b), DefaultOptions()) }))
	prior := tab.ranking(tab.frame.Current[1]).prior
	casetest.Near(t, "m", prior.Mean, want.Board.Mean)
	casetest.Near(t, "A", prior.Var, want.Board.Var)
	// The mean of the reps' ratios leaves R2, who signed nothing, out.
	sum, n := 0.0, 0.0
	for id := range want.Reps {
		if v := g.at(perSigningID, id, month); v.OK {
			sum, n = sum+v.V, n+1
		}
	}
	casetest.Near(t, "mean of ratios", sum/n, want.Traps.Mean)

	f := r.Lists[1] // V040 of R1 is line 41
	if f.ID != "conversion.audit_failed" || len(f.Rows) != 1 || f.Rows[0].Cells[1].Text != "C140" || f.Rows[0].Cells[3].Text != "visits.csv:41" {
		t.Errorf("failed audits: %+v", f)
	}
	// R1 500 + 420 + 80 + 360 hundreds (K4 is void, K11 of April), R4 600 + 150.
	g.count(amountID, "R1", month, 136_000_00, 1)
	g.count(amountID, "company", month, (136_000+25_000+27_000+75_000)*100, 1)
}

// scope demands the numbers of one scope.
func (g got) scope(id, period string, n scopeNumbers) {
	g.t.Helper()
	g.count(visitsID, id, period, n.Visits, 1)
	g.count(validID, id, period, n.Valid, 1)
	g.count(unknownID, id, period, n.Unknown, 1)
	g.count(signingsID, id, period, n.Signings, 1)
	if sum := n.Valid + n.Unknown + n.Invalid; sum != n.Visits {
		g.t.Errorf("%s: %d visits are valid, unknown or invalid, of %d", id, sum, n.Visits)
	}
	if n.Raw > 0 {
		g.count(duplicatesID, id, period, n.Duplicates, 1)
		g.count(failedID, id, period, n.Failed, 1)
		if n.Raw != n.Visits+n.Failed+n.Duplicates {
			g.t.Errorf("%s: the case itself does not add up", id)
		}
	}
	vps := g.at(perSigningID, id, period)
	if vps.OK != (n.VPS != nil) || vps.CI == nil || vps.CI.Hi.OK != (n.VPSCI[1] != nil) || vps.Method != "garwood" {
		g.t.Fatalf("%s: valid per signing %+v", id, vps)
	}
	if vps.Num != n.Valid || vps.Den != n.Signings {
		g.t.Errorf("%s: %d valid visits per %d signings", id, vps.Num, vps.Den)
	}
	if vps.OK {
		casetest.Near(g.t, id+" valid per signing", vps.V, *n.VPS)
		casetest.Near(g.t, id+" valid per signing, upper", vps.CI.Hi.V, *n.VPSCI[1])
	}
	casetest.Near(g.t, id+" valid per signing, lower", vps.CI.Lo.V, *n.VPSCI[0])
	index := g.at(goldenID, id, period)
	casetest.Near(g.t, id+" index", index.V, n.Index)
	casetest.Near(g.t, id+" index, lower", index.CI.Lo.V, n.IndexCI[0])
	casetest.Near(g.t, id+" index, upper", index.CI.Hi.V, n.IndexCI[1])
	rate := g.at(signingRateID, id, period)
	casetest.Near(g.t, id+" rate", rate.V, n.Rate)
	casetest.Near(g.t, id+" rate, lower", rate.CI.Lo.V, n.RateCI[0])
	casetest.Near(g.t, id+" rate, upper", rate.CI.Hi.V, n.RateCI[1])
	// the companion counts each customer once.
	if v, fresh := g.at(newPerSigningID, id, period), g.at(newValidID, id, period).Num; v.Num != fresh || v.Den != n.Signings ||
		v.OK != (n.Signings > 0) || v.CI == nil || v.CI.Hi.OK != v.OK || fresh > n.Valid {
		g.t.Errorf("%s: new valid customers per signing %+v", id, v)
	}
	casetest.Near(g.t, id+" expected signings", float64(index.Den)/8, n.Expected)
	if has(index, "below_rule") != n.Below || has(index, "above_rule") != n.Above {
		g.t.Errorf("%s: flags %v", id, index.Flags)
	}
}

func has(v measure.Value, flag string) bool {
	return strings.Contains(" "+strings.Join(v.Flags, " ")+" ", " "+flag+" ")
}

// The verdict needs the whole interval on one side. By the table of
// U(0) = 3.6889: 29 valid visits leave 8·3.6889/29 = 1.018, 30 leave
// 0.984. By GraphPad's table, L(10) = 4.80: 38 leave 8·4.80/38 = 1.0105, 39
// leave 0.985.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		valid, signings int64
		below, above    bool
	}{
		{29, 0, false, false}, {30, 0, true, false}, {39, 10, false, false}, {38, 10, false, true}, {16, 0, false, false},
	} {
		tab := table{options: DefaultOptions()}
		s := sums{Visits: Visits{Visits: c.valid, Valid: c.valid, NewValid: c.valid}, Signed: Signed{Signings: c.signings * int64(crm.One)}}
		for _, v := range []measure.Value{tab.golden(measure.Slot{}, s), tab.perValid(measure.Slot{}, s), tab.perSigning(newPerSigningID, measure.Slot{}, s.NewValid, s)} {
			if has(v, "below_rule") != c.below || has(v, "above_rule") != c.above {
				t.Errorf("%s: %d signings of %d valid visits: %v", v.Metric, c.signings, c.valid, v.Flags)
			}
		}
	}
}

// signings without a valid visit have no ratio, and say so.
func TestNoValidVisits(t *testing.T) {
	d := &draft{}
	d.stay("R1", "T1", "", "")
	d.visit("R1", "C1", "2025-03-03T09:00").Met = crm.RoleOther
	d.sign("K1", "R1", "C1", "2025-03-04")
	g, _ := compute(t, d.done("2025-03-09"))
	for _, id := range []string{perSigningID, newPerSigningID, goldenID, signingRateID} {
		if v := g.at(id, "R1", "2025-W10"); v.OK || v.CI != nil || !has(v, "no_valid_visits") {
			t.Errorf("%s: %+v", id, v)
		}
	}
	if v := g.at(validShareID, "R1", "2025-W10"); !v.OK || v.Num != 0 || v.Den != 1 {
		t.Errorf("share of valid visits: %+v", v)
	}
	if v := g.at(validShareID, "G1/A1/T1", "2025-W10"); v.Open { // a finished week
		t.Error("the week that ended is still open")
	}
	if v := g.at(signingsID, "R1", "2025-03"); !v.Open {
		t.Error("the running month is final")
	}
}
