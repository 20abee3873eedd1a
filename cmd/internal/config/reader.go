package config

import (
	"fmt"
	"math/big"
	"sort"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"crmreport/ingest"
	"crmreport/ingest/crm"
	"crmreport/ingest/dialect"
	"crmreport/ingest/value"
	"go.yaml.in/yaml/v4"
)

// reader walks the document's nodes and collects every fault with its place,
// so that one run shows them all.
type reader struct {
	name   string
	faults []string
}

// fields are the known keys of a mapping and what reads each.
type fields map[string]func(*yaml.Node)

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("%s:%d:%d: %s", r.name, n.Line, n.Column, fmt.Sprintf(format, args...)))
}

// each calls f for every key of a mapping.
func (r *reader) each(n *yaml.Node, what string, f func(key string, n *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s must be keys and values, such as key: value", orFile(what))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if seen[k.Value] {
			r.fail(k, "key %q is there twice", k.Value)
			continue
		}
		seen[k.Value] = true
		f(k.Value, n.Content[i+1])
	}
}

// mapping reads a mapping with known keys.
func (r *reader) mapping(n *yaml.Node, what string, fs fields) {
	known := make([]string, 0, len(fs))
	for k := range fs {
		known = append(known, k)
	}
	sort.Strings(known)
	i := 0
	r.each(n, what, func(key string, v *yaml.Node) {
		if read, ok := fs[key]; ok {
			read(v)
			return
		}
		for n.Content[i].Value != key {
			i += 2
		}
		in := ""
		if what != "" {
			in = " in " + what
		}
		r.fail(n.Content[i], "unknown key %q%s%s", key, in, ingest.Nearest(key, known))
	})
}

func (r *reader) sequence(n *yaml.Node, what string, f func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "%s must be a list, each entry starting with a dash", what)
		return
	}
	for _, c := range n.Content {
		f(c)
	}
}

func (r *reader) text(n *yaml.Node, to *string) bool {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "a text is expected here")
		return false
	}
	*to = n.Value
	return true
}

// pairs reads a list of lists of two texts.
func (r *reader) pairs(n *yaml.Node, what string) [][2]string {
	var out [][2]string
	r.sequence(n, what, func(n *yaml.Node) {
		var two []string
		if r.texts(n, &two); len(two) != 2 {
			r.fail(n, "%s is a list of pairs, such as [[A, B], [C, D]]", what)
			return
		}
		out = append(out, [2]string{two[0], two[1]})
	})
	return out
}

// texts reads a list of texts, or one text.
func (r *reader) texts(n *yaml.Node, to *[]string) {
	if n.Kind == yaml.ScalarNode {
		var s string
		if r.text(n, &s) {
			*to = []string{s}
		}
		return
	}
	*to = nil
	r.sequence(n, "the value", func(n *yaml.Node) {
		var s string
		if r.text(n, &s) {
			*to = append(*to, s)
		}
	})
}

func (r *reader) words(n *yaml.Node, what string) map[string]string {
	out := map[string]string{}
	r.each(n, what, func(k string, n *yaml.Node) {
		var s string
		if r.text(n, &s) {
			out[k] = s
		}
	})
	return out
}

func (r *reader) integer(n *yaml.Node, to *int, lo, hi int) {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < lo || v > hi {
		r.fail(n, "%q is not a whole number from %d to %d", n.Value, lo, hi)
		return
	}
	*to = v
}

func (r *reader) integer64(n *yaml.Node, to *int64, lo, hi int) {
	v := int(*to)
	r.integer(n, &v, lo, hi)
	*to = int64(v)
}

