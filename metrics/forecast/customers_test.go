package forecast

import (
	"testing"

	"crmreport/ingest/crm"
)

// by hand. X signs twice with A and later with B: one
// customer, A's. Y signs with B, half of it A's. Z renews with A, and signs anew
// with B: one of each. A void contract and one without a customer are none.
func TestCustomersSigned(t *testing.T) {
	m := newMaker(t, "2024-05-31")
	m.person("A", crm.Seller, "T", "R", "", "", "")
	m.person("B", crm.Seller, "U", "R", "", "", "")
	sign := func(id, rep, on string, customer crm.CustomerNo, kind crm.ContractType) *crm.Contract {
		c := m.contract(id, rep, on, "10", kind)
		c.Customer = customer
		return c
	}
	const x, y, z = 0, 1, 2
	sign("2", "A", "2024-05-10", x, crm.New)
	sign("1", "B", "2024-05-11", x, crm.New)
	sign("3", "A", "2024-05-12", x, "")
	sign("4", "B", "2024-05-12", y, crm.New)
	sign("5", "A", "2024-05-13", z, crm.Renewal)
	sign("6", "B", "2024-05-14", z, crm.New)
	sign("7", "B", "2024-05-14", x, crm.Expansion)
	sign("8", "B", "2024-05-01", 3, crm.New).Status = crm.ContractVoid
	sign("9", "B", "2024-05-01", crm.NoCustomer, crm.New)
	for _, rep := range []string{"A", "B"} {
		m.b.Splits = append(m.b.Splits, crm.Split{Pos: m.pos(), Contract: "4", Rep: m.b.Reps.Number(rep), Share: crm.One / 2})
	}
	m.target("2024-05", "A", "new_customers", "3")
	m.target("2024-05", "B", "renewal_customers", "1")
	g := m.compute(DefaultOptions())
	for scope, want := range map[string]float64{"A": 1.5, "B": 1.5, "R/T": 1.5, "R/U": 1.5, "R": 3, "company": 3} {
		g.real("customers "+scope+" 2024-05 type=new", &want)
	}
	g.parts("customers A 2024-05 type=renewal", 1, 1)
	g.absent("customers B 2024-05 type=renewal")
	g.parts("customers R 2024-05 type=renewal", 1, 1)
	g.parts("customers company 2024-Q2 type=new", 3, 1)
	half := 0.5
	g.real("customers_attainment A 2024-05 type=new", &half)
	g.parts("customers_attainment R 2024-05 type=new", 3, 3) // 3 of 3, B has none
	g.flags("customers_attainment R 2024-05 type=new", "partial_target")
	g.parts("customers_attainment B 2024-05 type=renewal", 0, 1)
}

// Of two contracts of one day the smaller id decides.
func TestCustomersTie(t *testing.T) {
	m := newMaker(t, "2024-05-31")
	m.person("A", crm.Seller, "T", "", "", "", "")
	m.person("B", crm.Seller, "T", "", "", "", "")
	m.contract("k2", "A", "2024-05-10", "10", crm.New).Customer = 0
	m.contract("k1", "B", "2024-05-10", "10", crm.New).Customer = 0
	g := m.compute(DefaultOptions())
	g.absent("customers A 2024-05 type=new")
	g.parts("customers B 2024-05 type=new", 1, 1)
}
