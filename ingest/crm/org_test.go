package crm

import (
	"fmt"
	"testing"
)

func org(t *testing.T, ids []string, spells func(n *Names[RepNo]) []Spell) (*Org, *Names[RepNo]) {
	t.Helper()
	n := &Names[RepNo]{}
	for _, id := range ids {
		n.Number(id)
	}
	s := spells(n)
	for i := range s {
		if s[i].Manager == 0 && s[i].Team+s[i].Area+s[i].Region != "" {
			s[i].Manager = NoRep
		}
	}
	return NewOrg(n, s), n
}

func path(o *Org, l LeafNo) string {
	s := ""
	for _, n := range o.Path(l) {
		s += "<" + o.Nodes[n].ID
	}
	return s
}

// A rep who moved on 16 March counts in the old team before and the new one
// after; who left is under (left); who has no row is (unassigned).
func TestOrgIsEffectiveDated(t *testing.T) {
	mar15, mar16 := DateOf(2024, 3, 15), DateOf(2024, 3, 16)
	o, n := org(t, []string{"R3", "R4", "X"}, func(n *Names[RepNo]) []Spell {
		return []Spell{
			{Rep: n.Number("R3"), Team: "T1", Area: "A1", Region: "G1", From: DateOf(2024, 1, 1), To: mar15, LeftOn: NoDate, HiredOn: NoDate},
			{Rep: n.Number("R3"), Team: "T2", Area: "A1", Region: "G1", From: mar16, To: NoDate, LeftOn: NoDate, HiredOn: NoDate},
			{Rep: n.Number("R4"), Team: "T2", Area: "A1", Region: "G1", From: NoDate, To: NoDate, LeftOn: mar15, HiredOn: NoDate},
		}
	})
	for _, c := range []struct {
		rep  string
		on   Date
		want string
	}{
		{"R3", mar15, "<R3<G1/A1/T1<G1/A1<G1<company"},
		{"R3", mar16, "<R3<G1/A1/T2<G1/A1<G1<company"},
		{"R3", DateOf(2023, 12, 31), "<R3<(unassigned)<company"},
		{"R4", mar15, "<R4<G1/A1/T2<G1/A1<G1<company"},
		{"R4", mar16, "<R4<(left)<company"},
		{"X", mar15, "<X<(unassigned)<company"},
	} {
		if got := path(o, o.Leaf(n.Lookup(c.rep), c.on)); got != c.want {
			t.Errorf("%s on %s: %s, want %s", c.rep, c.on, got, c.want)
		}
	}
	if u := o.Nodes[o.Nodes[o.RepNode(n.Lookup("R3"))].Parent].ID; u != "G1/A1/T2" {
		t.Errorf("R3's page hangs under %s, want the latest team", u)
	}
}

// Without a reps table the tree is one company of the reps seen.
func TestOrgWithoutTable(t *testing.T) {
	o, n := org(t, []string{"B", "A"}, func(*Names[RepNo]) []Spell { return nil })
	if got := path(o, o.Leaf(n.Lookup("A"), DateOf(2025, 1, 1))); got != "<A<company" {
		t.Errorf("A is in %s", got)
	}
	if o.Nodes[1].ID != "A" || o.Nodes[2].ID != "B" {
		t.Errorf("reps are not in id order: %v", o.Nodes)
	}
}

// The chain of manager_id builds the same levels.
func TestOrgFromManagers(t *testing.T) {
	o, n := org(t, []string{"H", "G", "A", "S", "R"}, func(n *Names[RepNo]) []Spell {
		m := func(rep, manager string, role Role) Spell {
			return Spell{Rep: n.Lookup(rep), Name: "name of " + rep, Manager: n.Lookup(manager), Role: role, From: NoDate, To: NoDate, LeftOn: NoDate, HiredOn: NoDate}
		}
		return []Spell{m("R", "S", ""), m("S", "A", Supervisor), m("A", "G", AreaManager), m("G", "H", RegionalManager), m("H", "", Head)}
	})
	if got := path(o, o.Leaf(n.Lookup("R"), 0)); got != "<R<G/A/S<G/A<G<company" {
		t.Errorf("R is in %s", got)
	}
	for id, want := range map[string]string{"S": "G/A/S", "A": "G/A", "G": "G", "H": "company", "R": "R", "G/A": "G/A"} {
		node, ok := o.Find(id)
		if !ok || o.Nodes[node].ID != want {
			t.Errorf("Find(%s) = %v, %v, want %s", id, o.Nodes[node].ID, ok, want)
		}
	}
}