func (r *reader) decimal(n *yaml.Node, to *crm.Decimal) {
	v, err := crm.ParseDecimal(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < 0 {
		r.fail(n, "%q is not a number such as 2 or 2.5", n.Value)
		return
	}
	*to = v
}

// share reads 10% or 0.1.
func (r *reader) share(n *yaml.Node, to *crm.Decimal) {
	text, percent := strings.CutSuffix(strings.TrimSpace(n.Value), "%")
	v, err := crm.ParseDecimal(strings.TrimSpace(text))
	if percent {
		v /= 100
	}
	if n.Kind != yaml.ScalarNode || err != nil || v < 0 || v > crm.One {
		r.fail(n, "%q is not a share such as 10%% or 0.1", n.Value)
		return
	}
	*to = v
}

func (r *reader) date(n *yaml.Node, to *crm.Date) {
	d, err := crm.ParseDate(n.Value)
	if err != nil {
		r.fail(n, "%v", err)
		return
	}
	*to = d
}

// clock reads 18:00 as minutes of the day; 24:00 is the end of the day.
func (r *reader) clock(n *yaml.Node, to *int) {
	h, m, ok := strings.Cut(n.Value, ":")
	hh, err1 := strconv.Atoi(h)
	mm, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || len(m) != 2 || hh < 0 || mm < 0 || mm > 59 || hh*60+mm > 24*60 {
		r.fail(n, "%q is not a time of day such as \"18:00\" (in quotes)", n.Value)
		return
	}
	*to = hh*60 + mm
}

func (r *reader) oneOf(n *yaml.Node, to *string, known ...string) {
	if !contains(known, n.Value) {
		r.fail(n, "%q is not one of %s%s", n.Value, strings.Join(known, ", "), ingest.Nearest(n.Value, known))
		return
	}
	*to = n.Value
}

// periodKind reads month, quarter or year: no plan climbs within a week.
func (r *reader) periodKind(n *yaml.Node, to *crm.PeriodKind) {
	var word string
	r.oneOf(n, &word, crm.Month.String(), crm.Quarter.String(), crm.Year.String())
	for _, k := range crm.PeriodKinds {
		if k.String() == word {
			*to = k
		}
	}
}

func (r *reader) zone(n *yaml.Node, to *string) {
	if _, err := time.LoadLocation(n.Value); err != nil || n.Value == "" || n.Value == "Local" {
		r.fail(n, "%q is not a time zone such as Asia/Shanghai or Europe/Berlin", n.Value)
		return
	}
	*to = n.Value
}

func (r *reader) currency(n *yaml.Node, to *crm.Currency) {
	if len(n.Value) != 3 || strings.ToUpper(n.Value) != n.Value {
		r.fail(n, "%q is not a currency code such as CNY or USD", n.Value)
		return
	}
	*to = crm.Currency(n.Value)
}

func (r *reader) boolean(n *yaml.Node, to *bool) {
	word := ""
	r.oneOf(n, &word, "true", "false")
	*to = word == "true"
}

func (r *reader) channels(n *yaml.Node, to *[]crm.Channel) {
	known := []string{"visit", "sweep", "phone", "online"}
	var names []string
	r.texts(n, &names)
	*to = nil
	for _, s := range names {
		i := index(known, s)
		if i < 0 {
			r.fail(n, "%q is not one of %s%s", s, strings.Join(known, ", "), ingest.Nearest(s, known))
			continue
		}
		*to = append(*to, crm.Channel(i))
	}
}

func (r *reader) buckets(n *yaml.Node, to *[]int) {
	*to = nil
	last := 0
	r.sequence(n, "buckets", func(n *yaml.Node) {
		v := 0
		r.integer(n, &v, last+1, 3650)
		last = v
		*to = append(*to, v)
	})
}

// rates reads shares, each a decimal, a percentage or a fraction such as
// 2000/23000, which stays exact.
func (r *reader) rates(n *yaml.Node, what string, to *[]*big.Rat) {
	*to = nil
	r.sequence(n, what, func(n *yaml.Node) {
		top, bottom, fraction := strings.Cut(n.Value, "/")
		if !fraction {
			var d crm.Decimal
			r.share(n, &d)
			*to = append(*to, d.Rat())
			return
		}
		num, err := strconv.ParseInt(strings.TrimSpace(top), 10, 64)
		den, also := strconv.ParseInt(strings.TrimSpace(bottom), 10, 64)
		if err != nil || also != nil || num < 0 || den <= 0 || num > den {
			r.fail(n, "%q is not a share such as 2000/23000, 10%% or 0.1", n.Value)
			return
		}
		*to = append(*to, big.NewRat(num, den))
	})
}

func (r *reader) table(n *yaml.Node, to *string) { r.oneOf(n, to, tableNames()...) }

func (r *reader) delimiter(n *yaml.Node, to *rune) {
	switch n.Value {
	case ",", ";", "\t", "|":
		*to = rune(n.Value[0])
	case "tab":
		*to = '\t'
	default:
		r.fail(n, "%q is not a delimiter: one of \",\" \";\" \"|\" tab", n.Value)
	}
}

func (r *reader) dateOrder(n *yaml.Node, to *value.Order) {
	word := ""
	r.oneOf(n, &word, value.DayFirst.String(), value.MonthFirst.String())
	switch word {
	case value.DayFirst.String():
		*to = value.DayFirst
	case value.MonthFirst.String():
		*to = value.MonthFirst
	}
}

func (r *reader) decimalPoint(n *yaml.Node, to *byte) {
	if n.Value != "." && n.Value != "," {
		r.fail(n, "%q is not a decimal separator: \".\" or \",\" (in quotes)", n.Value)
		return
	}
	*to = n.Value[0]
}

// units reads the unit of the numbers of each field.
func (r *reader) units(n *yaml.Node) map[string]string {
	out := map[string]string{}
	r.each(n, "units", func(field string, n *yaml.Node) {
		if _, ok := value.ParseUnit(n.Value); !ok || n.Kind != yaml.ScalarNode {
			r.fail(n, "%q is not a unit: one of 元, 千元, 万元, 百万元, 亿元, K, M, 分, cents", n.Value)
			return
		}
		out[field] = n.Value
	})
	return out
}

// percent reads for each field whether its plain numbers are percents.
func (r *reader) percent(n *yaml.Node) map[string]bool {
	out := map[string]bool{}
	r.each(n, "percent", func(field string, n *yaml.Node) {
		is := false
		r.boolean(n, &is)
		out[field] = is
	})
	return out
}

func (r *reader) encoding(n *yaml.Node, to *string) {
	name, ok := dialect.ParseEncoding(n.Value)
	if n.Kind != yaml.ScalarNode || !ok {
		r.fail(n, "%q is not an encoding: one of %s", n.Value, strings.Join(dialect.Encodings(), ", "))
		return
	}
	*to = name
}

func (r *reader) quotes(n *yaml.Node, to *dialect.Quotes) {
	word := ""
	r.oneOf(n, &word, dialect.QuoteNames()...)
	*to, _ = dialect.ParseQuotes(word)
}

func (r *reader) rows(n *yaml.Node, to *dialect.Rows) {
	word := ""
	r.oneOf(n, &word, dialect.RowsNames()...)
	*to, _ = dialect.ParseRows(word)
}

func (r *reader) tables(n *yaml.Node, to *dialect.Tables) {
	word := ""
	r.oneOf(n, &word, dialect.TablesNames()...)
	*to, _ = dialect.ParseTables(word)
}

func (r *reader) amountPer(n *yaml.Node, to *crm.AmountPer) {
	word := ""
	r.oneOf(n, &word, "term", "month", "year")
	switch word {
	case "month":
		*to = crm.PerMonth
	case "year":
		*to = crm.PerYear
	}
}

func (r *reader) ids(n *yaml.Node, to *ingest.IDForm) {
	word := ""
	r.oneOf(n, &word, "plain", "salesforce")
	if word == "salesforce" {
		*to = ingest.SalesforceIDs
	}
}

func (r *reader) end(n *yaml.Node, exclusive *bool) {
	word := ""
	r.oneOf(n, &word, "last_day", "day_after")
	*exclusive = word == "day_after"
}

func child(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func orFile(what string) string {
	if what == "" {
		return "the file"
	}
	return what
}

func contains(known []string, s string) bool { return index(known, s) >= 0 }

func index(known []string, s string) int {
	for i, k := range known {
		if k == s {
			return i
		}
	}
	return -1
}
