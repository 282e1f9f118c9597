package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"example.com/archive/store/fts5"
	"example.com/archive/store/wordlist"
	"example.com/archive/text"
)

// texts reads every text and compares what the archive holds of it with what
// it should.
func (x *inspector) texts(ctx context.Context) (err error) {
	index, err := x.readIndex(ctx)
	if err != nil {
		return err
	}
	scratch, err := newScratch(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.close()) }()
	r := &reader{inspector: x, index: index, indexer: NewIndexer(), words: newVocabularyWriter(scratch.conn), forms: newFormsWriter(scratch.conn)}
	for after := int64(0); ; {
		batch, err := x.articlesAfter(ctx, after)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			break
		}
		for _, a := range batch {
			if err := r.article(ctx, a); err != nil {
				return err
			}
		}
		if err := r.flush(ctx, maxWords, maxForms); err != nil {
			return err
		}
		if after, err = next(after, batch[len(batch)-1].ID); err != nil {
			return err
		}
	}
	if err := r.flush(ctx, 0, 0); err != nil {
		return err
	}
	r.report()
	return x.vocabulary(ctx, scratch.conn)
}

// next gives the id of the last row of a batch, which is above that of the
// batch before.
func next(before, last int64) (int64, error) {
	if last <= before {
		return 0, errDisorder
	}
	return last, nil
}

// indexSums is what the index holds of each article, added up so that the
// order does not matter.
type indexSums struct {
	known  bool // the index is of a kind that is read here
	seed   maphash.Seed
	of     map[int64]uint64
	totals fts5.Totals
}

