-- The schema of an archive, version 5.
--
-- An archive is one SQLite file. Any SQLite tool reads it, and gets every
-- article out without the full-text index:
--
--   SELECT a.id, s.name, a.title, a.published, b.text
--   FROM articles a JOIN bodies b USING (id) LEFT JOIN sources s ON s.id = a.source;
--
-- Dates and times are text in ISO 8601. A publication date is as long as it is
-- precise: '2022', '2022-05', '2022-05-07', '2022-05-07T09:30:00+02:00'. Times
-- that the program notes itself are in UTC ('2022-05-07T09:30:00Z').
-- NULL means: not known. Nothing is made up to fill a gap.
--
-- Columns that a later version brought stand at the end of their table, on a
-- line that begins with a comma, as ALTER TABLE writes them.

PRAGMA page_size = 32768;           -- 8 % smaller than with pages of 4 KB
PRAGMA application_id = 0x41524356; -- 'ARCV': this file is an archive
PRAGMA user_version = 5;            -- the version of this schema

-- What the archive notes about itself.
--   analysis: version of the text analysis that filled the index; an index of
--             another version is made anew when the archive is opened
--   place:PATH: the seal of a place, by which those who noted it know it again:
--             see store/place_seal.go
CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Outlets: those that published articles here, and those that articles name
-- as their own sources.
CREATE TABLE sources (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE         -- as people write it: 'The Kyiv Independent'
);

