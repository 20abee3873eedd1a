package preset

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/presets.md")

// docs/presets.md is what the preset files say.
func TestDocumentation(t *testing.T) {
	const file = "../../../docs/presets.md"
	vs, err := All()
	if err != nil {
		t.Fatal(err)
	}
	text := document(vs)
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != text {
		t.Errorf("%s is not what the presets say: run go test ./cmd/internal/preset -update", file)
	}
}

func document(vs []*Vendor) string {
	var b strings.Builder
	b.WriteString(`# Presets

What ` + "`crmreport inspect`" + ` knows of other programs' exports. The files are
[cmd/internal/preset/presets](../cmd/internal/preset/presets); this page is made from them
(` + "`go test ./cmd/internal/preset -update`" + `). A preset guesses nothing for ` + "`build`" + `: inspect writes
what it found into the configuration, where you read and correct it.

Headers are matched as a set: order, case, width, spaces and punctuation do not count. *Verified* says
whether the preset was held against a real file, or is from documentation only.

| program | export | what it does not export |
|---|---|---|
`)
	for _, v := range vs {
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", v.Vendor, anchor(v), cellText(v.Export), cellText(v.Lacks))
	}
	for _, v := range vs {
		fmt.Fprintf(&b, "\n## %s\n\n<a id=\"%s\"></a>%s.\n", v.Vendor, anchor(v), upper(cellText(v.Export)))
		fmt.Fprintf(&b, "Headers from: %s.", cellText(v.Source))
		if v.Zone != "" {
			fmt.Fprintf(&b, " Times are %s.", v.Zone)
		}
		if v.IDs != "" {
			b.WriteString(" Ids of 15 and of 18 characters join.")
		}
		b.WriteString("\n\n| object | tables | metrics it can feed | verified |\n|---|---|---|---|\n")
		for _, o := range v.Objects {
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", o.Name, orDash(tableNames(o)), orDash(strings.Join(o.Feeds, ", ")), cellText(o.Verified))
		}
		for _, o := range v.Objects {
			documentObject(&b, &o)
		}
	}
	return b.String()
}

func documentObject(b *strings.Builder, o *Object) {
	fmt.Fprintf(b, "\n**%s.** Known by %s.", o.Name, strings.Join(quoteAll(o.Must), ", "))
	if o.Note != "" {
		b.WriteString(" " + cellText(o.Note))
	}
	b.WriteString("\n")
	for _, f := range o.Tables {
		fmt.Fprintf(b, "\n- `%s`:", f.Table)
		spec, _ := Table(f.Table)
		for _, field := range spec.Columns {
			if headers := f.Columns[field]; len(headers) > 0 {
				fmt.Fprintf(b, " `%s` = %s;", field, strings.Join(headers[:min(3, len(headers))], " / "))
			} else if text, ok := f.Constants[field]; ok {
				fmt.Fprintf(b, " `%s` is always %s;", field, text)
			}
		}
		for _, w := range f.When {
			switch {
			case w.Stage != "":
				fmt.Fprintf(b, " only %s rows;", w.Stage)
			case len(w.In) > 0:
				fmt.Fprintf(b, " only rows whose %s is %s;", w.Column[0], strings.Join(w.In, " / "))
			default:
				fmt.Fprintf(b, " only rows with %s;", w.Column[0])
			}
		}
		if f.Instead {
			b.WriteString(" only where no other file feeds the table;")
		}
	}
	if len(o.Tables) > 0 {
		b.WriteString("\n")
	}
}

func anchor(v *Vendor) string { return v.ID }

func tableNames(o Object) string {
	var out []string
	for _, f := range o.Tables {
		out = append(out, f.Table)
	}
	return strings.Join(out, ", ")
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func quoteAll(ss []string) []string {
	var out []string
	for _, s := range ss {
		first, _, more := strings.Cut(s, " | ")
		q := "`" + first + "`"
		if more {
			q += " (or its like)"
		}
		out = append(out, q)
	}
	return out
}

// cellText keeps a sentence on one line of a table.
func cellText(s string) string {
	return strings.TrimSuffix(strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", "/"), ".")
}

func upper(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}
