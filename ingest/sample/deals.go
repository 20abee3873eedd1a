package sample

import "crmreport/ingest/crm"

// stages is the number of open stages of crm.DefaultPipeline; proposal is the
// index of the one in which the plot's region is stuck.
const (
	stages   = 6
	proposal = 4
)

// deal is an opportunity with a prospect.
type deal struct {
	no       int
	kind     crm.ContractType
	prospect customer
	created  crm.Date
	amount   int64
	days     [stages]uint8 // how long each stage would take
	stuck    bool
	late     bool  // first seen in the proposal stage
	skip     int8  // stage that is left out, 0 for none
	back     int8  // stage that is entered a second time, 0 for none
	resaved  bool  // an amount was edited: the stage appears twice
	rows     int64 // of its history
}

// pace draws how long each stage takes, within its limit.
func (s *seller) pace(d *deal) {
	for k, def := range crm.DefaultPipeline().Stages {
		d.days[k] = uint8(def.LimitDays * s.between(22, 85) / 100)
	}
}

// life is how long the deal can stay open.
func (d *deal) life() crm.Date {
	n := 0
	for _, x := range d.days {
		n += int(x)
	}
	return crm.Date(n)
}

// openDeal starts a deal with the prospect of the slot.
func (s *seller) openDeal(sl *slot, on crm.Date) {
	s.nDeal++
	dl := deal{no: s.nDeal, kind: crm.New, prospect: s.customers[sl.customer], created: on, amount: s.newAmount()}
	s.pace(&dl)
	switch {
	case s.region.stuck && sl.signOn == crm.NoDate && s.chance(200):
		dl.stuck = true
		dl.days = [stages]uint8{3, 4, 4, 5, 140, 5}
	case s.chance(15):
		dl.days[s.between(1, 4)] = 60
	}
	if s.chance(80) {
		dl.skip = int8(s.between(1, 3))
	}
	if s.chance(30) {
		dl.back = int8(s.between(2, 4))
	}
	dl.resaved = s.chance(60)
	sl.deal = dl
}

// entry is a deal entering stage k (0 is the first) on a day.
type entry struct {
	stage int
	on    crm.Date
}

// path returns the stages the deal has entered by day to: the natural pace
// for those that did not reach a signing, the whole pipeline squeezed into the
// time there was for those that did.
func (d *deal) path(to crm.Date, won bool) []entry {
	if d.late {
		return []entry{{proposal, d.created}, {stages - 1, d.created}}
	}
	var out []entry
	at, done := 0, 0
	for k := range stages {
		on := d.created + crm.Date(at)
		if won {
			on = d.created + crm.Date(int(to-d.created)*done/max(1, int(d.life())))
		}
		if on > to {
			break
		}
		if int8(k) != d.skip || k == 0 {
			out = append(out, entry{k, on})
		}
		at += int(d.days[k])
		done += int(d.days[k])
	}
	return out
}

// closeDeal writes a deal that was won or lost on day on.
func (s *seller) closeDeal(d *deal, on crm.Date, status string) {
	path := d.path(on, status == "won")
	s.writeStages(d, path, on, status)
	s.writeDeal(d, status, status, on)
}

// keepOpen writes a deal as it stands on the last day.
func (s *seller) keepOpen(d *deal) {
	end := s.w.end
	path := d.path(end, false)
	last := &path[len(path)-1]
	if d.created+d.life() <= end { // about to be signed, or not given up yet
		path = d.path(end-1, true)
		last = &path[len(path)-1]
		last.on = max(last.on, end-8)
	}
	defs := crm.DefaultPipeline().Stages
	limit := crm.Date(defs[last.stage].LimitDays)
	if age := end - last.on; age >= limit-2 && age <= limit+2 {
		last.on = end - limit + 4 // nobody should argue about a day
	}
	d.back = 0 // time in a stage is cumulative: keep the count simple
	s.writeStages(d, path, end, "")
	s.writeDeal(d, "open", defs[last.stage].ID, crm.NoDate)
	if st := s.truth.Stalled; st != nil {
		st.OpenTotal++
		stalled := end-last.on > limit
		switch {
		case !s.region.stuck:
			if stalled {
				st.Elsewhere++
			}
			return
		case stalled && last.stage == proposal:
			st.Proposal++
		case stalled:
			st.OtherStages++
		}
		st.Open++
	}
}

