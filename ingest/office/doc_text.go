package office

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
)

// character takes one character of a text, [MS-DOC] 2.4.1 and 2.8.25.
func (w *docReader) character(r rune) {
	switch r {
	case '\r', '\f', 0x0e:
		w.endDOCParagraph()
		w.open()
	case 7:
		w.endCell()
	case '\t':
		w.put("\t")
	case '\v':
		w.put("\n")
	case 0x13:
		if len(w.fields) < maxDepth {
			w.fields = append(w.fields, true)
		}
	case 0x14:
		if last := len(w.fields) - 1; last >= 0 {
			w.fields[last] = false
		}
	case 0x15:
		if last := len(w.fields) - 1; last >= 0 {
			w.fields = w.fields[:last]
		}
	case 0x1e:
		w.put("-")
	default:
		// Those below are pictures and marks, those above of symbol fonts.
		if r >= ' ' && (r < 0xe000 || r > 0xf8ff) {
			w.put(string(r))
		}
	}
}

func (w *docReader) put(s string) {
	if !slices.Contains(w.fields, true) {
		w.write(s)
	}
	w.afterCell = false
}

// endCell ends a cell of a table, or a row: its mark follows that of its last
// cell.
func (w *docReader) endCell() {
	if w.afterCell {
		w.afterCell = false
		w.frames[len(w.frames)-2].endRow()
		return
	}
	cell := append(w.cell, w.close()...)
	w.cell, w.afterCell = nil, true
	f := w.top()
	f.cells = append(f.cells, cell)
	w.open()
}

// endDOCParagraph ends a paragraph. That it is one of several in a cell shows
// only at the end of the cell.
func (w *docReader) endDOCParagraph() {
	w.afterCell = false
	blocks := w.close()
	if len(w.top().cells) > 0 && len(blocks) > 0 { // within a row that has begun
		w.cell = append(w.cell, blocks...)
		return
	}
	w.add(append(w.cell, blocks...))
	w.cell = nil
	clear(w.fields) // one that is never closed must not swallow the rest
}

// readRuns notes the text that is deleted or hidden, from the pages of the
// formatting of characters.
func (w *docReader) readRuns() {
	b := w.tablePart(fibRuns)
	n := (len(b) - 4) / 8
	for i := range max(n, 0) {
		page := int64(binary.LittleEndian.Uint32(b[4*(n+1)+4*i:])&(1<<22-1)) * 512
		if page+512 <= int64(len(w.main)) {
			w.readRunPage(w.main[page:][:512])
		}
	}
	slices.SortFunc(w.hidden, func(a, b docRange) int { return int(int64(a.from) - int64(b.from)) })
}

func (w *docReader) readRunPage(page []byte) {
	n := int(page[511])
	if 4*(n+1)+n > 511 {
		return
	}
	for i := range n {
		at := 2 * int(page[4*(n+1)+i])
		if at == 0 || at+1+int(page[at]) > 511 {
			continue
		}
		if hides(page[at+1:][:page[at]]) && len(w.hidden) < maxLists {
			w.hidden = append(w.hidden, docRange{binary.LittleEndian.Uint32(page[4*i:]), binary.LittleEndian.Uint32(page[4*i+4:])})
		}
	}
}

// hides reports whether a list of properties has that of deleted or of hidden
// text.
func hides(properties []byte) bool {
	const deleted, vanished = 0x0800, 0x083c
	for len(properties) > 2 {
		name := binary.LittleEndian.Uint16(properties)
		if (name == deleted || name == vanished) && properties[2]&1 == 1 {
			return true
		}
		size := []int{1, 1, 2, 4, 2, 2, 1 + int(properties[2]), 3}[name>>13]
		properties = properties[min(2+size, len(properties)):]
	}
	return false
}

func (w *docReader) isHidden(at uint32) bool {
	i, found := slices.BinarySearchFunc(w.hidden, at, func(r docRange, at uint32) int { return int(int64(r.from) - int64(at)) })
	return found || i > 0 && at < w.hidden[i-1].to
}

// summary takes the properties of the stream SummaryInformation, [MS-OLEPS].
func (d *Document) summary(b []byte) {
	if len(b) < 48 {
		return
	}
	start := binary.LittleEndian.Uint32(b[44:])
	if uint64(start)+8 > uint64(len(b)) {
		return
	}
	b = b[start:]
	page := 1252
	for i := range min(int(binary.LittleEndian.Uint32(b[4:])), (len(b)-8)/8) {
		id, at := binary.LittleEndian.Uint32(b[8+8*i:]), binary.LittleEndian.Uint32(b[12+8*i:])
		if uint64(at)+12 > uint64(len(b)) {
			continue
		}
		if id == 1 {
			page = int(binary.LittleEndian.Uint16(b[at+4:]))
			continue
		}
		d.summaryProperty(id, summaryValue(b[at:], page))
	}
}

func (d *Document) summaryProperty(id uint32, value string) {
	switch id {
	case 2:
		d.Title.addTitle(value, "document property title")
	case 3:
		d.addSubjects(value, "document property subject")
	case 4:
		d.Byline.addPerson(value, "document property author")
	case 5:
		d.addSubjects(value, "document property keywords")
	case 12:
		d.Created.add(value, "document property created")
	}
}

// summaryValue writes a string or a time, "" for anything else.
func summaryValue(b []byte, page int) string {
	size := int64(binary.LittleEndian.Uint32(b[4:]))
	switch binary.LittleEndian.Uint32(b) {
	case 0x1e:
		return strings.Trim(decodePage(page, b[8:][:min(size, int64(len(b)-8))]), "\x00")
	case 0x1f:
		var units []uint16
		for i := int64(8); i+1 < min(8+2*size, int64(len(b))); i += 2 {
			units = append(units, binary.LittleEndian.Uint16(b[i:]))
		}
		return strings.Trim(string(utf16.Decode(units)), "\x00")
	case 0x40:
		return filetime(binary.LittleEndian.Uint64(b[4:]))
	}
	return ""
}

// filetime writes a time given in steps of 100 ns from 1601 on.
func filetime(steps uint64) string {
	const before1970 = 116_444_736_000_000_000
	if steps <= before1970 || steps > 1<<62 {
		return ""
	}
	return time.Unix(int64((steps-before1970)/10_000_000), 0).UTC().Format(time.RFC3339)
}
