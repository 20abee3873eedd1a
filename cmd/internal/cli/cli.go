// Package cli is the command line: it reads flags and files, calls the
// packages that do the work, prints, and exits. pflag is imported here and
// nowhere else, and here alone the clock is read.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/publish"
	"crmreport/ingest"
	"github.com/spf13/pflag"
)

// Version is the program's version, in the files it writes too.
const Version = "0.1.0"

// The exit codes (outputs.md). An unknown code is a failure.
const (
	exitOK           = 0
	exitPartial      = 3 // published, but an optional input was missing
	exitUsage        = 64
	exitData         = 65 // bad or ambiguous data, too many rejects
	exitNoInput      = 66
	exitBug          = 70
	exitCannotCreate = 73
	exitIO           = 74
	exitHeld         = 75 // try again: another run holds the lock, or an input is still being written
	exitConfig       = 78
)

// exitError is an error with its exit code.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// command is one word of the command line. run returns the exit code of a run
// that went through, such as exitPartial.
type command struct {
	name, brief, example string
	flags                func(*pflag.FlagSet) func(*console, []string) (int, error)
	refuse               func(*console, []string, error) int // says what is wrong with the command line; nil: as Main does
}

// console is where a command prints.
type console struct {
	out, err io.Writer
	json     bool      // what goes to err is JSON
	run      *runState // is told what became of the build; nil: nobody asks
}

func (c *console) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

func commands() []command {
	return []command{demoCommand(), inspectCommand(), buildCommand(), compareCommand(), checkCommand(), explainCommand(), historyCommand(), pruneCommand(), sampleCommand(), defineCommand(), schemaCommand(), completionCommand(), manCommand(), versionCommand()}
}

// Main runs the program with the arguments after its name and returns the exit
// code. A panic is a bug: it is caught, said, and never looks like a result.
func Main(args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if p := recover(); p != nil {
			code = exitBug
			fmt.Fprintf(stderr, "crmreport: %v\n", bug(p))
		}
	}()
	c := &console{out: stdout, err: stderr}
	code, err := dispatch(c, args)
	if err != nil {
		fmt.Fprintf(stderr, "crmreport: %s\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		return exitCode(err)
	}
	return code
}

func dispatch(c *console, args []string) (int, error) {
	if len(args) == 0 {
		usage(c.err)
		return exitUsage, nil
	}
	name := args[0]
	if name == "help" || name == "--help" || name == "-h" {
		usage(c.out)
		return exitOK, nil
	}
	var names []string
	for _, cmd := range commands() {
		if cmd.name == name || (name == "--version" && cmd.name == "version") {
			return runCommand(c, cmd, args[1:])
		}
		names = append(names, cmd.name)
	}
	return 0, usageError("unknown command %q%s\nrun crmreport help", name, ingest.Nearest(name, names))
}

func runCommand(c *console, cmd command, args []string) (int, error) {
	fs := pflag.NewFlagSet(cmd.name, pflag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.SortFlags = false
	run := cmd.flags(fs)
	err := fs.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		c.printf("crmreport %s: %s\n\nFlags:\n%s\nExample:\n  %s\n", cmd.name, cmd.brief, fs.FlagUsages(), cmd.example)
		return exitOK, nil
	case err != nil:
		err = usageError("%s: %v%s\nrun crmreport %s --help", cmd.name, err, nearestFlag(fs, err), cmd.name)
	default:
		err = fromEnvironment(fs)
	}
	switch {
	case err == nil:
		return run(c, fs.Args())
	case cmd.refuse != nil:
		return cmd.refuse(c, args, err), nil
	}
	return 0, err
}

// fromEnvironment gives a flag that was not set the value of CRMREPORT_<NAME>
// (flag > environment > configuration > default).
func fromEnvironment(fs *pflag.FlagSet) error {
	var fault error
	fs.VisitAll(func(f *pflag.Flag) {
		key := "CRMREPORT_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		v, ok := os.LookupEnv(key)
		if f.Changed || !ok || fault != nil {
			return
		}
		if err := fs.Set(f.Name, v); err != nil {
			fault = usageError("environment %s: %v", key, err)
		}
	})
	return fault
}

func nearestFlag(fs *pflag.FlagSet, err error) string {
	var missing *pflag.NotExistError
	if !errors.As(err, &missing) {
		return ""
	}
	var known []string
	fs.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	return ingest.Nearest(missing.GetSpecifiedName(), known)
}

func usage(w io.Writer) {
	fmt.Fprint(w, "crmreport turns a folder of CRM CSV exports into a sales report and metrics.\n\nCommands:\n")
	for _, cmd := range commands() {
		fmt.Fprintf(w, "  %-10s %s\n", cmd.name, cmd.brief)
	}
	fmt.Fprint(w, "\nThe first five minutes:\n  crmreport demo\nHelp for one command:\n  crmreport build --help\n")
}

var publishCodes = map[publish.Kind]int{publish.Disk: exitIO, publish.CannotCreate: exitCannotCreate, publish.Bug: exitBug, publish.Held: exitHeld}

func exitCode(err error) int {
	var e *exitError
	if errors.As(err, &e) {
		return e.code
	}
	var conf *config.Error
	if errors.As(err, &conf) {
		return exitConfig
	}
	var p *publish.Error
	if errors.As(err, &p) {
		return publishCodes[p.Kind]
	}
	var fault *ingest.Fault
	if errors.As(err, &fault) {
		switch fault.Kind {
		case ingest.Missing:
			return exitNoInput
		case ingest.BadConfig:
			return exitConfig
		case ingest.CannotRead:
			return exitIO
		}
		return exitData // BadData, TooMany
	}
	return exitIO
}
