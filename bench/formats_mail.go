package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"example.com/archive/ingest"
)

// mailReader reads mail with Python's own library: an independent opinion on
// what is well-formed, and on what it says.
const mailReader = `
import sys, json, glob, mailbox, email, email.policy
def texts(m):
    if m.get_content_type() == "multipart/alternative":
        body = m.get_body(("plain", "html"))
        return [body] if body else []
    if m.is_multipart():
        return [t for p in m.iter_parts() if p.get_content_maintype() != "message" for t in texts(p)]
    shown = m.get_content_maintype() == "text" and not m.is_attachment() and not m.get_filename()
    return [m] if shown else []
def message(m):
    wellformed = not any(p.defects for p in m.walk())
    wellformed = wellformed and not any(getattr(v, "defects", ()) for k, v in m.items() if k in ("Subject", "Date", "Content-Type"))
    body = texts(m)
    date = m["date"].datetime.date().isoformat() if m["date"] and m["date"].datetime else ""
    return {"wellformed": wellformed, "subject": m["subject"] or "", "date": date,
            "body": "\n\n".join(t.get_content() for t in body), "html": any(t.get_content_type() == "text/html" for t in body)}
policy = email.policy.default
for path in sorted(glob.glob(sys.argv[1] + "/*.eml") + glob.glob(sys.argv[1] + "/enmime/*.raw") + glob.glob(sys.argv[1] + "/*.mbox")):
    found = []
    with open(path, "rb") as f:
        if f.read(5) == b"From ":
            messages = mailbox.mbox(path, lambda f: email.message_from_binary_file(f, policy=policy))
        else:
            f.seek(0)
            messages = [email.message_from_binary_file(f, policy=policy)]
    for m in messages:
        try: found.append(message(m))
        except Exception as e: found.append({"wellformed": False})
    print(json.dumps({"path": path, "messages": found}))
`

type readMessage struct {
	Wellformed          bool
	Subject, Date, Body string
	HTML                bool
}

// measureMail compares the messages that Python's library finds well-formed
// with what it reads of them.
func measureMail(ctx context.Context, data string) (string, error) {
	out, err := exec.CommandContext(ctx, "python3", "-c", mailReader, filepath.Join(data, "mail")).Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", &absentError{"python3 is not installed"}
	}
	if err != nil {
		return "", err
	}
	if len(out) == 0 {
		return "", &absentError{"no mail in " + filepath.Join(data, "mail")}
	}
	var s mailScore
	for line := range strings.Lines(string(out)) {
		var file struct {
			Path     string
			Messages []readMessage
		}
		if err := json.Unmarshal([]byte(line), &file); err != nil {
			return "", err
		}
		s.add(ctx, file.Path, file.Messages)
	}
	return s.table(), nil
}

type mailScore struct {
	malformed                     int
	read, subject, date, body, ok tally
}

func (s *mailScore) add(ctx context.Context, path string, want []readMessage) {
	articles, failures, err := ingest.Explain(ctx, path, ingest.Options{})
	var got []ingest.Article
	for _, a := range articles {
		if a.Type == "mail" && !strings.Contains(a.Member, " > ") && !strings.HasPrefix(a.Member, "part ") {
			got = append(got, a)
		}
	}
	for i, m := range want {
		name := fmt.Sprintf("%s, message %d", filepath.Base(path), i+1)
		switch {
		case !m.Wellformed:
			s.malformed++
		case i >= len(got):
			s.read.add(name, "read", fmt.Sprint(failures, err), sameText)
			s.ok.add(name, "right", "not read", sameText)
		default:
			s.read.add(name, "read", "read", sameText)
			s.message(name, m, got[i])
		}
	}
}

func (s *mailScore) message(name string, want readMessage, got ingest.Article) {
	before := len(s.subject.wrong) + len(s.date.wrong) + len(s.body.wrong)
	s.subject.add(name, want.Subject, got.Title.Value, sameText)
	s.date.add(name, want.Date, got.Published.Value, sameDay)
	body := want.Body
	if want.HTML {
		body = visible(body)
	}
	s.body.add(name, strings.TrimSpace(body), got.Text, sameBody)
	right := "right"
	if len(s.subject.wrong)+len(s.date.wrong)+len(s.body.wrong) > before {
		right = "wrong"
	}
	s.ok.add(name, "right", right, sameText)
}

// sameBody lets a text have a few words more or less, such as a line that a
// mailing list adds as a part of its own.
func sameBody(want, got string) bool {
	_, _, f1 := ngramF1(words4(got), words4(want))
	return f1 >= .95
}

func (s *mailScore) table() string {
	t := newTable(fmt.Sprintf("messages that Python's email reads without a defect (%d others left out)", s.malformed), "right", "share")
	var wrong []string
	for _, row := range []struct {
		name string
		*tally
	}{{"read", &s.read}, {"subject", &s.subject}, {"date, to the day", &s.date}, {"body, word 4-gram F1 ≥ .95", &s.body}, {"all of these", &s.ok}} {
		t.add(append([]string{row.name}, row.cells()...)...)
		if row.tally == &s.ok {
			continue
		}
		for _, w := range row.wrong {
			if row.tally == &s.body {
				w, _, _ = strings.Cut(w, ": ") // the texts are long
			}
			wrong = append(wrong, "- "+row.name+": "+w)
		}
	}
	return t.String() + "\n" + strings.Join(wrong, "\n") + "\n"
}
