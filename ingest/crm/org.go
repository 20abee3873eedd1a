package crm

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// Level is a level of the organisation, from the company down to the rep.
type Level uint8

// The levels (spec: domain, "The organisation").
const (
	Company Level = iota
	Region
	Area
	Team
	RepLevel
)

func (l Level) String() string {
	switch l {
	case Company:
		return "company"
	case Region:
		return "region"
	case Area:
		return "area"
	case Team:
		return "team"
	case RepLevel:
		return "rep"
	}
	return fmt.Sprintf("level(%d)", uint8(l))
}

// Role is what a person does; only a Seller sells and forecasts.
type Role string

// The roles of inputs.md. A blank role is a Seller.
const (
	Seller          Role = "rep"
	Supervisor      Role = "supervisor"
	AreaManager     Role = "area_manager"
	RegionalManager Role = "regional_manager"
	Head            Role = "head"
)

// unitLevel is the level of the unit that a person of the role leads.
func (r Role) unitLevel() (Level, bool) {
	switch r {
	case Supervisor:
		return Team, true
	case AreaManager:
		return Area, true
	case RegionalManager:
		return Region, true
	case Head:
		return Company, true
	}
	return RepLevel, false
}

// Spell is one row of reps: a person in a unit from From to To, both included
// (effective-dated, R-0.3). Blank From or To is open.
type Spell struct {
	Pos
	Rep                RepNo
	Name               string
	Role               Role
	Plan               string
	Team, Area, Region string
	Manager            RepNo // the chain builds the tree where no unit is named
	HiredOn, LeftOn    Date
	From, To           Date
}

// Covers reports whether the spell is in force on d.
func (s Spell) Covers(d Date) bool {
	return (!s.From.Known() || s.From <= d) && (!s.To.Known() || d <= s.To)
}

// NodeNo numbers a node of the tree; node 0 is the company.
type NodeNo int32

// Root is the company.
const Root NodeNo = 0

// Node is a unit or a rep. A unit's ID is its path (华东/上海/一组), which is
// unique and does not depend on other units; a rep's ID is the rep_id.
type Node struct {
	ID      string
	Name    string
	Level   Level
	Parent  NodeNo // -1 for the company; for a rep, the unit of the latest spell
	Rep     RepNo  // for a rep node, else NoRep
	Manager RepNo  // who leads the unit now, else NoRep
	Region  string // name of the region it lies in, for the calendar
}

// LeafNo numbers a leaf: one rep in one unit. Facts are folded by leaf, so that
// a rep who moved counts in the old unit for the time there and in the new one
// after, while the rep's own number is the sum of the two.
type LeafNo int32

// Leaf is one rep in one unit.
type Leaf struct {
	Rep  RepNo
	Node NodeNo // the rep's node
	Unit NodeNo // the unit it is credited to
}

// Names of the two nodes that keep the totals whole.
const (
	UnassignedID = "(unassigned)" // reps without a row on the date
	LeftID       = "(left)"       // leavers, after they left
	RepSuffix    = " (rep)"       // ends the node id of a rep who is called as a unit is
)

type stay struct {
	from, to Date
	leaf     LeafNo
	spell    int
}

// Org is the effective-dated tree. Build it with NewOrg.
type Org struct {
	Nodes  []Node
	Leaves []Leaf
	Spells []Spell

	stays      [][]stay // by rep
	leftOn     []Date
	unassigned []LeafNo // by rep
	left       []LeafNo // by rep
	nobody     LeafNo   // the last leaf
	repNode    []NodeNo
	paths      [][]NodeNo // by leaf: rep node, unit, … company
	byID       map[string][]NodeNo
	alone      *RepNo // where set, the only rep that Seats knows
}

// NewOrg builds the tree over every rep in reps from the rows of the reps
// table. Without any row the tree is one company of the reps seen
// (inputs.md); with rows, a rep without one on a date is (unassigned).
func NewOrg(reps *Names[RepNo], spells []Spell) *Org {
	b := orgBuilder{reps: reps, spells: spells, unit: map[string]unitDraft{}}
	return b.build()
}

