package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"example.com/archive/ingest"
)

// measureWARC holds what is read of web archives against a count of their
// records, and against the same archives cut off and damaged.
func measureWARC(ctx context.Context, data string) (string, error) {
	files, err := filepath.Glob(filepath.Join(data, "warc", "*"))
	if err != nil || len(files) == 0 {
		return "", &absentError{"no web archives in " + filepath.Join(data, "warc")}
	}
	dir, err := os.MkdirTemp("", "damaged-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	counts := newTable("web archive", "records", "pages", "skipped", "failed", "behind the damage", "ended by")
	var all archiveCount
	var cut, flipped damageScore
	for _, path := range files {
		c, err := countArchive(ctx, path)
		if err != nil {
			return "", err
		}
		all.add(c)
		counts.add(c.cells(filepath.Base(path))...)
		if filepath.Ext(path) == ".wacz" {
			continue // a zip: without its end none of it can be found
		}
		d := damager{dir: dir, path: path}
		if err := d.measure(ctx, &cut, &flipped); err != nil {
			return "", err
		}
	}
	counts.add(all.cells("all")...)
	damaged := newTable("damaged copies", "copies", "pages before the damage", "read as in the whole archive")
	damaged.add(append([]string{"cut off"}, cut.cells()...)...)
	damaged.add(append([]string{"one byte changed"}, flipped.cells()...)...)
	return fmt.Sprintf("%s\n%s\n%s\n", counts, damaged, strings.Join(slices.Concat(all.wrong, cut.wrong, flipped.wrong), "\n")), nil
}

// archiveCount is what the records of a web archive came to.
type archiveCount struct {
	records                int // that hold an answer, by counting lines
	pages, skipped, failed int
	behind                 int    // records behind the damage
	ends                   string // why it was not read to its end
	wrong                  []string
}

func (c *archiveCount) add(other archiveCount) {
	c.records += other.records
	c.pages += other.pages
	c.skipped += other.skipped
	c.failed += other.failed
	c.behind += other.behind
	c.wrong = append(c.wrong, other.wrong...)
}

func (c archiveCount) cells(name string) []string {
	return []string{name, strconv.Itoa(c.records), strconv.Itoa(c.pages), strconv.Itoa(c.skipped), strconv.Itoa(c.failed), strconv.Itoa(c.behind), c.ends}
}

// countArchive counts the records of a web archive, and what an import makes
// of them.
func countArchive(ctx context.Context, path string) (c archiveCount, err error) {
	whole, err := unpackedArchive(path)
	if err != nil {
		return c, err
	}
	c.records = len(recordLine.FindAllIndex(whole, -1)) + len(arcLine.FindAllIndex(whole, -1))
	report, err := ingest.Run(ctx, nil, ingest.Options{Paths: []string{path}, DryRun: true})
	if err != nil {
		return c, err
	}
	c.pages, c.failed = report.Added+report.Same+report.Changed, report.Failed
	for _, n := range report.Skipped {
		c.skipped += n
	}
	for _, f := range report.Failures {
		if f.Member == "" {
			c.ends = f.Reason
			c.failed--
		}
	}
	switch left := c.records - c.pages - c.skipped - c.failed; {
	case left > 0 && c.ends != "":
		c.behind = left
	case left != 0:
		c.wrong = append(c.wrong, fmt.Sprintf("- %s: %d records, %d told of", filepath.Base(path), c.records, c.records-left))
	}
	return c, nil
}

var (
	recordLine = regexp.MustCompile(`(?mi)^WARC-Type:[ \t]*(?:response|resource|conversion|revisit)[ \t\r]*$`)
	arcLine    = regexp.MustCompile(`(?m)^[a-z]+:.* \d{14} \S* ?\d+\r?$`)
	arcHead    = regexp.MustCompile(`^filedesc://`)
)

// unpackedArchive gives the bytes of a web archive as they are in it, as far
// as they can be unpacked.
func unpackedArchive(path string) ([]byte, error) {
	if filepath.Ext(path) == ".wacz" {
		return unpackedWACZ(path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	b = unpackedBytes(b)
	if arcHead.Match(b) { // its first line is none of a record
		_, b, _ = bytes.Cut(b, []byte("\n"))
	}
	return b, nil
}

func unpackedWACZ(path string) (all []byte, err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "archive/") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		all = append(all, unpackedBytes(b)...)
	}
	return all, nil
}

// unpackedBytes undoes gzip up to the first damage.
func unpackedBytes(b []byte) []byte {
	if !bytes.HasPrefix(b, []byte("\x1f\x8b")) {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil
	}
	plain, _ := io.ReadAll(z)
	return plain
}

// archiveRecord is a record as a simple scan finds it.
type archiveRecord struct {
	uri string // "" of one that holds no page
	end int    // of its block, in the unpacked file
}

var (
	warcURI    = regexp.MustCompile(`(?mi)^WARC-Target-URI:[ \t]*<?(.*?)>?\r*$`)
	warcPage   = regexp.MustCompile(`(?mi)^WARC-Type:[ \t]*(?:response|resource|conversion)[ \t\r]*$`)
	warcLength = regexp.MustCompile(`(?mi)^Content-Length:[ \t]*(\d+)`)
	arcFields  = regexp.MustCompile(`^(\S+:.*?) \S+ \d{14} .*?(\d+)\r?$`)
)

// scanRecords finds the records of a WARC or an ARC one after the other, up to
// the first that is not one.
func scanRecords(b []byte) (records []archiveRecord) {
	for at := 0; at < len(b); {
		if b[at] == '\r' || b[at] == '\n' {
			at++
			continue
		}
		head, uri, length := scanHead(b[at:])
		if head == 0 || at+head+length > len(b) {
			return records
		}
		at += head + length
		records = append(records, archiveRecord{uri, at})
	}
	return records
}

// scanHead gives the size of the header that bytes begin with, 0 if none.
func scanHead(b []byte) (size int, uri string, length int) {
	if !bytes.HasPrefix(b, []byte("WARC/")) {
		line, _, _ := bytes.Cut(b, []byte("\n"))
		m := arcFields.FindSubmatch(line)
		if m == nil {
			return 0, "", 0
		}
		length, _ = strconv.Atoi(string(m[2]))
		return len(line) + 1, string(m[1]), length
	}
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(b, []byte(end)); i >= 0 && (size == 0 || i+len(end) < size) {
			size = i + len(end)
		}
	}
	if m := warcURI.FindSubmatch(b[:size]); m != nil && warcPage.Match(b[:size]) {
		uri = string(m[1])
	}
	m := warcLength.FindSubmatch(b[:size])
	if m == nil {
		return 0, "", 0
	}
	length, _ = strconv.Atoi(string(m[1]))
	return size, uri, length
}

