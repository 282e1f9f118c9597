package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// migration lifts an archive from one version of the schema to the next.
type migration struct {
	to    int
	steps string // SQL
}

// migrations holds every step since version 1, in order. A step is never
// changed once an archive may have gone through it; what it leads to must be
// what schema.sql makes, which a test compares.
var migrations = []migration{{
	to: 2,
	steps: `
		UPDATE articles SET key = substr(key, 1, 16);
		DROP INDEX articles_by_source;
		DROP INDEX articles_by_day;
		DROP INDEX citations_by_source;
		CREATE TABLE types (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
		INSERT INTO types (name) SELECT type FROM articles GROUP BY type ORDER BY min(id);
		DROP TABLE article_index;
		CREATE VIRTUAL TABLE article_index USING fts5 (
  body, title,
  content = 'article_words', content_rowid = 'id', tokenize = 'ascii'
);
		INSERT INTO article_index (article_index, rank) VALUES ('rank', 'bm25(1.0, 2.0)');
		INSERT INTO article_index (article_index, rank) VALUES ('hashsize', 67108864);
		INSERT INTO article_index (article_index, rank) VALUES ('pgsz', 32722);
		DELETE FROM meta WHERE key = 'analysis'; -- the index is to be made anew
		DELETE FROM columns;`,
}, {
	to: 3,
	steps: `
		CREATE TABLE vocabulary (
  id    INTEGER PRIMARY KEY,
  list  INTEGER NOT NULL,           -- 1: words; 2: words that look like names, by the keys of their sound
  run   INTEGER NOT NULL,
  first BLOB NOT NULL,              -- the first entry of the block
  data  BLOB NOT NULL               -- its entries in ascending order
);
		CREATE UNIQUE INDEX vocabulary_blocks ON vocabulary (list, run, first);
		CREATE TABLE name_pairs (
  a        TEXT NOT NULL,           -- folded, a < b
  b        TEXT NOT NULL,
  accepted INTEGER NOT NULL,        -- 1: one name, 0: two
  decided  TEXT NOT NULL,           -- when
  PRIMARY KEY (a, b)
) WITHOUT ROWID;
		CREATE TABLE saved_searches (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL UNIQUE,
  query   TEXT NOT NULL,            -- in the query language; '' where flags say all
  flags   TEXT NOT NULL,            -- JSON: flag -> values
  added   TEXT NOT NULL,
  seen    BLOB NOT NULL,            -- ids of the articles that it found when it was saved or has shown as new
                                    --   since: for each run of ids the gap behind the run before and the length
                                    --   less 1, in varints of protocol buffers
  seen_at TEXT                      -- when somebody last looked for new ones; NULL: never
);
		CREATE TABLE search_log (
  id       INTEGER PRIMARY KEY,
  asked    TEXT NOT NULL,           -- when
  command  TEXT NOT NULL,           -- 'search', 'kwic', ...
  query    TEXT NOT NULL,           -- as typed
  flags    TEXT NOT NULL,           -- JSON: flag -> values
  reading  TEXT NOT NULL,           -- as it was read, with all parentheses
  notes    TEXT NOT NULL,           -- what was said of it, such as corrections, one a line
  articles INTEGER NOT NULL,        -- that the archive held
  sources  INTEGER NOT NULL,        -- that had published them
  last     INTEGER NOT NULL,        -- highest id of an article
  imported TEXT,                    -- when the last import had begun; NULL: there was none
  matched  INTEGER NOT NULL,        -- articles that matched all the words
  partly   INTEGER NOT NULL         -- further ones that matched some
);`,
}, {
	to: 4,
	steps: `
		ALTER TABLE articles ADD COLUMN captured TEXT;
		ALTER TABLE places ADD COLUMN source_from TEXT;
		ALTER TABLE imports ADD COLUMN places TEXT;
		ALTER TABLE imports ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
		ALTER TABLE imports ADD COLUMN unchanged INTEGER NOT NULL DEFAULT 0;
		ALTER TABLE imports ADD COLUMN skipped TEXT;
		ALTER TABLE imports ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
		CREATE TABLE corrections (
  article INTEGER NOT NULL REFERENCES articles,
  field   TEXT NOT NULL,            -- 'title', 'source', 'author', 'date', 'lang', 'url', 'tags'
  value   TEXT NOT NULL,            -- '' clears the field; of tags JSON: {"add": [...], "remove": [...]}
  was     TEXT NOT NULL,            -- JSON: what the file says, with how it was found
  made    TEXT NOT NULL,            -- when
  PRIMARY KEY (article, field)
) WITHOUT ROWID;
		CREATE TABLE source_aliases (
  name   TEXT PRIMARY KEY,
  source TEXT NOT NULL,             -- may stand for another in its turn
  made   TEXT NOT NULL              -- when
) WITHOUT ROWID;
		CREATE TABLE aliased_articles (
  name    TEXT NOT NULL,
  article INTEGER NOT NULL REFERENCES articles,
  PRIMARY KEY (name, article)
) WITHOUT ROWID;
		CREATE TABLE aliased_citations (
  name    TEXT NOT NULL,
  article INTEGER NOT NULL REFERENCES articles,
  rule    INTEGER NOT NULL REFERENCES rules,
  phrase  TEXT NOT NULL,            -- the words that name it
  also    INTEGER NOT NULL,         -- 1: the article names the other outlet as well
  PRIMARY KEY (name, article)
) WITHOUT ROWID;`,
}, {
	to: sumsSince,
	steps: `
		CREATE TABLE originals (
  id     INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL,             -- of the whole file, see files.sha256
  part   INTEGER NOT NULL,          -- from 0 on
  data   BLOB NOT NULL
);
CREATE UNIQUE INDEX originals_by_part ON originals (sha256, part);
		CREATE TABLE sums (
  part    TEXT NOT NULL,            -- the table
  block   INTEGER NOT NULL,         -- the rows whose first column is from 64 * block on; 0 also for those of text
  entries INTEGER NOT NULL,         -- how many rows there are
  sum     INTEGER NOT NULL,         -- their hashes added up, modulo 2^64, as a signed number
  PRIMARY KEY (part, block)
) WITHOUT ROWID;`,
}}

