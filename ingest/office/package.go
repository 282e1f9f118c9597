package office

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"example.com/archive/ingest/html"
)

// Package is a zip whose files make one document.
type Package struct {
	files   map[string]*zip.File // by lower-case name
	through func(io.Reader) io.Reader
	left    int64 // bytes that may still be unpacked
}

// maxUnpacked bounds what is unpacked of one document in bytes; its pictures
// are not.
const maxUnpacked = 256 << 20

// OpenPackage opens a zip. Whatever is unpacked of it is read through the
// function given, which may count it and end it.
func OpenPackage(r io.ReaderAt, size int64, through func(io.Reader) io.Reader) (*Package, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("damaged zip: %w", err)
	}
	p := &Package{files: make(map[string]*zip.File, len(z.File)), through: through, left: maxUnpacked}
	for _, f := range z.File {
		name := partName(f.Name)
		if _, twice := p.files[name]; !twice {
			p.files[name] = f
		}
	}
	return p, nil
}

// partName makes names of parts equal that mean the same one.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (p *Package) has(name string) bool { return p.files[partName(name)] != nil }

// open opens a part by its name.
func (p *Package) open(name string) (io.ReadCloser, error) {
	f := p.files[partName(name)]
	if f == nil {
		return nil, fmt.Errorf("it has no part %s", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("damaged zip: %s: %w", name, err)
	}
	return &partReader{p.through(r), r, p}, nil
}

// partReader unpacks a part.
type partReader struct {
	io.Reader
	io.Closer
	p *Package
}

func (r *partReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if r.p.left -= int64(n); r.p.left < 0 {
		return 0, fmt.Errorf("its text unpacks to more than %d MiB", maxUnpacked>>20)
	}
	return n, err
}

// walk reads a part that is XML.
func (p *Package) walk(name string, w walker) error {
	r, err := p.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := walk(r, false, w); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// maxPage bounds a web page among the parts in bytes.
const maxPage = 16 << 20

// pageText gives the text of a part as browsers read HTML.
func (p *Package) pageText(part string) (string, error) {
	r, err := p.open(part)
	if err != nil {
		return "", err
	}
	defer r.Close()
	page, err := io.ReadAll(io.LimitReader(utf8Reader(r), maxPage+1))
	if err == nil && len(page) > maxPage {
		err = fmt.Errorf("the page is larger than %d MiB", maxPage>>20)
	}
	if err != nil {
		return "", err
	}
	return html.Text(bytes.ToValidUTF8(page, []byte("\ufffd"))), nil
}

// beside gives the name of the part that a reference in another one means,
// "" where it leads out of the package.
func beside(part, reference string) string {
	u, err := url.Parse(reference)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Path == "" {
		return ""
	}
	if strings.HasPrefix(u.Path, "/") {
		return path.Clean(u.Path)[1:]
	}
	return path.Join("/", path.Dir(part), u.Path)[1:]
}

// properties collects the text of the elements it is asked for, by their
// local names: those of docProps/core.xml, meta.xml.
type properties struct {
	found func(e *xml.StartElement, value string)
	open  []xml.StartElement
	value strings.Builder
}

func (p *properties) start(e *xml.StartElement) bool {
	p.open = append(p.open, xml.StartElement{Name: e.Name, Attr: roleOf(e)})
	p.value.Reset()
	return descend
}

// roleOf keeps of the attributes of a property those that say what it is of
// several. All of them could be many.
func roleOf(e *xml.StartElement) (kept []xml.Attr) {
	for _, name := range []string{"role", "event", "id", "refines", "property"} {
		if value := attr(e, name); value != "" && len(value) < 100 {
			kept = append(kept, xml.Attr{Name: xml.Name{Local: name}, Value: value})
		}
	}
	return kept
}

func (p *properties) text(s string) {
	if p.value.Len() < maxValue {
		p.value.WriteString(s)
	}
}

func (p *properties) end(string) {
	last := len(p.open) - 1
	if value := strings.TrimSpace(p.value.String()); value != "" {
		p.found(&p.open[last], value)
	}
	p.open = p.open[:last]
	p.value.Reset()
}
