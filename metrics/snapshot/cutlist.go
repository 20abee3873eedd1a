package snapshot

import (
	"slices"

	"crmreport/metrics/measure"
)

// placed says of a list what every cut of it asks.
type placed struct {
	rows   map[string][]int // by scope
	people []int            // columns of scopes
	texts  map[int][]int    // by row, columns of texts that are a person's id
}

func (c *Cutter) place(l *List) placed {
	p := placed{rows: map[string][]int{}, texts: map[int][]int{}}
	var texts []int
	for i, col := range l.Columns {
		switch col.Kind {
		case measure.CellScope:
			p.people = append(p.people, i)
		case measure.CellText:
			texts = append(texts, i)
		}
	}
	for j := range l.Rows {
		r := &l.Rows[j]
		for _, s := range r.Scopes {
			p.rows[s] = append(p.rows[s], j)
		}
		for _, i := range texts {
			if i >= len(r.Cells) {
				break
			}
			if _, person := c.person(r.Cells[i].Text); person {
				p.texts[j] = append(p.texts[j], i)
			}
		}
	}
	return p
}

// person is the place of a rep among the scopes; false where the id is no rep's.
func (c *Cutter) person(id string) (at int, ok bool) {
	at, ok = c.scopes[id]
	return at, ok && c.d.Scopes[at].Level == levelRep
}

// own is what one cut may name.
type own struct {
	*Cutter
	in    []bool // by place among the scopes
	paths map[shared]path
}

// shared is a slice that many rows have.
type shared struct {
	first *string
	n     int
}

// path is what is left of the scopes of rows: those of one leaf share theirs.
type path struct {
	scopes []string
	others bool // it names a person who is not of the cut
}

func (c *Cutter) own(ids []string) *own {
	o := &own{Cutter: c, in: make([]bool, len(c.d.Scopes)), paths: map[shared]path{}}
	for _, id := range ids {
		o.in[c.scopes[id]] = true
	}
	return o
}

// list are the rows of list i that are the scope's, and name nobody outside of
// it: a unit keeps the numbers of somebody who has left for another, but no
// row of that person's.
func (o *own) list(i int, scope string) List {
	l, p := o.d.Lists[i], &o.lists[i]
	from := l.Rows
	l.Rows = slices.Grow([]Row(nil), len(p.rows[scope]))
	for _, j := range p.rows[scope] {
		if r, ok := o.row(p, from[j], p.texts[j]); ok {
			l.Rows = append(l.Rows, r)
		}
	}
	return l
}

// row is a row without who is not of the cut; texts are its cells that are a
// person's id.
func (o *own) row(p *placed, r Row, texts []int) (Row, bool) {
	way := o.path(r.Scopes)
	if way.others {
		return r, false
	}
	for _, i := range p.people {
		if i < len(r.Cells) && o.other(r.Cells[i].Text) {
			return r, false
		}
	}
	r.Scopes = way.scopes
	for _, i := range texts { // another table's row may go by a person's id
		if o.other(r.Cells[i].Text) {
			r.Cells = slices.Clone(r.Cells)
			r.Cells[i].Text = ""
		}
	}
	return r, true
}

// other reports whether the id is that of a person who is not of the cut.
func (o *own) other(id string) bool {
	at, person := o.person(id)
	return person && !o.in[at]
}

func (o *own) path(scopes []string) path {
	if len(scopes) == 0 {
		return path{scopes: []string{}}
	}
	key := shared{&scopes[0], len(scopes)}
	p, known := o.paths[key]
	if known {
		return p
	}
	p.scopes = make([]string, 0, len(scopes))
	for _, id := range scopes {
		if at, there := o.scopes[id]; there && o.in[at] {
			p.scopes = append(p.scopes, id)
		}
		p.others = p.others || o.other(id)
	}
	o.paths[key] = p
	return p
}
