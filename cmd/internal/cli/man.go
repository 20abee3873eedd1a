package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

func manCommand() command {
	return command{
		name: "man", brief: "prints the manual page, made from the commands and flags",
		example: "crmreport man > /usr/local/share/man/man1/crmreport.1",
		flags: func(*pflag.FlagSet) func(*console, []string) (int, error) {
			return func(c *console, args []string) (int, error) {
				if len(args) > 0 {
					return 0, usageError("man takes no argument %q", args[0])
				}
				c.printf("%s", manual())
				return exitOK, nil
			}
		},
	}
}

// exitCodes are what the codes mean, for people who read of one in a log.
var exitCodes = []struct{ code, means string }{
	{"0", "ok, or nothing to do"},
	{"1", "check, compare: the numbers say no"},
	{"2", "check, compare with --fail-on warn: only warnings"},
	{"3", "build: published, but an optional input is missing or stale"},
	{"64", "wrong usage"},
	{"65", "bad or ambiguous data, too many rejected rows, files that cannot be compared"},
	{"66", "a required input is missing or stale"},
	{"70", "a bug"},
	{"73, 74", "cannot create, cannot write: a full disk; the run before is untouched"},
	{"75", "another run holds the lock, or an export is still being written"},
	{"78", "the configuration or the rules are wrong"},
	{"130, 143", "interrupted"},
}

// manual is the manual page in troff.
func manual() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH CRMREPORT 1 \"\" %q \"User Commands\"\n", "crmreport "+Version)
	b.WriteString(".SH NAME\ncrmreport \\- a sales report from the exports of a CRM\n.SH SYNOPSIS\n.B crmreport\n.I command\n[\\fIflags\\fR] [\\fIarguments\\fR]\n")
	b.WriteString(".SH DESCRIPTION\nTurns a folder of CSV exports into a report for a browser and into metrics for machines. A flag can be set by the environment, too: CRMREPORT_ and its name in capitals, such as CRMREPORT_OUT. A flag goes before the environment, that before the configuration, that before the default.\n.SH COMMANDS\n")
	for _, cmd := range commands() {
		fmt.Fprintf(&b, ".SS %s\n%s.\n", troff(cmd.name), troff(sentence(cmd.brief)))
		flagsOf(cmd).VisitAll(func(f *pflag.Flag) { manFlag(&b, f) })
		fmt.Fprintf(&b, ".PP\nExample:\n.PP\n.nf\n    %s\n.fi\n", troff(cmd.example))
	}
	b.WriteString(".SH EXIT STATUS\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", e.code, troff(e.means))
	}
	return b.String()
}

func manFlag(b *strings.Builder, f *pflag.Flag) {
	if f.Hidden {
		return
	}
	name := "\\-\\-" + troff(f.Name)
	if f.Shorthand != "" {
		name = "\\-" + f.Shorthand + ", " + name
	}
	fmt.Fprintf(b, ".TP\n.B %s", name)
	if f.NoOptDefVal == "" {
		fmt.Fprintf(b, " \\fI%s\\fR", troff(f.Value.Type()))
	}
	fmt.Fprintf(b, "\n%s", troff(f.Usage))
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		fmt.Fprintf(b, " (default %s)", troff(f.DefValue))
	}
	b.WriteString("\n")
}

// sentence begins with a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// troff keeps text text: a backslash, a leading dot or quote and a minus mean
// something else there.
func troff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n", " ").Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}
