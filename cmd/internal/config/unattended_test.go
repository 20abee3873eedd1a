package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// job is what both hosts' files have of a job, as far as it is looked at.
type job struct {
	RunsOn string `yaml:"runs-on"`
	Steps  []struct{ Name, Uses, Run, If string }
	Image  string
	Script []string
}

// The files for GitHub and GitLab are YAML with the keys that their hosts read:
// every step of a GitHub job runs or uses something, a GitLab job has a script.
func TestHostedCI(t *testing.T) {
	read := func(name string, into any) {
		b, err := os.ReadFile(filepath.Join("../../../docs/unattended", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(b, into); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	var hub struct {
		Name        string
		On          []string
		Permissions map[string]string
		Jobs        map[string]job
	}
	read("github.yml", &hub)
	if hub.Name == "" || len(hub.On) == 0 || hub.Permissions["contents"] != "read" || len(hub.Jobs) == 0 {
		t.Errorf("github.yml is read as %+v", hub)
	}
	for name, j := range hub.Jobs {
		if j.RunsOn == "" || len(j.Steps) == 0 {
			t.Errorf("github.yml: job %s is %+v", name, j)
		}
		for i, s := range j.Steps {
			if (s.Run == "") == (s.Uses == "") {
				t.Errorf("github.yml: step %d of %s both runs and uses, or neither: %+v", i+1, name, s)
			}
			if s.Uses != "" && !strings.Contains(s.Uses, "@") {
				t.Errorf("github.yml: %s has no version", s.Uses)
			}
		}
	}
	lab := map[string]job{}
	read("gitlab-ci.yml", &lab)
	if len(lab) == 0 {
		t.Error("gitlab-ci.yml has no job")
	}
	for name, j := range lab {
		if j.Image == "" || len(j.Script) == 0 {
			t.Errorf("gitlab-ci.yml: job %s is %+v", name, j)
		}
	}
}
