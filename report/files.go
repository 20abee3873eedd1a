package report

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"crmreport/metrics/snapshot"
)

// FileNames are the names of the files of units and reps, without folder and
// ending: the anchors of their pages, safe on every file system. Where a file
// system that does not know A from a would take two for one, the later has a
// name of its own.
func FileNames(d *snapshot.Document) map[string]string {
	x := &index{d: d, scopes: map[string]*snapshot.Scope{}, children: map[string][]*snapshot.Scope{}, anchors: map[string]string{}}
	x.addScopes()
	out, taken := make(map[string]string, len(x.anchors)), map[string]bool{}
	for i := range d.Scopes {
		s := &d.Scopes[i]
		if _, twice := out[s.ID]; twice {
			continue
		}
		name := x.anchors[s.ID]
		for n := 8; taken[strings.ToLower(name)]; n++ {
			name = s.Level[:min(1, len(s.Level))] + "-" + hashed(s)[:n]
		}
		taken[strings.ToLower(name)] = true
		out[s.ID] = name
	}
	return out
}

// alone reports whether the document is cut to a unit or a rep: its reader has
// no list beside it, and the units below have files of their own.
func (x *index) alone() bool { return x.d.Scopes[0].Level != levelCompany }

// hashed is a name for a scope whose id cannot be one.
func hashed(s *snapshot.Scope) string {
	sum := sha256.Sum256([]byte(s.Level + "\x00" + s.ID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))
}
