// Package templates holds the files that the page is made of: the templates,
// the style sheet, the boot script and the chart library (VERSIONS says which,
// and how to rebuild it). Package report fills them in; nothing here computes.
package templates

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
)

// FS is the files by name.
//
//go:embed page.tmpl summary.tmpl statement.tmpl statement.css weekly.tmpl weekly.css style.css boot.js theme.js tools.js levels.js sheets.js echarts.min.js.gz VERSIONS LICENSE-echarts
var FS embed.FS

// Library is the text of the chart library. It is embedded packed: as text it
// would be a fiftieth of the program.
func Library() (string, error) {
	b, err := FS.ReadFile("echarts.min.js.gz")
	if err != nil {
		return "", err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
}
