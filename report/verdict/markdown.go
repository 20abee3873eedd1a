package verdict

import (
	"fmt"
	"io"
	"strings"

	"crmreport/metrics/compare"
	"crmreport/report/lang"
)

// mostMarkdown is how long Markdown gets: GitHub drops a step's summary above
// 1 MiB whole.
const mostMarkdown = 900_000

// Markdown writes a table, the worst first, cut where hosts would drop it.
func Markdown(w io.Writer, d *compare.Diff, o Options) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n**%s**\n", cellOf(sides(d)), counts(d))
	rows := shown(d, o)
	if len(rows) > 0 {
		b.WriteString("\n| | metric | scope | base | head | change | why |\n|---|---|---|--:|--:|--:|---|\n")
	}
	end := ""
	for _, n := range d.Notes {
		end += "\n" + cellOf(n) + "\n"
	}
	for i, r := range rows {
		line := markdownRow(r)
		if b.Len()+len(line)+len(end)+200 > mostMarkdown {
			fmt.Fprintf(&b, "\n%s.\n", cellOf(fmt.Sprintf("… and %d more%s", len(rows)-i, in(o.File))))
			break
		}
		b.WriteString(line)
	}
	_, err := io.WriteString(w, b.String()+end)
	return err
}

func markdownRow(r *compare.Row) string {
	name := r.Metric
	if r.Key != "" {
		name += " " + r.Key
	}
	if name == "" {
		name = r.Rule
	}
	base, head := "", ""
	if r.Base != nil {
		base = number(r, r.Base)
	}
	if r.Head != nil {
		head = number(r, r.Head)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |\n", word(r), cellOf(name), cellOf(r.Scope), base, head, change(r), cellOf(why(r)))
}

// in says where the rest is.
func in(file string) string {
	if file == "" {
		return ""
	}
	return " in " + file
}

// cell keeps text from being Markdown, HTML, a link, a mention or a formula:
// names come from exports.
var cell = strings.NewReplacer("www.", "www&#46;", "$", "&#36;", ":", "&#58;", "\\", "\\\\", "|", "\\|", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "<", "&lt;", ">", "&gt;", "&", "&amp;", "#", "\\#", "!", "\\!", "@", "&#64;", "~", "\\~")

// cellOf is a text in a cell of a table.
func cellOf(s string) string { return cell.Replace(lang.Line(s)) }