// sumsSince is the version from which on archives keep sums of their rows. A
// step may give tables other columns, so all is summed up after each.
const sumsSince = 5

// upToDate reports whether an archive has the current schema and analysis.
// It refuses one of a later version, and one that holds other definitions than
// its version has. (The file's header may be behind the
// write-ahead log, so what stands here decides.)
func upToDate(ctx context.Context, path string, db queryer) (bool, error) {
	var version int
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return false, fault("open "+path, err)
	}
	if err := checkVersion(path, version); err != nil {
		return false, err
	}
	if err := checkSchema(ctx, path, db, version); err != nil || version < SchemaVersion {
		return false, err
	}
	return madeNow(ctx, path, db)
}

// madeNow reports whether what is worked out of the texts was made by this
// version. It refuses what a later one has made.
func madeNow(ctx context.Context, path string, db queryer) (current bool, err error) {
	current = true
	for key, version := range madeBy {
		made, err := madeWith(ctx, db, key)
		if err != nil {
			return false, fault("open "+path, err)
		}
		if made > version {
			return false, &Error{Text: path + " was indexed by a later version of archive (use the later program)"}
		}
		current = current && made == version
	}
	return current, nil
}

// upToDateIn asks in one transaction: another process may be at it.
func upToDateIn(ctx context.Context, path string, db *sql.DB) (current bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, fault("open "+path, err)
	}
	defer tx.Rollback()
	return upToDate(ctx, path, tx)
}

// madeBy holds the versions of what is worked out of the texts, by its key in
// meta. What another version has made is made anew.
var madeBy = map[string]int{"analysis": analysisVersion, "vocabulary": vocabularyVersion}

// madeWith gives the version that something was made with; 0 if that is not
// known.
func madeWith(ctx context.Context, db interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, key string) (int, error) {
	var value string
	err := db.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = ?`, key).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	version, err := strconv.Atoi(value)
	if err != nil {
		return 0, nil
	}
	return version, nil
}

// noteMade notes that everything was made by this program.
func noteMade(ctx context.Context, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}) error {
	for key, version := range madeBy {
		if _, err := db.ExecContext(ctx, `INSERT INTO meta (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, version); err != nil {
			return err
		}
	}
	return nil
}

// bringUpToDate lifts an older archive to the current version, each step in
// a transaction of its own that also notes the new version, and makes the
// index anew if the analysis of text has changed.
func bringUpToDate(ctx context.Context, path string, steps []migration) (err error) {
	db, err := connect(path, append(writing[:len(writing):len(writing)], "foreign_keys(0)")...)
	if err != nil {
		return fault("open "+path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, step := range steps {
		if err := migrate(ctx, db, path, step); err != nil {
			return fault(fmt.Sprintf("bring %s to format %d", path, step.to), err)
		}
	}
	return fault("renew the index of "+path, renew(ctx, db, path))
}

func migrate(ctx context.Context, db *sql.DB, path string, step migration) error {
	return inTurn(ctx, db, path, func(ctx context.Context, conn *sql.Conn) error {
		var now int
		if err := conn.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&now); err != nil {
			return err
		}
		if now >= step.to { // another process was faster
			return nil
		}
		if _, err := conn.ExecContext(ctx, step.steps); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, step.to)); err != nil || step.to < sumsSince {
			return err
		}
		tell, err := lifting(ctx, conn, path, "adding up the rows")
		if err != nil {
			return err
		}
		return sumUp(ctx, conn, tell)
	})
}

type liftingKey struct{}

// OnLifting gives a context with which tell is called now and then while the
// archive at path is brought up to date: what is being done, and how many of
// its articles are behind it. At the end of each part done is total.
func OnLifting(ctx context.Context, tell func(path, doing string, done, total int64)) context.Context {
	return context.WithValue(ctx, liftingKey{}, tell)
}

