package office

import (
	"strconv"
	"strings"
)

// rtfDestinations are the controls that say what becomes of the text of their
// group.
var rtfDestinations map[string]func(w *rtfReader, word string)

func init() {
	rtfDestinations = map[string]func(w *rtfReader, word string){
		"fonttbl":  func(w *rtfReader, _ string) { w.group.destination = rtfFonts },
		"info":     func(w *rtfReader, _ string) { w.group.destination = rtfInfo },
		"shpinst":  func(w *rtfReader, _ string) { w.into(rtfShape) },
		"do":       func(w *rtfReader, _ string) { w.into(rtfShape) },
		"shptxt":   func(w *rtfReader, _ string) { w.openBox() },
		"listtext": (*rtfReader).openMarker,
		"pntext":   (*rtfReader).openMarker,
		"footnote": func(w *rtfReader, _ string) { w.openRTFNote() },
	}
	rtfDestinations["dptxbxtext"] = rtfDestinations["shptxt"]
	for _, word := range strings.Fields("title author subject keywords creatim") {
		rtfDestinations[word] = (*rtfReader).openProperty
	}
	for _, word := range strings.Fields("colortbl stylesheet listtable listoverridetable revtbl rsidtbl pict nonshppict objdata objclass " +
		"shprslt header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn " +
		"annotation atnid atnauthor atnref atndate fldinst xe tc txe rxe nonesttables filetbl private bkmkstart bkmkend " +
		"operator manager company category comment doccomm hlinkbase nofchars buptim printim revtim") {
		rtfDestinations[word] = func(w *rtfReader, _ string) { w.group.destination = rtfNowhere }
	}
}

// into begins a destination, unless what is around it is left out.
func (w *rtfReader) into(d rtfDestination) bool {
	if w.group.destination == rtfNowhere || w.group.ends != nil {
		return false
	}
	w.group.destination = d
	return true
}

// openProperty begins a property, of which there is one at most of each name.
func (w *rtfReader) openProperty(name string) {
	if w.group.destination != rtfInfo {
		return
	}
	w.group.destination, w.group.property = rtfProperty, name
	w.value.Reset()
	w.group.ends = func() { w.doc.rtfProperty(name, strings.TrimSpace(w.value.String()), w.created) }
}

func (d *Document) rtfProperty(name, value string, created [5]int) {
	rule := "document property " + name
	switch name {
	case "title":
		d.Title.addTitle(value, rule)
	case "author":
		d.Byline.addPerson(value, rule)
	case "subject", "keywords":
		d.addSubjects(value, rule)
	case "creatim":
		if created[0] > 0 {
			d.Created.add(strconv.Itoa(created[0])+"-"+two(created[1])+"-"+two(created[2])+"T"+two(created[3])+":"+two(created[4]), rule)
		}
	}
}

// openMarker begins the bullet or number that programs which know no lists
// would show.
func (w *rtfReader) openMarker(string) {
	if w.group.destination != rtfBody || !w.into(rtfMarker) {
		return
	}
	w.value.Reset()
	w.group.ends = func() {
		w.marker = bullet
		if s := strings.TrimSpace(w.value.String()); len(s) < 20 && strings.ContainsAny(s, "0123456789.)") {
			w.marker = s
		}
	}
}

// openBox begins a text box, which follows the paragraph that it hangs on.
func (w *rtfReader) openBox() {
	if !w.into(rtfBody) {
		return
	}
	around := w.rtfParagraph
	w.rtfParagraph = rtfParagraph{}
	w.open()
	w.group.ends = func() {
		w.lastParagraph()
		w.rtfParagraph = around
	}
}

// openRTFNote begins a footnote or endnote where the text refers to it.
func (w *rtfReader) openRTFNote() {
	if w.group.destination != rtfBody || w.group.hidden || !w.into(rtfBody) {
		return
	}
	w.notesSoFar++
	mark := noteMark(w.notesSoFar)
	w.put(mark)
	around := w.rtfParagraph
	w.rtfParagraph = rtfParagraph{}
	w.open() // the note
	w.open() // a paragraph in it
	w.group.ends = func() {
		w.lastParagraph()
		w.closeNote(mark)
		w.rtfParagraph = around
	}
}

// paragraphEnds ends a paragraph and begins another.
func (w *rtfReader) paragraphEnds() {
	w.endParagraph()
	w.open()
}

// endParagraph ends the paragraph under way.
func (w *rtfReader) endParagraph() {
	blocks := w.close()
	if w.marker != "" && len(blocks) > 0 {
		blocks[0] = block{w.marker + " " + blocks[0].text, true}
	}
	w.marker = ""
	if w.inTable {
		w.cell = append(w.cell, blocks...)
		return
	}
	w.add(append(w.cell, blocks...))
	w.cell = nil
}

// lastParagraph ends the last paragraph of a text, and a cell that has no end.
func (w *rtfReader) lastParagraph() {
	w.inTable = false
	w.endParagraph()
}

// cellEnds ends a cell: what came since the last one is in it.
func (w *rtfReader) cellEnds() {
	w.inTable = true
	w.endParagraph()
	f := w.top()
	f.cells = append(f.cells, w.cell)
	w.cell = nil
	w.open()
}

func (w *rtfReader) rowEnds() {
	if n := len(w.frames); n > 1 {
		w.frames[n-2].endRow() // those of the paragraph under way hang on it
	}
}
