package cli

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The message is read back by the standard library: its parts are the files of
// the run, byte for byte, and its lines are short enough for every mail server.
func TestMail(t *testing.T) {
	dir := t.TempDir()
	run(t, exitOK, "sample", "--reps", "6", "--weeks", "6", "--out", filepath.Join(dir, "data"))
	conf := filepath.Join(dir, "c.yaml")
	if err := os.WriteFile(conf, []byte("mail: {from: 'Reports <reports@example.com>', to: ['李娜 <li@example.com>', bo@example.com]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	run(t, exitOK, "build", "--data", filepath.Join(dir, "data"), "--out", out, "-c", conf, "--quiet")
	file := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(out, "latest", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	raw := file("mail.eml")
	for i, l := range bytes.Split(raw, []byte("\n")) {
		if len(l) > 998 || bytes.ContainsRune(l, '\r') {
			t.Fatalf("line %d: %d bytes, or a carriage return", i+1, len(l))
		}
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 2 || to[0].Name != "李娜" || to[1].Address != "bo@example.com" {
		t.Errorf("to %v (%v)", to, err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.Contains(subject, "销售报告摘要") {
		t.Errorf("subject %q (%v)", subject, err)
	}
	if m.Header.Get("Date") != "" {
		t.Error("a date makes two equal runs differ")
	}
	mixed := parts(t, m.Header.Get("Content-Type"), m.Body)
	if len(mixed) != 2 {
		t.Fatalf("%d parts, want the summary and the report", len(mixed))
	}
	either := parts(t, mixed[0].kind, bytes.NewReader(mixed[0].body))
	for i, name := range []string{"summary.txt", "summary.html"} {
		b, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(either[i].body)))
		if want := file(name); err != nil || strings.TrimSpace(string(b)) != strings.TrimSpace(string(want)) {
			t.Errorf("%s in the mail is not the run's (%v)", name, err)
		}
	}
	report, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(mixed[1].body), "\n", ""))
	if want := file("report.html"); err != nil || !bytes.Equal(report, want) {
		t.Errorf("the attached report is not the run's (%v)", err)
	}
}

type part struct {
	kind string
	body []byte
}

func parts(t *testing.T, kind string, body io.Reader) (out []part) {
	t.Helper()
	media, params, err := mime.ParseMediaType(kind)
	if err != nil || !strings.HasPrefix(media, "multipart/") {
		t.Fatalf("content type %q: %v", kind, err)
	}
	for r := multipart.NewReader(body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, part{p.Header.Get("Content-Type"), b})
	}
}
