package chart

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"crmreport/report/lang"
)

func TestJSON(t *testing.T) {
	one, eight := 1.5, 8.0
	c := Chart{ID: "c", Names: []string{"</script><script>", "W2"}, Bars: []Series{{Name: lang.T("柱", "bar"), Token: "--series", Data: []*float64{&one, nil}}},
		Lines: []Series{{Name: lang.T("线", "__f__line__f__"), Token: "--warn", Data: []*float64{nil, &one}}}, Right: true, Rule: &eight, RuleName: lang.T("规则 8", "rule 8")}
	a, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if b, _ := c.JSON(); !bytes.Equal(a, b) {
			t.Fatal("two renderings differ")
		}
	}
	if bytes.ContainsAny(a, "<>&") {
		t.Error("angle brackets in the data block")
	}
	var o map[string]struct {
		Tooltip   map[string]any
		Animation bool
		Series    []struct {
			Name       string
			Type       string
			YAxisIndex int
			Data       []struct{ Value any }
		}
		XAxis []struct{ Data []string }
		YAxis []any
	}
	if err := json.Unmarshal(a, &o); err != nil {
		t.Fatal(err)
	}
	zh, en := o["zh"], o["en"]
	if zh.Series[0].Name != "柱" || en.Series[1].Name != "__f__line__f__" || en.Series[1].YAxisIndex != 1 || len(en.YAxis) != 2 {
		t.Errorf("%+v", o)
	}
	if en.Series[0].Data[0].Value != 1.5 || en.Series[0].Data[1].Value != "-" {
		t.Errorf("data %+v", en.Series[0].Data)
	}
	if rule := en.Series[2]; rule.Name != "rule 8" || rule.YAxisIndex != 1 || len(rule.Data) != 2 || rule.Data[0].Value != 8.0 || rule.Data[1].Value != 8.0 {
		t.Errorf("rule %+v", rule)
	}
	if en.XAxis[0].Data[0] != "</script><script>" {
		t.Errorf("names %q", en.XAxis[0].Data)
	}
	if en.Tooltip["renderMode"] != "richText" || en.Tooltip["confine"] != true || en.Animation {
		t.Errorf("tooltip %+v", en.Tooltip)
	}
	if strings.Contains(string(a), "toolbox") {
		t.Error("a toolbox")
	}
}
