//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// household is where a person with a careless umask keeps things.
type household struct {
	t              *testing.T
	home, tmp, cwd string
}

func newHousehold(t *testing.T) household {
	h := household{t, t.TempDir(), t.TempDir(), t.TempDir()}
	copyInto(t, filepath.Join(h.cwd, "press"), os.DirFS("seeds"))
	return h
}

// command is the program with an umask that forbids nothing. The words before
// it may trace it.
func (h household) command(line string, before ...string) *exec.Cmd {
	words := append(append([]string{"-c", `umask 000; exec "$@"`, "sh"}, before...), "archive")
	cmd := exec.Command("sh", append(words, strings.Fields(line)...)...)
	cmd.Dir = h.cwd
	cmd.Env = append(os.Environ(), "HOME="+h.home, "XDG_DATA_HOME="+h.home+"/data", "XDG_CACHE_HOME="+h.home+"/cache", "TMPDIR="+h.tmp, "ARCHIVE_DB=")
	return cmd
}

// private checks that nobody else may see what lies below a folder.
func (h household) private(root string) (files int) {
	h.t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile
		}
		if err != nil {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || path == root || err == nil && path == h.home+"/data" {
			return nil
		}
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			files++
		}
		if info.Mode().Perm() != want {
			h.t.Errorf("%s has the mode %v", strings.TrimPrefix(path, root), info.Mode())
		}
		return nil
	})
	if err != nil {
		h.t.Error(err)
	}
	return files
}

// While an import reads from a pipe, and when it is done, its files are its
// owner's alone; what was temporary is gone.
func TestPermissionsDuringImport(t *testing.T) {
	h := newHousehold(t)
	in, feed, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	if out, err := h.command("import press").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cmd := h.command("import - --verbose")
	cmd.Stdin = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	in.Close()
	if _, err := feed.WriteString(strings.Repeat(pressBody, 10_000)); err != nil { // more than a pipe holds
		t.Fatal(err)
	}
	data := filepath.Join(h.home, "data", "archive")
	for deadline := time.Now().Add(time.Minute); !exists(filepath.Join(data, "archive.db-wal")); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the import has not opened its archive")
		}
	}
	if files := h.private(h.home + "/data"); files < 3 {
		t.Errorf("%d files beside the archive, want it with its log", files)
	}
	h.private(h.tmp)
	feed.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	h.private(h.home + "/data")
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data folder: %v, %v", info, err)
	}
	h.onlyFiles(data, "archive.db", "places.key")
	h.onlyFiles(h.tmp)
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// onlyFiles checks that a folder holds these and nothing else.
func (h household) onlyFiles(dir string, want ...string) {
	h.t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		h.t.Fatal(err)
	}
	var got []string
	for _, f := range list {
		got = append(got, f.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		h.t.Errorf("%s holds %q, want %q", dir, got, want)
	}
}

