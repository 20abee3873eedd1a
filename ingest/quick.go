package ingest

import (
	"strings"

	"crmreport/ingest/crm"
	"crmreport/ingest/value"
)

// quickVisits decodes visits whose cells have the plainest form there is: ISO
// dates without an offset, words that were met before. Whatever else there is,
// it leaves to the decoder of the table, which is slower and knows everything.
// There may be ten million visits, and no other table is half as long.
type quickVisits struct {
	reps      *crm.Names[crm.RepNo]
	customers *crm.Names[crm.CustomerNo]

	visit, rep, customer, at, channel, met, pitched, rejection, audit, coach, entered, note, next, planned, updated int

	lastRep, lastCoach repeated
	day, nextDay       quickDay
	channels           memo[crm.Channel]
	mets               memo[crm.MetRole]
	rejections         memo[crm.Rejection]
	audits             memo[crm.AuditStatus]
	tris               memo[crm.Tri]
}

// newQuickVisits returns nil where the source asks for more than plain cells.
func newQuickVisits(d *row) quick[crm.Visit] {
	s, b := d.source, d.binding
	if len(s.Constants)+len(s.Words)+len(s.When)+len(s.Blank) > 0 || b.short || len(d.clock.layouts) > 0 || d.clock.source != nil {
		return nil
	}
	column := map[string]int{}
	for i, name := range b.names {
		column[name] = b.column[i]
	}
	w := d.run.words
	return &quickVisits{reps: d.run.book.Reps, customers: d.run.book.Customers,
		visit: column["visit_id"], rep: column["rep_id"], customer: column["customer_id"], at: column["start_at"],
		channel: column["channel"], met: column["met_role"], pitched: column["pitched"], rejection: column["rejection"],
		audit: column["audit_status"], coach: column["coach_id"], entered: column["entered_at"], note: column["note"],
		next: column["next_contact_on"], planned: column["planned"], updated: column["updated_at"],
		channels: memo[crm.Channel]{lexicon: &w.channel}, mets: memo[crm.MetRole]{lexicon: &w.met},
		rejections: memo[crm.Rejection]{lexicon: &w.rejection}, audits: memo[crm.AuditStatus]{lexicon: &w.audit},
		tris: memo[crm.Tri]{lexicon: &w.tri}}
}

func (q *quickVisits) decode(cells []string, pos crm.Pos, out []crm.Visit) ([]crm.Visit, uint64, bool) {
	id, rep, customer := value.Trim(cells[q.visit]), value.Trim(cells[q.rep]), value.Trim(cells[q.customer])
	at, ok := q.day.stamp(cells[q.at])
	if !ok || id == "" || rep == "" || customer == "" || odd(id) || odd(customer) {
		return out, 0, false
	}
	v := crm.Visit{Pos: pos, At: at}
	good := true
	v.Channel = q.channels.cell(cells, q.channel, &good)
	v.Met = q.mets.cell(cells, q.met, &good)
	v.Rejection = q.rejections.cell(cells, q.rejection, &good)
	v.Audit = q.audits.cell(cells, q.audit, &good)
	v.Pitched = q.tris.cell(cells, q.pitched, &good)
	v.Planned = q.tris.cell(cells, q.planned, &good)
	if q.entered >= 0 && cells[q.entered] != "" {
		entered, ok := q.day.stamp(cells[q.entered])
		v.Entered = crm.LagOf(at.Date(), entered.Date())
		good = good && ok && v.Entered != crm.LagBefore
	}
	if q.next >= 0 && cells[q.next] != "" {
		next, ok := q.nextDay.stamp(cells[q.next])
		v.Next = crm.LagOf(at.Date(), next.Date())
		good = good && ok
	}
	if q.updated >= 0 && cells[q.updated] != "" {
		_, ok := q.day.stamp(cells[q.updated])
		good = good && ok
	}
	coach := ""
	if q.coach >= 0 {
		coach = value.Trim(cells[q.coach])
	}
	if !good || q.lastRep.id != rep && odd(rep) || odd(coach) {
		return out, 0, false
	}
	if q.note >= 0 {
		v.NoteHash = noteHash(value.Trim(cells[q.note]))
	}
	v.Rep, v.Customer, v.Coach = q.lastRep.number(q.reps, rep), q.customers.Number(customer), crm.NoRep
	if q.coach >= 0 {
		v.Coach = q.lastCoach.number(q.reps, coach)
	}
	return append(out, v), hashText(hashStart, id), true
}

// repeated numbers a column whose rows often repeat the one before.
type repeated struct {
	id string
	no crm.RepNo
}

func (r *repeated) number(names *crm.Names[crm.RepNo], id string) crm.RepNo {
	if id == "" {
		return crm.NoRep
	}
	if id != r.id {
		r.no = names.Number(id)
		r.id = names.ID(r.no) // a copy that lasts
	}
	return r.no
}

// memo is a lexicon that remembers the last few cells that it was asked for.
type memo[V any] struct {
	lexicon *lexicon[V]
	known   []entry[V]
}

// cell reads a column, -1 where the file lacks it; ok becomes false for a word
// that the lexicon does not have.
func (m *memo[V]) cell(cells []string, column int, ok *bool) V {
	if column < 0 || cells[column] == "" {
		return m.lexicon.blank
	}
	text := cells[column]
	for i := range m.known {
		if m.known[i].say == text {
			return m.known[i].value
		}
	}
	return m.learn(text, ok)
}

func (m *memo[V]) learn(text string, ok *bool) V {
	word := value.Trim(text)
	if word == "" {
		return m.lexicon.blank
	}
	v, known := m.lexicon.lookup(word)
	if !known {
		*ok = false
	} else if len(m.known) < 16 {
		m.known = append(m.known, entry[V]{v, strings.Clone(text)})
	}
	return v
}
