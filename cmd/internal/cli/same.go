package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/history"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
)

// buildKey is everything that the bytes of a run depend on. It stands in
// run.json: a build that would have the key of the run that is there already
// has nothing to do.
type buildKey struct {
	Program       string    `json:"program_sha256"` // of the executable: a version is built more than once
	Config        string    `json:"config_sha256"`
	Period        string    `json:"period"`
	Lang          string    `json:"lang"`
	Scope         string    `json:"scope"`
	Files         string    `json:"files"`
	Values        string    `json:"values"`
	MaxRejects    int64     `json:"max_rejects_nano"`
	AsOf          string    `json:"as_of"` // as it was asked for; empty: the last finished week
	Today         string    `json:"today"` // the last complete day, which caps it
	Capped        bool      `json:"capped"`
	Reconstructed bool      `json:"reconstructed"`
	Absent        []string  `json:"absent,omitempty"`
	Inputs        []keyFile `json:"inputs"`
	Kept          []keyFile `json:"kept,omitempty"`  // pipelines and forecasts of earlier weeks
	Keeps         []string  `json:"keeps,omitempty"` // files of the week that are kept beside the run
}

// keyFile is a file that was read.
type keyFile struct {
	File   string `json:"file"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// programSum is the hash of this executable; empty where it cannot be read.
var programSum = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	sum, err := hashOf(f)
	if err != nil {
		return ""
	}
	return sum
})

func hashOf(r io.Reader) (string, error) {
	h := sha256.New()
	_, err := io.Copy(h, r)
	return hex.EncodeToString(h.Sum(nil)), err
}

// key is what is known of a build's key before anything is read; ok is false
// where it cannot be known: the standard input is gone once it is hashed.
func (f buildFlags) key(data fs.FS, conf config.Config) (k buildKey, ok bool) {
	files, absent, err := ingest.Files(data, conf.Ingest)
	if err != nil || slices.Contains(files, "-") || programSum() == "" {
		return buildKey{}, false // reading says what is wrong
	}
	k = buildKey{Program: programSum(), Config: conf.SHA256, Period: f.period, Lang: conf.Lang, Scope: f.scope, Files: f.files, Values: f.values,
		MaxRejects: int64(conf.Ingest.MaxRejects), AsOf: conf.Ingest.AsOf.String(), Today: conf.Ingest.Today.String(), Reconstructed: f.late, Absent: absent}
	for _, name := range files {
		info, err := fs.Stat(data, name)
		if err != nil {
			return buildKey{}, false
		}
		k.Inputs = append(k.Inputs, keyFile{File: name, Bytes: info.Size()})
	}
	return k, true
}

// done is the key with what reading found out.
func (k buildKey) done(r *ingest.Report, kept []keyFile) *buildKey {
	k.Capped, k.Inputs, k.Kept = r.Capped, slices.Clone(k.Inputs), kept
	sums := map[string]string{}
	for _, x := range r.Receipts {
		sums[x.File] = x.SHA256
	}
	for i := range k.Inputs {
		k.Inputs[i].SHA256 = sums[k.Inputs[i].File]
	}
	return &k
}

// like says that a build with the key k would give what one with the key was
// gave, as far as that is known without the hashes of files.
func (k buildKey) like(was buildKey) bool {
	// Another day gives the same as-of where no event lay after the first one.
	if k.Today != was.Today && k.AsOf == "" && (was.Capped || k.Today < was.Today) {
		return false
	}
	if len(k.Inputs) != len(was.Inputs) {
		return false
	}
	for i, x := range was.Inputs {
		if y := k.Inputs[i]; x.File != y.File || x.Bytes != y.Bytes {
			return false
		}
	}
	absent := slices.Equal(k.Absent, was.Absent)
	for _, x := range []*buildKey{&k, &was} {
		x.Today, x.Capped, x.Inputs, x.Absent, x.Kept, x.Keeps = "", false, nil, nil, nil, nil
	}
	a, _ := json.Marshal(k) // a struct of strings marshals
	b, _ := json.Marshal(was)
	return absent && string(a) == string(b)
}

// ranAs is what run.json says that a later build asks.
type ranAs struct {
	Key      *buildKey `json:"key"`
	Previous *previous `json:"previous"`
}

// nothingToDo finds the published run that this build would repeat; empty where
// there is none, or where it is not whole.
func (f buildFlags) nothingToDo(data fs.FS, k buildKey) (run string) {
	if _, err := os.Stat(filepath.Join(f.out, "latest", "manifest.json")); err != nil {
		return ""
	}
	shown, err := history.Shown(f.out)
	if err != nil {
		return ""
	}
	hashes := map[string]string{}
	for _, run := range slices.Backward(shown) { // the newest week first
		dir := filepath.Join(f.out, "runs", run.Name)
		var was ranAs
		b, err := os.ReadFile(filepath.Join(dir, "run.json"))
		if err != nil || json.Unmarshal(b, &was) != nil || was.Key == nil || !k.like(*was.Key) {
			continue
		}
		week, _, _ := strings.Cut(run.Name, ".r")
		if !f.lost(was.Key.Keeps) && slices.Equal(keptBefore(f.keeps(), week), was.Key.Kept) && f.samePrevious(dir, was.Previous) && history.Whole(f.out, run) && sameFiles(data, was.Key.Inputs, hashes) {
			return run.Name
		}
	}
	return ""
}

// noteKey gives a run that a build of another key repeated byte for byte that
// key: run.json is not among what the bytes are compared of. So the next such
// build has nothing to do.
func (f buildFlags) noteKey(dir string, run []byte) error {
	mode, err := f.outFlags.rights()
	if err != nil {
		return err
	}
	if _, err := history.Replace(filepath.Join(f.out, dir, "run.json"), run, mode); err != nil {
		return publish.IOError(err)
	}
	return nil
}

// samePrevious says that the run in dir would be compared with the run that it
// was compared with. Where that one was pruned, what is left is older.
func (f buildFlags) samePrevious(dir string, was *previous) bool {
	now := findPrevious(f.out, asOfRun(dir), f.scope)
	switch {
	case was == nil || now == nil:
		return now == nil && (was == nil || pruned(f.out, was.Run))
	case now.Run == was.Run:
		return true
	}
	return pruned(f.out, was.Run) && (now.AsOf < was.AsOf || now.AsOf == was.AsOf && revision(now.Run) < revision(was.Run))
}

func pruned(out, run string) bool {
	_, err := os.Stat(filepath.Join(out, "runs", run))
	return os.IsNotExist(err)
}

// sameFiles hashes the files, each once.
func sameFiles(data fs.FS, files []keyFile, hashes map[string]string) bool {
	for _, x := range files {
		if _, have := hashes[x.File]; !have {
			in, err := data.Open(x.File)
			if err != nil {
				return false
			}
			hashes[x.File], err = hashOf(in)
			in.Close()
			if err != nil {
				return false
			}
		}
		if hashes[x.File] != x.SHA256 {
			return false
		}
	}
	return true
}
