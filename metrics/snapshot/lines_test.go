package snapshot

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// A file reads the same whether its values lie one a line, as Encode writes
// them, or otherwise; and what the general decoder refuses is refused.
func TestDecodeLines(t *testing.T) {
	var b bytes.Buffer
	if err := example().Encode(&b, All); err != nil {
		t.Fatal(err)
	}
	whole := b.String()
	at := strings.Index(whole, "\n {\"metric\":")
	first := whole[at+1 : at+1+strings.Index(whole[at+1:], "\n")+1] // " {…},\n"
	last := whole[strings.LastIndex(whole, "\n {\"metric\":")+1:]
	for name, text := range map[string]string{
		"as written":            whole,
		"an escape":             strings.Replace(whole, `"scope":"`, `"scope":"\u0041`, 3),
		"a quote":               strings.Replace(whole, `"scope":"`, `"scope":"\"`, 1),
		"no UTF-8":              strings.Replace(whole, `"scope":"`, "\"scope\":\"\xff", 2),
		"a blank":               strings.Replace(whole, `"period":`, `"period": `, 2),
		"another order":         strings.Replace(whole, first, ` {"scope":"company","metric":"x","value":1,"n":1,"final":true,"flags":["a"]},`+"\n", 1),
		"an unknown member":     strings.Replace(whole, `"final":`, `"new":1,"final":`, 1),
		"no currency":           strings.ReplaceAll(whole, `"currency":"CNY",`, ``),
		"flags":                 strings.Replace(whole, `"flags":[]`, `"flags":["b]","a"]`, 1),
		"no flags":              strings.Replace(whole, `"flags":[]`, `"flags":null`, 2),
		"a number in words":     strings.Replace(whole, `"n":`, `"n":"`, 1),
		"a number with a zero":  strings.Replace(whole, `"value":`, `"value":0`, 1),
		"a number too big":      strings.Replace(whole, `"n":`, `"n":99999999999999999999`, 1),
		"a hexadecimal":         strings.Replace(whole, `"value":`, `"value":0x1p`, 1),
		"no comma":              strings.Replace(whole, "},\n {\"metric\"", "}\n {\"metric\"", 1),
		"two commas":            strings.Replace(whole, "},\n {\"metric\"", "},,\n {\"metric\"", 1),
		"a comma at the end":    strings.Replace(whole, last[:strings.Index(last, "]")], strings.TrimSuffix(last[:strings.Index(last, "]")], "}")+"},", 1),
		"cut in a value":        whole[:at+40],
		"cut behind a value":    whole[:at+1+len(first)],
		"cut in the last value": whole[:len(whole)-len(last)+20],
		"more behind a value":   strings.Replace(whole, "},\n {\"metric\"", "} 1,\n {\"metric\"", 1),
		"no values":             whole[:at] + "]}",
		"another schema":        strings.Replace(whole, Schema, "crmreport.metrics/2.0", 1),
	} {
		alike(t, name, text)
	}
}

// alike holds a text that is read by lines against the same without its blanks,
// which the general decoder reads.
func alike(t *testing.T, name, text string) {
	t.Helper()
	lines, err := Decode(strings.NewReader(text))
	var general *Document
	var whole json.RawMessage // without what follows, which nobody reads
	var compact bytes.Buffer
	want := json.NewDecoder(strings.NewReader(text)).Decode(&whole)
	if want == nil {
		want = json.Compact(&compact, whole)
	}
	if want == nil {
		general, want = Decode(&compact)
	}
	if (err == nil) != (want == nil) {
		t.Errorf("%s: by lines the error is %v, else %v", name, err, want)
	}
	if err == nil && want == nil && !reflect.DeepEqual(every(lines), every(general)) {
		t.Errorf("%s: by lines\n%+v, else\n%+v", name, every(lines), every(general))
	}
}

func every(d *Document) (out []Value) {
	for v := range d.Values.All() {
		out = append(out, v)
	}
	return out
}