type unitDraft struct {
	path    string
	name    string
	level   Level
	parent  string
	manager RepNo
	region  string
}

type orgBuilder struct {
	reps   *Names[RepNo]
	spells []Spell
	unit   map[string]unitDraft // by path; "" is the company
	byRep  [][]int              // spells by rep, in time order
}

func (b *orgBuilder) build() *Org {
	n := b.reps.Len()
	b.byRep = make([][]int, n)
	for i, s := range b.spells {
		b.byRep[s.Rep] = append(b.byRep[s.Rep], i)
	}
	for _, is := range b.byRep {
		sort.SliceStable(is, func(x, y int) bool { return b.spells[is[x]].From < b.spells[is[y]].From })
	}
	unitOf := make([]string, len(b.spells))
	for i := range b.spells {
		unitOf[i] = b.place(i)
	}
	b.unit[""] = unitDraft{level: Company, manager: NoRep}
	for i, s := range b.spells { // who leads what: the latest spell wins
		if lvl, leads := s.Role.unitLevel(); leads {
			p := unitOf[i]
			for b.unit[p].level > lvl {
				p = b.unit[p].parent
			}
			if u := b.unit[p]; u.level == lvl {
				u.manager = s.Rep
				b.unit[p] = u
			}
		}
	}
	if len(b.spells) > 0 {
		b.unit[UnassignedID] = unitDraft{path: UnassignedID, name: UnassignedID, level: Team, manager: NoRep}
		b.unit[LeftID] = unitDraft{path: LeftID, name: LeftID, level: Team, manager: NoRep}
	}
	return b.assemble(unitOf)
}

// place returns the path of the unit of spell i, drafting it and its parents.
func (b *orgBuilder) place(i int) string {
	s := b.spells[i]
	if s.Team == "" && s.Area == "" && s.Region == "" && s.Manager != NoRep {
		if lvl, leads := s.Role.unitLevel(); leads && lvl != Company {
			return b.managed(s.Rep, s.From, map[RepNo]bool{})
		}
		return b.managed(s.Manager, s.From, map[RepNo]bool{s.Rep: true})
	}
	path := ""
	for _, u := range []struct {
		name  string
		level Level
	}{{s.Region, Region}, {s.Area, Area}, {s.Team, Team}} {
		if u.name != "" {
			path = b.draft(path, u.name, u.level, s.Region)
		}
	}
	return path
}

// managed returns the path of the unit that manager leads, from the chain of
// manager_id. A chain that bites its tail ends at the company.
func (b *orgBuilder) managed(manager RepNo, on Date, seen map[RepNo]bool) string {
	if manager == NoRep || seen[manager] || len(b.byRep[manager]) == 0 {
		return ""
	}
	seen[manager] = true
	s := b.spells[b.byRep[manager][len(b.byRep[manager])-1]]
	for _, i := range b.byRep[manager] {
		if b.spells[i].Covers(on) {
			s = b.spells[i]
		}
	}
	lvl, leads := s.Role.unitLevel()
	if !leads || lvl == Company {
		return ""
	}
	parent := b.managed(s.Manager, on, seen)
	region := b.unit[parent].region
	if lvl == Region {
		region = b.reps.ID(manager)
	}
	name := s.Name
	if name == "" {
		name = b.reps.ID(manager)
	}
	path := b.draft(parent, b.reps.ID(manager), lvl, region)
	u := b.unit[path]
	u.name, u.manager = name, manager
	b.unit[path] = u
	return path
}

func (b *orgBuilder) draft(parent, name string, level Level, region string) string {
	path := name
	if parent != "" {
		path = parent + "/" + name
	}
	if _, ok := b.unit[path]; !ok {
		b.unit[path] = unitDraft{path, name, level, parent, NoRep, region}
	}
	return path
}

