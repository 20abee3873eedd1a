package config

import (
	"net/mail"

	"go.yaml.in/yaml/v4"
)

// Mail says to whom mail.eml is addressed; without To there is none.
type Mail struct {
	From   mail.Address
	To     []mail.Address
	Attach bool // the report itself beside its summary
}

func (r *reader) mail(n *yaml.Node, to *Mail) {
	r.mapping(n, "mail", fields{
		"from": func(n *yaml.Node) {
			if a := r.addresses(n); len(a) > 0 {
				to.From = a[0]
			}
		},
		"to":     func(n *yaml.Node) { to.To = r.addresses(n) },
		"attach": func(n *yaml.Node) { r.boolean(n, &to.Attach) },
	})
	if len(to.To) > 0 && to.From.Address == "" {
		r.fail(n, "mail.from says who sends, such as from: reports@example.com")
	}
}

// addresses reads one address or a list of them.
func (r *reader) addresses(n *yaml.Node) (out []mail.Address) {
	var texts []string
	r.texts(n, &texts)
	for _, s := range texts {
		if s == "" {
			continue // as docs/crmreport.yaml shows the default
		}
		a, err := mail.ParseAddress(s)
		if err != nil {
			r.fail(n, "%q is not a mail address such as Anna <anna@example.com>", s)
			continue
		}
		out = append(out, *a)
	}
	return out
}
