package cli

import (
	"fmt"
	"strings"

	"crmreport/ingest"
	"github.com/spf13/pflag"
)

// flagsOf are the flags of a command, as its help shows them.
func flagsOf(cmd command) *pflag.FlagSet {
	fs := pflag.NewFlagSet(cmd.name, pflag.ContinueOnError)
	fs.SortFlags = false
	cmd.flags(fs)
	return fs
}

// shells are the shells that completion knows, with what writes their scripts.
// It is no variable: the scripts are made of all commands, this one too.
func shells() map[string]func(*strings.Builder) {
	return map[string]func(*strings.Builder){"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
}

func completionCommand() command {
	return command{
		name: "completion", brief: "prints a script that completes commands and flags: bash, zsh or fish",
		example: "crmreport completion bash > /etc/bash_completion.d/crmreport",
		flags: func(*pflag.FlagSet) func(*console, []string) (int, error) {
			return func(c *console, args []string) (int, error) {
				if len(args) != 1 || shells()[args[0]] == nil {
					said := ""
					if len(args) == 1 {
						said = ingest.Nearest(args[0], []string{"bash", "zsh", "fish"})
					}
					return 0, usageError("completion takes one shell: bash, zsh or fish%s", said)
				}
				var b strings.Builder
				shells()[args[0]](&b)
				c.printf("%s", b.String())
				return exitOK, nil
			}
		},
	}
}

// names are the names of all commands.
func names() []string {
	var out []string
	for _, cmd := range commands() {
		out = append(out, cmd.name)
	}
	return append(out, "help")
}

// words are what may follow a command: its flags in both forms.
func words(cmd command) []string {
	var out []string
	flagsOf(cmd).VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		out = append(out, "--"+f.Name)
		if f.Shorthand != "" {
			out = append(out, "-"+f.Shorthand)
		}
	})
	return append(out, "--help")
}

func bashCompletion(b *strings.Builder) {
	fmt.Fprintf(b, `# bash completion of crmreport
_crmreport() {
  local word=${COMP_WORDS[COMP_CWORD]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W %q -- "$word"))
    return
  fi
  case "$word" in -*) ;; *) COMPREPLY=($(compgen -f -- "$word")); return ;; esac
  case "${COMP_WORDS[1]}" in
`, strings.Join(names(), " "))
	for _, cmd := range commands() {
		fmt.Fprintf(b, "  %s) COMPREPLY=($(compgen -W %q -- \"$word\")) ;;\n", cmd.name, strings.Join(words(cmd), " "))
	}
	b.WriteString("  esac\n}\ncomplete -o filenames -F _crmreport crmreport\n")
}

func zshCompletion(b *strings.Builder) {
	b.WriteString("#compdef crmreport\n_crmreport() {\n  local -a commands\n  commands=(\n")
	for _, cmd := range commands() {
		fmt.Fprintf(b, "    '%s:%s'\n", cmd.name, zshText(cmd.brief, false))
	}
	b.WriteString("  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n  case $words[2] in\n")
	for _, cmd := range commands() {
		fmt.Fprintf(b, "  %s) _arguments", cmd.name)
		flagsOf(cmd).VisitAll(func(f *pflag.Flag) {
			if f.Hidden {
				return
			}
			value := ":value:_files"
			if f.NoOptDefVal != "" {
				value = ""
			}
			fmt.Fprintf(b, " \\\n    '--%s[%s]%s'", f.Name, zshText(f.Usage, true), value)
		})
		b.WriteString(" \\\n    '*:file:_files' ;;\n")
	}
	b.WriteString("  esac\n}\n_crmreport \"$@\"\n")
}

// zshText is a text within single quotes, of a list or of a flag in brackets.
func zshText(s string, flag bool) string {
	s = strings.ReplaceAll(s, "'", `'\''`)
	if flag {
		return strings.NewReplacer("[", `\[`, "]", `\]`, ":", `\:`).Replace(s)
	}
	return strings.ReplaceAll(s, ":", `\:`)
}

func fishCompletion(b *strings.Builder) {
	b.WriteString("# fish completion of crmreport\n")
	quote := func(s string) string { return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'" }
	for _, cmd := range commands() {
		fmt.Fprintf(b, "complete -c crmreport -n __fish_use_subcommand -f -a %s -d %s\n", cmd.name, quote(cmd.brief))
	}
	for _, cmd := range commands() {
		flagsOf(cmd).VisitAll(func(f *pflag.Flag) {
			if f.Hidden {
				return
			}
			fmt.Fprintf(b, "complete -c crmreport -n '__fish_seen_subcommand_from %s' -l %s", cmd.name, f.Name)
			if f.Shorthand != "" {
				fmt.Fprintf(b, " -s %s", f.Shorthand)
			}
			if f.NoOptDefVal == "" {
				b.WriteString(" -r")
			}
			fmt.Fprintf(b, " -d %s\n", quote(f.Usage))
		})
	}
}
