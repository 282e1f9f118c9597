package office

import (
	"fmt"
	"strconv"
	"strings"
)

// layout puts the text of a document together from its pieces as they come.
//
// Everything that holds text of its own is a frame: the body, a paragraph, a
// cell, a note. Closing one gives its blocks to the frame around it, so that a
// text box comes after the paragraph in which it stands.
type layout struct {
	frames []*frame // the innermost last; the first is the body
	notes  []block
	size   int // bytes of text so far
	err    error
}

// maxFrames bounds how deep tables, boxes and notes lie in each other: what
// they hold is passed on from each to the one around it.
const maxFrames = 200

type frame struct {
	text   strings.Builder
	blocks []block
	rows   []string  // of the table under way, those of one line each
	cells  [][]block // of the row under way
}

// block is a paragraph, a table or an item of a list.
type block struct {
	text string
	item bool // items follow each other line by line
}

func newLayout() *layout { return &layout{frames: []*frame{{}}} }

func (l *layout) top() *frame { return l.frames[len(l.frames)-1] }

func (l *layout) write(s string) {
	if l.size += len(s); l.size > maxText {
		l.err = fmt.Errorf("its text is larger than %d MiB", maxText>>20)
		return
	}
	l.top().text.WriteString(s)
}

func (l *layout) open() {
	if len(l.frames) > maxFrames {
		l.err = ErrTooDeep
		return
	}
	l.frames = append(l.frames, &frame{})
}

// close takes the innermost frame off and gives its blocks.
func (l *layout) close() []block {
	f := l.top()
	if len(l.frames) == 1 {
		return nil
	}
	l.frames = l.frames[:len(l.frames)-1]
	return f.finish(false)
}

// finish gives the blocks of a frame, its own text first.
func (f *frame) finish(item bool) []block {
	f.endTable()
	text := strings.TrimSpace(f.text.String())
	if text == "" {
		return f.blocks
	}
	return append([]block{{text, item}}, f.blocks...)
}

// closeParagraph ends a paragraph. marker is the bullet or number of a list
// item, "" where it is none.
func (l *layout) closeParagraph(marker string) {
	f := l.top()
	if len(l.frames) == 1 {
		return
	}
	l.frames = l.frames[:len(l.frames)-1]
	blocks := f.finish(marker != "")
	if marker != "" && len(blocks) > 0 && blocks[0].item {
		blocks[0].text = marker + " " + blocks[0].text
	}
	l.add(blocks)
}

func (l *layout) add(blocks []block) {
	f := l.top()
	if len(f.rows) > 0 && len(blocks) > 0 {
		f.endTable() // text in a table outside of its cells
	}
	if len(f.blocks) == 0 {
		f.blocks = blocks
		return
	}
	f.blocks = append(f.blocks, blocks...)
}

func (l *layout) closeCell() {
	blocks := l.close()
	f := l.top()
	f.cells = append(f.cells, blocks)
}

func (l *layout) closeRow() { l.top().endRow() }

func (l *layout) closeTable() { l.top().endTable() }

// endRow makes a line of the cells of a row. Where a cell holds more than a
// paragraph, the table only arranges text, and its cells follow each other.
func (f *frame) endRow() {
	cells := f.cells
	f.cells = nil
	var line []string
	for _, cell := range cells {
		if len(cell) > 1 {
			f.endRows()
			for _, cell := range cells {
				f.blocks = append(f.blocks, cell...)
			}
			return
		}
		if len(cell) == 1 {
			line = append(line, strings.ReplaceAll(cell[0].text, "\n", " "))
		}
	}
	if len(line) > 0 {
		f.rows = append(f.rows, strings.Join(line, " | "))
	}
}

func (f *frame) endRows() {
	if len(f.rows) > 0 {
		f.blocks = append(f.blocks, block{text: strings.Join(f.rows, "\n")})
		f.rows = nil
	}
}

func (f *frame) endTable() {
	if len(f.cells) > 0 {
		f.endRow()
	}
	f.endRows()
}

// closeNote puts what the innermost frame holds with the notes.
func (l *layout) closeNote(mark string) {
	blocks := l.close()
	if len(blocks) > 0 {
		blocks[0].text = mark + " " + blocks[0].text
		blocks[0].item = true
	}
	l.notes = append(l.notes, blocks...)
}

func noteMark(n int) string { return "[" + strconv.Itoa(n) + "]" }

// finish ends all frames and gives the text.
func (l *layout) finish() (string, error) {
	for len(l.frames) > 1 {
		l.add(l.close())
	}
	if l.err != nil {
		return "", l.err
	}
	return joined(append(l.frames[0].finish(false), l.notes...)), nil
}

func joined(blocks []block) string {
	var b strings.Builder
	for i, one := range blocks {
		switch {
		case i > 0 && one.item && blocks[i-1].item:
			b.WriteString("\n")
		case i > 0:
			b.WriteString("\n\n")
		}
		b.WriteString(one.text)
	}
	return b.String()
}
