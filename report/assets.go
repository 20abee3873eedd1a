package report

import (
	"html/template"
	"io/fs"
	"strings"
	"sync"

	"crmreport/report/lang"
	"crmreport/report/pack"
	"crmreport/templates"
)

// made is what every page is made of.
type made struct {
	page        *template.Template
	style, boot string
	library     string                                // of charts, for a script element
	allowed     struct{ style, boot, library string } // their hashes, for the page's policy
}

// assets are read, parsed and packed once: a run writes hundreds of pages.
var assets = sync.OnceValues(func() (*made, error) {
	text := map[string]string{}
	for _, name := range []string{"page.tmpl", "style.css", "echarts.min.js", "boot.js", "tools.js", "levels.js"} {
		b, err := fs.ReadFile(templates.FS, name)
		if err != nil {
			return nil, err
		}
		text[name] = strings.TrimSpace(string(b))
	}
	m := &made{style: squeeze(text["style.css"]), boot: squeeze(uncommented(text["levels.js"] + "\n" + text["tools.js"] + "\n" + text["boot.js"]))}
	m.allowed.style, m.allowed.boot, m.allowed.library = hash(m.style), hash(m.boot), hash(text["echarts.min.js"])
	var err error
	if m.page, err = template.New("file").Funcs(template.FuncMap{"tx": both, "ph": sentenceHTML, "name": nameHTML, "cell": cellHTML, "rows": rowsHTML, "entries": entriesHTML, "T": lang.T, "L": func(zh, en string) string { return zh + " / " + en }}).Parse(printFixed(squeeze(text["page.tmpl"]))); err != nil {
		return nil, err
	}
	m.library, err = pack.Deflate([]byte(text["echarts.min.js"]))
	return m, err
})
