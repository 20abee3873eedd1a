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
	weeklyStyle string // of the list of weeks, after style
	library     string // of charts
	packed      string // the library for a script element
}

// assets are read, parsed and packed once: a run writes hundreds of pages.
var assets = sync.OnceValues(func() (*made, error) {
	text := map[string]string{}
	for _, name := range []string{"page.tmpl", "weekly.tmpl", "weekly.css", "style.css", "echarts.min.js", "boot.js", "tools.js", "levels.js"} {
		b, err := fs.ReadFile(templates.FS, name)
		if err != nil {
			return nil, err
		}
		text[name] = strings.TrimSpace(string(b))
	}
	m := &made{style: squeeze(text["style.css"]), weeklyStyle: squeeze(text["weekly.css"]), boot: squeeze(uncommented(text["levels.js"] + "\n" + text["tools.js"] + "\n" + text["boot.js"])), library: text["echarts.min.js"]}
	var err error
	if m.page, err = template.New("file").Funcs(template.FuncMap{"tx": both, "ph": sentenceHTML, "name": nameHTML, "T": lang.T, "L": func(zh, en string) string { return zh + " / " + en }}).Parse(squeeze(text["page.tmpl"])); err != nil {
		return nil, err
	}
	if _, err := m.page.New("weekly").Parse(squeeze(text["weekly.tmpl"])); err != nil {
		return nil, err
	}
	m.packed, err = pack.Deflate([]byte(m.library))
	return m, err
})
