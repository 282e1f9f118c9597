package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/archive/text"
)

// Known is how a file was when it was last read.
type Known struct {
	Path     string
	Size     int64
	Modified time.Time
	SHA256   []byte
	Reader   string
	Whole    bool // it was read to its end without a failure; else it must be read again
}

// KnownFrom gives the files that the archive knows from a path on, by the
// order of the bytes of their paths: n of them, fewer at the end.
func (a *Archive) KnownFrom(ctx context.Context, path string, n int) (files []Known, err error) {
	// SQLite takes the other columns from the row that has the highest id.
	rows, err := a.db.QueryContext(ctx, `
		SELECT path, size, modified, sha256, reader, state = 'read', max(id) FROM files
		WHERE path >= ? GROUP BY path ORDER BY path LIMIT ?`, path, n)
	if err != nil {
		return nil, fault("read "+a.path, err)
	}
	defer rows.Close()
	for rows.Next() {
		var k Known
		var modified, id int64
		if err := rows.Scan(&k.Path, &k.Size, &modified, &k.SHA256, &k.Reader, &k.Whole, &id); err != nil {
			return nil, fault("read "+a.path, err)
		}
		if modified != 0 {
			k.Modified = time.Unix(0, modified)
		}
		files = append(files, k)
	}
	return files, fault("read "+a.path, rows.Err())
}

// HasKey reports whether the archive has an article.
func (a *Archive) HasKey(ctx context.Context, k Key) (yes bool, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM articles WHERE key = ?)`, k[:]).Scan(&yes)
	return yes, fault("read "+a.path, err)
}

// HasArticles reports whether the archive holds any article.
func (a *Archive) HasArticles(ctx context.Context) (yes bool, err error) {
	err = a.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM articles)`).Scan(&yes)
	return yes, fault("read "+a.path, err)
}

// Touch notes that a file has the same bytes as when it was read, with
// another modification time.
func (im *Import) Touch(ctx context.Context, f File) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	_, err := im.stmts.touchFile.ExecContext(ctx, nanoseconds(f.Modified), f.Path)
	if err != nil {
		return im.fault(err)
	}
	return im.commitIfFull(ctx)
}

// StartFile begins a file; its articles follow through Add, then EndFile. A
// file whose reading was broken off, or that was read in part, goes on in
// the same version of it.
func (im *Import) StartFile(ctx context.Context, f File) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	im.file = &openFile{path: f.Path, place: f.Place, met: make(metArticles), waiting: make(map[int64]*waitingArticle)}
	var last Known
	var state string
	var id, modified int64
	err := im.stmts.latestFile.QueryRowContext(ctx, f.Path).Scan(&id, &last.Size, &modified, &last.SHA256, &last.Reader, &state)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return im.fault(err)
	case state != "read" && last.Size == f.Size && modified == nanoseconds(f.Modified):
		im.file.id = id
	default:
		im.file.again = true
	}
	if im.file.id != 0 {
		err = im.stmts.readBefore.QueryRowContext(ctx, f.Path, id).Scan(&im.file.again)
		return im.fault(err)
	}
	res, err := im.stmts.insertFile.ExecContext(ctx, f.Place, f.Path, f.Size, nanoseconds(f.Modified), f.Reader, im.id)
	if err == nil {
		im.file.id, err = res.LastInsertId()
	}
	return im.fault(err)
}

// IsRead reports whether the archive knows a file as it is, read whole by one
// of the readers: another import may have read it since this one looked.
func (im *Import) IsRead(ctx context.Context, f File, readers []string) (yes bool, err error) {
	if f.Modified.IsZero() {
		return false, nil
	}
	if err := im.begin(ctx); err != nil {
		return false, err
	}
	ctx = context.WithoutCancel(ctx)
	var last Known
	var state string
	var id, modified int64
	err = im.stmts.latestFile.QueryRowContext(ctx, f.Path).Scan(&id, &last.Size, &modified, &last.SHA256, &last.Reader, &state)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return state == "read" && last.Size == f.Size && modified == nanoseconds(f.Modified) && slices.Contains(readers, last.Reader), im.fault(err)
}

func nanoseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

// EndFile closes the file that is open. sha256 is that of its bytes, reader
// the format that read it; whole is false where its reading broke off.
func (im *Import) EndFile(ctx context.Context, sha256 []byte, reader string, whole bool) error {
	if err := im.begin(ctx); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	f := im.file
	im.file = nil
	state := "read"
	if f.failed || !whole {
		state = "partly"
	}
	_, err := im.stmts.endFile.ExecContext(ctx, sha256, state, reader, f.id)
	if err == nil {
		err = im.endExport(ctx)
	}
	if err == nil && whole {
		err = im.endVersion(ctx, f)
	}
	if err != nil {
		return im.fault(err)
	}
	return im.commitIfFull(ctx)
}

