package ingest

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

const mailFolder = dataFolder + "/formats/mail"

// mailOf reads bytes and tells what came of them, a line each.
func mailOf(t testing.TB, name, content string) []string {
	t.Helper()
	var got []string
	_, err := readFile(context.Background(), opened{name: name, r: strings.NewReader(content)}, sink{
		article: func(a *Article) error { complete(a); got = append(got, shown(a)); return nil },
		failed:  func(member string, reason error) { got = append(got, member+"!"+reason.Error()) },
		skipped: func(member, kind string) { got = append(got, member+"-"+kind) },
	})
	if err != nil {
		got = append(got, "error "+err.Error())
	}
	return got
}

func checkMail(t *testing.T, name, content string, want ...string) {
	t.Helper()
	if got := mailOf(t, name, content); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("%s\n got %q\nwant %q", name, got, want)
	}
}

func TestMailPlain(t *testing.T) {
	for _, name := range []string{"a.eml", "1204680122.M1P2.host:2,S", "noname"} {
		checkMail(t, name, "Return-Path: <a@x.org>\r\nFrom: =?koi8-r?B?5czFzsE=?= <a@x.org>, \"Bell, Ann\" <b@x.org>, c@x.org\r\nTo: d@x.org\r\n"+
			"Subject: Re: =?utf-8?Q?caf=C3?=\r\n =?UTF-8?Q?=A9_noir?=\r\nDate: Wed, 30 Jan 2002 15:07:01 -0800 (PST)\r\n"+
			"Content-Language: en-GB\r\nArchived-At: <https://lists.x.org/1>\r\nList-Id: Grain watchers <grain.x.org>\r\nKeywords: war, grain\r\n\r\nHello there,\r\n\r\n> quoted\r\n-- \r\nAnn\r\n",
			"|mail|Re: café noir|Елена, Bell, Ann, c@x.org|Grain watchers|Wed, 30 Jan 2002 15:07:01 -0800 (PST)|en|https://lists.x.org/1|war+grain|Hello there,\n\n> quoted\n--\nAnn")
	}
}

func TestMailOldCharsets(t *testing.T) {
	head := "From: a@x.org\nSubject: \xcf\xf0\xe8\xe2\xe5\xf2\nDate: 30 Jan 02 15:07 EST\nMIME-Version: 1.0\nContent-Type: text/plain; charset=%s\nContent-Transfer-Encoding: 8bit\n\n%s\n"
	checkMail(t, "a.eml", fmt.Sprintf(head, "windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2"), "|mail|Привет|a@x.org||30 Jan 2002 15:07 -0500||||Привет")
	head = strings.Replace(head, "\xcf\xf0\xe8\xe2\xe5\xf2", "x", 1)
	checkMail(t, "a.eml", fmt.Sprintf(head, "us-ascii", "Привет"), "|mail|x|a@x.org||30 Jan 2002 15:07 -0500||||Привет")
	checkMail(t, "a.eml", fmt.Sprintf(head, "x-user-defined", "caf\xe9 caf\xe9"), "|mail|x|a@x.org||30 Jan 2002 15:07 -0500||||café café")
	checkMail(t, "a.eml", fmt.Sprintf(head, "iso-2022-jp", "\x1b$B%F%9%H\x1b(B"), "|mail|x|a@x.org||30 Jan 2002 15:07 -0500|ja|||テスト")
}

func multipartOf(kind string, parts ...string) string {
	return "Content-Type: multipart/" + kind + "; boundary=b" + kind + "\n\n--b" + kind + "\n" + strings.Join(parts, "\n--b"+kind+"\n") + "\n--b" + kind + "--\n"
}

const mailHead = "From: Ann <a@x.org>\nSubject: S\nDate: Wed, 30 Jan 2002 15:07:01 +0000\nMIME-Version: 1.0\n"
const mailStart = "|mail|S|Ann||Wed, 30 Jan 2002 15:07:01 +0000||||"

func TestMailAlternatives(t *testing.T) {
	plain := "Content-Type: text/plain\n\nOne two three four five six."
	rich := "Content-Type: text/html; charset=utf-8\n\n<p>One <b>two</b> three four</p><p>five six.</p>"
	checkMail(t, "a.eml", mailHead+multipartOf("alternative", plain, rich), mailStart+"One two three four five six.")
	checkMail(t, "a.eml", mailHead+multipartOf("alternative", "Content-Type: text/plain\n\nSee the HTML.", multipartOf("related", rich+strings.Repeat(" word", 20), "Content-Type: image/png; name=logo.png\nContent-ID: <1>\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=")),
		mailStart+"One two three four\n\nfive six.\n\n"+strings.TrimSpace(strings.Repeat(" word", 20)), "logo.png-image")
	checkMail(t, "a.eml", mailHead+rich, mailStart+"One two three four\n\nfive six.")
}