// A chain that bites its tail must not hang, and a name that two units share
// must not be guessed.
func TestOrgOddities(t *testing.T) {
	o, n := org(t, []string{"P", "Q", "R"}, func(n *Names[RepNo]) []Spell {
		m := func(rep, manager string) Spell {
			return Spell{Rep: n.Lookup(rep), Manager: n.Lookup(manager), Role: Supervisor, From: NoDate, To: NoDate, LeftOn: NoDate, HiredOn: NoDate}
		}
		return []Spell{m("P", "Q"), m("Q", "P"), {Rep: n.Lookup("R"), Manager: n.Lookup("P"), From: NoDate, To: NoDate, LeftOn: NoDate, HiredOn: NoDate}}
	})
	if p := o.Path(o.Leaf(n.Lookup("R"), 0)); p[len(p)-1] != Root {
		t.Errorf("R does not end at the company: %v", p)
	}
	o, _ = org(t, []string{"A", "B"}, func(n *Names[RepNo]) []Spell {
		return []Spell{{Rep: 0, Region: "N", Team: "one", From: NoDate, To: NoDate, LeftOn: NoDate, HiredOn: NoDate},
			{Rep: 1, Region: "S", Team: "one", From: NoDate, To: NoDate, LeftOn: NoDate, HiredOn: NoDate}}
	})
	if node, ok := o.Find("one"); ok {
		t.Errorf("Find(one) guessed %s", o.Nodes[node].ID)
	}
	if node, ok := o.Find("S/one"); !ok || o.Nodes[node].ID != "S/one" {
		t.Error("Find(S/one) did not find it")
	}
}

func TestSeats(t *testing.T) {
	d := func(day int) Date { return DateOf(2025, 3, day) }
	o, _ := org(t, []string{"R", "S"}, func(n *Names[RepNo]) []Spell {
		return []Spell{
			{Rep: 0, Team: "T1", From: NoDate, To: d(10), HiredOn: d(5), LeftOn: NoDate},
			{Rep: 0, Team: "T2", From: d(11), To: NoDate, HiredOn: d(5), LeftOn: d(20)},
			{Rep: 1, Team: "T1", Role: Supervisor, From: NoDate, To: NoDate, HiredOn: NoDate, LeftOn: NoDate},
		}
	})
	var got string
	o.Seats(d(1), d(31), func(l LeafNo, from, to Date) {
		got += fmt.Sprintf("%s %s..%s; ", o.Nodes[o.Leaves[l].Unit].ID, from, to)
	})
	if want := "T1 2025-03-05..2025-03-10; T2 2025-03-11..2025-03-20; "; got != want {
		t.Errorf("seats: %s\nwant:  %s", got, want)
	}
}

// A rep who is called as a unit is has a node of its own name: values of the
// two are told apart by it.
func TestRepCalledAsAUnit(t *testing.T) {
	reps := &Names[RepNo]{}
	spell := func(rep, region string) Spell {
		return Spell{Rep: reps.Number(rep), Name: rep, Region: region, Manager: NoRep, From: NoDate, To: NoDate, HiredOn: NoDate, LeftOn: NoDate}
	}
	o := NewOrg(reps, []Spell{spell("social", "social"), spell("company", "social"), spell("search", "social")})
	seen := map[string]bool{}
	for _, n := range o.Nodes {
		if seen[n.ID] {
			t.Errorf("two nodes are called %q", n.ID)
		}
		seen[n.ID] = true
	}
	for _, id := range []string{"social", "social (rep)", "company", "company (rep)", "search"} {
		if !seen[id] {
			t.Errorf("no node is called %q", id)
		}
	}
	if n, ok := o.Find("social"); !ok || o.Nodes[n].Level != Region {
		t.Error("social is not the region")
	}
}
