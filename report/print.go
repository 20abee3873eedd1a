package report

import (
	"html/template"
	"regexp"
	"strconv"
	"strings"

	"crmreport/report/lang"
)

// What pages have by the hundred thousand, the texts, the rows of tables and the
// definitions, is printed here: the template looks every field up by its name.

// both prints a text in both languages; CSS shows one. A text that reads alike
// is printed once.
func both(t lang.Text) template.HTML {
	var b strings.Builder
	printText(&b, t)
	return template.HTML(b.String())
}

func printText(b *strings.Builder, t lang.Text) {
	if t.ZH == t.EN {
		b.WriteString(template.HTMLEscapeString(t.ZH))
		return
	}
	for _, s := range []string{`<span lang="zh-CN">`, template.HTMLEscapeString(t.ZH), `</span><span lang="en">`, template.HTMLEscapeString(t.EN), `</span>`} {
		b.WriteString(s)
	}
}

// nameHTML prints what people wrote, isolated so that its writing direction
// stays its own.
func nameHTML(t lang.Text) template.HTML { return "<bdi>" + both(t) + "</bdi>" }

// cellHTML prints a cell.
func cellHTML(c cell) template.HTML {
	var b strings.Builder
	printCell(&b, &c)
	return template.HTML(b.String())
}

func printCell(b *strings.Builder, c *cell) {
	if c.Draw != "" {
		b.WriteString(string(c.Draw))
		return
	}
	switch {
	case c.Href != "": // an anchor of this page
		b.WriteString(`<a href="` + escape(c.Href) + `">` + string(nameHTML(c.Text)) + `</a>`)
	case c.Plain:
		b.WriteString(string(nameHTML(c.Text)))
	default:
		printText(b, c.Text)
	}
	if c.Open {
		b.WriteString(`<i class="mk">◦</i>`)
	}
	if c.Sub.ZH != "" {
		b.WriteString("<small>")
		printText(b, c.Sub)
		b.WriteString("</small>")
	}
}

// rowsHTML prints the rows of a table. End tags of cells, rows and table bodies
// are optional in HTML; pages are many, so they are left out.
func rowsHTML(rows []row) template.HTML {
	var b strings.Builder
	if len(rows) > 0 {
		b.Grow(cellSize * len(rows) * len(rows[0].Cells))
	}
	for i := range rows {
		b.WriteString("<tr")
		printAttribute(&b, "class", rows[i].Class)
		b.WriteByte('>')
		for j := range rows[i].Cells {
			c := &rows[i].Cells[j]
			if j == 0 {
				b.WriteString("<th scope=row>")
			} else {
				b.WriteString("<td")
				printAttribute(&b, "class", c.class())
				printAttribute(&b, "data-v", c.V)
				b.WriteByte('>')
			}
			printCell(&b, c)
		}
		b.WriteByte('\n')
	}
	return template.HTML(b.String())
}

// cellSize is about how many bytes a cell has.
const cellSize = 48

// entriesHTML prints definitions.
func entriesHTML(all []entry) template.HTML {
	var b strings.Builder
	print := func(texts ...string) {
		for _, s := range texts {
			b.WriteString(s)
		}
	}
	for _, e := range all {
		print(`<dt id="d-`, escape(e.ID), `">`)
		printText(&b, e.Title)
		print(` <code>`, escape(e.ID), `</code></dt><dd><p>`)
		printText(&b, e.Meaning)
		if print(`</p>`); e.Formula.ZH != "" {
			print(`<p class="fm">`, string(both(e.Formula)), `</p>`)
		}
		print(`<p class="note">`)
		printText(&b, e.Unit)
		if e.BetterSet {
			print(` · `, string(both(e.Better)))
		}
		print(` · `, string(both(lang.T("版本", "revision"))), ` `, strconv.Itoa(e.Revision))
		if e.Rulings != "" {
			print(` · `, escape(e.Rulings))
		}
		for _, r := range e.Rows {
			print(` · `, string(both(lang.T("名单", "rows"))), `: <a href="`, escape(r.Href), `">`, string(both(r.Text)), `</a>`)
		}
		print(`</p></dd>`)
	}
	return template.HTML(b.String())
}

// class is how a cell looks.
func (c *cell) class() string {
	switch {
	case c.Left && c.Tone != "":
		return "l " + c.Tone
	case c.Left:
		return "l"
	}
	return c.Tone
}

// printAttribute prints an attribute that is not there where it is empty.
func printAttribute(b *strings.Builder, name, value string) {
	if value == "" {
		return
	}
	for _, s := range []string{" ", name, `="`, escape(value), `"`} {
		b.WriteString(s)
	}
}

// escape is a text as the template would print it, within quotes too.
func escape(s string) string {
	return strings.ReplaceAll(template.HTMLEscapeString(s), "+", "&#43;")
}

// fixed finds the template's texts that no page changes.
var fixed = regexp.MustCompile(`\{\{tx \(T ("[^"\\{]*") ("[^"\\{]*")\)\}\}`)

// printFixed prints them once, before the template is parsed.
func printFixed(tmpl string) string {
	return fixed.ReplaceAllStringFunc(tmpl, func(s string) string {
		var two [2]string
		for i, quoted := range fixed.FindStringSubmatch(s)[1:] {
			text, err := strconv.Unquote(quoted)
			if err != nil {
				return s
			}
			two[i] = text
		}
		return string(both(lang.T(two[0], two[1])))
	})
}