func TestMailNewsletterLosesNothing(t *testing.T) {
	item := "<table><tr><td><h3><a href=x>Grain ships sail %d</a></h3><p>Teaser about ships %d.</p></td></tr></table>"
	var items []string
	for i := range 8 {
		items = append(items, fmt.Sprintf(item, i, i))
	}
	got := mailOf(t, "a.eml", "List-Unsubscribe: <mailto:u@x.org>\n"+mailHead+"Content-Type: text/html\n\n<html><body>"+strings.Join(items, "")+"</body></html>")
	if len(got) != 1 || strings.Count(got[0], "Teaser about ships") < 6 {
		t.Errorf("%q", got)
	}
}

func TestMailAttachments(t *testing.T) {
	forwarded := "Content-Type: message/rfc822\n\nFrom: Bo <b@x.org>\nSubject: Inner\nDate: Tue, 29 Jan 2002 10:00:00 +0000\nMIME-Version: 1.0\n\nInner text."
	report := "Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"report.txt\"\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString([]byte("Report title\n\nReport text of the day."))
	checkMail(t, "a.eml", mailHead+multipartOf("mixed", "\nThe text.", report, report, forwarded, "Content-Type: application/pgp-signature; name=\"s.asc\"\n\n-----", "Content-Type: text/plain\n\nA footer."),
		mailStart+"The text.\n\nA footer.",
		"report.txt|text|Report title|||Wed, 30 Jan 2002 15:07:01 +0000||||Report text of the day.",
		"report.txt #2|text|Report title|||Wed, 30 Jan 2002 15:07:01 +0000||||Report text of the day.",
		"part 4 (message)|mail|Inner|Bo||Tue, 29 Jan 2002 10:00:00 +0000||||Inner text.",
		"s.asc-signature")
}

func TestMailFlowed(t *testing.T) {
	checkMail(t, "a.eml", mailHead+"Content-Type: text/plain; format=flowed\n\nOne \ntwo.\n> a \n> b\nend\n-- \nme\n", mailStart+"One two.\n> a b\nend\n--\nme")
}

func TestEMLX(t *testing.T) {
	message := mailHead + "\nThe text.\n"
	checkMail(t, "1.emlx", fmt.Sprintf("%d       \n%s<?xml version=\"1.0\"?><plist/>", len(message), message), mailStart+"The text.")
}

func TestMailIsNotClaimed(t *testing.T) {
	for name, content := range map[string]string{
		"a.txt":   "Title: a\nDate: 2022\nFrom: the desk\n\nText",
		"b.txt":   "From: Ann\nSubject: x\n\nText",
		"c.txt":   "From the very start it was known.\n\nNote: this is text.",
		"d.mhtml": "From: <Saved by Blink>\nSnapshot-Content-Location: https://x.org/\nSubject: x\nMIME-Version: 1.0\n\n",
	} {
		if f := detect(name, "", []byte(content)); f == mailFormat || f == mboxFormat {
			t.Errorf("%s is %s", name, f.name)
		}
	}
}

func TestMbox(t *testing.T) {
	box := "From a@x.org Mon Jun 01 04:28:28 2009\nMessage-ID: <1@x>\n" + mailHead + "\nFirst.\n\n>From the start.\n>>From there.\n\nFrom here on: text.\nFrom now\n\n" +
		"From - Mon Jun 01 04:28:28 2009\r\n" + strings.ReplaceAll(mailHead, "\n", "\r\n") + "\r\nSecond.\r\n" +
		"From MAILER-DAEMON Sat Nov 21 11:08:03 +0000 2026\nMessage-ID: <1@x>\n" + mailHead + "\nThird.\n\n" +
		"From x@x.org Mon Jun 01 04:28:28 2009\n\n"
	start := strings.TrimPrefix(mailStart, "|")
	for _, name := range []string{"a.mbox", "Inbox"} {
		checkMail(t, name, box, "id 1@x|"+start+"First.\n\nFrom the start.\n>From there.\n\nFrom here on: text.\nFrom now",
			"message 2|"+start+"Second.", "id 1@x #2|"+start+"Third.", "message 4!neither subject nor text: the message is empty")
	}
}

