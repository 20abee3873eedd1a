package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"crmreport/metrics/snapshot"
	"crmreport/report/lang"
	"crmreport/report/pack"
)

// people are the reps of a document, and who may see whom.
type people struct {
	scopes map[string]snapshot.Scope
	pay    map[string][]string // of a rep, as statements print it
}

// peopleOf takes the pay that no single sale comes to: small amounts repeat.
func peopleOf(d *snapshot.Document) people {
	const large = 6_000_000 // 60,000.00
	p := people{map[string]snapshot.Scope{}, map[string][]string{}}
	current := map[string]bool{}
	for _, x := range d.Periods {
		current[x.Name] = current[x.Name] || x.Role == snapshot.RoleCurrent
	}
	for _, s := range d.Scopes {
		p.scopes[s.ID] = s
	}
	for v := range d.Values.All() {
		if s := p.scopes[v.Scope]; s.Level == "rep" && current[v.Period] && v.Num > large && (v.Metric == "commission.payout" || v.Metric == "commission.accrued") {
			p.pay[v.Scope] = append(p.pay[v.Scope], lang.Exact(v.Num, 2))
		}
	}
	return p
}

// within reports whether a scope is another or below it.
func (p people) within(id, top string) bool {
	for n := 0; n < 10 && id != ""; n++ {
		if id == top {
			return true
		}
		id = p.scopes[id].Parent
	}
	return false
}

// strangers are the words that a file of a scope must not have: ids, names and
// pay of the reps that are not below it. A name or an amount that somebody
// below it has too tells nothing.
func (p people) strangers(top string) (ids map[string]bool, texts []string) {
	ids = map[string]bool{}
	own := map[string]bool{}
	for id, s := range p.scopes {
		if !p.within(id, top) {
			continue
		}
		own[s.Name], own[s.Manager] = true, true
		for _, amount := range p.pay[id] {
			own[amount] = true
		}
	}
	for id, s := range p.scopes {
		if s.Level != "rep" || p.within(id, top) {
			continue
		}
		ids[id] = true
		for _, t := range append([]string{s.Name}, p.pay[id]...) {
			if t != "" && !own[t] {
				texts = append(texts, t)
			}
		}
	}
	slices.Sort(texts)
	return ids, slices.Compact(texts)
}

var (
	packedText = regexp.MustCompile(`<script type="text/plain" id="([a-z]+)">([^<]*)</script>`)
	codeText   = regexp.MustCompile(`(?s)<style>.*?</style>|<script>.*?</script>`)
	wordText   = regexp.MustCompile(`[\pL\pN_]+`)
)

// opened is everything a page says: with what is packed in it decoded, without
// the style and the program, which are the same in every file.
func opened(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	for _, m := range packedText.FindAllStringSubmatch(page, -1) {
		if m[1] == "library" {
			continue
		}
		if parts, err := pack.Read(m[2]); err == nil {
			for name, text := range parts {
				b.WriteString(name + "\n" + text + "\n")
			}
			continue
		}
		if m[1] == "columns" { // names and ids in the head, numbers after it
			var head json.RawMessage
			columns, err := pack.ReadColumns(m[2], &head)
			if err != nil {
				t.Fatalf("the columns cannot be opened: %v", err)
			}
			fmt.Fprintln(&b, string(head), columns)
			continue
		}
		raw, err := pack.Inflate(m[2])
		if err != nil {
			t.Fatalf("the packed text %s cannot be opened: %v", m[1], err)
		}
		b.Write(raw)
	}
	return codeText.ReplaceAllString(packedText.ReplaceAllString(page, ""), "") + b.String()
}

