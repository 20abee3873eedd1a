package report

import (
	"cmp"
	"html/template"
	"math"
	"slices"
	"strings"

	"crmreport/report/lang"
)

// move is how many deals went from one stop of the ladder to another: 0 is the
// creation, then the stages in order, then the win.
type move struct {
	from, to   int
	start, end lang.Text
	n          float64
}

// apart reports whether a move is no step of the ladder: forward beyond the next
// stop, or back.
func (m move) apart() bool { return m.from >= 0 && m.to != m.from+1 }

// kind is what a move is called.
func (m move) kind() lang.Text {
	switch {
	case m.from < 0:
		return lang.T("重开", "re-opened")
	case m.to < m.from:
		return lang.T("退回", "return")
	case m.apart():
		return lang.With("跳过 {0} 阶", "skips {0}", lang.Same(lang.Count(float64(m.to-m.from-1))))
	}
	return lang.T("下一步", "next step")
}

func (m move) way() lang.Text { return lang.With("{0} → {1}", "{0} → {1}", m.start, m.end) }

// said is a move in words.
func (m move) said() lang.Text {
	return lang.Join(named(m.way(), lang.Same(lang.Count(m.n))), lang.Same(" · "), m.kind())
}

// ladder lists the stops of a deal in order.
func (a at) ladder() []string {
	stops := []string{"created"}
	for _, k := range a.stages() {
		if w := word(k); w != "won" && w != "collected" {
			stops = append(stops, w)
		}
	}
	return append(stops, "won")
}

