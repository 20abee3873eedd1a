// Package lang writes numbers, dates and sentences for the page in Chinese and
// English. It knows no metric and no HTML.
package lang

import (
	"strconv"
	"strings"

	"crmreport/metrics/measure"
)

// Text is a text in both languages.
type Text = measure.Text

// NoData prints where there is no number.
const NoData = "–"

// Minus is the sign of negative numbers.
const minus = "−"

// T is a text from its two forms.
func T(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Same is a text that reads alike in both languages, such as a name.
func Same(s string) Text { return Text{ZH: s, EN: s} }

// Join puts texts after each other.
func Join(ts ...Text) Text {
	var zh, en strings.Builder
	for _, t := range ts {
		zh.WriteString(t.ZH)
		en.WriteString(t.EN)
	}
	return Text{ZH: zh.String(), EN: en.String()}
}

// With fills {0}, {1} … of both forms with args.
func With(zh, en string, args ...Text) Text {
	return Text{ZH: fill(zh, args, func(t Text) string { return t.ZH }), EN: fill(en, args, func(t Text) string { return t.EN })}
}

func fill(form string, args []Text, pick func(Text) string) string {
	var b strings.Builder
	Pieces(form, func(s string) { b.WriteString(s) }, func(i int) {
		if i < len(args) {
			b.WriteString(pick(args[i]))
		}
	})
	return b.String()
}

// Pieces walks a form: text is called with what stands between, hole with the
// number of each {n}.
func Pieces(form string, text func(string), hole func(int)) {
	for {
		i := strings.IndexByte(form, '{')
		if i < 0 {
			break
		}
		j := strings.IndexByte(form[i:], '}')
		if j < 0 {
			break
		}
		n, err := strconv.Atoi(form[i+1 : i+j])
		if err != nil {
			text(form[:i+1])
			form = form[i+1:]
			continue
		}
		text(form[:i])
		hole(n)
		form = form[i+j+1:]
	}
	text(form)
}