// found are the first strangers in a text.
func (p people) found(top, text string) []string {
	ids, texts := p.strangers(top)
	var out []string
	for _, w := range wordText.FindAllString(text, -1) {
		if ids[w] && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	for _, t := range texts {
		if strings.Contains(text, t) {
			out = append(out, t)
		}
	}
	return out[:min(len(out), 5)]
}

// own are the files of single readers in a run, by scope.
func ownFiles(t *testing.T, out string) map[string]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(read(t, out, "latest", "files.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, r := range rows[1:] {
		files[r[2]] = r[0]
	}
	return files
}

// No file of a unit or a rep names a rep who is not below it, or says what
// that rep is paid: not in what it shows, and not in what is packed in it.
func TestOwnFilesHoldNobodyElse(t *testing.T) {
	d, _ := demoResult(t)
	p, files := peopleOf(d.doc), ownFiles(t, d.out)
	units, reps := 0, 0
	for scope, name := range files {
		if p.scopes[scope].Level == "rep" {
			reps++
		} else {
			units++
		}
		if got := p.found(scope, opened(t, read(t, d.out, "latest", name))); len(got) > 0 {
			t.Errorf("%s of %s holds %q", name, scope, got)
		}
	}
	if units != 36 || reps < 195 {
		t.Errorf("%d units and %d reps have files", units, reps)
	}
	listed := read(t, d.out, "latest", "manifest.json")
	for _, name := range files {
		if !strings.Contains(listed, fmt.Sprintf("%q", name)) {
			t.Errorf("%s is not in the manifest", name)
		}
	}
}

// The test above finds what is there: the company's page holds everybody, and
// so does a page with one stranger planted in what is packed.
func TestOwnFilesTestCanFind(t *testing.T) {
	d, _ := demoResult(t)
	p, files := peopleOf(d.doc), ownFiles(t, d.out)
	const unit, stranger = "东北", "R0100"
	if p.scopes[stranger].Level != "rep" || p.within(stranger, unit) {
		t.Fatalf("%s is not a stranger to %s", stranger, unit)
	}
	if got := p.found(unit, opened(t, read(t, d.out, "latest", "report.html"))); len(got) == 0 {
		t.Error("nobody was found in the company's page")
	}
	page := read(t, d.out, "latest", files[unit])
	for _, plant := range append([]string{stranger, p.scopes[stranger].Name}, p.pay[stranger]...) {
		var parts pack.Parts
		parts.Add("x", []byte("<td>"+plant+"</td>"))
		packed, err := parts.Text()
		if err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string]string{"shown": page + "<p>" + plant + "</p>", "packed": packedText.ReplaceAllLiteralString(page, `<script type="text/plain" id="parts">`+packed+`</script>`)} {
			if got := p.found(unit, opened(t, text)); !slices.Contains(got, plant) {
				t.Errorf("%s, %s: found %q", plant, where, got)
			}
		}
	}
	if len(p.pay[stranger]) == 0 {
		t.Error("no pay to look for")
	}
}

// Statements: the lines sum to the payout that the metrics have, to the cent.
func TestStatementsSumToThePayout(t *testing.T) {
	d, f := demoResult(t)
	month, lines := "", 0
	for _, p := range d.doc.Periods {
		if p.Kind == "month" && p.Role == snapshot.RoleCurrent {
			month = p.Name
		}
	}
	for scope, name := range ownFiles(t, d.out) {
		page := read(t, d.out, "latest", name)
		if !strings.HasPrefix(name, "statements/") {
			continue
		}
		for _, bad := range []string{"<script", "style=", "http://", "https://", "请报告此错误"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s has %q", name, bad)
			}
		}
		m := regexp.MustCompile(`<td class="l tot"><bdi>合计</bdi></td>(?:<td[^>]*><bdi></bdi></td>)*<td class=" tot"><bdi>([^<]+)</bdi>`).FindStringSubmatch(page)
		if m == nil {
			continue // no line this month
		}
		lines++
		if want := lang.Exact(f.get("commission.payout %s %s", scope, month).Num, 2); m[1] != want {
			t.Errorf("%s: the lines sum to %s, the payout is %s", name, m[1], want)
		}
	}
	if lines < 150 {
		t.Errorf("%d statements have lines", lines)
	}
}

