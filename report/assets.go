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
	weeklyStyle string                                               // of the list of weeks, after style
	sheets      string                                               // boot where the script draws sections of units too
	early       string                                               // runs before anything is painted
	library     string                                               // of charts, for a script element
	allowed     struct{ style, early, boot, sheets, library string } // their hashes, for the page's policy
}

// assets are read, parsed and packed once: a run writes hundreds of pages.
var assets = sync.OnceValues(func() (*made, error) {
	text := map[string]string{}
	for _, name := range []string{"page.tmpl", "weekly.tmpl", "weekly.css", "style.css", "boot.js", "theme.js", "tools.js", "levels.js", "sheets.js"} {
		b, err := fs.ReadFile(templates.FS, name)
		if err != nil {
			return nil, err
		}
		text[name] = strings.TrimSpace(string(b))
	}
	library, err := templates.Library()
	if err != nil {
		return nil, err
	}
	script := func(names ...string) string {
		all := ""
		for _, name := range names {
			all += text[name] + "\n"
		}
		return squeeze(uncommented(all))
	}
	m := &made{style: squeeze(uncommented(text["style.css"])), weeklyStyle: squeeze(uncommented(text["weekly.css"])), early: script("theme.js"), boot: script("levels.js", "tools.js", "boot.js"), sheets: script("levels.js", "sheets.js", "tools.js", "boot.js")}
	m.allowed.style, m.allowed.early, m.allowed.library = hash(m.style), hash(m.early), hash(library)
	m.allowed.boot, m.allowed.sheets = hash(m.boot), hash(m.sheets)
	if m.page, err = template.New("file").Funcs(template.FuncMap{"tx": both, "ph": sentenceHTML, "name": nameHTML, "cell": cellHTML, "rows": rowsHTML, "entries": entriesHTML, "T": lang.T, "L": func(zh, en string) string { return zh + " / " + en }}).Parse(printFixed(squeeze(text["page.tmpl"]))); err != nil {
		return nil, err
	}
	if _, err := m.page.New("weekly").Parse(squeeze(text["weekly.tmpl"])); err != nil {
		return nil, err
	}
	m.library, err = pack.Deflate([]byte(library))
	return m, err
})
