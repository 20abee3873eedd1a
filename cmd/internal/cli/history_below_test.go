package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Teams are kept beside the company and its regions: one is listed by its path,
// none where no scope is named, and index.html stays with the regions. Two teams
// of one area sign one and two customers.
func TestHistoryOfATeam(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	write(t, data, map[string]string{
		"reps.csv":      weeksReps + "R2,李敏,rep,二组,上海,华东,2020-01-01,2020-01-01\n",
		"contracts.csv": "contract_id,customer_id,rep_id,sign_date,amount\nK1,C1,R1,2025-02-26,1\nK2,C2,R2,2025-02-25,1\nK3,C3,R2,2025-02-28,1\n"})
	run(t, exitOK, "build", "-q", "--data", data, "--out", out, "--as-of", "2025-03-02")
	table := func(args ...string) (scopes []string) {
		t.Helper()
		text, _ := run(t, exitOK, append([]string{"history", "--out", out, "--metric", "conversion.signings", "-o", "csv"}, args...)...)
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows[1:] {
			if r[7] == "2025-W09" {
				scopes = append(scopes, r[6]+" "+r[8])
			}
		}
		return scopes
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{nil, []string{"company 3", "华东 3"}},
		{[]string{"--scope", "华东"}, []string{"华东 3"}},
		{[]string{"--scope", "华东/上海"}, []string{"华东/上海 3"}},
		{[]string{"--scope", "华东/上海/一组"}, []string{"华东/上海/一组 1"}},
		{[]string{"--scope", "华东/上海/二组"}, []string{"华东/上海/二组 2"}},
	} {
		if got := table(c.args...); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.args, got, c.want)
		}
	}
	text, _ := run(t, exitOK, "history", "--out", out, "--scope", "华东/上海/二组", "--lang", "zh")
	if !strings.HasPrefix(text, "华东/上海/二组\n") || !strings.Contains(text, "区域与团队只保存") {
		t.Errorf("the text is\n%s", text)
	}
	if _, said := run(t, exitUsage, "history", "--out", out, "--scope", "华东/上海/三组"); !strings.Contains(said, "华东/上海/") || !strings.Contains(said, "company, 华东") {
		t.Errorf("a team that is none: %s", said)
	}
	if index := read(t, out, "index.html"); strings.Contains(index, "二组") || !strings.Contains(index, "华东") {
		t.Error("index.html is not of the company and its regions")
	}
	// What was kept before areas and teams were stays readable beside it.
	file := filepath.Join(out, "history", "2025-W08.json")
	old := `{"schema":"crmreport.history/1.0","week":"2025-W08","as_of":"2025-02-23","run":"2025-W08.r1","reconstructed":false,"tool":"","timezone":"Asia/Shanghai","currency":"CNY","config_sha256":"",` +
		`"inputs":[],"scopes":[{"id":"company","level":"company","name":""}],"periods":[{"name":"2025-W08","kind":"week","running":false}],` +
		`"values":[{"metric":"conversion.signings","scope":"company","periods":{"2025-W08":"41"}}],"before":[],"revisions":[]}`
	if err := os.WriteFile(file, []byte(old), 0o640); err != nil {
		t.Fatal(err)
	}
	text, _ = run(t, exitOK, "history", "--out", out, "--metric", "conversion.signings")
	if !strings.Contains(text, "2025-W08  2025-02-23             41") || !strings.Contains(text, "2025-W09") {
		t.Errorf("with a file of before:\n%s", text)
	}
	text, _ = run(t, exitOK, "history", "--out", out, "--metric", "conversion.signings", "--scope", "华东/上海/二组")
	if !strings.Contains(text, "2025-W08  2025-02-23              -") {
		t.Errorf("of a team with a file of before:\n%s", text)
	}
}