// writeStages writes the history of a deal; later stages of a day come later
// in the day.
func (s *seller) writeStages(d *deal, path []entry, closed crm.Date, status string) {
	defs := crm.DefaultPipeline().Stages
	row := func(stage string, on crm.Date, minute int, amount int64) { s.stageRow(d, stage, on, minute, amount) }
	for i, e := range path {
		minute := 540 + 80*e.stage + s.IntN(30)
		row(defs[e.stage].ID, e.on, minute, d.amount)
		if d.resaved && i == len(path)/2 {
			row(defs[e.stage].ID, e.on, minute+10, d.amount/2)
			row(defs[e.stage].ID, e.on, minute+15, d.amount)
		}
		if d.back > 0 && e.stage == int(d.back) {
			row(defs[e.stage-1].ID, e.on, minute+20, d.amount)
			row(defs[e.stage].ID, e.on, minute+40, d.amount)
		}
	}
	if status != "" {
		row(status, closed, 1050+s.IntN(40), d.amount)
	}
}

// stageRow writes the next row of a deal's history.
func (s *seller) stageRow(d *deal, stage string, on crm.Date, minute int, amount int64) {
	d.rows++
	t := s.out[tStages]
	t.raw(s.id("D", d.no))
	t.raw(stage)
	t.stamp(on, minute)
	t.int(d.rows)
	t.money(amount)
	t.raw(s.rep.id)
	t.end()
}

// collected ends the history of a deal whose last invoice was paid.
func (s *seller) collected(d *deal, on crm.Date) {
	s.stageRow(d, "collected", on, 1120, d.amount)
	if s.w.plot.Contains(on) {
		s.truth.Collected.Deals++
		s.truth.Collected.Amount += d.amount
	}
}

// renewalDeal writes the deal that renews contract i: half of the contracts
// have one, from 75 days before they end.
func (s *seller) renewalDeal(i int) {
	c := &s.contracts[i]
	if s.rep.left != crm.NoDate || c.foreign || c.settled || c.script != unscripted || c.status == crm.Superseded ||
		c.end < s.w.from+30 || c.end > s.w.end+90 || !s.chance(500) {
		return
	}
	d := deal{kind: crm.Renewal, prospect: s.customers[c.customer], amount: c.amount * 12 / int64(c.months)}
	d.created = s.cal.onOrBefore(s.six, c.end-75)
	s.pace(&d)
	closed, status := c.end+grace, "lost"
	switch {
	case c.successor != crm.NoDate && c.successor <= c.end+grace:
		closed, status = c.successor, "won"
		d.created = min(d.created, closed-10)
	case c.statusOn != crm.NoDate:
		closed = c.statusOn
	}
	if d.created <= max(c.sign, s.rep.hired) || d.created > min(closed, s.w.end) {
		return
	}
	s.nDeal++
	d.no = s.nDeal
	if closed > s.w.end {
		s.keepOpen(&d)
		return
	}
	if status == "won" {
		n := &s.contracts[c.next]
		d.amount = n.amount
		n.deal, n.won = s.id("D", d.no), &d
	}
	s.closeDeal(&d, closed, status)
}

// writeDeal writes the deal as it stands.
func (s *seller) writeDeal(d *deal, status, stage string, closed crm.Date) {
	t := s.out[tDeals]
	t.raw(s.id("D", d.no))
	if d.kind == crm.Renewal {
		t.text(d.prospect.short + "续约")
	} else {
		t.text(d.prospect.short + "项目")
	}
	t.raw(d.prospect.id)
	t.raw(s.rep.id)
	t.raw(string(d.kind))
	t.raw(stage)
	t.raw(status)
	t.money(d.amount)
	t.raw("CNY")
	t.stamp(d.created, 540)
	if closed == crm.NoDate {
		t.date(s.w.end + crm.Date(s.between(5, 45)))
		t.none(3)
	} else {
		t.date(closed + crm.Date(s.between(-12, 12)))
		t.stamp(closed, 1090)
		s.whyLost(t, status)
	}
	t.raw(d.prospect.source)
	t.end()
}

// whyLost writes reason and competitor of a lost deal; some stay blank.
func (s *seller) whyLost(t *table, status string) {
	if status != "lost" || s.chance(80) {
		t.none(2)
		return
	}
	k := s.weighted(30, 22, 14, 13, 15, 6)
	t.raw(s.words.lostReasons[k])
	if k == 1 || k == 0 && s.chance(500) {
		t.raw(s.words.competitors[s.weighted(40, 30, 20, 10)])
	} else {
		t.none(1)
	}
}
