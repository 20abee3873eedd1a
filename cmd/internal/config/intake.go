package config

import (
	"crmreport/cmd/internal/intake"
	"go.yaml.in/yaml/v4"
)

// fresh reads what a source must be to be taken for this report's.
func (r *reader) fresh(n *yaml.Node, to *intake.Rule) {
	r.mapping(n, "fresh", fields{
		"warn_after": func(n *yaml.Node) { r.age(n, &to.Warn) },
		"fail_after": func(n *yaml.Node) { r.age(n, &to.Fail) },
		"same_file":  func(n *yaml.Node) { word(r, n, &to.SameFile, intake.Sames) },
	})
	if w, f := to.Warn, to.Fail; f.Days != 0 && w.Workdays == f.Workdays && f.Days < w.Days {
		r.fail(n, "fail_after is less than warn_after: it would never warn")
	}
}

// minRows reads 80%, which warns, or {warn: 90%, fail: 50%}.
func (r *reader) minRows(n *yaml.Node, to *intake.Rule) {
	if n.Kind == yaml.ScalarNode {
		to.RowsWarn = r.rational(n, percentOnly, nil)
		return
	}
	r.mapping(n, "min_rows", fields{
		"warn": func(n *yaml.Node) { to.RowsWarn = r.rational(n, percentOnly, nil) },
		"fail": func(n *yaml.Node) { to.RowsFail = r.rational(n, percentOnly, nil) },
	})
	if w, f := to.RowsWarn, to.RowsFail; w != nil && f != nil && f.Cmp(w) > 0 {
		r.fail(n, "min_rows fails at more than it warns at: it would never warn")
	}
}
