package office

import (
	"encoding/xml"
	"path"
	"strconv"
)

// bullet stands before the items of lists that are not numbered.
const bullet = "-"

// maxLists bounds how many lists are counted.
const maxLists = 1 << 16

// numberings counts the items of a document's numbered lists, by the number
// of the list.
type numberings struct {
	abstract map[string]string      // numId -> abstractNumId
	decimal  map[string]map[int]int // abstractNumId -> level -> first number
	counts   map[string]map[int]int // numId -> level -> the last number
}

// numbersOf reads numbering.xml beside a document. What is not understood of
// it gives bullets.
func numbersOf(p *Package, document string) numberings {
	n := numberings{map[string]string{}, map[string]map[int]int{}, map[string]map[int]int{}}
	_ = p.walk(path.Join(path.Dir(document), "numbering.xml"), starts((&numberingReader{numberings: n}).start))
	return n
}

// marker counts an item and gives what stands before it.
func (n numberings) marker(list string, level int) string {
	if list == "0" {
		return "" // takes a paragraph out of the list of its style
	}
	first, numbered := n.decimal[n.abstract[list]][level]
	if !numbered || len(n.counts) > maxLists {
		return bullet
	}
	counts := n.counts[list]
	if counts == nil {
		counts = map[int]int{}
		n.counts[list] = counts
	}
	for deeper := range counts {
		if deeper > level {
			delete(counts, deeper)
		}
	}
	if _, begun := counts[level]; !begun {
		counts[level] = first - 1
	}
	counts[level]++
	return strconv.Itoa(counts[level]) + "."
}

// numberingReader reads numbering.xml.
type numberingReader struct {
	numberings
	abstractID, numID string
	level, first      int
}

func (w *numberingReader) start(e *xml.StartElement) {
	val := attr(e, "val")
	switch e.Name.Local {
	case "abstractNum":
		w.abstractID, w.numID = attr(e, "abstractNumId"), ""
	case "num":
		w.numID = attr(e, "numId")
	case "abstractNumId":
		if len(w.abstract) < maxLists {
			w.abstract[w.numID] = val
		}
	case "lvl":
		w.level, _ = strconv.Atoi(attr(e, "ilvl"))
		w.first = 1
	case "start":
		w.first, _ = strconv.Atoi(val)
	case "numFmt":
		w.format(val)
	}
}

func (w *numberingReader) format(kind string) {
	if kind != "decimal" || w.numID != "" || len(w.decimal) > maxLists {
		return
	}
	if w.decimal[w.abstractID] == nil {
		w.decimal[w.abstractID] = map[int]int{}
	}
	w.decimal[w.abstractID][w.level] = w.first
}
