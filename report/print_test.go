package report

import (
	"html/template"
	"strings"
	"testing"

	"crmreport/report/lang"
)

// Rows print as a template would print them, whatever people wrote.
func TestRowsAsATemplateWould(t *testing.T) {
	const rows = `{{range .}}<tr{{with .Class}} class="{{.}}"{{end}}>{{range $i, $c := .Cells}}{{if $i}}<td{{if or $c.Left $c.Tone}} class="{{if $c.Left}}l{{if $c.Tone}} {{end}}{{end}}{{$c.Tone}}"{{end}}{{with $c.V}} data-v="{{.}}"{{end}}>{{template "cell" $c}}{{else}}<th scope=row>{{template "cell" $c}}{{end}}{{end}}
{{end}}{{define "cell"}}{{if .Draw}}{{.Draw}}{{else}}{{if .Href}}<a href="{{.Href}}">{{name .Text}}</a>{{else if .Plain}}{{name .Text}}{{else}}{{tx .Text}}{{end}}{{if .Open}}<i class="mk">◦</i>{{end}}{{if .Sub.ZH}}<small>{{tx .Sub}}</small>{{end}}{{end}}{{end}}`
	tmpl := template.Must(template.New("").Funcs(template.FuncMap{"tx": both, "name": nameHTML}).Parse(rows))
	odd := []string{"", "a", `<b>"1" & '2'+3`, "</td>\x00", "=1+1", "1e+06", "{{.}}", "销售 ` \u2028"}
	var in []row
	for i, s := range odd {
		text := lang.T(s, odd[(i+1)%len(odd)])
		in = append(in, row{s, []cell{{Text: text}, {Text: lang.Same(s), V: s, Tone: s}, {Text: text, Plain: true, Left: true, Tone: "bad"}, {Text: text, Sub: text, Left: true, Open: true},
			{Text: text, Href: "#r-A_1"}, {Draw: "<svg></svg>", Text: text, Open: true}}})
	}
	var want strings.Builder
	if err := tmpl.Execute(&want, in); err != nil {
		t.Fatal(err)
	}
	if got := string(rowsHTML(in)); got != want.String() {
		t.Errorf("got\n%s\nwant\n%s", got, want.String())
	}
}

// So do definitions.
func TestEntriesAsATemplateWould(t *testing.T) {
	const entries = `{{range .}}<dt id="d-{{.ID}}">{{tx .Title}} <code>{{.ID}}</code></dt><dd><p>{{tx .Meaning}}</p>{{if .Formula.ZH}}<p class="fm">{{tx .Formula}}</p>{{end}}<p class="note">{{tx .Unit}}{{if .BetterSet}} · {{tx .Better}}{{end}} · {{tx (T "版本" "revision")}} {{.Revision}}{{with .Rulings}} · {{.}}{{end}}{{range .Rows}} · {{tx (T "名单" "rows")}}: <a href="{{.Href}}">{{tx .Text}}</a>{{end}}</p></dd>{{end}}`
	tmpl := template.Must(template.New("").Funcs(template.FuncMap{"tx": both, "T": lang.T}).Parse(entries))
	text := lang.T("甲 < 乙 + 1", `"a" & b`)
	in := []entry{{ID: "a.b"}, {ID: "a+b", Rulings: "R-1, S2 & <3>", Revision: 2, Title: text, Meaning: text, Formula: text, Unit: text, Better: text, BetterSet: true, Rows: []crumb{{text, "#overview-rows-a.b"}, {text, "#c"}}}}
	var want strings.Builder
	if err := tmpl.Execute(&want, in); err != nil {
		t.Fatal(err)
	}
	if got := string(entriesHTML(in)); got != want.String() {
		t.Errorf("got\n%s\nwant\n%s", got, want.String())
	}
}

func TestFixedTexts(t *testing.T) {
	got := printFixed(`<p>{{tx (T "总 & 览" "All & <more>")}}{{tx .Name}}{{tx (T "–" "–")}}</p>`)
	if want := `<p>` + string(both(lang.T("总 & 览", "All & <more>"))) + `{{tx .Name}}–</p>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
