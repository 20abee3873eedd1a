package crm

import (
	"slices"
	"testing"
)

// What has no rep counts in (unassigned) and the company, in no rep's node, and
// in the company alone where there is no reps table.
func TestNobodyLeaf(t *testing.T) {
	var names Names[RepNo]
	r := names.Number("r1")
	spell := Spell{Rep: r, Team: "T1", Manager: NoRep, HiredOn: NoDate, LeftOn: NoDate, From: NoDate, To: NoDate}
	for _, c := range []struct {
		name   string
		spells []Spell
		want   []string
	}{
		{"with reps", []Spell{spell}, []string{UnassignedID, "company"}},
		{"without", nil, []string{"company"}},
	} {
		o := NewOrg(&names, c.spells)
		l := o.Leaf(NoRep, DateOf(2025, 3, 9))
		if l != o.NobodyLeaf() || o.Leaves[l].Rep != NoRep {
			t.Errorf("%s: leaf %d of %+v", c.name, l, o.Leaves)
		}
		var got []string
		for _, n := range o.Path(l) {
			got = append(got, o.Nodes[n].ID)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: path %v, want %v", c.name, got, c.want)
		}
		if own := o.Leaf(r, DateOf(2025, 3, 9)); own == l || o.Path(own)[0] != o.RepNode(r) {
			t.Errorf("%s: the rep's own leaf %d", c.name, own)
		}
	}
}
