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
	text, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	notes, err := fs.ReadFile(FS, "VERSIONS")
	if err != nil {
		t.Fatal(err)
	}
	lib := []byte(text)
	sum := sha256.Sum256(lib)
	if !bytes.Contains(notes, []byte("sha256 "+hex.EncodeToString(sum[:]))) {
		t.Errorf("VERSIONS does not name %x", sum)
	}
	for _, name := range []string{"echarts.min.js.gz", "boot.js", "theme.js", "tools.js", "levels.js", "sheets.js"} {
		b, err := fs.ReadFile(FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if name == "echarts.min.js.gz" {
			b = lib
		}
		for _, bad := range []string{"</script", "<!--", "<script", "\r"} {
			if bytes.Contains(bytes.ToLower(b), []byte(bad)) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
	}
}