func (b *orgBuilder) assemble(unitOf []string) *Org {
	o := &Org{Spells: b.spells, byID: map[string][]NodeNo{}}
	paths := make([]string, 0, len(b.unit))
	for p := range b.unit {
		paths = append(paths, p)
	}
	sort.Slice(paths, func(i, j int) bool {
		x, y := strings.HasPrefix(paths[i], "("), strings.HasPrefix(paths[j], "(")
		if x != y {
			return y // the two bracketed nodes come last
		}
		return paths[i] < paths[j]
	})
	at := map[string]NodeNo{}
	for i, p := range paths {
		at[p] = NodeNo(i)
		u := b.unit[p]
		n := Node{ID: p, Name: u.name, Level: u.level, Parent: -1, Rep: NoRep, Manager: u.manager, Region: u.region}
		if p == "" {
			n.ID, n.Name = "company", ""
		} else {
			n.Parent = at[u.parent] // a parent's path is a prefix: it sorts first
		}
		o.Nodes = append(o.Nodes, n)
	}
	b.addReps(o, at, unitOf)
	for i, n := range o.Nodes {
		o.byID[n.ID] = append(o.byID[n.ID], NodeNo(i))
	}
	for i, n := range o.Nodes {
		if n.Level != RepLevel && n.Name != "" && n.Name != n.ID {
			o.byID[n.Name] = append(o.byID[n.Name], NodeNo(i))
		}
	}
	o.nobody = LeafNo(len(o.Leaves))
	whole := at[UnassignedID] // the company where the tree has no such node
	o.Leaves = append(o.Leaves, Leaf{NoRep, whole, whole})
	for _, l := range o.Leaves {
		var path []NodeNo
		if l.Node != l.Unit {
			path = append(path, l.Node)
		}
		for u := l.Unit; u >= 0; u = o.Nodes[u].Parent {
			path = append(path, u)
		}
		o.paths = append(o.paths, path)
	}
	return o
}

func (b *orgBuilder) addReps(o *Org, at map[string]NodeNo, unitOf []string) {
	n := b.reps.Len()
	order := make([]RepNo, n)
	for i := range order {
		order[i] = RepNo(i)
	}
	sort.Slice(order, func(i, j int) bool { return b.reps.ID(order[i]) < b.reps.ID(order[j]) })
	o.repNode = make([]NodeNo, n)
	o.stays = make([][]stay, n)
	o.leftOn = make([]Date, n)
	o.unassigned = make([]LeafNo, n)
	o.left = make([]LeafNo, n)
	for _, r := range order {
		node := NodeNo(len(o.Nodes))
		o.repNode[r] = node
		o.leftOn[r] = NoDate
		rn := Node{ID: b.reps.ID(r), Name: b.reps.ID(r), Level: RepLevel, Parent: Root, Rep: r, Manager: NoRep}
		if _, unit := at[rn.ID]; unit || rn.ID == o.Nodes[Root].ID {
			rn.ID += RepSuffix // ids of scopes are told apart by nothing else
		}
		leafAt := map[NodeNo]LeafNo{}
		leaf := func(unit NodeNo) LeafNo {
			if l, ok := leafAt[unit]; ok {
				return l
			}
			l := LeafNo(len(o.Leaves))
			o.Leaves = append(o.Leaves, Leaf{r, node, unit})
			leafAt[unit] = l
			return l
		}
		for _, i := range b.byRep[r] {
			s, unit := b.spells[i], at[unitOf[i]]
			o.stays[r] = append(o.stays[r], stay{s.From, s.To, leaf(unit), i})
			rn.Parent, rn.Region = unit, o.Nodes[unit].Region
			if s.Name != "" {
				rn.Name = s.Name
			}
			if s.LeftOn.Known() {
				o.leftOn[r] = s.LeftOn
			}
		}
		if len(b.byRep[r]) == 0 && len(b.spells) > 0 {
			rn.Parent = at[UnassignedID]
		}
		o.unassigned[r], o.left[r] = leaf(at[UnassignedID]), leaf(at[LeftID])
		o.Nodes = append(o.Nodes, rn)
	}
}

