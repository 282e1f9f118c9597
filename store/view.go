package store

import (
	"context"
	"errors"
	"math"

	"example.com/archive/store/fts5"
)

// View answers questions about one state of the archive, whatever is
// imported meanwhile, so that what it counts is what it finds. It belongs to
// one goroutine and must be closed.
//
// Words are looked up in the pages of the full-text index directly, other
// properties in the packed values of articles. Where the pages are of a kind
// that package fts5 does not know, and for the order by title, SQL answers.
type View struct {
	archive *Archive
	path    string
	conn    *connection
	index   *fts5.Index // nil: SQL answers
	page    *statement
	leaf    *statement
	block   *statement
	// words holds the articles with words that were asked for, by their key.
	words   map[string]*fts5.Counts
	columns [columnEnd]*columnReader
	readers []*columnReader // all of them
	// vocabulary is opened when it is first needed.
	vocabulary vocabularyReader
}

// View opens a view of the archive as it is now.
func (a *Archive) View(ctx context.Context) (*View, error) {
	conn, err := a.connection(ctx)
	if err != nil {
		return nil, fault("search "+a.path, err)
	}
	v := &View{archive: a, path: a.path, conn: conn, words: make(map[string]*fts5.Counts)}
	if err := v.open(ctx); err != nil {
		return nil, fault("search "+a.path, errors.Join(err, v.Close()))
	}
	return v, nil
}

func (v *View) open(ctx context.Context) (err error) {
	if err := v.conn.do(ctx, `BEGIN`); err != nil {
		return err
	}
	// The + keeps SQLite from planning anew for each other value.
	for stmt, query := range map[**statement]string{
		&v.page:  `SELECT block FROM article_index_data WHERE id = ?`,
		&v.leaf:  `SELECT pgno FROM article_index_idx WHERE segid = +? AND term <= ? ORDER BY term DESC LIMIT 1`,
		&v.block: `SELECT data FROM columns WHERE id = ?`,
	} {
		if *stmt, err = v.conn.statement(ctx, query); err != nil {
			return err
		}
	}
	v.index, err = fts5.Open(shadow{ctx, v}, indexColumns)
	if errors.Is(err, fts5.ErrUnknown) {
		v.index, err = nil, nil
	}
	return err
}

// The columns of the index.
const (
	bodyColumn = iota
	titleColumn
	indexColumns
)

// Close lets go of the state.
func (v *View) Close() error {
	// The context of the search may be over; the transaction ends all the same.
	err := v.conn.do(context.Background(), `ROLLBACK`)
	if err != nil {
		err = errors.Join(err, v.conn.close())
	} else {
		err = v.archive.release(v.conn)
	}
	return fault("search "+v.path, err)
}

// shadow gives package fts5 the rows of the index's shadow tables.
type shadow struct {
	ctx context.Context
	v   *View
}

func (s shadow) Page(id int64) ([]byte, error) { return s.v.page.block(s.ctx, id) }

func (s shadow) Leaf(segment int64, term []byte) (pgno int64, err error) {
	return s.v.leaf.number(s.ctx, segment, term)
}

// column gives the reader of a column, which all share.
func (v *View) column(c column) *columnReader {
	if v.columns[c] == nil {
		v.columns[c] = &columnReader{stmt: v.block, col: c}
		v.readers = append(v.readers, v.columns[c])
	}
	return v.columns[c]
}

// columnError gives the first error of reading packed values.
func (v *View) columnError() error {
	for _, r := range v.readers {
		if r.err != nil {
			return r.err
		}
	}
	return nil
}

// Order is how found articles are sorted; ties go by id.
type Order int

const (
	ByScore    Order = iota // best first
	ByDate                  // oldest first, undated last
	ByDateDesc              // newest first, undated last
	BySource
	ByTitle
	ByAdded // newest first
)

// Search is a question to the index and the tables.
type Search struct {
	Where Node
	// Except, if not nil, leaves out the articles that satisfy it.
	Except Node
	// Score holds the words whose BM25 makes an article's score: k1 1.2,
	// b .75, a word of the title counting twice. The alternatives of one
	// Words count as one word. None: every score is 0.
	Score []Node
	// Sequence holds the words of a query in their order. Neighbours among
	// them that stand together in an article raise it, if it is near the top.
	Sequence []Words
	Order    Order
	Limit    int // 0: all
	Offset   int
}

// upTo gives how many articles there are up to the end of the page.
func (s Search) upTo() int {
	if s.Limit == 0 || s.Limit > math.MaxInt-s.Offset {
		return math.MaxInt
	}
	return s.Limit + s.Offset
}

// Scored is an article found; the higher the score the better.
type Scored struct {
	ID    int64
	Score float64
}

// isForSQL reports whether SQL can answer what the pages cannot.
func isForSQL(err error) bool {
	return errors.Is(err, fts5.ErrTooMany) || errors.Is(err, fts5.ErrUnknown)
}

// Find gives the page asked for of the articles that satisfy a condition, in
// order, and how many there are in all.
func (v *View) Find(ctx context.Context, s Search) (found []Scored, total int, err error) {
	if v.index != nil && s.Order != ByTitle {
		found, total, err = v.findPaged(ctx, s)
		if !isForSQL(err) {
			return found, total, fault("search "+v.path, err)
		}
	}
	if found, err = v.findSQL(ctx, s); err != nil || s.Limit == 0 && s.Offset == 0 {
		return found, len(found), err
	}
	where := s.Where
	if s.Except != nil {
		where = And{where, Not{s.Except}}
	}
	total, err = v.Count(ctx, where)
	return found, total, err
}

// Count gives the number of articles that satisfy a condition.
func (v *View) Count(ctx context.Context, where Node) (int, error) {
	if v.index != nil {
		n, err := v.countRows(ctx, where)
		if !isForSQL(err) {
			return n, fault("search "+v.path, err)
		}
	}
	return v.countSQL(ctx, where)
}