// sum gives a number for a word at a position.
func (s *indexSums) sum(term uint64, at fts5.Position) uint64 {
	h := (term ^ uint64(at)*0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return h ^ h>>29
}

// readIndex goes through the whole index.
func (x *inspector) readIndex(ctx context.Context) (*indexSums, error) {
	s := &indexSums{seed: maphash.MakeSeed(), of: make(map[int64]uint64)}
	pages, err := newShadowReader(ctx, x.conn)
	if err != nil {
		return s, err
	}
	defer pages.close()
	index, err := fts5.Open(pages, indexColumns)
	if err == nil {
		s.known, s.totals = true, index.Totals
		err = index.Walk(func(term []byte, row int64, positions []fts5.Position) error {
			h := maphash.Bytes(s.seed, term)
			for _, p := range positions {
				s.of[row] += s.sum(h, p)
			}
			return ctx.Err()
		})
	}
	switch {
	case errors.Is(err, fts5.ErrUnknown):
		s.known = false
		return s, nil
	case errors.Is(err, fts5.ErrDamaged):
		s.known = false
		x.problem(Problem{Text: "the pages of the index are damaged"})
		return s, nil
	}
	return s, err
}

// storedArticle is an article with what the archive has worked out of it.
type storedArticle struct {
	Article
	key         []byte
	words, size int
	first, last sql.NullInt64
	sizes       []byte // FTS5's of its columns
}

func (x *inspector) articlesAfter(ctx context.Context, id int64) (batch []*storedArticle, err error) {
	rows, err := x.conn.QueryContext(ctx, `
		SELECT a.id, a.key, coalesce(a.title, ''), coalesce((SELECT derived FROM rules WHERE id = a.title_rule), 0),
		       coalesce(s.name, ''), coalesce((SELECT derived FROM rules WHERE id = a.source_rule), 0),
		       coalesce(a.lang, ''), coalesce(a.published, ''), a.first_day, a.last_day, a.words, a.bytes, b.text, coalesce(i.sz, x'')
		FROM articles a JOIN bodies b ON b.id = a.id LEFT JOIN sources s ON s.id = a.source
		LEFT JOIN article_index_docsize i ON i.id = a.id
		WHERE a.id > ? ORDER BY a.id LIMIT 256`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		a := &storedArticle{}
		err := rows.Scan(&a.ID, &a.key, &a.Title.Value, &a.Title.Derived, &a.Source.Value, &a.Source.Derived,
			&a.Lang.Value, &a.Published.iso, &a.first, &a.last, &a.words, &a.size, &a.Text, &a.sizes)
		if err != nil {
			return nil, err
		}
		batch = append(batch, a)
	}
	return batch, rows.Err()
}

// reader works out everything of the articles again.
type reader struct {
	*inspector
	index   *indexSums
	indexer *Indexer
	words   *vocabularyWriter
	forms   *formsWriter

	foreign, misindexed, miscounted, misdated named
	rows                                      int64
	tokens                                    [indexColumns]int64
}

// named counts articles and keeps the first of them.
type named struct {
	n   int64
	ids []int64
}

func (n *named) add(id int64) {
	if n.n++; len(n.ids) < maxProblems {
		n.ids = append(n.ids, id)
	}
}

func (n *named) String() string {
	list := ""
	for i, id := range n.ids {
		if i > 0 {
			list += ", "
		}
		list += fmt.Sprint(id)
	}
	if n.n > int64(len(n.ids)) {
		list += ", ..."
	}
	return list
}

func (r *reader) article(ctx context.Context, a *storedArticle) error {
	own, err := r.isOwn(ctx, a)
	if err != nil {
		return err
	}
	if !own {
		r.foreign.add(a.ID)
	}
	d, forms := r.indexer.document(&a.Article)
	r.words.add(r.indexer.lexicon.Written())
	r.forms.add(a.ID, forms)
	if a.words != len(d.Columns[bodyColumn]) || a.size != len(a.Text) {
		r.miscounted.add(a.ID)
	}
	if day := a.Published; a.first.Valid == day.IsZero() || a.first.Valid && (a.first.Int64 != int64(day.First()) || a.last.Int64 != int64(day.Last())) {
		r.misdated.add(a.ID)
	}
	if r.index.known && (r.sum(d) != r.index.of[a.ID] || !sizesAre(a.sizes, d)) {
		r.misindexed.add(a.ID)
	}
	delete(r.index.of, a.ID)
	r.rows++
	for c, tokens := range d.Columns {
		r.tokens[c] += int64(len(tokens))
	}
	return nil
}

// sum adds up the words of a document as readIndex does.
func (r *reader) sum(d *fts5.Document) (sum uint64) {
	for column, tokens := range d.Columns {
		for i, t := range tokens {
			sum += r.index.sum(maphash.String(r.index.seed, d.Terms[t]), fts5.Position(column)<<32|fts5.Position(i))
		}
	}
	return sum
}

// sizesAre compares FTS5's sizes of the columns of an article.
func sizesAre(sizes []byte, d *fts5.Document) bool {
	for _, tokens := range d.Columns {
		var n uint32
		if n, sizes = nextSize(sizes); n != uint32(len(tokens)) {
			return false
		}
	}
	return len(sizes) == 0
}

// isOwn reports whether an article's text, title and source are those that it
// was stored with: they make its key. What was corrected since, and outlets
// that another stands for, count as they came.
func (r *reader) isOwn(ctx context.Context, a *storedArticle) (bool, error) {
	if k := a.Key(); bytes.Equal(a.key, k[:]) {
		return true, nil
	}
	titles, sources := []Field{a.Title}, []Field{a.Source}
	corrections, err := correctionsOn(ctx, r.conn, a.ID)
	if err != nil {
		return false, err
	}
	for _, c := range corrections {
		was := Field{Value: c.was.Value, Derived: c.was.Derived}
		switch c.field {
		case "title":
			titles = append(titles, was)
		case "source":
			sources = append(sources, was)
		}
	}
	names, err := r.list(ctx, fmt.Sprintf(`SELECT name FROM aliased_articles WHERE article = %d`, a.ID))
	if err != nil {
		return false, err
	}
	for _, name := range names {
		sources = append(sources, Field{Value: name})
	}
	return a.keyIsOf(titles, sources), nil
}

func (a *storedArticle) keyIsOf(titles, sources []Field) bool {
	for _, title := range titles {
		for _, source := range sources {
			k := (&Article{Title: title, Source: source, Text: a.Text}).Key()
			if bytes.Equal(a.key, k[:]) {
				return true
			}
		}
	}
	return false
}

func (r *reader) flush(ctx context.Context, words, forms int) error {
	if len(r.words.words) >= words {
		if err := r.words.write(ctx); err != nil {
			return err
		}
	}
	if len(r.forms.postings) >= forms {
		return r.forms.write(ctx)
	}
	return nil
}

func (r *reader) report() {
	r.lost(r.foreign.n, "what was imported and the text, title or source of %s differ: %v", some(r.foreign.n, "article"), &r.foreign)
	r.derived(r.miscounted.n, "the length of %s is noted wrong: %v", some(r.miscounted.n, "article"), &r.miscounted)
	r.derived(r.misdated.n, "days that do not agree with the date of %s: %v", some(r.misdated.n, "article"), &r.misdated)
	r.derived(r.misindexed.n, "the index does not agree with the text of %s: %v", some(r.misindexed.n, "article"), &r.misindexed)
	if !r.index.known {
		return
	}
	r.derived(int64(len(r.index.of)), "the index holds words of %s that the archive has not", some(int64(len(r.index.of)), "article"))
	agree := r.index.totals.Rows == r.rows
	for c, n := range r.index.totals.Tokens {
		agree = agree && n == r.tokens[c]
	}
	if !agree {
		r.problem(Problem{Text: "the index counts other articles and words than there are"})
	}
}

// scratch is a database of its own for what is worked out again.
type scratch struct {
	dir  string
	db   *sql.DB
	conn *sql.Conn
}

func newScratch(ctx context.Context) (s *scratch, err error) {
	s = &scratch{}
	if s.dir, err = os.MkdirTemp("", "archive-check-*"); err != nil {
		return nil, err
	}
	s.db, err = connect(filepath.Join(s.dir, "scratch.db"), "journal_mode(OFF)", "synchronous(OFF)")
	if err == nil {
		s.conn, err = s.db.Conn(ctx)
	}
	if err == nil {
		_, err = s.conn.ExecContext(ctx, `
			CREATE TABLE vocabulary (id INTEGER PRIMARY KEY, list INTEGER, run INTEGER, first BLOB, data BLOB);
			CREATE UNIQUE INDEX vocabulary_blocks ON vocabulary (list, run, first);
			CREATE TABLE columns (id INTEGER PRIMARY KEY, data BLOB NOT NULL)`)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *scratch) close() (err error) {
	if s.conn != nil {
		err = s.conn.Close()
	}
	if s.db != nil {
		err = errors.Join(err, s.db.Close())
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// vocabulary compares the words that the archive lists with those of its
// texts, worked out again. It may list more: those of earlier versions stay.
func (x *inspector) vocabulary(ctx context.Context, fresh *sql.Conn) error {
	for _, list := range []int{wordList, nameList, formList} {
		err := compareLists(ctx, x.conn, fresh, list)
		if errors.Is(err, wordlist.ErrDamaged) {
			x.problem(Problem{Text: "the list of words is damaged"})
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareLists fails with wordlist.ErrDamaged where a list lacks an entry.
func compareLists(ctx context.Context, held, fresh *sql.Conn, list int) (err error) {
	next, stop := iter.Pull2(entriesOf(ctx, held, list))
	defer stop()
	c := &listComparer{list: list, next: next, looked: make(map[string]string)}
	c.advance()
	for want, err := range entriesOf(ctx, fresh, list) {
		if err != nil {
			return err
		}
		for c.more && c.entry.Key < want.Key {
			c.advance()
		}
		if !c.holds(want) {
			return errors.Join(c.err, wordlist.ErrDamaged)
		}
	}
	for c.more { // the rest shall be readable, too
		c.advance()
	}
	return c.err
}

// listComparer goes through the list that the archive holds.
type listComparer struct {
	list   int
	next   func() (wordlist.Entry, error, bool)
	entry  wordlist.Entry
	more   bool
	err    error
	looked map[string]string // places of the articles whose texts are looked at, by the end of their key
}

func (c *listComparer) advance() {
	c.entry, c.err, c.more = c.next()
	c.more = c.more && c.err == nil
	if block, ok := strings.CutPrefix(c.entry.Key, lookedAt+"\x00"); ok && c.more && c.list == formList {
		c.looked[block] = c.entry.Form
	}
}

// holds reports whether the list says all that an entry does.
func (c *listComparer) holds(want wordlist.Entry) bool {
	same := c.more && c.entry.Key == want.Key
	if c.list != formList {
		return c.holdsWord(same, want.Cases)
	}
	var told [formEntries]bool
	tell := func(place uint16) { told[place] = true }
	if same && !eachPlace([]byte(c.entry.Form), tell) || len(want.Key) < 3 || !eachPlace([]byte(c.looked[want.Key[len(want.Key)-3:]]), tell) {
		return false
	}
	all := true
	return eachPlace([]byte(want.Form), func(place uint16) { all = all && told[place] }) && all
}

// holdsWord compares the cases of a word. In which it is met at the start of a
// sentence, and what the list of names says of lower case, depends on the
// order in which the articles came.
func (c *listComparer) holdsWord(same bool, want text.Cases) bool {
	want &^= text.Initial
	if c.list == nameList {
		if want &^= text.Lower; want == 0 {
			return true
		}
	}
	return same && c.entry.Cases&want == want
}

// entriesOf goes through a list, its runs merged.
func entriesOf(ctx context.Context, conn *sql.Conn, list int) iter.Seq2[wordlist.Entry, error] {
	return func(yield func(wordlist.Entry, error) bool) {
		w := newVocabularyWriter(conn)
		runs, err := w.runs(ctx, list)
		if err == nil {
			err = w.each(ctx, list, runs, func(e wordlist.Entry) error {
				if !yield(e, nil) {
					return errStopped
				}
				return ctx.Err()
			})
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(wordlist.Entry{}, err)
		}
	}
}

var errStopped = errors.New("stopped")

// columns compares the packed values of the articles with their rows.
func (x *inspector) columns(ctx context.Context) (err error) {
	scratch, err := newScratch(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, scratch.close()) }()
	if err := packColumns(ctx, x.conn, scratch.conn); err != nil {
		return err
	}
	held, err := blocksOf(ctx, x.conn)
	if err != nil {
		return err
	}
	want, err := blocksOf(ctx, scratch.conn)
	if err != nil {
		return err
	}
	wrong := 0
	for id := range held {
		if _, ok := want[id]; !ok {
			want[id] = nil
		}
	}
	for id, block := range want {
		if !sameNumbers(id, held[id], block, want) {
			wrong++
		}
	}
	x.derived(int64(wrong), "%s of packed values not in agreement with the articles", some(int64(wrong), "block"))
	return nil
}

func blocksOf(ctx context.Context, conn *sql.Conn) (blocks map[int64][]byte, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT id, data FROM columns`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	blocks = make(map[int64][]byte)
	for rows.Next() {
		var id int64
		var data []byte
		if err := rows.Scan(&id, &data); err != nil {
			return nil, err
		}
		blocks[id] = data
	}
	return blocks, rows.Err()
}

// sameNumbers compares a block as it is held, perhaps wider than it need be,
// with what it should be.
func sameNumbers(id int64, held, want []byte, all map[int64][]byte) bool {
	n := blockRows
	if column(id>>32) == columnOutlets {
		cited := readNumbers(all[int64(columnCited)<<32|id&0xffffffff], blockRows)
		n = 0
		for i := range blockRows {
			n += int(cited.at(i))
		}
	}
	if n == 0 || len(held)%n != 0 || len(held)/n > 4 {
		return len(held) == len(want)
	}
	a, b := readNumbers(held, n), readNumbers(want, n)
	for i := range n {
		if a.at(i) != b.at(i) {
			return false
		}
	}
	return true
}

// sums compares the rows that cannot be worked out again with their sums.
func (x *inspector) sums(ctx context.Context) error {
	for _, table := range summed {
		changed, err := changedBlocks(ctx, x.conn, table)
		if err != nil {
			return err
		}
		for _, b := range changed[:min(len(changed), maxProblems)] {
			x.problem(Problem{Text: fmt.Sprintf("something in %s is not as archive wrote it", b), Lost: true})
		}
		if more := len(changed) - maxProblems; more > 0 {
			x.problem(Problem{Text: fmt.Sprintf("nor is something in %d further parts of %s", more, table), Lost: true})
		}
	}
	return nil
}