// Leaf returns the leaf to credit with what rep did on d. Where no row
// covers d it is the rep's (unassigned) leaf, or the (left) one after left_on.
// NoRep has the NobodyLeaf.
func (o *Org) Leaf(rep RepNo, d Date) LeafNo {
	if rep < 0 {
		return o.nobody
	}
	if o.leftOn[rep].Known() && d > o.leftOn[rep] {
		return o.left[rep]
	}
	st := o.stays[rep]
	for i := len(st) - 1; i >= 0; i-- {
		if (!st[i].from.Known() || st[i].from <= d) && (!st[i].to.Known() || d <= st[i].to) {
			return st[i].leaf
		}
	}
	return o.unassigned[rep]
}

// NobodyLeaf is the leaf of what has no rep at all (a blank rep_id). Its Rep is
// NoRep, its Node and Unit are both (unassigned), or the company in a tree
// without rows of reps, so that it counts in the totals and in no rep's.
func (o *Org) NobodyLeaf() LeafNo { return o.nobody }

// Spell returns the row of reps in force for rep on d, if any.
func (o *Org) Spell(rep RepNo, d Date) (Spell, bool) {
	st := o.stays[rep]
	for i := len(st) - 1; i >= 0; i-- {
		if s := o.Spells[st[i].spell]; s.Covers(d) {
			return s, true
		}
	}
	return Spell{}, false
}

// LeftOn is the rep's last day, NoDate while employed.
func (o *Org) LeftOn(rep RepNo) Date { return o.leftOn[rep] }

// Path returns the scopes that a leaf counts in: the rep's node, the unit and
// every unit above it, up to the company.
func (o *Org) Path(l LeafNo) []NodeNo { return o.paths[l] }

// RepNode returns the rep's node.
func (o *Org) RepNode(rep RepNo) NodeNo { return o.repNode[rep] }

// Find resolves an id of an input (targets.scope_id, forecasts.rep_id,
// confidence.subject_id): a node's ID, else a unit's bare name where only one
// unit has it. A person who leads a unit is that unit.
func (o *Org) Find(id string) (NodeNo, bool) {
	ns := o.byID[id]
	if len(ns) == 0 {
		return 0, false
	}
	n := ns[0] // exact ids come before bare names
	if len(ns) > 1 && o.Nodes[n].ID != id {
		return 0, false
	}
	if o.Nodes[n].Level == RepLevel {
		for i, u := range o.Nodes {
			if u.Level == RepLevel {
				break // units come first
			}
			if u.Manager == o.Nodes[n].Rep {
				return NodeNo(i), true
			}
		}
	}
	return n, true
}

// Alone is o with the seats of one rep (NoRep: of nobody): who else was there is
// no part of what rests on the rep's rows.
func (o *Org) Alone(rep RepNo) *Org {
	p := *o
	p.alone = &rep
	return &p
}

// Under is o in which only what is done under scope counts: a rep who moved has
// the time there and no other.
func (o *Org) Under(scope NodeNo) *Org {
	p := *o
	p.paths = make([][]NodeNo, len(o.paths))
	for leaf, path := range o.paths {
		if slices.Contains(path, scope) {
			p.paths[leaf] = path
		}
	}
	return &p
}

// OnlyRep is the rep of Alone.
func (o *Org) OnlyRep() (RepNo, bool) {
	if o.alone == nil || *o.alone == NoRep {
		return NoRep, false
	}
	return *o.alone, true
}

// Seats calls f for every stay of a seller: the leaf and the days [from, to]
// on which the seller held it, within [from, to] of the call.
func (o *Org) Seats(from, to Date, f func(leaf LeafNo, from, to Date)) {
	for r := range o.stays {
		if o.alone != nil && RepNo(r) != *o.alone {
			continue
		}
		for _, st := range o.stays[r] {
			s := o.Spells[st.spell]
			if s.Role != Seller && s.Role != "" {
				continue
			}
			a, z := from, to
			for _, d := range []Date{s.From, s.HiredOn} {
				if d.Known() && d > a {
					a = d
				}
			}
			for _, d := range []Date{s.To, o.leftOn[r]} {
				if d.Known() && d < z {
					z = d
				}
			}
			if a <= z {
				f(st.leaf, a, z)
			}
		}
	}
}
