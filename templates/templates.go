// Package templates holds the files that the page is made of: the templates,
// the style sheet, the boot script and the chart library (VERSIONS says which,
// and how to rebuild it). Package report fills them in; nothing here computes.
package templates

import "embed"

// FS is the files by name.
//
//go:embed page.tmpl summary.tmpl statement.tmpl statement.css weekly.tmpl weekly.css style.css boot.js theme.js tools.js levels.js sheets.js echarts.min.js VERSIONS LICENSE-echarts
var FS embed.FS
