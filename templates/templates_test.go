package templates

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"testing"
)

// The library is the one that VERSIONS describes, and nothing in it ends the
// script element that it is put into.
func TestLibrary(t *testing.T) {
	lib, err := fs.ReadFile(FS, "echarts.min.js")
	if err != nil {
		t.Fatal(err)
	}
	notes, err := fs.ReadFile(FS, "VERSIONS")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(lib)
	if !bytes.Contains(notes, []byte("sha256 "+hex.EncodeToString(sum[:]))) {
		t.Errorf("VERSIONS does not name %x", sum)
	}
	for _, name := range []string{"echarts.min.js", "boot.js", "theme.js", "tools.js", "levels.js"} {
		b, _ := fs.ReadFile(FS, name)
		for _, bad := range []string{"</script", "<!--", "<script", "\r"} {
			if bytes.Contains(bytes.ToLower(b), []byte(bad)) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
	}
}