// build --scope writes the report of that scope alone, in every file.
func TestBuildScope(t *testing.T) {
	d, f := demoResult(t)
	p := peopleOf(d.doc)
	for _, scope := range []string{"华东/上海/一组", "R0010"} {
		out := t.TempDir()
		run(t, exitOK, "build", "--data", d.data, "--out", out, "--scope", scope)
		n := 0
		err := filepath.WalkDir(filepath.Join(out, "latest")+"/", func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || e.Name() == "manifest.json" {
				return err
			}
			n++
			b, err := os.ReadFile(path)
			if got := p.found(scope, opened(t, string(b))); len(got) > 0 {
				t.Errorf("--scope %s: %s holds %q", scope, path, got)
			}
			return err
		})
		if err != nil || n < 20 {
			t.Errorf("--scope %s: %d files, %v", scope, n, err)
		}
		doc := latest(t, out)
		own := find(t, doc)
		if doc.Scopes[0].ID != scope {
			t.Errorf("--scope %s: the first scope is %v", scope, doc.Scopes[0])
		}
		for _, m := range []string{"conversion.valid_visits", "conversion.valid_per_signing", "commission.payout"} {
			q := fmt.Sprintf("%s %s 2025-06", m, scope)
			if a, b := own.get("%s", q), f.get("%s", q); a.Num != b.Num || a.Den != b.Den {
				t.Errorf("%s is %d/%d alone and %d/%d in the whole", q, a.Num, a.Den, b.Num, b.Den)
			}
		}
	}
	if _, err := run(t, exitUsage, "build", "--data", d.data, "--out", t.TempDir(), "--scope", "华东/上海/一"); !strings.Contains(err, "did you mean") {
		t.Errorf("an unknown scope: %s", err)
	}
	if _, err := run(t, exitUsage, "build", "--data", d.data, "--out", d.out, "--scope", "华东"); !strings.Contains(err, "another folder") {
		t.Errorf("a scope among the company's reports: %s", err)
	}
}

// --files says which files there are; unasked, too many are left out and said.
func TestFilesFlag(t *testing.T) {
	data := t.TempDir()
	write(t, data, map[string]string{
		"reps.csv":   "rep_id,name,role,team,area,region,hired_on,valid_from\nR1,A,rep,T,A,G,2020-01-01,2020-01-01\n",
		"visits.csv": "visit_id,rep_id,customer_id,start_at,met_role,pitched,rejection\nV1,R1,C1,2025-03-03T09:00,KP,Y,none\n",
	})
	for which, want := range map[string][2]bool{"auto": {true, true}, "all": {true, true}, "units": {true, false}, "none": {false, false}} {
		out := t.TempDir()
		run(t, exitOK, "build", "--data", data, "--out", out, "--as-of", "2025-03-09", "--files", which)
		for i, dir := range []string{"units", "statements"} {
			if _, err := os.Stat(filepath.Join(out, "latest", dir)); (err == nil) != want[i] {
				t.Errorf("--files %s: %s: %v", which, dir, err)
			}
		}
	}
	if _, err := run(t, exitUsage, "build", "--data", data, "--out", t.TempDir(), "--files", "some"); !strings.Contains(err, "--files") {
		t.Errorf("--files some: %s", err)
	}
}

// The summaries say what metrics.json has, for the company and every region.
func TestSummariesAgainstMetrics(t *testing.T) {
	d, f := demoResult(t)
	page, text := html.UnescapeString(read(t, d.out, "latest", "summary.html")), read(t, d.out, "latest", "summary.txt")
	if len(page) > 100_000 {
		t.Errorf("summary.html has %d bytes", len(page))
	}
	for i, s := range d.doc.Scopes {
		if i > 0 && (s.Level != "region" || strings.HasPrefix(s.ID, "(")) {
			continue
		}
		vps := f.get("conversion.valid_per_signing %s 2025-06", s.ID)
		for _, want := range []string{lang.Ratio(vps.V), lang.Ratio(*vps.CI[0]) + "–" + lang.Ratio(*vps.CI[1]), lang.Count(f.get("conversion.signings %s 2025-06", s.ID).V),
			lang.Amount(f.get("forecast.actual %s 2025-06", s.ID).Num, 2).ZH, lang.Percent(f.get("forecast.attainment %s 2025-06", s.ID).V),
			lang.Amount(f.get("receivables.overdue %s 2025-06", s.ID).Num, 2).ZH, lang.Amount(f.get("commission.payout %s 2025-06", s.ID).Num, 2).ZH} {
			if !strings.Contains(page, ">"+want) || !strings.Contains(text, " "+want) {
				t.Errorf("%s: the summaries do not say %q", s.ID, want)
			}
		}
	}
}
