package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Every command and every flag is in each script and in the manual page, and
// what reads them takes them.
func TestCompletionAndManual(t *testing.T) {
	out := map[string]string{}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		out[shell], _ = run(t, exitOK, "completion", shell)
	}
	out["man"], _ = run(t, exitOK, "man")
	for _, cmd := range commands() {
		for form, text := range out {
			if !strings.Contains(text, cmd.name) {
				t.Errorf("%s lacks the command %s", form, cmd.name)
			}
			flagsOf(cmd).VisitAll(func(f *pflag.Flag) {
				want := map[string]string{"bash": "--" + f.Name, "zsh": "--" + f.Name + "[", "fish": "-l " + f.Name, "man": `\-\-` + strings.ReplaceAll(f.Name, "-", `\-`)}[form]
				if strings.Contains(text, want) == f.Hidden {
					t.Errorf("%s: flag --%s of %s (hidden: %v)", form, f.Name, cmd.name, f.Hidden)
				}
			})
		}
	}
	accepts(t, "bash", out["bash"], "-n")
	accepts(t, "zsh", out["zsh"], "-n")
	accepts(t, "fish", out["fish"], "--no-execute")
	if said := accepts(t, "man", out["man"], "--warnings", "-l"); strings.Contains(said, "warning:") {
		t.Errorf("man: %s", said)
	}
	run(t, exitUsage, "completion")
	if _, stderr := run(t, exitUsage, "completion", "bsh"); !strings.Contains(stderr, "bash") {
		t.Errorf("no near name: %s", stderr)
	}
}

// accepts runs a program on a text where it is installed, and returns what it said.
func accepts(t *testing.T, program, text string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Logf("SKIPPED, %s WAS NOT ASKED: it is not installed", program)
		return ""
	}
	file := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command(program, append(args, file)...).CombinedOutput()
	if err != nil {
		t.Errorf("%s: %v\n%s", program, err, said)
	}
	return string(said)
}

// bash offers the flags of a command, and no command's flags for another.
func TestBashCompletes(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		if os.Getenv("CRMREPORT_BROWSER") == "require" { // as .ci/run says, which bash runs
			t.Fatal("bash is not installed")
		}
		t.Skip("SKIPPED, BASH COMPLETED NOTHING: it is not installed")
	}
	script, _ := run(t, exitOK, "completion", "bash")
	ask := func(words ...string) string {
		line := `COMP_WORDS=(` + strings.Join(words, " ") + `); COMP_CWORD=` + string(rune('0'+len(words)-1)) + `; _crmreport; echo "${COMPREPLY[@]}"`
		b, err := exec.Command("bash", "-c", script+"\n"+line).CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		return strings.TrimSpace(string(b))
	}
	for _, c := range []struct {
		words []string
		want  string
	}{
		{[]string{"crmreport", "insp"}, "inspect"},
		{[]string{"crmreport", "build", "--as"}, "--as-of"},
		{[]string{"crmreport", "compare", "--update"}, "--update-baseline"},
		{[]string{"crmreport", "define", "--as"}, ""},
	} {
		if got := ask(c.words...); got != c.want {
			t.Errorf("%v: %q, want %q", c.words, got, c.want)
		}
	}
}
