package forecast

import (
	"testing"

	"crmreport/ingest/crm"
)

// S2-08: 40 new customers of 40,000 each are 1.6 million; asks whether
// that is what customers are worth, and whether the visits can be made.
func TestCustomersTimesAverage(t *testing.T) {
	for _, c := range []struct {
		average string // what the two contracts of the year before came to
		off     bool
	}{{"40000", false}, {"44444", false}, {"44445", true}, {"36363", true}, {"36364", false}} {
		m := newMaker(t, "2024-05-15")
		m.person("A", crm.Seller, "T", "", "", "", "")
		m.target("2024-05", "A", "new_amount", "1600000")
		m.target("2024-05", "A", "new_customers", "40")
		m.target("2024-05", "A", "renewal_amount", "800000")
		m.target("2024-05", "A", "renewal_customers", "80")
		m.contract("a", "A", "2023-05-01", c.average, crm.New)
		m.contract("b", "A", "2024-04-30", c.average, crm.New)
		m.contract("early", "A", "2023-04-30", "1", crm.New)
		m.contract("now", "A", "2024-05-01", "1", crm.New)
		m.contract("more", "A", "2024-04-01", "1", crm.Expansion)
		m.contract("void", "A", "2024-04-01", "1", crm.New).Status = crm.ContractVoid
		g := m.compute(DefaultOptions())
		g.parts("average_contract company 2024-05 type=new", m.minor(c.average), 1)
		g.absent("average_contract T 2024-05 type=new")
		g.absent("average_contract company 2024-05 type=renewal")
		for _, scope := range []string{"A", "T", "company"} {
			g.parts("target_customers "+scope+" 2024-05 type=new", 40, 1)
			g.parts("target_customers "+scope+" 2024-05 type=renewal", 80, 1)
			g.parts("implied_average "+scope+" 2024-05 type=new", 4000000, 1)
			g.parts("implied_average "+scope+" 2024-05 type=renewal", 1000000, 1)
			var flags []string
			if c.off {
				flags = []string{"does_not_multiply"}
			}
			g.flags("implied_average "+scope+" 2024-05 type=new", flags...)
		}
	}
}

// S4-19, S4-21: 25 signings take 200 valid visits, which are 25 working days of
// 8. May 2024 has 23; two more make it possible, and no more than that.
func TestCapacity(t *testing.T) {
	for _, c := range []struct {
		extra []string
		days  int64
		flags []string
	}{{nil, 23, []string{"implausible"}}, {[]string{"2024-05-04"}, 24, []string{"implausible"}}, {[]string{"2024-05-04", "2024-05-11"}, 25, nil}} {
		m := newMaker(t, "2024-05-01") // days to come count
		m.person("A", crm.Seller, "T", "", "", "", "")
		m.target("2024-05", "A", "signings", "25")
		for _, d := range c.extra {
			m.roster = append(m.roster, crm.RosterDay{Rep: m.b.Reps.Number("A"), Date: day(t, d), Work: true})
		}
		o := DefaultOptions()
		o.ValidPerDay = 8 * crm.One
		g := m.compute(o)
		for _, scope := range []string{"A", "T"} {
			g.parts("needed_valid_visits "+scope+" 2024-05", 200, 1)
			g.parts("capacity "+scope+" 2024-05", 8*c.days, 1)
			g.parts("capacity_share "+scope+" 2024-05", 200, 8*c.days)
			g.flags("capacity_share "+scope+" 2024-05", c.flags...)
		}
	}
}

// A unit with a target and nobody in it can do nothing: no share.
func TestCapacityOfNobody(t *testing.T) {
	m := newMaker(t, "2024-05-15")
	m.person("A", crm.Seller, "T", "", "", "2024-01-01", "2024-02-01")
	m.target("2024-05", "T", "new_customers", "2.5")
	g := m.compute(DefaultOptions())
	g.parts("capacity_share T 2024-05", 20, 0)
	g.absent("capacity T 2024-05")
	g.absent("implied_average T 2024-05 type=new")
	if v := g.at("target_customers T 2024-05 type=new"); v.V != 2.5 {
		t.Errorf("%+v", v)
	}
}
