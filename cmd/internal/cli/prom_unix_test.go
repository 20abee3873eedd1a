//go:build unix

package cli

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// The monitor's program can read the file whatever the umask is.
func TestPromRights(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0o077))
	file := filepath.Join(t.TempDir(), "x.prom")
	if err := writeProm(file, promState{end: time.Unix(1700000000, 0)}); err != nil {
		t.Fatal(err)
	}
	scraped(t, file) // looks at its rights
}
