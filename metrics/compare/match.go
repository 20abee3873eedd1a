package compare

import (
	"fmt"
	"path"
	"strings"

	"crmreport/metrics/snapshot"
)

// at is where a value stands.
type at struct {
	metric, key, kind string // kind of the period
	scope             *snapshot.Scope
}

// fits reports whether m selects what stands at a.
func (m Match) fits(a at) bool {
	kind := m.Period
	if kind == "" {
		kind = "week"
	}
	return kind == a.kind && m.metric(a.metric) && m.key(a.key) && inScope(m.Level, m.Scope, a.scope)
}

func (m Match) metric(id string) bool {
	for _, p := range m.Metrics {
		if glob(p, id) {
			return true
		}
	}
	return false
}

func (m Match) key(key string) bool { return key == m.Key || m.Key != "" && glob(m.Key, key) }

// inScope reports whether a scope is of the level and has the id or the name.
func inScope(level, pattern string, s *snapshot.Scope) bool {
	if s == nil {
		return level == "" && pattern == ""
	}
	return (level == "" || level == s.Level) && (pattern == "" || globWhole(pattern, s.ID) || globWhole(pattern, s.Name))
}

// glob is path.Match; a pattern that is none fits itself alone.
func glob(pattern, text string) bool {
	ok, err := path.Match(pattern, text)
	return ok && err == nil || pattern == text
}

// globWhole lets * stand for slashes too: ids of scopes are paths.
func globWhole(pattern, text string) bool {
	const slash = "\x00"
	return glob(strings.ReplaceAll(pattern, "/", slash), strings.ReplaceAll(text, "/", slash))
}

// name is how a rule is called in results and waivers.
func (m Match) name(group string) string {
	n := group + "/" + strings.Join(m.Metrics, ",")
	if m.Key != "" {
		n += ";" + m.Key
	}
	return n
}

// nothing is the fault of a rule that fits no value: a typo that loosens a gate.
func (m Match) nothing(place string) error {
	where := "of any scope"
	if m.Level != "" || m.Scope != "" {
		where = strings.TrimSpace("of scope " + m.Level + " " + m.Scope)
	}
	return &RuleFault{prefix(place) + fmt.Sprintf("no value of %s %s fits this rule; mend the pattern, or take the rule out", strings.Join(m.Metrics, ", "), where)}
}

// RuleFault is a fault of the rules and not of what they judge.
type RuleFault struct{ Says string }

func (f *RuleFault) Error() string { return f.Says }

// Only leaves the rows of some metrics and scopes, and those about the file or
// the rules themselves. An empty pattern leaves all. It returns how many values
// are left: none shows a typo in a pattern.
func (d *Diff) Only(metric, level, scope string) (values int) {
	kept := d.Rows[:0]
	for _, r := range d.Rows {
		ofValue := r.Base != nil || r.Head != nil
		wanted := metric == "" || r.Metric == "" || glob(metric, r.Metric)
		if wanted && (!ofValue || inScope(level, scope, d.scopes[r.Scope])) {
			kept = append(kept, r)
			if ofValue {
				values++
			}
		}
	}
	d.Rows = kept
	return values
}
