package cli

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"crmreport/cmd/internal/inspect"
	"crmreport/ingest/crm"
	"github.com/spf13/pflag"
)

// inspectFlags are the flags of inspect.
type inspectFlags struct {
	output, asOf string
	accept       bool
}

func inspectCommand() command {
	return command{
		name: "inspect", brief: "says what files are and proposes the configuration",
		example: "crmreport inspect -o yaml exports > crmreport.yaml",
		flags: func(fs *pflag.FlagSet) func(*console, []string) (int, error) {
			var f inspectFlags
			fs.StringVarP(&f.output, "output", "o", "text", "text, or yaml: the configuration alone")
			fs.BoolVar(&f.accept, "accept-guesses", false, "answer every question with its first answer; the configuration shows which")
			fs.StringVar(&f.asOf, "as-of", "", "day on which files without any date were exported, such as 2025-03-09")
			return func(c *console, args []string) (int, error) { return runInspect(c, f, args) }
		},
	}
}

// runInspect looks at files, or at all files of one folder. The exit code is
// exitData where nothing is recognised or a question is open.
func runInspect(c *console, f inspectFlags, args []string) (int, error) {
	if f.output != "text" && f.output != "yaml" {
		return 0, usageError("--output is text or yaml, not %q", f.output)
	}
	if f.asOf != "" {
		if _, err := crm.ParseDate(f.asOf); err != nil {
			return 0, usageError("--as-of: %v", err)
		}
	}
	files, folder, err := look(args)
	if err != nil {
		return 0, err
	}
	p, err := inspect.Propose(files, inspect.Options{AsOf: f.asOf, Accept: f.accept, Folder: folder})
	if err != nil {
		return 0, &exitError{exitBug, err}
	}
	write := p.WriteText
	if f.output == "yaml" {
		write = p.WriteYAML
	}
	if err := write(c.out); err != nil {
		return 0, &exitError{exitIO, err}
	}
	if folder != nil && folder.Cut {
		said := folder.Said()
		fmt.Fprintln(c.err, "crmreport: "+said[len(said)-1])
		openQuestions(c, p)
		return exitData, nil
	}
	return openQuestions(c, p), nil
}

// openQuestions says on stderr why a configuration needs a hand, and gives the code.
func openQuestions(c *console, p *inspect.Proposal) int {
	open := p.Open()
	switch {
	case !p.Ready():
		fmt.Fprintln(c.err, "crmreport: no file feeds a table as it is; the comments say why. Map them by hand: docs/crmreport.yaml shows every key")
		return exitData
	case len(open) > 0:
		fmt.Fprintf(c.err, "crmreport: %d question(s) that the files do not settle; the first: %s: %s\n", len(open), open[0].File, open[0].Text)
		return exitData
	}
	return exitOK
}

// look looks at what the arguments name; - is the standard input. The folder is
// nil where they name files.
func look(args []string) ([]*inspect.File, *inspect.Folder, error) {
	if len(args) == 1 && args[0] == inspect.Stdin {
		files, err := inspect.LookAtStdin(os.Stdin)
		if err != nil {
			return nil, nil, &exitError{exitIO, fmt.Errorf("cannot read the standard input: %w", err)}
		}
		return files, nil, nil
	}
	if len(args) == 0 {
		return nil, nil, usageError("inspect needs files or a folder, such as: crmreport inspect exports")
	}
	folder, err := folderOf(args)
	if err != nil {
		return nil, nil, err
	}
	var files []*inspect.File
	if folder != nil {
		files, err = inspect.Look(folder.FS, folder.Names)
	} else {
		var data fs.FS
		var names []string
		if data, names, err = namedFiles(args); err != nil {
			return nil, nil, err
		}
		files, err = inspect.Look(data, names)
	}
	if err != nil {
		return nil, nil, &exitError{exitBug, err}
	}
	return files, folder, nil
}

// folderOf looks through the one folder that the arguments name; nil where they
// do not.
func folderOf(args []string) (*inspect.Folder, error) {
	if len(args) > 1 {
		return nil, nil
	}
	if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
		return nil, nil
	}
	folder, err := inspect.Walk(os.DirFS(args[0]))
	if err != nil {
		return nil, &exitError{exitNoInput, fmt.Errorf("cannot read the folder: %w", err)}
	}
	if len(folder.Names) == 0 {
		why := ""
		if said := folder.Said(); len(said) > 0 {
			why = "; " + strings.Join(said, "; ")
		}
		return nil, &exitError{exitNoInput, fmt.Errorf("the folder %s holds no .csv, .tsv or .txt file, nor does a folder in it%s", args[0], why)}
	}
	return folder, nil
}

// namedFiles finds the deepest folder that holds all files.
func namedFiles(args []string) (fs.FS, []string, error) {
	dir := ""
	for i, a := range args {
		info, err := os.Stat(a)
		if err != nil {
			return nil, nil, &exitError{exitNoInput, fmt.Errorf("cannot read %s: %w", a, err)}
		}
		if info.IsDir() {
			return nil, nil, usageError("%s is a folder: give one folder, or files", a)
		}
		d := filepath.Dir(a)
		if i == 0 {
			dir = d
		}
		for dir != d && !strings.HasPrefix(d, dir+string(filepath.Separator)) && dir != filepath.Dir(dir) {
			dir = filepath.Dir(dir)
		}
	}
	var names []string
	for _, a := range args {
		name, err := filepath.Rel(dir, a)
		if err != nil {
			return nil, nil, usageError("the files are in folders without a common one: give them one folder at a time")
		}
		names = append(names, filepath.ToSlash(name))
	}
	return os.DirFS(dir), names, nil
}