// Every file that a command makes, for however short a time, is made for its
// owner alone. Files of results, which somebody asked for by name, are too.
func TestPermissionsOfAllFilesMade(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("strace is a program of Linux")
	}
	if testing.Short() {
		t.Skip("runs many commands under strace")
	}
	needStrace(t)
	h := newHousehold(t)
	log := filepath.Join(t.TempDir(), "trace")
	squeezed := filepath.Join(h.cwd, "press", "inside.zip")
	write(t, squeezed, zipOf(member{"a.txt", "A headline\n\nThe text."}, member{"b.docx", docx(`<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Words.</w:t></w:r></w:p></w:body></w:document>`)}))
	for _, line := range []string{
		"import press", "search Putin", "edit 1 --title Changed", "check --deep", "check --repair", "backup copy.db", "restore copy.db",
		"optimize", "export --to out.jsonl", "saved add a Putin", "import press",
	} {
		cmd := h.command(line, "strace", "-f", "-A", "-e", "trace=openat,open,creat,mkdir,mkdirat", "-o", log)
		if out, err := cmd.CombinedOutput(); err != nil {
			if strings.Contains(string(out), "ptrace") {
				t.Skipf("strace may not trace here: %s", out)
			}
			t.Errorf("%s: %v: %s", line, err, out)
		}
	}
	calls, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	made, there := 0, map[string]bool{}
	for line := range strings.Lines(string(calls)) {
		call := makesFile.FindStringSubmatch(line)
		if call == nil || strings.HasPrefix(call[1], "/dev/") || call[1] == h.home+"/data" {
			continue
		}
		// SQLite would make an archive that is not there, but it is: made before
		// and perhaps renamed since. Its mode is seen below.
		if there[filepath.Base(call[1])] || strings.HasSuffix(call[1], ".db") && !strings.Contains(line, "O_EXCL") {
			continue
		}
		made, there[filepath.Base(call[1])] = made+1, true
		if mode, err := strconv.ParseUint(call[2], 8, 32); err != nil || mode&0o077 != 0 {
			t.Error(strings.TrimSpace(line))
		}
	}
	if made < 10 {
		t.Errorf("the trace shows %d files being made", made)
	}
	h.onlyFiles(h.tmp)
	if files := h.private(h.home + "/data"); files < 2 {
		t.Errorf("%d files in the data folder, want the one that restore has kept too", files)
	}
	for _, name := range []string{"copy.db", "out.jsonl"} {
		if info, err := os.Stat(filepath.Join(h.cwd, name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

// makesFile matches a system call that makes a file or folder: its name and
// mode.
var makesFile = regexp.MustCompile(`(?:open\w*|mkdir\w*|creat)\([^"]*"([^"]*)"(?:, [^,]*(?:O_CREAT|O_TMPFILE)[^,]*)?, (0[0-7]*)\)`)

// What is said of damaged files, with all causes, names the file and the
// place, and holds no words of the articles.
func TestNoArticleTextInErrors(t *testing.T) {
	h := newHousehold(t)
	body := strings.Repeat("The word "+secret+" stands here. ", 30)
	dir := filepath.Join(h.cwd, "damaged")
	must(t, os.Mkdir(dir, 0o700))
	whole := zipOf(member{"word/document.xml", "<w:document>" + body}, member{"[Content_Types].xml", body})
	for name, text := range map[string]string{
		"a.json": `{"title": "` + body + `", ` + secret + `}`, "b.jsonl": `{"text": "` + body + "\n" + `{"text": ` + secret + "}\n",
		"c.csv": "title,text\n\"" + body + "\n" + secret + `"x,"` + secret + "\n", "d.docx": whole[:len(whole)-40], "e.docx": whole,
		"f.md": "---\ntitle: [" + secret + "\n\t: " + secret + "\n---\n" + body, "g.toml.md": "+++\ntitle = unquoted\n+++\n" + body,
		"h.xml": "<rss><channel><item><title>" + body, "i.eml": "From: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: " + secret + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + secret + "!!",
		"j.pdf": "%PDF-1.7\n" + body, "k.rtf": `{\rtf1 ` + body + `\bin99999 `, "l.txt.gz": "\x1f\x8b" + body, "m.epub": whole[:len(whole)-40],
		"n.bib": "@article{" + secret + ", title = {" + body, "o.fodt": `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:body>` + body + "<" + secret,
		"p.warc": "WARC/1.0\r\nContent-Length: many\r\n\r\n" + body, "q.mht": "MIME-Version: 1.0\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + secret + "!",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	said := func(line string) {
		var complaints strings.Builder
		cmd := h.command(line + " --verbose")
		cmd.Stderr = &complaints
		cmd.Run() // that it fails is what we are after
		if text := complaints.String(); strings.Contains(text, secret) {
			t.Errorf("%s: %s", line, text)
		}
	}
	if out, _ := h.command("import damaged --verbose").CombinedOutput(); strings.Count(string(out), "could not read") < 5 {
		t.Errorf("the samples are not damaged: %s", out)
	}
	said("import damaged")
	said("import --retry")

	write(t, filepath.Join(h.cwd, "press", "whole.txt"), "A headline\n\n"+body)
	db := filepath.Join(h.cwd, "spoilt.db")
	if out, err := h.command("import press --db " + db).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	spoil(t, db)
	for _, line := range []string{"check --deep", "search stands", "list", "stats", "show 1 --no-pager", "edit 1 --title x", "import press", "optimize", "check --repair"} {
		said(line + " --db " + db)
	}
}

// spoil overwrites a stretch of each page but the first.
func spoil(t *testing.T, db string) {
	t.Helper()
	f, err := os.OpenFile(db, os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	info, err := f.Stat()
	must(t, err)
	for at := int64(1 << 15); at < info.Size(); at += 1 << 15 {
		_, err := f.WriteAt([]byte(strings.Repeat("\xa5", 40)), at+8)
		must(t, err)
	}
}