// endVersion does what needs the whole of a file.
func (im *Import) endVersion(ctx context.Context, f *openFile) error {
	if err := im.storeWaiting(ctx, f.waiting); err != nil {
		return err
	}
	return im.supersede(ctx, f)
}

// supersede marks articles that a changed file no longer gives and gives a
// new version of in the same place. An article that has moved inside its
// file, that another file still gives, whose successor stood beside it in the
// file before, or that another article has merely taken the place of, is left as
// it is: nothing replaced it.
func (im *Import) supersede(ctx context.Context, f *openFile) error {
	for _, r := range f.replaced {
		replaced, err := im.isReplaced(ctx, f, r)
		if err != nil {
			return err
		}
		if !replaced {
			continue
		}
		if _, err := im.stmts.supersede.ExecContext(ctx, r.now, r.before); err != nil {
			return err
		}
		if err := im.columns.set(ctx, columnState, r.before, stateSuperseded); err != nil {
			return err
		}
		if err := im.inheritCorrections(ctx, r.before, r.now); err != nil {
			return err
		}
		im.countChanged(r.counted)
	}
	return nil
}

func (im *Import) isReplaced(ctx context.Context, f *openFile, r replacement) (yes bool, err error) {
	err = im.stmts.isGone.QueryRowContext(ctx, r.before, r.now, f.path, f.id).Scan(&yes)
	if err != nil || !yes {
		return false, err
	}
	other, err := im.isOther(ctx, r)
	return !other, err
}

// isOther reports whether what a place in a file gives now is another article
// than the one that it gave before, and no version of it.
func (im *Import) isOther(ctx context.Context, r replacement) (bool, error) {
	old, err := im.addressAsRead(ctx, r.before)
	if err != nil {
		return false, err
	}
	current, err := im.addressAsRead(ctx, r.now)
	if err != nil {
		return false, err
	}
	if old != "" && current != "" {
		return comparedAddress(old) != comparedAddress(current), nil
	}
	return im.isElsewhere(ctx, r)
}

// isElsewhere reports whether a place that is nothing but a position, such as a
// row, gives a text that has little in common with the one before: the articles
// of a table that is written anew each week are no versions of one another.
func (im *Import) isElsewhere(ctx context.Context, r replacement) (bool, error) {
	if !isPosition(r.member) {
		return false, nil
	}
	var old, current string
	err := im.stored.QueryRowContext(ctx, `
		SELECT coalesce(a.title, '') || char(10) || old.text, coalesce(b.title, '') || char(10) || current.text
		FROM articles a JOIN bodies old ON old.id = a.id, articles b JOIN bodies current ON current.id = b.id
		WHERE a.id = ? AND b.id = ?`, r.before, r.now).Scan(&old, &current)
	return err == nil && !text.IsVersion(old, current), err
}

// positionKinds are the kinds of places that are named by where they stand.
var positionKinds = []string{"row", "line", "item", "record"}

// isPosition reports whether a member is known by nothing but where it stands in
// its file: "row 12", "press.csv, line 3".
func isPosition(member string) bool {
	words := strings.Fields(member)
	if len(words) < 2 || slices.Contains(words[:len(words)-1], "id") { // which may be anything
		return false
	}
	_, err := strconv.Atoi(words[len(words)-1])
	return err == nil && slices.Contains(positionKinds, words[len(words)-2])
}

// addressAsRead gives the address that a file gives an article, whatever
// somebody corrected it to.
func (im *Import) addressAsRead(ctx context.Context, article int64) (address string, err error) {
	var was sql.NullString
	err = im.stored.QueryRowContext(ctx, `
		SELECT coalesce(a.url, ''), c.was
		FROM articles a LEFT JOIN corrections c ON c.article = a.id AND c.field = 'url'
		WHERE a.id = ?`, article).Scan(&address, &was)
	if err != nil || !was.Valid {
		return address, err
	}
	var field wasField
	err = json.Unmarshal([]byte(was.String), &field)
	return field.Value, err
}

// comparedAddress leaves out of an address what a site changes without moving
// a page.
func comparedAddress(address string) string {
	if _, rest, found := strings.Cut(address, "://"); found {
		address = rest
	}
	host, path, _ := strings.Cut(address, "/")
	return strings.TrimPrefix(strings.ToLower(host), "www.") + "/" + strings.TrimRight(path, "/")
}
