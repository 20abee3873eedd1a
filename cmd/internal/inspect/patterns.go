package inspect

import (
	"io/fs"
	"path"
	"slices"
	"strings"
)

// patterns writes the files of one source as a configuration names them: several
// of one folder as a pattern, and so those of one name in several folders, as
// long as the pattern means these files and no other. Next month's file then
// needs no new line. Without a folder files are named one by one.
func patterns(folder *Folder, files []string) []string {
	var out []string
	for _, name := range files {
		out = append(out, literal(name))
	}
	if folder == nil {
		return out
	}
	out = merge(folder.FS, out, func(p string) string { return path.Dir(p) + "\n" + extension(p) }, func(group []string) string {
		return path.Join(path.Dir(group[0]), between(group, path.Base))
	})
	return merge(folder.FS, out, func(p string) string { return path.Dir(path.Dir(p)) + "\n" + path.Base(p) }, func(group []string) string {
		return path.Join(path.Dir(path.Dir(group[0])), between(group, func(p string) string { return path.Base(path.Dir(p)) }), path.Base(group[0]))
	})
}

// merge replaces the patterns of one key by one pattern, where that means the
// same files.
func merge(fsys fs.FS, all []string, key func(string) string, pattern func(group []string) string) []string {
	groups := map[string][]string{}
	for _, p := range all {
		groups[key(p)] = append(groups[key(p)], p)
	}
	var out []string
	for _, p := range all {
		group := groups[key(p)]
		one := ""
		if len(group) > 1 && !strings.Contains(strings.Join(group, ""), `\`) {
			one = pattern(group)
		}
		switch {
		case one == "" || !slices.Equal(matched(fsys, one), matched(fsys, group...)):
			out = append(out, p)
		case group[0] == p: // stands for all of them
			out = append(out, one)
		}
	}
	return out
}

// matched are the files that patterns mean, as build finds them.
func matched(fsys fs.FS, patterns ...string) []string {
	var out []string
	for _, p := range patterns {
		names, _ := fs.Glob(fsys, p)
		out = append(out, names...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// between is what parts of the patterns have in common, with a * for the rest.
// Digits at the seam belong to the rest: of visits_2025-01 and visits_2025-02 it
// is visits*.
func between(group []string, part func(string) string) string {
	const seam = "0123456789-_ "
	head := part(group[0])
	for _, p := range group {
		n := 0
		for n < min(len(head), len(part(p))) && head[n] == part(p)[n] {
			n++
		}
		head = head[:n]
	}
	tail := part(group[0])[len(head):]
	for _, p := range group {
		rest, n := part(p)[len(head):], 0
		for n < min(len(tail), len(rest)) && tail[len(tail)-1-n] == rest[len(rest)-1-n] {
			n++
		}
		tail = tail[len(tail)-n:]
	}
	head, tail = strings.ToValidUTF8(head, ""), strings.ToValidUTF8(tail, "") // a letter that was cut in two
	return strings.TrimRight(head, seam) + "*" + strings.TrimLeft(tail, seam)
}

// extension is .csv, or .csv.gz.
func extension(name string) string {
	plain := strings.TrimSuffix(name, ".gz")
	return path.Ext(plain) + name[len(plain):]
}

// literal is a pattern that means one name.
func literal(name string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(name)
}
