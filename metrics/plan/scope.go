package plan

import "crmreport/ingest/crm"

// Scope finds whom an id of a plan stands for on a day. A person is what the
// role of that day says, a seller or the unit they led, so that a promotion
// does not rewrite the past; else Org.Find decides.
func Scope(b *crm.Book, id string, on crm.Date) (crm.NodeNo, bool) {
	if rep := b.Reps.Lookup(id); rep != crm.NoRep {
		if s, ok := b.Org.Spell(rep, on); ok {
			if sells(s.Role) {
				return b.Org.RepNode(rep), true
			}
			if unit, ok := led(b.Org, rep, s.Role, on); ok {
				return unit, true
			}
		}
	}
	return b.Org.Find(id)
}

func sells(role crm.Role) bool { return role == crm.Seller || role == "" }

// unitLevel is the level of the units that a role leads.
var unitLevel = map[crm.Role]crm.Level{crm.Supervisor: crm.Team, crm.AreaManager: crm.Area,
	crm.RegionalManager: crm.Region, crm.Head: crm.Company}

func led(org *crm.Org, rep crm.RepNo, role crm.Role, on crm.Date) (crm.NodeNo, bool) {
	want, leads := unitLevel[role]
	for _, n := range org.Path(org.Leaf(rep, on)) {
		if leads && org.Nodes[n].Level == want {
			return n, true
		}
	}
	return 0, false
}