-- Bylines as printed, without "By": 'Gloria Nosa', 'A. Smith and B. Jones'.
CREATE TABLE bylines (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- How a value was found, in words: 'front matter title', 'title line', 'detected'.
CREATE TABLE rules (
  id      INTEGER PRIMARY KEY,
  name    TEXT NOT NULL,
  derived INTEGER NOT NULL,         -- 1: worked out by the program, 0: read in the file
  UNIQUE (name, derived)
);

-- One row an article, narrow, so that lists never touch the texts. Of the hash
-- that is the key the first 16 bytes are kept, which is enough to tell articles
-- apart.
CREATE TABLE articles (
  id             INTEGER PRIMARY KEY,
  key            BLOB NOT NULL UNIQUE, -- identity: SHA-256 of normalised title, source and text (what was derived left out)
  title          TEXT,
  title_rule     INTEGER REFERENCES rules, -- how it was found; a derived title is the first sentence, shortened
  source         INTEGER REFERENCES sources, -- the outlet that published it
  source_rule    INTEGER REFERENCES rules,
  byline         INTEGER REFERENCES bylines,
  byline_rule    INTEGER REFERENCES rules,
  published      TEXT,              -- publication date, as precise as it is known
  published_text TEXT,              -- the same as the file writes it
  published_rule INTEGER REFERENCES rules,
  first_day      INTEGER,           -- the first and the last day that 'published' can mean,
  last_day       INTEGER,           --   in days since 1970-01-01
  lang           TEXT,              -- ISO 639-1 code, 639-3 where there is none
  lang_rule      INTEGER REFERENCES rules,
  type           TEXT NOT NULL,     -- the format it was read from: 'text', 'markdown', 'json', ...
  url            TEXT,
  words          INTEGER NOT NULL,  -- words of the text
  bytes          INTEGER NOT NULL,  -- bytes of the text
  added          TEXT NOT NULL,     -- when it came into the archive
  import         INTEGER NOT NULL REFERENCES imports, -- the run that brought it
  superseded_by  INTEGER REFERENCES articles -- the version that replaced it when its file changed; NULL: current
, captured TEXT);
CREATE INDEX articles_superseded ON articles (superseded_by) WHERE superseded_by IS NOT NULL;

-- Values of the articles once more, packed for filtering, sorting, ranking and
-- counting a great many at once. Each row holds one value of 4096 articles,
-- those from 4096 * (id & 0xffffffff) on, as 4096 unsigned numbers, all of
-- length(data) / 4096 bytes (1 to 4, as many as the largest needs),
-- little-endian. The upper half of the id says which value:
--   1  length in the full-text index: words of title and text together
--   2  source, as sources.id
--   3  byline, as bylines.id
--   4  first_day + 719529: the days from 0000-01-01 on, which is 1
--   5  how precise 'published' is: 1 year, 2 month, 3 day; for a time of day
--      4 + 183 * its minute of the day + its form, where the form is
--        0    10:30             1    10:30+02:00 and other offsets
--        182  10:30Z            2 + 3 * S  with the second S: 10:30:05
--        3 + 3 * S  with offset or fraction   4 + 3 * S  10:30:05Z
--      so that dates of the same first day sort by this as by their text
--   6  language, as languages.id
--   7  1: an article, 2: a superseded one
--   8  type, as types.id
--   9  'added', in seconds since 1970-01-01 UTC
--   10 how many outlets it names as its own sources
--   11 these outlets, as sources.id in ascending order: not 4096 numbers but
--      as many as row 10 of the same articles adds up to, those of the first
--      article first, all of length(data) / sum bytes
-- 0 stands for: not known, and for: no such article. Where all are 0 there is
-- no row.
CREATE TABLE columns (
  id   INTEGER PRIMARY KEY,
  data BLOB NOT NULL
);

-- The languages of the articles and how many are in each, earlier versions
-- included; '' is for those whose language is not known.
CREATE TABLE languages (
  id       INTEGER PRIMARY KEY,
  code     TEXT NOT NULL UNIQUE,
  articles INTEGER NOT NULL
);

-- The types of the articles, see articles.type.
CREATE TABLE types (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- The texts of the articles, without their titles.
CREATE TABLE bodies (
  id   INTEGER PRIMARY KEY REFERENCES articles,
  text TEXT NOT NULL
);

-- Keywords that the articles came with.
CREATE TABLE tags (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE article_tags (
  article INTEGER NOT NULL REFERENCES articles,
  tag     INTEGER NOT NULL REFERENCES tags,
  PRIMARY KEY (article, tag)
) WITHOUT ROWID;
CREATE INDEX article_tags_by_tag ON article_tags (tag);

-- Outlets that an article names as its own sources.
CREATE TABLE citations (
  article INTEGER NOT NULL REFERENCES articles,
  source  INTEGER NOT NULL REFERENCES sources,
  rule    INTEGER NOT NULL REFERENCES rules,
  phrase  TEXT NOT NULL,            -- the words that name it
  PRIMARY KEY (article, source)
) WITHOUT ROWID;

-- What was imported by name: files, folders, '-' for standard input,
-- 'samples:' for the articles built into the program. A later import without
-- a path goes through these again. 'source_from' is the rule that gives their
-- articles a source: 'host', 'folder', 'feed' or 'field:NAME'; NULL: the usual
-- one.
CREATE TABLE places (
  id     INTEGER PRIMARY KEY,
  path   TEXT NOT NULL UNIQUE,      -- absolute
  source TEXT,                      -- the source that was forced on its articles
  fields TEXT,                      -- JSON: article field -> field of the file
  added  TEXT NOT NULL
, source_from TEXT);

-- Files that were read, one row a version: a file whose bytes have changed
-- gets a further row. The row with the highest id is how the file is now.
CREATE TABLE files (
  id       INTEGER PRIMARY KEY,
  place    INTEGER NOT NULL REFERENCES places,
  path     TEXT NOT NULL,
  sha256   BLOB,                    -- of its bytes; NULL until it is read to the end
  size     INTEGER NOT NULL,        -- bytes
  modified INTEGER NOT NULL,        -- nanoseconds since 1970-01-01 UTC, 0 if unknown
  reader   TEXT NOT NULL,           -- the format that read it and its version: 'text/1'
  state    TEXT NOT NULL CHECK (state IN ('reading', 'read', 'partly')),
                                    -- reading: not read to the end yet; partly: parts of it failed
  import   INTEGER NOT NULL REFERENCES imports
);
CREATE INDEX files_by_path ON files (path);

-- Where each article came from. The same text found twice is one article
-- with two origins.
CREATE TABLE origins (
  file    INTEGER NOT NULL REFERENCES files,
  member  TEXT NOT NULL,            -- place inside the file: 'line 12', 'id reuters-1'; '' for all of it
  article INTEGER NOT NULL REFERENCES articles,
  PRIMARY KEY (file, member)
) WITHOUT ROWID;
CREATE INDEX origins_by_article ON origins (article);

-- The bytes of files that were imported with --keep-originals. A file is cut
-- into parts of 1 MiB, each compressed with zstd; the last part is shorter, and
-- may be empty. All parts in a row are what the program zstd unpacks.
CREATE TABLE originals (
  id     INTEGER PRIMARY KEY,
  sha256 BLOB NOT NULL,             -- of the whole file, see files.sha256
  part   INTEGER NOT NULL,          -- from 0 on
  data   BLOB NOT NULL
);
CREATE UNIQUE INDEX originals_by_part ON originals (sha256, part);

-- Each run of an import, and what it could not read. 'places' are the paths
-- that it was asked for, in JSON; 'files' counts those read, 'unchanged' those
-- that need not be; 'skipped' counts in JSON those of no known format by their
-- kind; 'stopped' is 1 where somebody ended it early.
CREATE TABLE imports (
  id       INTEGER PRIMARY KEY,
  started  TEXT NOT NULL,
  finished TEXT,                    -- NULL: still running, or ended by force
  added    INTEGER NOT NULL DEFAULT 0,
  same     INTEGER NOT NULL DEFAULT 0,
  changed  INTEGER NOT NULL DEFAULT 0,
  failed   INTEGER NOT NULL DEFAULT 0
, places TEXT, files INTEGER NOT NULL DEFAULT 0, unchanged INTEGER NOT NULL DEFAULT 0, skipped TEXT, stopped INTEGER NOT NULL DEFAULT 0);
CREATE TABLE failures (
  import INTEGER NOT NULL REFERENCES imports,
  path   TEXT NOT NULL,
  member TEXT NOT NULL,             -- '' for the whole file
  reason TEXT NOT NULL
);
CREATE INDEX failures_by_import ON failures (import);

-- The words that the articles hold, as they are written: for spelling, and for
-- the spellings of names. Sorted lists in blocks, to be searched without the
-- texts. What an import meets comes as a run of its own, so a word can stand
-- in several runs; runs of like size are merged as they grow in number. Words
-- of superseded versions stay. The format of a block is described in
-- store/wordlist/wordlist.go. A third list, of number 3, tells which articles
-- write the stem of the full-text index in which form, for words asked for as
-- they are written; its entries are described in store/forms.go.
CREATE TABLE vocabulary (
  id    INTEGER PRIMARY KEY,
  list  INTEGER NOT NULL,           -- 1: words; 2: words that look like names, by the keys of their sound
  run   INTEGER NOT NULL,
  first BLOB NOT NULL,              -- the first entry of the block
  data  BLOB NOT NULL               -- its entries in ascending order
);
CREATE UNIQUE INDEX vocabulary_blocks ON vocabulary (list, run, first);

-- Spellings that somebody has declared to be of one name, or not to be.
CREATE TABLE name_pairs (
  a        TEXT NOT NULL,           -- folded, a < b
  b        TEXT NOT NULL,
  accepted INTEGER NOT NULL,        -- 1: one name, 0: two
  decided  TEXT NOT NULL,           -- when
  PRIMARY KEY (a, b)
) WITHOUT ROWID;

-- Searches kept by name.
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

-- Searches that were made, noted only while 'log' in meta says 'on'.
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
);

-- What somebody corrected of articles. The row of the article holds what it is
-- corrected to, this table that it was, and what its file says. When a file
-- changes, the new version of the article takes the corrections over.
CREATE TABLE corrections (
  article INTEGER NOT NULL REFERENCES articles,
  field   TEXT NOT NULL,            -- 'title', 'source', 'author', 'date', 'lang', 'url', 'tags'
  value   TEXT NOT NULL,            -- '' clears the field; of tags JSON: {"add": [...], "remove": [...]}
  was     TEXT NOT NULL,            -- JSON: what the file says, with how it was found
  made    TEXT NOT NULL,            -- when
  PRIMARY KEY (article, field)
) WITHOUT ROWID;

-- Names of outlets that stand for other names. What is imported under such a
-- name is stored under the other.
CREATE TABLE source_aliases (
  name   TEXT PRIMARY KEY,
  source TEXT NOT NULL,             -- may stand for another in its turn
  made   TEXT NOT NULL              -- when
) WITHOUT ROWID;

-- The articles that came under such a name, or that name it as their source,
-- so that it can be taken back.
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
) WITHOUT ROWID;

-- Sums of the rows of the tables that cannot be worked out again, by which
-- "archive check --deep" finds what has changed by itself. The hash of a row is
-- the first 8 bytes, little-endian, of the SHA-256 of all its values: of each
-- 'n' for NULL, 'i' and 8 bytes for a number, 't' or 'b', 8 bytes for the
-- length and the bytes for a text or a blob, numbers little-endian.
CREATE TABLE sums (
  part    TEXT NOT NULL,            -- the table
  block   INTEGER NOT NULL,         -- the rows whose first column is from 64 * block on; 0 also for those of text
  entries INTEGER NOT NULL,         -- how many rows there are
  sum     INTEGER NOT NULL,         -- their hashes added up, modulo 2^64, as a signed number
  PRIMARY KEY (part, block)
) WITHOUT ROWID;

-- The full-text index. FTS5 does not see the texts themselves but their
-- analysis: words folded and stemmed by the article's language and joined by
-- blanks, which the tokenizer 'ascii' parts again. The view shows FTS5's
-- integrity check what the index should hold; it needs the program's own
-- function analyse(text, language) and is read by nothing else. A derived
-- title is indexed like any other: what people see they can search. The text is
-- the first column because FTS5 notes the column of every word but those of
-- the first: the index is a fifth smaller so.
CREATE VIEW article_words AS
  SELECT a.id AS id,
         analyse(coalesce(a.title, ''), coalesce(a.lang, '')) AS title,
         analyse(b.text, coalesce(a.lang, '')) AS body
  FROM articles a JOIN bodies b ON b.id = a.id;
CREATE VIRTUAL TABLE article_index USING fts5 (
  body, title,
  content = 'article_words', content_rowid = 'id', tokenize = 'ascii'
);
INSERT INTO article_index (article_index, rank) VALUES ('rank', 'bm25(1.0, 2.0)'); -- a word of the title counts twice
INSERT INTO article_index (article_index, rank) VALUES ('hashsize', 67108864);     -- bytes; fewer, larger segments
INSERT INTO article_index (article_index, rank) VALUES ('pgsz', 32722);           -- bytes of a leaf: one fills a page of the file
