package html

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// block is a paragraph, a heading, an item of a list, a row of a table.
type block struct {
	text string
	// tight says that it belongs right below the block before it, as items of
	// a list and rows of a table do.
	tight bool
	nodes []*html.Node // its texts in the tree
	// linked and strong are how many bytes of its text stand in links and in
	// bold letters.
	linked, strong int
}

// writer makes blocks of a tree.
type writer struct {
	blocks []block
	b      strings.Builder // of the block under way
	space  bool            // a blank is due before the next word
	nodes  []*html.Node    // as block.nodes, of the block under way
	tight  bool            // as block.tight, of the block under way
	prefix string          // of the next block: the mark of an item
	pre    int             // preformatted elements around
	link   int             // links around
	bold   int             // elements of bold letters around
	linked int             // as block.linked, of the block under way
	strong int             // as block.strong, of the block under way
	lists  []int           // the number of the last item; -1 where they have none
}

func blocksOf(root *html.Node) []block {
	var w writer
	if root != nil {
		w.node(root)
	}
	w.end()
	return w.blocks
}

func joinBlocks(blocks []block) string {
	var b strings.Builder
	for _, bl := range blocks {
		if b.Len() > 0 {
			b.WriteByte('\n')
			if !bl.tight {
				b.WriteByte('\n')
			}
		}
		b.WriteString(bl.text)
	}
	return b.String()
}

func (w *writer) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		w.nodes = append(w.nodes, n)
		w.count(n.Data)
		w.text(n.Data)
	case html.ElementNode:
		w.element(n)
	case html.DocumentNode:
		w.children(n)
	}
}

func (w *writer) children(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c)
	}
}

func (w *writer) element(n *html.Node) {
	// Nodes that the libraries made have no DataAtom.
	switch tag := atom.Lookup([]byte(n.Data)); tag {
	case atom.Br:
		w.lineEnd()
	case atom.Pre:
		w.preformatted(n)
	case atom.Ul, atom.Ol, atom.Menu:
		w.list(n, tag == atom.Ol)
	case atom.Li:
		w.item(n)
	case atom.Tr:
		w.row(n)
	case atom.Td, atom.Th:
		w.cell(n)
	default:
		w.other(n, tag)
	}
}

func (w *writer) other(n *html.Node, tag atom.Atom) {
	switch {
	case isUnread(tag):
	case tag == atom.A:
		w.link++
		w.children(n)
		w.link--
	case tag == atom.B || tag == atom.Strong:
		w.bold++
		w.children(n)
		w.bold--
	case isInline(tag) || tag == 0:
		w.children(n)
	default:
		w.end()
		w.children(n)
		w.end()
	}
}

// count notes how a text stands out.
func (w *writer) count(s string) {
	if w.link > 0 {
		w.linked += len(strings.TrimSpace(s))
	}
	if w.bold > 0 {
		w.strong += len(strings.TrimSpace(s))
	}
}

// text adds text, its white space folded unless it is preformatted.
func (w *writer) text(s string) {
	if w.pre > 0 {
		w.begin()
		w.b.WriteString(strings.ReplaceAll(s, "\r\n", "\n"))
		return
	}
	for len(s) > 0 {
		n := strings.IndexAny(s, " \t\n\r\f\u00a0")
		if n == 0 {
			w.space = true
			s = s[blankLength(s):]
			continue
		}
		if n < 0 {
			n = len(s)
		}
		w.begin()
		w.b.WriteString(s[:n])
		s = s[n:]
	}
}

func blankLength(s string) int {
	if s[0] == 0xc2 {
		return 2
	}
	return 1
}

// begin writes what is due before a word.
func (w *writer) begin() {
	if w.b.Len() == 0 {
		w.b.WriteString(w.prefix)
		w.prefix = ""
	} else if w.space && w.pre == 0 && !strings.HasSuffix(w.b.String(), "\n") {
		w.b.WriteByte(' ')
	}
	w.space = false
}

// end closes the block under way; the next one stands apart.
func (w *writer) end() {
	text := strings.TrimRight(w.b.String(), " \t\n")
	if strings.TrimSpace(text) != "" {
		w.blocks = append(w.blocks, block{text, w.tight, w.nodes, w.linked, w.strong})
		w.tight = false
	}
	w.nodes, w.linked, w.strong = nil, 0, 0
	w.b.Reset()
	w.space = false
}

// lineEnd is a br: one ends a line, two a paragraph.
func (w *writer) lineEnd() {
	switch s := w.b.String(); {
	case s == "":
	case strings.HasSuffix(s, "\n"):
		w.end()
	default:
		w.b.WriteByte('\n')
	}
	w.space = false
}

func (w *writer) preformatted(n *html.Node) {
	w.end()
	w.pre++
	w.children(n)
	w.pre--
	w.end()
}

func (w *writer) list(n *html.Node, numbered bool) {
	w.end()
	number := -1
	if numbered {
		number = 0
	}
	w.lists = append(w.lists, number)
	w.children(n)
	w.lists = w.lists[:len(w.lists)-1]
	w.end()
	w.tight, w.prefix = false, ""
}

func (w *writer) item(n *html.Node) {
	w.end()
	w.prefix = "- "
	first := true
	if depth := len(w.lists); depth > 0 {
		at := &w.lists[depth-1]
		first = previousElement(n) == nil
		if *at >= 0 {
			*at++
			w.prefix = strconv.Itoa(*at) + ". "
		}
		w.prefix = strings.Repeat("  ", depth-1) + w.prefix
		first = first && depth == 1
	}
	w.tight = !first && len(w.blocks) > 0
	w.children(n)
	w.end()
	w.tight, w.prefix = false, ""
}

func (w *writer) row(n *html.Node) {
	w.end()
	w.tight = previousElement(n) != nil && len(w.blocks) > 0
	w.children(n)
	w.end()
	w.tight = false
}

// cell parts cells with a bar. A cell that holds paragraphs is no figure or
// word of a table but a page laid out with one.
func (w *writer) cell(n *html.Node) {
	if previousElement(n) != nil && w.b.Len() > 0 {
		w.space = true
		w.begin()
		w.b.WriteString("| ")
	}
	w.children(n)
}

func previousElement(n *html.Node) *html.Node {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.ElementNode {
			return p
		}
	}
	return nil
}

// isUnread reports elements that hold none of the running text.
func isUnread(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Head, atom.Noscript, atom.Template, atom.Figcaption, atom.Caption, atom.Button,
		atom.Select, atom.Option, atom.Textarea, atom.Input, atom.Svg, atom.Iframe, atom.Object, atom.Embed,
		atom.Audio, atom.Video, atom.Canvas, atom.Img, atom.Nav, atom.Dialog:
		return true
	}
	return false
}

func isInline(a atom.Atom) bool {
	switch a {
	case atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del,
		atom.Dfn, atom.Em, atom.Font, atom.I, atom.Ins, atom.Kbd, atom.Label, atom.Mark, atom.Nobr, atom.Q, atom.Rb, atom.Rp,
		atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong, atom.Sub, atom.Sup, atom.Time,
		atom.Tt, atom.U, atom.Var, atom.Wbr:
		return true
	}
	return false
}
