package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// everyCommand lists command lines that between them use every command. They
// are run in order, beside the folder press.
var everyCommand = []string{
	"import press", "import --retry", "import --report", "import press --dry-run", "import press/page.html --explain",
	"search Putin", "search port --explain --json", "search Beijnig", "search url:example.org --csv", "kwic Putin", "timeline Putin",
	"saved add grain port", "saved new", "log on", "log show", "show 1 --no-pager", "edit 1 --url https://example.invalid/x", "list --json",
	"sources", "names variants Putin", "stats", "check --deep", "check --repair", "backup copy.db", "restore copy.db", "optimize", "export --to out.jsonl", "export --to notes --format markdown",
	"completion bash", "help", "help --man", "version",
}

// pressWithAddresses is a folder of files that name addresses at every place
// where a reader might follow one.
func pressWithAddresses(t *testing.T, dir string) {
	t.Helper()
	copyInto(t, dir, os.DirFS("seeds"))
	const at = "http://tracker.example.org/"
	body := "The port was hit in the night, and the ships with wheat wait off the coast. " + strings.Repeat("They said that they would wait. ", 20)
	page := `<html><head><title>The port</title><base href="` + at + `"><link rel="stylesheet" href="` + at + `a.css"><link rel="next" href="` + at + `2">
		<script src="` + at + `a.js"></script><meta http-equiv="refresh" content="0; url=` + at + `"></head>
		<body><article><h1>The port</h1><img src="` + at + `a.png"><iframe src="` + at + `"></iframe><p>` + body + `</p></article></body></html>`
	const entity = `<?xml version="1.0"?><!DOCTYPE x SYSTEM "` + at + `x.dtd" [<!ENTITY e SYSTEM "` + at + `e">]>`
	for name, text := range map[string]string{
		"page.html": page,
		"page.mht":  "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Location: " + at + "\r\n\r\n" + page,
		"mail.eml": "From: a@example.org\r\nSubject: The port\r\nDate: Sat, 07 May 2022 09:30:00 +0200\r\nMIME-Version: 1.0\r\n" +
			"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n" + page +
			"\r\n--b\r\nContent-Type: message/external-body; access-type=URL; URL=\"" + at + "\"\r\n\r\n\r\n--b--\r\n",
		"feed.xml": entity + `<rss version="2.0"><channel><title>News</title><link>` + at + `</link><item><title>The port</title><link>` + at +
			`1</link><enclosure url="` + at + `a.mp3"/><description>&e; ` + body + `</description></item></channel></rss>`,
		"letter.fodt": entity + `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>` + body + `</text:p></office:text></office:body></office:document>`,
		"letter.docx": docx(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>` + body + `</w:t></w:r></w:p></w:body></w:document>`),
		"letter.rtf":  `{\rtf1 {\field{\*\fldinst INCLUDETEXT "` + at + `"}{\fldrslt ` + body + `}}}`,
		"paper.pdf": pdf("<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI ("+at+") >> >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 99] /Contents 4 0 R /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Unknown >> >> >> >>",
			stream("", "BT /F 9 Tf 9 50 Td (The port was hit in the night.) Tj ET")),
		"note.md":   "---\ntitle: The port\nurl: " + at + "\n---\n![](" + at + "a.png) " + body,
		"rows.json": `[{"title":"The port","url":"` + at + `","text":"` + body + `"}]`,
		"links.htm": "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<DL><p><DT><A HREF=\"" + at + "\">The port</A></DL>",
	} {
		write(t, filepath.Join(dir, name), text)
	}
}

// inEmptyNetwork runs commands where there is no network at all.
func inEmptyNetwork(t *testing.T) []string {
	t.Helper()
	for _, prefix := range [][]string{{"unshare", "-n"}, {"unshare", "-rn"}} {
		out, err := exec.Command(prefix[0], append(prefix[1:], "cat", "/proc/net/dev")...).Output()
		if err == nil {
			if other := bytes.Count(out, []byte(":")); other > 1 {
				t.Fatalf("more than the loopback in an empty network: %s", out)
			}
			return prefix
		}
	}
	t.Skip("this user may not make a network namespace (unshare -rn)")
	return nil
}

// Every command does its work without any network.
func TestNoNetworkNeeded(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every command")
	}
	prefix := inEmptyNetwork(t)
	runEveryCommand(t, func(args []string) *exec.Cmd {
		return exec.Command(prefix[0], append(prefix[1:len(prefix):len(prefix)], append([]string{"archive"}, args...)...)...)
	})
}

// No command asks the system for anything of a network: no connection, no
// look-up, not even a socket.
func TestNoNetworkAsked(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every command under strace")
	}
	log := filepath.Join(t.TempDir(), "trace")
	trace := tracer(t, log)
	runEveryCommand(t, func(args []string) *exec.Cmd {
		return exec.Command(trace[0], append(trace[1:len(trace):len(trace)], append([]string{"archive"}, args...)...)...)
	})
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(calls, []byte("archive.db")) {
		t.Fatal("the trace does not show the archive being opened")
	}
	for line := range strings.Lines(string(calls)) {
		if asksNetwork.MatchString(line) {
			t.Error(line)
		}
	}
}

// asksNetwork matches lines of strace: what concerns sockets, and the files in
// which names are looked up.
var asksNetwork = regexp.MustCompile(`\b(socket|connect|bind|listen|accept4?|send(to|msg|mmsg)|recv(from|msg|mmsg))\(|/etc/(resolv\.conf|hosts|nsswitch\.conf|services)"`)

// tracer gives the words that run a command with its system calls appended to
// a log, having seen that they show a connection.
func tracer(t *testing.T, log string) []string {
	t.Helper()
	needStrace(t)
	words := []string{"strace", "-f", "-A", "-e", "trace=network,openat", "-o", log}
	control := exec.Command(words[0], append(words[1:len(words):len(words)], "bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9")...)
	if out, err := control.CombinedOutput(); bytes.Contains(out, []byte("ptrace")) {
		t.Skipf("strace may not trace here (%v): %s", err, out)
	}
	calls, err := os.ReadFile(log)
	if err != nil || !asksNetwork.Match(calls) {
		t.Fatalf("strace does not show a connection that was tried (%v)", err)
	}
	if err := os.Remove(log); err != nil {
		t.Fatal(err)
	}
	return words
}

func runEveryCommand(t *testing.T, start func(args []string) *exec.Cmd) {
	t.Helper()
	var help bytes.Buffer
	all := exec.Command("archive", "help")
	all.Stdout = &help
	if err := all.Run(); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	pressWithAddresses(t, filepath.Join(dir, "press"))
	_, list, _ := strings.Cut(help.String(), "\nCommands\n")
	list, _, _ = strings.Cut(list, "\n\n")
	missing := map[string]bool{}
	for line := range strings.Lines(list) {
		missing[strings.Fields(line)[0]] = true
	}
	for _, line := range everyCommand {
		args := strings.Fields(line)
		delete(missing, args[0])
		cmd := start(append(args, "--db", "archive.db"))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 1 {
			t.Errorf("%s: %v: %s", line, err, out)
		}
	}
	if len(missing) > 0 {
		t.Errorf("not run: %q", slices.Sorted(maps.Keys(missing)))
	}
}

// docs/security.md names every module whose packages of the program import
// what could reach a network.
func TestNetworkPackagesExplained(t *testing.T) {
	security, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]string{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+/\S+) \| ([a-z/, ]+) \| .+ \|$`).FindAllStringSubmatch(string(security), -1) {
		documented[row[1]] = row[2]
	}
	if diff := cmp.Diff(documented, networkImports(t)); diff != "" {
		t.Error(diff)
	}
}

// networkImports gives the packages below net, but for net/url and net/netip,
// that each module imports, joined by commas.
func networkImports(t *testing.T) map[string]string {
	t.Helper()
	found := map[string][]string{}
	decoder := json.NewDecoder(bytes.NewReader(goPrints(t, "linux", "list", "-tags", "urfave_cli_no_docs", "-deps", "-json=Imports,Module", ".")))
	for {
		var p struct {
			Imports []string
			Module  *struct{ Path string }
		}
		err := decoder.Decode(&p)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			if p.Module != nil && (within(imported, "net") || imported == "crypto/tls") && !slices.Contains(harmlessNet, imported) {
				found[p.Module.Path] = append(found[p.Module.Path], imported)
			}
		}
	}
	joined := map[string]string{}
	for module, imports := range found {
		slices.Sort(imports)
		joined[module] = strings.Join(slices.Compact(imports), ", ")
	}
	return joined
}

// The linker leaves out what nothing calls: of the clients for HTTP, TLS and
// SMTP that libraries bring along, nothing is in the binary.
func TestNoClientsLinked(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	binary := filepath.Join(t.TempDir(), "archive")
	goPrints(t, "linux", "build", "-buildvcs=false", "-tags", "urfave_cli_no_docs", "-o", binary, ".")
	symbols := string(goPrints(t, "linux", "tool", "nm", binary))
	if !strings.Contains(symbols, "net/http.init") {
		t.Fatal("go tool nm shows no symbols") // of a package that is linked for its constants
	}
	if found := networkClients.FindAllString(symbols, 10); found != nil {
		t.Errorf("the binary has %q", found)
	}
}

var networkClients = regexp.MustCompile(` T (net/http\.\(\*?(Client|Transport|Server)\)\.\S+|net/http\.(Get|Post|Head)|net/smtp\.\S+|crypto/tls\.\(\*(Conn|Dialer)\)\.\S+|net\.(Dial\w*|Lookup\w+))\n`)