// moves are those of the period, skips and returns before what is ordinary,
// most first.
func (a at) moves(stops []string) []move {
	var out []move
	for _, k := range a.keys["funnel.moves"] {
		v, ends := a.vk("funnel.moves", k), wordsOf(k)
		if v == nil || !v.OK || len(ends) != 2 {
			continue
		}
		m := move{slices.Index(stops, ends[0]), slices.Index(stops, ends[1]), a.wordText(ends[0]), a.wordText(ends[1]), v.V}
		if m.to > 0 {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(x, y move) int {
		if x.apart() != y.apart() {
			if x.apart() {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(y.n, x.n), cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to))
	})
	return out
}

// detours draws the deals that skip a stage or step back, with the numbers
// behind it; where none does it is no figure.
func (a at) detours() (figure, bool) {
	stops := a.ladder()
	ms := a.moves(stops)
	if len(stops) < 3 || len(ms) == 0 || !ms[0].apart() {
		return figure{}, false
	}
	f := figure{Caption: lang.T("跳阶与退回（线越粗，次数越多）", "Skips and returns (wider: more deals)"),
		Legend: []key{{"f-s", lang.T("上方：向右跳过阶段", "above: skips to the right")}, {"f-w", lang.T("下方：向左退回", "below: returns to the left")}, {"f-p", lang.T("灰线：按序下一步", "grey: the next step")}}}
	names := make([]lang.Text, len(stops))
	for i, s := range stops {
		names[i] = a.wordText(s)
	}
	f.Draw = arcs(f.Caption, names, ms)
	f.Data = []table{a.movesTable(names, ms)}
	if s := a.skips(); len(s.Rows) > 0 {
		f.Data = append(f.Data, s)
	}
	return f, true
}

// movesTable is where deals went: a row for where from, a column for where to.
func (a at) movesTable(names []lang.Text, ms []move) table {
	t := a.table(heads(append([]lang.Text{lang.T("从 \\ 到", "From \\ to")}, names[1:]...)...))
	counts := make([]cell, len(names)*(len(names)+1)) // re-opened is the last row
	for _, m := range ms {
		from := m.from
		if from < 0 {
			from = len(names)
		}
		counts[from*len(names)+m.to].Text = lang.Same(lang.Count(m.n))
	}
	for i := range len(names) + 1 {
		name := lang.T("重开", "Re-opened")
		if i < len(names) {
			name = names[i]
		}
		cells := counts[i*len(names)+1 : (i+1)*len(names)]
		if slices.ContainsFunc(cells, func(c cell) bool { return c.Text.ZH != "" }) {
			t.Rows = append(t.Rows, row{"", append([]cell{{Text: name}}, cells...)})
		}
	}
	return trim(t)
}

// skips are the shares of deals that skip a stage.
func (a at) skips() table {
	t := a.byKey("funnel.skip_rate", lang.T("跳过阶段的商机", "Deals that skip a stage"))
	if v := a.v("funnel.regression_rate"); real(v).ok {
		t.Note = lang.With("平均每个商机退回 {0} 次（n={1}）。", "A deal stepped back {0} times on average (n={1}).", a.plain(v), lang.Same(lang.Count(float64(v.N))))
	}
	return t
}

// rowsOf is in how many rows names stand that are each so far from the next.
func rowsOf(names []lang.Text, each float64) int {
	const most = 3
	for rows := 2; rows < most; rows++ {
		if !slices.ContainsFunc(names, func(n lang.Text) bool { return max(lang.Width(n.ZH), lang.Width(n.EN)) > columnsIn(float64(rows)*each) }) {
			return rows
		}
	}
	return most
}

// columnsIn is how many narrow letters of a drawing's text stand in a width.
func columnsIn(width float64) int { return int((width - 4) / 5.6) }

// arcs is the ladder from left to right: skips in arcs above it, returns below,
// and the ordinary steps as the line itself. Rows of names stand between.
func arcs(t lang.Text, names []lang.Text, ms []move) template.HTML {
	const w, side, high, widest = 360, 26, 14, 13
	each := float64(w-2*side) / float64(len(names)-1)
	rows := rowsOf(names, each)
	x := func(i int) float64 { return side + float64(i)*each }
	rise := func(m move) float64 {
		return math.Min(18+math.Abs(float64(m.to-m.from))*13, 96)
	}
	most, up, down := 0.0, 0.0, 0.0
	for _, m := range ms {
		switch {
		case !m.apart():
			continue
		case m.to > m.from:
			up = math.Max(up, rise(m)+18)
		default:
			down = math.Max(down, rise(m)+18)
		}
		most = math.Max(most, m.n)
	}
	top, foot := up+4, up+16+float64(rows*high)
	var b strings.Builder
	b.WriteString(line("rp", x(0), top, x(len(names)-1), top))
	var labels taken
	for _, m := range ms {
		if !m.apart() {
			continue
		}
		y, sweep, class, d := top-3, "1", "a-s", -rise(m)
		if m.to < m.from {
			y, class, d = foot+1, "a-w", rise(m)
		}
		r := px(math.Abs(x(m.to)-x(m.from)) / 2)
		wide := math.Max(1, widest*m.n/most)
		b.WriteString(tipped(`<path class="`+class+`" stroke-width="`+px(wide)+`" d="M`+px(x(m.from))+" "+px(y)+"A"+r+" "+px(math.Abs(d))+" 0 0 "+sweep+" "+px(x(m.to))+" "+px(y)+`"/>`, m.said()))
		figure := lang.Same(lang.Count(m.n))
		at := y + d - wide/2 - 3
		if d > 0 {
			at = y + d + wide/2 + 10
		}
		if mid := (x(m.from) + x(m.to)) / 2; labels.free(mid, at, 3+6*float64(len(figure.ZH))) {
			b.WriteString(words("tx m", mid, at, figure))
		}
	}
	for i, n := range names {
		y := top + 15 + float64(i%rows*high)
		b.WriteString(dot("f-t", x(i), top, 2.5))
		room := float64(rows) * each
		class, at := "tx m", x(i)
		if at < room/2 { // the first begin at the edge, the last end there
			class, at = "tx", math.Max(1, at-side)
		} else if at > w-room/2 {
			class, at = "tx e", math.Min(w-1, at+side)
		}
		b.WriteString(words(class, at, y, lang.T(lang.Cut(n.ZH, columnsIn(room)), lang.Cut(n.EN, columnsIn(room)))))
	}
	return drawing("fig arcs roll", w, math.Max(foot, foot+down), t, b.String())
}

// taken are the places of labels, of a line's height each.
type taken [][3]float64

// free takes a place of a width around x where no label is.
func (t *taken) free(x, y, width float64) bool {
	for _, o := range *t {
		if math.Abs(o[0]-x) < (o[2]+width)/2 && math.Abs(o[1]-y) < 11 {
			return false
		}
	}
	*t = append(*t, [3]float64{x, y, width})
	return true
}
