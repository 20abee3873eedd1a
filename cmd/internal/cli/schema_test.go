package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled is the schema that the program prints.
func compiled(t *testing.T, what string) *jsonschema.Schema {
	t.Helper()
	text, _ := run(t, exitOK, "schema", what)
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(what+".json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(what + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// faultOf is what a schema says of a text; nothing where it is valid.
func faultOf(t *testing.T, s *jsonschema.Schema, text string) string {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		return err.Error()
	}
	return ""
}

// schemas holds what is written against what crmreport schema prints.
func (j judged) schemas(t *testing.T, worse, fails string) {
	metrics, compare := compiled(t, "metrics"), compiled(t, "compare")
	all := filepath.Join(j.dir, "all")
	run(t, exitOK, "build", "--data", filepath.Join(j.dir, "exports"), "--out", all, "--as-of", "2025-06-29", "--values", "all")
	for _, f := range []string{j.first, j.second, filepath.Join(all, "latest", "metrics.json")} {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if fault := faultOf(t, metrics, string(text)); fault != "" {
			t.Errorf("%s: %.2000s", f, fault)
		}
	}
	for name, args := range map[string][]string{
		"two weeks":         {"compare", j.first, worse, "--all"},
		"the same":          {"compare", j.again, j.second},
		"by the example":    {"compare", j.first, worse, "-r", checksExample},
		"a check":           {"check", worse, "-r", fails},
		"a check with ages": {"check", worse, "-r", checksExample},
	} {
		code := exitNo
		if name == "the same" || name == "a check with ages" {
			code = exitOK
		}
		text, _ := run(t, code, append(args, "-o", "json")...)
		if fault := faultOf(t, compare, text); fault != "" {
			t.Errorf("%s: %.2000s", name, fault)
		}
	}
	strict(t, metrics, j.second)
}

// strict shows that the schema refuses what nobody writes: what a reader relies
// on is said there.
func strict(t *testing.T, s *jsonschema.Schema, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{
		{`"schema":"crmreport.metrics/1.`, `"schema":"crmreport.metrics/2.`},
		{`"tool":`, `"extra":1,"tool":`},
		{`"currency":"CNY"`, `"currency":"yuan"`},
		{`"level":"company"`, `"level":"firm"`},
		{`"role":"current"`, `"role":"now"`},
		{`"better":"up"`, `"better":"more"`},
		{`"num":"`, `"num":"0`},
		{`"n":0,`, `"n":-1,`},
		{`"flags":[]`, `"flags":null`},
		{`"final":true,`, ``},
		{`"metric":"`, `"metric":"No Metric`},
		{`"values":[`, `"values":[{},`},
	} {
		bent := strings.Replace(string(text), c[0], c[1], 1)
		if bent == string(text) {
			t.Errorf("no %s in the file", c[0])
			continue
		}
		if faultOf(t, s, bent) == "" {
			t.Errorf("valid with %s", c[1])
		}
	}
}

// The built-in sample, with every value of every rep, is valid, too.
func TestDemoIsValid(t *testing.T) {
	d, _ := demoResult(t)
	text, err := os.ReadFile(filepath.Join(d.out, "latest", "metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	if fault := faultOf(t, compiled(t, "metrics"), string(text)); fault != "" {
		t.Errorf("%.2000s", fault)
	}
	run(t, exitOK, "check", filepath.Join(d.out, "latest", "metrics.json"), "-r", checksExample)
}

func TestSchemaCommand(t *testing.T) {
	plain, _ := run(t, exitOK, "schema")
	if named, _ := run(t, exitOK, "schema", "metrics"); named != plain || !strings.Contains(plain, `"https://json-schema.org/draft/2020-12/schema"`) {
		t.Error("metrics is not what schema prints")
	}
	if _, err := run(t, exitUsage, "schema", "metric"); !strings.Contains(err, `did you mean "metrics"?`) {
		t.Errorf("%s", err)
	}
	run(t, exitUsage, "schema", "metrics", "compare")
}
