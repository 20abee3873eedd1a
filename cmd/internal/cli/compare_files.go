package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"crmreport/metrics/compare"
	"crmreport/metrics/snapshot"
	"crmreport/report/verdict"
)

// metricsFile is an argument that names a metrics file.
type metricsFile struct{ label, path string }

// metricsArg reads a path, label=path, or - for the standard input. A file whose
// name has an equals sign is itself.
func metricsArg(arg string) metricsFile {
	f := metricsFile{arg, arg}
	if label, path, ok := strings.Cut(arg, "="); ok {
		if _, err := os.Stat(arg); err != nil {
			f = metricsFile{label, path}
		}
	}
	if f.label == "-" {
		f.label = "standard input"
	}
	return f
}

func (m metricsFile) load() (*snapshot.Document, error) {
	in := io.Reader(os.Stdin)
	if m.path != "-" {
		f, err := os.Open(m.path)
		if err != nil {
			return nil, &exitError{exitNoInput, fmt.Errorf("cannot read the metrics file: %w", err)}
		}
		defer f.Close()
		in = f
	}
	d, err := snapshot.Decode(bufio.NewReaderSize(in, 1<<16))
	var broken *fs.PathError
	switch {
	case errors.As(err, &broken):
		return nil, &exitError{exitNoInput, fmt.Errorf("cannot read the metrics file: %w", err)}
	case err != nil:
		return nil, &exitError{exitData, fmt.Errorf("%s: %w", m.label, err)}
	}
	return d, nil
}

// loadBoth reads two files at once: reading is most of the work.
func loadBoth(from, to metricsFile) (base, head *snapshot.Document, err error) {
	var wg sync.WaitGroup
	var baseErr error
	wg.Go(func() { base, baseErr = from.load() })
	head, err = to.load()
	wg.Wait()
	return base, head, cmp.Or(baseErr, err)
}

// previousOf is the metrics file of the run that head was compared with when it
// was built.
func previousOf(head string) (metricsFile, error) {
	unknown := &exitError{exitNoInput, fmt.Errorf("prev: which run came before %s is not known (no run.json beside it that says so); name the other file", head)}
	dir, err := filepath.EvalSymlinks(filepath.Dir(head))
	if err != nil || head == "-" {
		return metricsFile{}, unknown
	}
	var run struct {
		Previous *previous `json:"previous"`
	}
	b, err := os.ReadFile(filepath.Join(dir, "run.json"))
	if err != nil || json.Unmarshal(b, &run) != nil || run.Previous == nil {
		return metricsFile{}, unknown
	}
	return metricsFile{run.Previous.Run, filepath.Join(filepath.Dir(dir), run.Previous.Run, "metrics.json")}, nil
}

// checkForms refuses forms that nobody knows, and two on one output.
func (f *verdictFlags) checkForms() error {
	to := map[string]bool{}
	for _, form := range f.forms {
		name, file, named := strings.Cut(form, "=")
		switch {
		case verdict.Writers[name] == nil:
			return usageError("--output is text, md, json, junit, github or csv, not %q%s", name, ingest.Nearest(name, formNames()))
		case named && file == "":
			return usageError("--output %s names no file; leave out the = for the standard output", form)
		}
		if file == "-" {
			file = ""
		}
		if to[file] {
			return usageError("two --output write to the same place; give one a file of its own, such as -o %s=FILE", name)
		}
		to[file] = true
	}
	return nil
}

func formNames() []string {
	var names []string
	for n := range verdict.Writers {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// writeForms writes the result in every form that was asked for.
func (f *verdictFlags) writeForms(c *console, d *compare.Diff) error {
	o := verdict.Options{All: f.all, File: f.fullFile()}
	for _, form := range f.forms {
		name, file, _ := strings.Cut(form, "=")
		var b bytes.Buffer
		if err := verdict.Writers[name](&b, d, o); err != nil {
			return &exitError{exitBug, fmt.Errorf("%s: %w", name, err)}
		}
		if file == "" || file == "-" {
			if _, err := c.out.Write(b.Bytes()); err != nil {
				return &exitError{exitIO, fmt.Errorf("cannot write the result: %w", err)}
			}
		} else if err := os.WriteFile(file, b.Bytes(), publish.FileMode); err != nil {
			return &exitError{exitCannotCreate, fmt.Errorf("cannot write the result: %w", err)}
		}
	}
	return nil
}

// fullFile is a file that has every row, for the forms that leave some out.
func (f *verdictFlags) fullFile() string {
	for _, form := range f.forms {
		if name, file, ok := strings.Cut(form, "="); ok && file != "-" && (name == "json" || name == "csv") {
			return file
		}
	}
	return ""
}

// baselineFlags say where the numbers are kept that somebody accepted.
type baselineFlags struct {
	file string
	yes  bool
}

var errNobodyToAsk = usageError("--update-baseline needs a terminal to ask at, or --yes")

// allowed refuses what must not be done: in CI nothing is accepted unseen.
func (b baselineFlags) allowed(head string) error {
	ci := os.Getenv("CI")
	switch {
	case b.file == "":
	case ci != "" && ci != "false" && ci != "0":
		return usageError("--update-baseline is refused where CI=%s: a machine must not accept its own numbers; run it at a desk and commit the file", ci)
	case metricsArg(head).path == "-":
		return usageError("--update-baseline copies HEAD, which the standard input cannot be: name a file")
	case !b.yes && !isTerminal(os.Stdin):
		return errNobodyToAsk
	}
	return nil
}

// update copies head to the baseline by renaming, after asking.
func (b baselineFlags) update(c *console, headArg string) error {
	if b.file == "" {
		return nil
	}
	head := metricsArg(headArg).path
	if !b.yes {
		fmt.Fprintf(c.err, "copy %s to %s? [y/N] ", head, b.file)
		var answer string
		if _, err := fmt.Fscanln(os.Stdin, &answer); errors.Is(err, io.EOF) {
			return errNobodyToAsk // /dev/null looks like a terminal
		}
		if !slices.Contains([]string{"y", "yes"}, strings.ToLower(answer)) {
			fmt.Fprintln(c.err, "left as it was")
			return nil
		}
	}
	text, err := os.ReadFile(head)
	if err != nil {
		return &exitError{exitNoInput, fmt.Errorf("cannot read the metrics file: %w", err)}
	}
	if err := replaceFile(b.file, text); err != nil {
		return &exitError{exitCannotCreate, fmt.Errorf("cannot write the baseline: %w", err)}
	}
	fmt.Fprintf(c.err, "%s is the baseline now\n", b.file)
	return nil
}

// replaceFile puts text in the place of a file by renaming: a reader sees the
// old one or the new one.
func replaceFile(file string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(publish.FileMode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
