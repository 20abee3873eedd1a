package cli

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"crmreport/metrics/snapshot"
)

// previous is the run that this one is compared with.
type previous struct {
	Run    string `json:"run"` // its folder below runs
	AsOf   string `json:"as_of"`
	SHA256 string `json:"metrics_sha256"`
}

// findPrevious finds the newest published run of the same scope whose data end
// earlier than asOf; of its revisions the last. So a rebuild is compared with
// the report before the one that it repeats, and the same again gives the same
// bytes. Without one it is nil.
func findPrevious(out, asOf, scope string) *previous {
	runs := filepath.Join(out, "runs")
	dirs, _ := filepath.Glob(filepath.Join(runs, "*.r*", "manifest.json"))
	var best *previous
	for _, m := range dirs {
		dir := filepath.Dir(m)
		p := &previous{Run: filepath.Base(dir), AsOf: asOfRun(dir)}
		if p.AsOf == "" || p.AsOf >= asOf || scopeOfRun(dir) != scope {
			continue
		}
		if best == nil || p.AsOf > best.AsOf || p.AsOf == best.AsOf && revision(p.Run) > revision(best.Run) {
			best = p
		}
	}
	return best
}

// revision is the number of a run's folder, 2 of 2025-W10.r2.
func revision(run string) int {
	_, n, _ := strings.Cut(run, ".r")
	i, _ := strconv.Atoi(n)
	return i
}

// asOfRun reads the first line of a run's metrics: its as-of day, where there
// is one.
func asOfRun(dir string) string {
	f, err := os.Open(filepath.Join(dir, "metrics.json"))
	if err != nil {
		return ""
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, 1<<16)).ReadString('\n')
	var head struct {
		AsOf string `json:"as_of"`
	}
	if err != nil || json.Unmarshal([]byte(strings.TrimSuffix(line, ",\n")+"}"), &head) != nil {
		return ""
	}
	return head.AsOf
}

// scopeOfRun is the scope that a run was built for; the whole company has none.
func scopeOfRun(dir string) string {
	var run struct {
		Scope string `json:"scope"`
	}
	if b, err := os.ReadFile(filepath.Join(dir, "run.json")); err == nil {
		_ = json.Unmarshal(b, &run) // what cannot be read names none
	}
	return run.Scope
}

// since compares d with the run before.
func (p *previous) since(out string, d *snapshot.Document) *snapshot.Since {
	f, err := os.Open(filepath.Join(out, "runs", p.Run, "metrics.json"))
	if err != nil {
		return &snapshot.Since{AsOf: p.AsOf, Trouble: snapshot.NotRead}
	}
	defer f.Close()
	hash := sha256.New()
	before, err := snapshot.Decode(bufio.NewReaderSize(io.TeeReader(f, hash), 1<<16))
	if _, rest := io.Copy(hash, f); rest != nil || err != nil {
		return &snapshot.Since{AsOf: p.AsOf, Trouble: snapshot.NotRead}
	}
	p.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return d.Compare(before)
}

// ownFolder refuses to publish a scope's report among those of another: who may
// read the one may not read the other.
func ownFolder(out, scope string) error {
	latest := filepath.Join(out, "latest")
	if _, err := os.Stat(filepath.Join(latest, "manifest.json")); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	have := scopeOfRun(latest)
	if have == scope {
		return nil
	}
	name := func(s string) string {
		if s == "" {
			return "the whole company"
		}
		return strconv.Quote(s)
	}
	return usageError("%s holds reports of %s; name another folder with --out for the report of %s", out, name(have), name(scope))
}
