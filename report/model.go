package report

import (
	"html/template"

	"crmreport/report/lang"
)

// arg is what fills a hole of a phrase; tone colours it.
type arg struct {
	text lang.Text
	tone string
}

// phrase is a sentence with holes {0}, {1} … that print bold.
type phrase struct {
	zh, en string
	args   []arg
}

func say(zh, en string, args ...arg) phrase { return phrase{zh, en, args} }

func plainArg(t lang.Text) arg        { return arg{t, ""} }
func toned(t lang.Text, s string) arg { return arg{t, s} }

// sentence answers one of the headline questions.
type sentence struct {
	Head  lang.Text
	Lines []phrase // the first is the answer, the others what it rests on
}

// card is a KPI card.
type card struct {
	Title    lang.Text
	Metric   string
	Value    lang.Text
	Unit     lang.Text
	Open     bool
	Spark    template.HTML
	Delta    lang.Text
	Arrow    string    // ▲ ▼ =
	Word     lang.Text // above, below or equal to the comparable stretch
	Tone     string
	Bullet   template.HTML
	Above    []tick // in grey on the bullet
	Left     lang.Text
	Right    lang.Text
	Verdict  lang.Text
	VerdTone string
}

// head is a column of a table.
type head struct {
	Text   lang.Text
	Left   bool
	Past   bool   // a column of finished stretches, in a table whose period runs
	Metric string // what the script's rows have here
}

// cell is a cell of a table; the first of a row names it.
type cell struct {
	Text  lang.Text
	Sub   lang.Text
	Href  string
	Tone  string
	Draw  template.HTML
	Open  bool
	Left  bool
	Plain bool   // text of people's making: isolated from its surroundings
	V     string // the number that the text rounds or words, for sorting and spreadsheets
}

// row is a row of a table.
type row struct {
	Class string
	Cells []cell
}

// table is a table in its own scrolling box.
type table struct {
	Caption lang.Text
	Heads   []head
	Rows    []row
	Note    lang.Text
	Wide    bool   // across both columns of its section
	Running bool   // the period is not over: the heads of its columns say so
	Unfolds string // rows of class up have units below, amounts in short or whole words
}

// key is an entry of a legend.
type key struct {
	Class string
	Text  lang.Text
}

// figure is a drawing with its legend; Chart names the data of its live twin.
type figure struct {
	Caption lang.Text
	Draw    template.HTML
	Legend  []key
	Chart   string
	Data    []table // its numbers, folded below it
}

// section is a card of a page.
type section struct {
	ID      string
	Short   lang.Text // for the tabs
	Title   lang.Text
	Sub     lang.Text
	Wide    bool
	Cols    bool     // in two columns across the page, where there is room
	Part    string   // packed under this name, behind a disclosure: opened when asked for
	Lead    []phrase // the answer in words
	Figures []figure
	Tables  []table
	Notes   []lang.Text
}

// view is a page for one kind of period.
type view struct {
	Kind      string
	Switched  bool
	Later     bool // packed: the script opens it when its period is chosen
	ID        string
	Period    lang.Text
	Compared  lang.Text
	Open      bool
	Sentences []sentence
	Cards     []card
	Sections  []section
}

// crumb is a step of the way from the company down.
type crumb struct {
	Text lang.Text
	Href string
}

// page is one scope's page.
type page struct {
	ID      string
	Level   lang.Text
	Name    lang.Text
	Manager string
	Crumbs  []crumb
	Views   []view
	Matrix  *table
	Cases   cases
	Trends  []figure
	Data    []template.HTML // options of the live twins
	Charts  string          // where they are packed
	Compact bool
	Note    lang.Text
}

// cases are the lists of a scope's page.
type cases struct {
	ID    string
	Lists []list
}

// list is the cases behind a number.
type list struct {
	ID    string // of its element
	Title lang.Text
	Count string
	Table table
	Lines [][]cell // instead of the table
	More  lang.Text
}
