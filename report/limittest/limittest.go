// Package limittest says what tests measured against a limit, as a test helper.
package limittest

import (
	"fmt"
	"os"
	"testing"
)

// Say logs what was measured. Where CRMREPORT_LIMITS names a file it stands
// there too, a line each, for .ci/run to print: go test shows no log of a test
// that passes.
func Say(t testing.TB, what, limit, format string, measured ...any) {
	t.Helper()
	line := fmt.Sprintf("%s | %s | %s", what, limit, fmt.Sprintf(format, measured...))
	t.Log(line)
	path := os.Getenv("CRMREPORT_LIMITS")
	if path == "" || t.Failed() {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := fmt.Fprintln(f, line); err != nil {
		t.Fatal(err)
	}
}