// mail without end, a message at a time.
type endlessMail struct {
	message string
	left    int64
	at      int
}

func (e *endlessMail) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, e.message[e.at:])
	e.at = (e.at + n) % len(e.message)
	e.left -= int64(n)
	return n, nil
}

func TestMboxMessageTooLarge(t *testing.T) {
	first := "From a@x.org Mon Jun 01 04:28:28 2009\n" + mailHead + "\n"
	large := io.MultiReader(strings.NewReader(first), &endlessMail{message: "From here a line of text that is not parted from the next, ", left: maxMessage},
		strings.NewReader("\n\n"+first+"Second.\n"))
	articles, failures, err := readFrom(t, "a.mbox", large, nil)
	if err != nil || len(articles) != 1 || articles[0].Text != "Second." || len(failures) != 1 || !strings.Contains(failures[0].Reason, "larger than") {
		t.Errorf("%d articles, %v, %v", len(articles), failures, err)
	}
}

func TestMailTraps(t *testing.T) {
	var deep strings.Builder
	deep.WriteString(mailHead)
	for i := range 3000 {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	deep.WriteString("\nThe text.")
	if got := mailOf(t, "deep.eml", deep.String()); len(got) == 0 {
		t.Error("nothing of deeply nested parts")
	}
	many := mailHead + "Content-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\nx\n", 1_000_000)
	if got := mailOf(t, "many.eml", many); len(got) != 1 || !strings.Contains(got[0], "parts") {
		t.Errorf("%.300q", got)
	}
	nested := mailHead + "\nThe text."
	for range maxDepth + 3 {
		nested = mailHead + "Content-Type: message/rfc822\n\n" + nested
	}
	if got := mailOf(t, "nested.eml", nested); !strings.Contains(got[len(got)-1], "files deep") {
		t.Errorf("%.300q", got)
	}
}

func TestMailDate(t *testing.T) {
	for in, want := range map[string]string{
		"Fri, 12 Nov 99 10:00:00 GMT":     "1999-11-12T10:00:00Z",
		"12-Nov-2001 10:00 PST":           "2001-11-12T10:00-08:00",
		"Thu, 4 Oct 2012 13:02:39 -0000":  "2012-10-04T13:02:39",
		"Thu, 4 Oct 2012 13:02:39 +0200":  "2012-10-04T13:02:39+02:00",
		"Mon, 6 Sep 2010 05:25:34 (EDT)":  "2010-09-06T05:25:34",
		"Thu, 14 Oct 2012 16:09:01 -0700": "2012-10-14T16:09:01-07:00",
	} {
		if d, ok := ReadDate(mailDate(in)); !ok || d.String() != want {
			t.Errorf("%s: %v (%q), want %s", in, d, mailDate(in), want)
		}
	}
}

func TestMailSamples(t *testing.T) {
	found, _ := filepath.Glob(mailFolder + "/enmime/*.raw")
	if len(found) == 0 {
		t.Skip("no mail in " + mailFolder)
	}
	for _, pattern := range []string{"/*.eml", "/*.mbox"} {
		more, _ := filepath.Glob(mailFolder + pattern)
		found = append(found, more...)
	}
	for _, path := range found {
		articles, failures, err := readBytes(t, path, readTestFile(t, path), nil)
		for _, a := range articles {
			checkSound(t, a)
		}
		if filepath.Base(path) != "erroneous.raw" && (err != nil || len(articles) == 0) {
			t.Errorf("%s: %d articles, %v, %v", filepath.Base(path), len(articles), failures, err)
		}
	}
}

func FuzzMail(f *testing.F) {
	fuzzFormat(f, "a.eml", mailHead+"\ntext", mailHead+multipartOf("alternative", "Content-Type: text/plain; format=flowed\n\na \nb", "Content-Type: text/html\n\n<p>a"),
		mailHead+multipartOf("mixed", "\na", "Content-Type: message/rfc822\n\n"+mailHead+"\nb", "Content-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: base64\n\nYWJj"),
		"Subject: =?utf-8?q?=C3?= =?utf-8?b?qQ==?=\nContent-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B")
}

func FuzzMbox(f *testing.F) {
	fuzzFormat(f, "a.mbox", "From a@x.org Mon Jun 01 04:28:28 2009\n"+mailHead+"\na\n>From b\n\nFrom c Mon Jun 01 04:28:28 2009\nSubject: x\n\nd", "From - \nMessage-ID: <a>\nFrom: b\n\n")
}
