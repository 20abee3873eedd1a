package cli

import (
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crmreport/cmd/internal/publish"
)

const (
	weeksReps   = "rep_id,name,role,team,area,region,hired_on,valid_from\nR1,赵磊,rep,一组,上海,华东,2020-01-01,2020-01-01\n"
	weeksVisits = "visit_id,rep_id,customer_id,start_at,met_role,pitched,rejection\n" +
		"V1,R1,C1,2025-02-25T09:00,KP,Y,none\n" +
		"V2,R1,C2,2025-02-26T09:00,KP,Y,none\n"
	weekTwo = "V3,R1,C3,2025-03-07T09:00,KP,Y,none\n" // to the end of the week
	late    = "V4,R1,C4,2025-02-27T09:00,KP,Y,none\n" // entered after the first report
)

func read(t *testing.T, elem ...string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(elem...))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// ran is what run.json of the latest run says of the run before.
func ran(t *testing.T, out string) (r struct{ Previous *previous }) {
	t.Helper()
	return ranAt(t, filepath.Join(out, "latest"))
}

func ranAt(t *testing.T, dir string) (r struct{ Previous *previous }) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, dir, "run.json")), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// A report is compared with the newest one whose data end earlier: so the same
// build again has nothing to do, and a rebuild of an old week does not compare
// with what came after it.
func TestSinceThePreviousReport(t *testing.T) {
	data, out := t.TempDir(), t.TempDir()
	build := func(asOf string) string {
		t.Helper()
		said, _ := run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", asOf, "--period", "week")
		return said
	}
	write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits})
	build("2025-03-02")
	if p := ran(t, out).Previous; p != nil {
		t.Errorf("the first report is compared with %v", p)
	}
	if text := read(t, out, "latest", "summary.txt"); !strings.Contains(text, "这是第一份报告") {
		t.Errorf("the first summary says\n%s", text)
	}
	write(t, data, map[string]string{"visits.csv": weeksVisits + weekTwo + late})
	build("2025-03-09")
	if p := ran(t, out).Previous; p == nil || p.Run != "2025-W09.r1" || p.AsOf != "2025-03-02" || len(p.SHA256) != 64 {
		t.Errorf("the second report is compared with %v", p)
	}
	for _, name := range []string{"summary.txt", "summary.html", "report.html"} {
		text := html.UnescapeString(read(t, out, "latest", name))
		for _, want := range []string{"2025-03-02", "2025-W09", "有效拜访", "+50.0%"} { // 2 visits became 3
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
	for range 2 {
		if said := build("2025-03-09"); !strings.Contains(said, "Nothing to do: ") {
			t.Errorf("the same again says\n%s", said)
		}
	}
	build("2025-03-02") // the first week again, with what came late
	if p := ranAt(t, filepath.Join(out, "runs", "2025-W09")).Previous; p != nil {
		t.Errorf("the first week is compared with %v", p)
	}
	// The second week is now compared with the first as it was published last.
	build("2025-03-09")
	if p := ran(t, out).Previous; p == nil || p.Run != "2025-W09.r2" {
		t.Errorf("the second week is compared with %v", p)
	}
	if text := read(t, out, "latest", "summary.txt"); !strings.Contains(text, "没有被改写") {
		t.Errorf("nothing was restated, the summary says\n%s", text)
	}
}

// What cannot be compared is said, and is no failure.
func TestSinceWhatCannotBeCompared(t *testing.T) {
	for name, c := range map[string]struct{ from, to, want string }{
		"another schema":   {`"schema":"crmreport.metrics/1.`, `"schema":"crmreport.metrics/9.`, "读不出"},
		"damaged":          {`"values":[`, `"values":{`, "读不出"},
		"another currency": {`"currency":"CNY"`, `"currency":"EUR"`, "另一种货币"},
		"another zone":     {`"timezone":"Asia/Shanghai"`, `"timezone":"UTC"`, "另一时区"},
		"another program":  {`"tool":"crmreport `, `"tool":"crmreport 9.`, "程序版本与上次不同"},
	} {
		data, out := t.TempDir(), t.TempDir()
		write(t, data, map[string]string{"reps.csv": weeksReps, "visits.csv": weeksVisits + weekTwo})
		run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-02")
		path := filepath.Join(out, "runs", "2025-W09.r1", "metrics.json")
		text := read(t, path)
		if err := os.WriteFile(path, []byte(strings.Replace(text, c.from, c.to, 1)), publish.FileMode); err != nil {
			t.Fatal(err)
		}
		run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-09")
		for _, file := range []string{"summary.txt", "report.html"} {
			if got := read(t, out, "latest", file); !strings.Contains(got, c.want) {
				t.Errorf("%s: %s does not say %q", name, file, c.want)
			}
		}
	}
}