// damageScore counts pages that stand before the damage of copies.
type damageScore struct {
	copies, pages, read int
	wrong               []string
}

func (s *damageScore) cells() []string {
	return []string{strconv.Itoa(s.copies), strconv.Itoa(s.pages), fmt.Sprintf("%d (%s)", s.read, digits(float64(s.read)/float64(max(s.pages, 1))))}
}

// damager makes damaged copies of one web archive.
type damager struct {
	dir, path string
	bytes     []byte
	plain     []byte // unpacked
	pages     []ingest.Article
	ends      []int // where in plain the record of each page ends
}

// damagedCopies is how many copies of each kind are made of an archive.
const damagedCopies = 40

func (d *damager) measure(ctx context.Context, cut, flipped *damageScore) (err error) {
	if d.bytes, err = os.ReadFile(d.path); err != nil {
		return err
	}
	d.plain = unpackedBytes(d.bytes)
	if d.pages, _, err = ingest.Explain(ctx, d.path, ingest.Options{}); err != nil {
		return err
	}
	d.locate()
	for i := range damagedCopies {
		at := len(d.bytes) * (2*i + 1) / (2 * damagedCopies)
		if err := d.try(ctx, cut, d.bytes[:at]); err != nil {
			return err
		}
		other := bytes.Clone(d.bytes)
		other[at] ^= 0xff
		if err := d.try(ctx, flipped, other); err != nil {
			return err
		}
	}
	return nil
}

// locate finds the record of each page, by its address and in order. A page
// without one counts for no damage.
func (d *damager) locate() {
	records := scanRecords(d.plain)
	for _, page := range d.pages {
		end := len(d.plain) + 1
		for i, r := range records {
			if page.Member == r.uri || strings.HasPrefix(page.Member, r.uri+" #") {
				end, records = r.end, records[i+1:]
				break
			}
		}
		d.ends = append(d.ends, end)
	}
}

// try reads a damaged copy: every page whose record ends before the first byte
// that differs must be read as in the whole archive.
func (d *damager) try(ctx context.Context, s *damageScore, damaged []byte) error {
	path := filepath.Join(d.dir, filepath.Base(d.path))
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		return err
	}
	s.copies++
	got, _, _ := ingest.Explain(ctx, path, ingest.Options{})
	same := commonPrefix(d.plain, unpackedBytes(damaged))
	for i, end := range d.ends {
		if end > same {
			break
		}
		s.pages++
		if i < len(got) && got[i].Member == d.pages[i].Member && got[i].Text == d.pages[i].Text {
			s.read++
		} else {
			s.wrong = append(s.wrong, fmt.Sprintf("- %s with %d of %d bytes before the damage: %s not read", filepath.Base(d.path), same, len(d.plain), d.pages[i].Member))
		}
	}
	return ctx.Err()
}

func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}
