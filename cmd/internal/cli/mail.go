package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"

	"crmreport/cmd/internal/config"
	"crmreport/cmd/internal/publish"
	"crmreport/metrics/snapshot"
	"crmreport/report"
)

// letter is mail.eml: the summary as text and as HTML, and the report beside
// it, ready for sendmail -t. It has no date and no id: whoever sends it adds
// them, and the same run gives the same bytes.
type letter struct {
	to      config.Mail
	subject string
	text    func(io.Writer) error
	html    func(io.Writer) error
	report  func(io.Writer) error
	name    string // of the attached file
}

// withMail adds mail.eml to a run's files where the configuration says to whom.
// The report is made once for both.
func withMail(files []publish.File, to config.Mail, d *snapshot.Document, o report.Options) ([]publish.File, error) {
	if len(to.To) == 0 {
		return files, nil
	}
	subject, err := report.SummaryTitle(d, o)
	if err != nil {
		return nil, &exitError{exitBug, err}
	}
	l := letter{to: to, subject: subject, name: "report-" + d.AsOf + ".html"}
	for i := range files {
		switch files[i].Name {
		case "summary.txt":
			l.text = files[i].Write
		case "summary.html":
			l.html = files[i].Write
		case "report.html":
			files[i].Write = once(files[i].Write)
			l.report = files[i].Write
		}
	}
	return append(files, publish.File{Name: "mail.eml", Write: l.write}), nil
}

// once keeps what write writes, for a second reader of it.
func once(write func(io.Writer) error) func(io.Writer) error {
	made := sync.OnceValues(func() ([]byte, error) {
		var b bytes.Buffer
		err := write(&b)
		return b.Bytes(), err
	})
	return func(w io.Writer) error {
		b, err := made()
		if err != nil {
			return err
		}
		_, err = w.Write(b)
		return err
	}
}

// write writes the message. Lines end with LF, as sendmail takes them.
func (l letter) write(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n",
		l.to.From.String(), addresses(l.to.To), mime.BEncoding.Encode("utf-8", l.subject))
	mixed := multipart.NewWriter(&b)
	if err := mixed.SetBoundary(l.boundary("mixed")); err != nil {
		return err
	}
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", mixed.Boundary())
	if err := l.body(mixed); err != nil {
		return err
	}
	if l.to.Attach {
		if err := l.attach(mixed); err != nil {
			return err
		}
	}
	if err := mixed.Close(); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte("\r\n"), []byte("\n")))
	return err
}

// body is the summary, once as text and once as HTML: the reader's program
// shows the last that it can.
func (l letter) body(mixed *multipart.Writer) error {
	either := l.boundary("alternative")
	part, err := mixed.CreatePart(textproto.MIMEHeader{"Content-Type": {fmt.Sprintf("multipart/alternative; boundary=%q", either)}})
	if err != nil {
		return err
	}
	alternative := multipart.NewWriter(part)
	if err := alternative.SetBoundary(either); err != nil {
		return err
	}
	for _, form := range []struct {
		kind  string
		write func(io.Writer) error
	}{{"text/plain", l.text}, {"text/html", l.html}} {
		p, err := alternative.CreatePart(textproto.MIMEHeader{"Content-Type": {form.kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
		if err != nil {
			return err
		}
		q := quotedprintable.NewWriter(p)
		if err := form.write(q); err != nil {
			return err
		}
		if err := q.Close(); err != nil {
			return err
		}
	}
	return alternative.Close()
}

// attach adds the report as a file.
func (l letter) attach(mixed *multipart.Writer) error {
	p, err := mixed.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {"text/html; charset=utf-8"},
		"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": l.name})},
		"Content-Transfer-Encoding": {"base64"},
	})
	if err != nil {
		return err
	}
	lines := &wrapped{w: p}
	e := base64.NewEncoder(base64.StdEncoding, lines)
	if err := l.report(e); err != nil {
		return err
	}
	return e.Close()
}

// boundary is a line that stands in no part, the same for the same message.
func (l letter) boundary(part string) string {
	sum := sha256.Sum256([]byte("crmreport " + part + " " + l.name + " " + l.subject))
	return "crmreport-" + part + "-" + hex.EncodeToString(sum[:12])
}

// wrapped breaks lines after 76 characters, as RFC 2045 asks.
type wrapped struct {
	w io.Writer
	n int
}

func (x *wrapped) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		k := min(76-x.n, len(rest))
		if _, err := x.w.Write(rest[:k]); err != nil {
			return 0, err
		}
		rest, x.n = rest[k:], x.n+k
		if x.n == 76 {
			if _, err := io.WriteString(x.w, "\r\n"); err != nil {
				return 0, err
			}
			x.n = 0
		}
	}
	return len(p), nil
}

func addresses(as []mail.Address) string {
	texts := make([]string, len(as))
	for i, a := range as {
		texts[i] = a.String()
	}
	return strings.Join(texts, ",\r\n ")
}