// lifting gives what tells how far a part of bringing an archive up to date
// has come: to the article with an id; past the last at the end.
func lifting(ctx context.Context, db queryer, path, doing string) (func(id int64), error) {
	tell, ok := ctx.Value(liftingKey{}).(func(path, doing string, done, total int64))
	if !ok {
		return func(int64) {}, nil
	}
	var last int64
	err := db.QueryRowContext(ctx, `SELECT coalesce(max(id), 0) FROM articles`).Scan(&last)
	return func(id int64) { tell(path, doing, min(id, last), last) }, err
}

// inTurn makes a change in one transaction, on a connection of its own.
func inTurn(ctx context.Context, db *sql.DB, path string, change func(context.Context, *sql.Conn) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, discard(conn)) }()
	return inTransaction(ctx, conn, path, turnWait, change)
}

// renew makes the full-text index and the vocabulary anew where another
// version made them.
func renew(ctx context.Context, db *sql.DB, path string) error {
	return inTurn(ctx, db, path, func(ctx context.Context, conn *sql.Conn) error {
		tell, err := lifting(ctx, conn, path, "indexing the articles")
		if err != nil {
			return err
		}
		r := renewal{ctx: ctx, conn: conn, indexer: NewIndexer(), tell: tell}
		if err := r.open(); err != nil {
			return err
		}
		if err := errors.Join(r.texts(), r.close()); err != nil {
			return err
		}
		if r.index != nil { // the lengths are others
			if err := packColumns(ctx, conn, conn); err != nil {
				return err
			}
		}
		return noteMade(ctx, conn)
	})
}

// renewal goes through all texts once.
type renewal struct {
	ctx     context.Context
	conn    *sql.Conn // in a transaction
	indexer *Indexer
	tell    func(id int64)    // how far it has come
	index   indexWriter       // nil where the index is as it should be
	words   *vocabularyWriter // nil where the vocabulary is
	forms   *formsWriter      // made with words
}

// open empties what is to be made anew.
func (r *renewal) open() error {
	analysis, err := madeWith(r.ctx, r.conn, "analysis")
	if err != nil {
		return err
	}
	vocabulary, err := madeWith(r.ctx, r.conn, "vocabulary")
	if err != nil {
		return err
	}
	if vocabulary != vocabularyVersion || analysis != analysisVersion {
		r.words, r.forms = newVocabularyWriter(r.conn), newFormsWriter(r.conn)
		if _, err := r.conn.ExecContext(r.ctx, `DELETE FROM vocabulary`); err != nil {
			return err
		}
	}
	if analysis == analysisVersion {
		return nil
	}
	// From here on FTS5 is not asked again: it would not see what we write.
	if _, err := r.conn.ExecContext(r.ctx, `INSERT INTO article_index (article_index) VALUES ('delete-all')`); err != nil {
		return err
	}
	r.index, err = newIndexWriter(r.ctx, r.conn)
	return err
}

func (r *renewal) close() error {
	if r.index == nil {
		return nil
	}
	return r.index.Close()
}

// texts goes through the articles, a few hundred at a time so that memory
// stays small.
func (r *renewal) texts() error {
	if r.index == nil && r.words == nil {
		return nil
	}
	for after := int64(0); ; {
		batch, err := textsAfter(r.ctx, r.conn, after)
		if err != nil {
			return err
		}
		if len(batch) == 0 {
			r.tell(math.MaxInt64)
			return r.flush(0, 0, 0)
		}
		r.tell(after)
		for _, a := range batch {
			r.add(a)
		}
		if err := r.flush(maxTokens, maxWords, maxForms); err != nil {
			return err
		}
		if after, err = next(after, batch[len(batch)-1].ID); err != nil {
			return err
		}
	}
}

func (r *renewal) add(a *Article) {
	d, forms := r.indexer.document(a)
	if r.index != nil {
		r.index.Add(a.ID, d)
	}
	if r.words != nil {
		r.words.add(r.indexer.lexicon.Written())
		r.forms.add(a.ID, forms)
	}
}

// maxWords is how many words wait before they are written.
const maxWords = 1 << 18

// maxForms is how many forms of articles wait before they are written.
const maxForms = 1 << 20

// flush writes out what has so many tokens, words and forms waiting.
func (r *renewal) flush(tokens, words, forms int) error {
	if r.index != nil && r.index.Tokens() >= tokens {
		if err := r.index.Flush(); err != nil {
			return err
		}
	}
	if r.words != nil && len(r.words.words) >= words {
		if err := r.words.write(r.ctx); err != nil {
			return err
		}
	}
	if r.forms != nil && len(r.forms.postings) >= forms {
		return r.forms.write(r.ctx)
	}
	return nil
}

func textsAfter(ctx context.Context, conn *sql.Conn, id int64) (batch []*Article, err error) {
	rows, err := conn.QueryContext(ctx, `
		SELECT a.id, coalesce(a.title, ''), coalesce(a.lang, ''), b.text
		FROM articles a JOIN bodies b ON b.id = a.id
		WHERE a.id > ? ORDER BY a.id LIMIT 256`, id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var a Article
		if err := rows.Scan(&a.ID, &a.Title.Value, &a.Lang.Value, &a.Text); err != nil {
			return nil, err
		}
		batch = append(batch, &a)
	}
	return batch, rows.Err()
}
