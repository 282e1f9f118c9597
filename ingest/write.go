package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"example.com/archive/store"
)

// writer takes files and their articles in order: the archive, or for a dry
// run a count.
type writer interface {
	place(ctx context.Context, p store.Place) (int64, error)
	touch(ctx context.Context, f store.File) error
	isRead(ctx context.Context, f store.File, readers []string) (bool, error)
	start(ctx context.Context, f store.File) error
	add(ctx context.Context, member string, p *store.Prepared) error
	addExported(ctx context.Context, line store.ExportLine, p *store.Prepared) error
	fail(ctx context.Context, path, member, why string) error
	keep(ctx context.Context, sum []byte, original io.Reader) error
	end(ctx context.Context, sum []byte, reader string, whole bool) error
	commit(ctx context.Context) error
	counts() store.Counts
	note(ctx context.Context, n store.RunNote) error
	close(ctx context.Context) error
	abort() error
}

func (r *run) newWriter() (writer, error) {
	if r.options.DryRun {
		return &dryWriter{archive: r.archive, seen: make(map[store.Key]bool)}, nil
	}
	im, err := r.archive.StartImport(r.ctx)
	if err != nil {
		return nil, err
	}
	return archiveWriter{im, r.options.Key}, nil
}

// write stores the files as they come.
func (r *run) write() error {
	ids, err := r.notePlaces()
	if err != nil {
		return err
	}
	for {
		j, err := waitFor(r, r.queue)
		if j == nil || err != nil {
			return err
		}
		r.progress.current.Store(j.path)
		id, ok := ids[j.place.Path]
		if !ok {
			if id, err = r.writer.place(r.ctx, j.place); err != nil {
				return err
			}
			ids[j.place.Path] = id
		}
		if j.passed > 0 {
			r.report.Unchanged += j.passed
			continue
		}
		err = r.writeJob(j, store.File{Place: id, Path: j.path, Size: j.size, Modified: j.modified})
		if err != nil {
			return err
		}
		if j.leftOut == nil {
			r.progress.files.Add(1)
		}
	}
}

// notePlaces notes all that is to be read before anything is: an import without
// paths goes on with it after a kill. It gives the ids of the places.
func (r *run) notePlaces() (ids map[string]int64, err error) {
	ids = make(map[string]int64)
	fresh := false
	for _, p := range r.places {
		if isNoFile(p) {
			continue
		}
		if ids[p.Path], err = r.writer.place(r.ctx, p); err != nil {
			return nil, err
		}
		fresh = fresh || !slices.ContainsFunc(r.known, func(k store.Place) bool { return k.Path == p.Path })
	}
	if !fresh {
		return ids, nil
	}
	if err := r.writer.note(r.ctx, r.note()); err != nil {
		return nil, err
	}
	return ids, r.writer.commit(r.ctx)
}

// waitFor waits for what comes next; zero at the end. What was stored before
// a long wait is committed meanwhile, so that it is safe, can be found, and
// keeps nobody else from writing.
func waitFor[T any](r *run, from <-chan T) (next T, err error) {
	for {
		select {
		case next = <-from:
			return next, nil
		case <-r.idle.C:
			if err := r.writer.commit(r.ctx); err != nil {
				return next, err
			}
		case <-r.ctx.Done():
			return next, r.ctx.Err()
		}
	}
}

// waitForResult waits, as waitFor does, for something that a slow disk or share
// may hold up.
func waitForResult[T any](r *run, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	got, err := waitFor(r, done)
	if err == nil {
		err = got.err
	}
	return got.value, err
}

// patientReader reads ahead what is asked for while the archive is written, so
// that a share that hangs keeps nobody else from writing. It is over after an
// error.
type patientReader struct {
	r   io.Reader
	run *run
}

func (p *patientReader) Read(b []byte) (int, error) {
	read, err := waitForResult(p.run, func() ([]byte, error) {
		own := make([]byte, len(b)) // whoever gave up has b back
		n, err := p.r.Read(own)
		return own[:n], err
	})
	return copy(b, read), err
}

// overrule records the options given now for the places inside those that
// they are given for, so that the next import reads these as this one does.
func (r *run) overrule() error {
	if r.options.Source+r.options.SourceFrom == "" && len(r.options.Fields) == 0 && r.options.Split+r.options.Originals == "" {
		return nil
	}
	for _, p := range r.known {
		if !p.IsSealedWith(r.options.Key) || !slices.ContainsFunc(r.places, func(outer store.Place) bool { return inside(p.Path, outer.Path) }) {
			continue // to note what somebody else noted would be to make it ours
		}
		if _, err := r.writer.place(r.ctx, withOptions(p, r.options)); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) writeJob(j *job, f store.File) error {
	started := false
	for {
		it, err := waitFor(r, j.items)
		if err != nil {
			return err
		}
		if it == nil {
			return r.endJob(j, f, started)
		}
		if !started {
			if known, err := r.writer.isRead(r.ctx, f, j.readers); known || err != nil {
				return errors.Join(err, r.passOver(j, it))
			}
			if err := r.writer.start(r.ctx, f); err != nil {
				return err
			}
			started = true
		}
		if err := r.writeItem(j, it); err != nil {
			return err
		}
	}
}

// passOver drops what was read of a file that another import has read and
// stored meanwhile.
func (r *run) passOver(j *job, it *item) (err error) {
	for it != nil && err == nil {
		if it.ready != nil {
			j.waiting.Release(it.bytes)
		}
		it, err = waitFor(r, j.items)
	}
	r.report.Unchanged++
	return err
}

func (r *run) writeItem(j *job, it *item) error {
	if it.skip != "" {
		r.report.Skipped[it.skip]++
		return nil
	}
	if it.ready == nil { // it failed when it was read
		return r.fail(j.path, it.member, it.failure)
	}
	if _, err := waitFor(r, it.ready); err != nil {
		return err
	}
	if it.failure != "" { // while it was analysed
		return r.fail(j.path, it.member, it.failure)
	}
	if err := r.writeArticle(it); err != nil {
		return err
	}
	j.waiting.Release(it.bytes)
	return nil
}

func (r *run) writeArticle(it *item) error {
	if it.result != nil {
		r.progress.articles.Add(1)
	}
	if it.line != nil {
		return r.writer.addExported(r.ctx, it.line, it.result)
	}
	return r.writer.add(r.ctx, it.member, it.result)
}

// endJob notes how the reading of a file ended.
func (r *run) endJob(j *job, f store.File, started bool) error {
	var unknown *unknownFormat
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case j.skip != "":
		r.report.Skipped[j.skip]++
		if j.leftOut != nil && len(r.report.LeftOut) < maxFailures {
			r.report.LeftOut = append(r.report.LeftOut, *j.leftOut)
		}
		return nil
	case j.touched:
		r.report.Unchanged++
		r.progress.bytes.Add(j.size)
		return r.writer.touch(r.ctx, f)
	case errors.As(j.err, &unknown) && !j.named:
		r.report.Skipped[unknown.kind]++
		return nil
	case j.err != nil:
		if err := r.fail(j.path, "", fileReason(j.err)); err != nil || !started {
			return err
		}
	case !started:
		if err := r.writer.start(r.ctx, f); err != nil {
			return err
		}
	}
	r.report.Files++
	if j.err == nil && j.originals == store.KeepOriginals {
		if err := r.keep(j); err != nil {
			return err
		}
	}
	return r.writer.end(r.ctx, j.sum, j.reader, j.err == nil)
}

// keep keeps the bytes of a file. Where that cannot be done, its articles are
// stored all the same.
func (r *run) keep(j *job) error {
	source, err := waitForResult(r, j.open)
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if err != nil {
		return r.fail(j.path, "", fmt.Sprintf("%v: %s", store.ErrNotKept, fileReason(err)))
	}
	defer source.Close()
	err = r.writer.keep(r.ctx, j.sum, &patientReader{r: io.LimitReader(source, j.mayRead()), run: r})
	if errors.Is(err, store.ErrNotKept) {
		return r.fail(j.path, "", err.Error())
	}
	return err
}

func (r *run) fail(path, member, why string) error {
	if len(r.report.Failures) < maxFailures {
		r.report.Failures = append(r.report.Failures, Failure{path, member, why})
	}
	return r.writer.fail(r.ctx, path, member, why)
}

func (r *Report) count(c store.Counts) {
	r.Added, r.Same, r.Changed, r.Failed = c.Added, c.Same, c.Changed, c.Failed
}

// stored completes an article as it was read and makes the one that is kept
// of it. how may say what its source is, or by which rule; from says where its
// file is, which may give it a source if nothing else does. It is nil for what
// is no article.
func stored(a *Article, from origin, how reading) *store.Article {
	if a.Exported != nil {
		return storedAsExported(a)
	}
	switch {
	case how.source != "":
		a.Source = Field{Value: how.source, Rule: "given for this import"}
	case how.from == SourceFromHost, how.from == SourceFromFeed && !strings.HasPrefix(a.Source.Rule, "feed "):
		a.Source = Field{}
	}
	if a.AsIs {
		clean(a)
		a.Cites = citations(a)
		return keptByDate(a)
	}
	complete(a)
	if a.Source.Value == "" || how.from == SourceFromFolder {
		if name := oneLine(from.folder(a.inside, how.from == SourceFromFolder)); name != "" {
			a.Source = Field{Value: name, Rule: "name of the folder", Derived: true}
		}
	}
	return keptByDate(a)
}

// keptByDate is keptArticle with the date that its file writes.
func keptByDate(a *Article) *store.Article {
	kept := keptArticle(a)
	if d, ok := ReadDate(a.Published.Value); ok {
		kept.Published = d
	}
	return kept
}

// keptArticle makes what is kept of an article, but for what its date means.
func keptArticle(a *Article) *store.Article {
	kept := &store.Article{
		Title: keptField(a.Title), Source: keptField(a.Source), Byline: keptField(a.Byline), Lang: keptField(a.Lang),
		PublishedBy: keptField(a.Published), Type: a.Type, URL: a.URL.Value, Text: a.Text,
	}
	if d, ok := ReadDate(a.Captured.Value); ok {
		kept.Captured = d
	}
	for _, t := range a.Tags {
		kept.Tags = append(kept.Tags, t.Value)
	}
	for _, c := range a.Cites {
		kept.Cites = append(kept.Cites, store.Citation{Outlet: c.Outlet, Rule: c.Rule, Phrase: c.Phrase})
	}
	return kept
}

// folder gives the name of the folder that says what the source of a file is,
// or of one at the path inside it. The names of the containers on the way count
// where somebody asked for folders.
func (o origin) folder(inside string, asked bool) string {
	file, place := slashed(o.path), slashed(o.place)
	if file == place {
		place = path.Dir(file)
	}
	if inside == "" {
		return sourceFromFolder(file, place)
	}
	var names []string
	for name := range strings.SplitSeq(file+inside, "/") {
		plain, isContainer := containerName(name)
		if asked || !isContainer {
			names = append(names, plain)
		}
	}
	return sourceFromFolder(strings.Join(names, "/"), place)
}

// containerName takes the ending off the name of a zip or tar archive.
func containerName(name string) (plain string, isContainer bool) {
	lower := strings.ToLower(name)
	if len(lower) != len(name) {
		return name, false
	}
	lower = unpackedName(lower)
	for _, ending := range []string{".zip", ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst"} {
		if strings.HasSuffix(lower, ending) {
			return name[:len(lower)-len(ending)], true
		}
	}
	return name, false
}

func keptField(f Field) store.Field {
	return store.Field{Value: f.Value, Rule: oneLine(f.Rule), Derived: f.Derived} // a rule may quote the file
}

// archiveWriter writes into an archive.
type archiveWriter struct {
	im  *store.Import
	key []byte // that places are sealed with
}

func (w archiveWriter) place(ctx context.Context, p store.Place) (int64, error) {
	p.Seals = []string{p.SealWith(w.key)}
	return w.im.Place(ctx, p)
}
func (w archiveWriter) touch(ctx context.Context, f store.File) error { return w.im.Touch(ctx, f) }
func (w archiveWriter) isRead(ctx context.Context, f store.File, readers []string) (bool, error) {
	return w.im.IsRead(ctx, f, readers)
}
func (w archiveWriter) start(ctx context.Context, f store.File) error { return w.im.StartFile(ctx, f) }
func (w archiveWriter) add(ctx context.Context, member string, p *store.Prepared) error {
	return w.im.Add(ctx, member, p)
}
func (w archiveWriter) addExported(ctx context.Context, line store.ExportLine, p *store.Prepared) error {
	return w.im.AddExported(ctx, line, p)
}
func (w archiveWriter) fail(ctx context.Context, path, member, why string) error {
	return w.im.Fail(ctx, path, member, why)
}
func (w archiveWriter) keep(ctx context.Context, sum []byte, original io.Reader) error {
	return w.im.KeepOriginal(ctx, sum, original)
}
func (w archiveWriter) end(ctx context.Context, sum []byte, reader string, whole bool) error {
	return w.im.EndFile(ctx, sum, reader, whole)
}
func (w archiveWriter) commit(ctx context.Context) error                { return w.im.Commit(ctx) }
func (w archiveWriter) counts() store.Counts                            { return w.im.Counts() }
func (w archiveWriter) note(ctx context.Context, n store.RunNote) error { return w.im.Note(ctx, n) }
func (w archiveWriter) close(ctx context.Context) error                 { return w.im.Close(ctx) }
func (w archiveWriter) abort() error                                    { return w.im.Abort() }

// dryWriter counts what an import would do.
type dryWriter struct {
	archive *store.Archive // nil where there is none yet
	seen    map[store.Key]bool
	c       store.Counts
}

func (w *dryWriter) place(context.Context, store.Place) (int64, error)          { return 0, nil }
func (w *dryWriter) touch(context.Context, store.File) error                    { return nil }
func (w *dryWriter) isRead(context.Context, store.File, []string) (bool, error) { return false, nil }
func (w *dryWriter) start(context.Context, store.File) error                    { return nil }

func (w *dryWriter) add(ctx context.Context, _ string, p *store.Prepared) error {
	return w.count(ctx, p.Article.Key())
}

func (w *dryWriter) addExported(ctx context.Context, line store.ExportLine, p *store.Prepared) error {
	if x, ok := line.(*store.ExportArticle); ok {
		return w.count(ctx, x.KeyOf(p.Article))
	}
	return nil
}

func (w *dryWriter) count(ctx context.Context, key store.Key) error {
	known := w.seen[key]
	if !known && w.archive != nil {
		var err error
		if known, err = w.archive.HasKey(ctx, key); err != nil {
			return err
		}
	}
	w.seen[key] = true
	if known {
		w.c.Same++
	} else {
		w.c.Added++
	}
	return nil
}

func (w *dryWriter) fail(context.Context, string, string, string) error {
	w.c.Failed++
	return nil
}
func (w *dryWriter) keep(context.Context, []byte, io.Reader) error   { return nil }
func (w *dryWriter) end(context.Context, []byte, string, bool) error { return nil }
func (w *dryWriter) commit(context.Context) error                    { return nil }
func (w *dryWriter) counts() store.Counts                            { return w.c }
func (w *dryWriter) note(context.Context, store.RunNote) error       { return nil }
func (w *dryWriter) close(context.Context) error                     { return nil }
func (w *dryWriter) abort() error                                    { return nil }

// Explain reads one file without storing it and gives its articles, each
// field with the line and the rule it came from, and what failed.
func Explain(ctx context.Context, path string, o Options) ([]Article, []Failure, error) {
	place, err := placeOf(path, nil, o)
	if err != nil {
		return nil, nil, err
	}
	var articles []Article
	var failures []Failure
	var failed error
	walk(ctx, []store.Place{place}, o, func(f file) bool {
		if !f.named || f.open == nil {
			failed = &store.Error{Text: "cannot explain " + path + ": it is not a file (name one file)"}
			return false
		}
		articles, failures, failed = explainFile(ctx, f, o)
		return false
	})
	return articles, failures, failed
}

func explainFile(ctx context.Context, f file, o Options) (articles []Article, failures []Failure, err error) {
	r, err := f.open()
	if err != nil {
		return nil, nil, &store.Error{Text: "cannot read " + f.path + ": " + fileReason(err), Err: err}
	}
	defer r.Close()
	j := job{file: f, reading: reading{source: o.Source, from: o.SourceFrom, fields: o.Fields, split: o.Split}}
	format, err := readFile(ctx, j.opened(r), sink{
		article: func(a *Article) error {
			if stored(a, f.origin, j.reading) != nil {
				articles = append(articles, *a)
			}
			return nil
		},
		failed: func(member string, reason error) {
			failures = append(failures, Failure{f.path, member, reason.Error()})
		},
		skipped: func(member, kind string) {
			skip := Failure{f.path, member, "skipped (" + kind + ")"}
			if n := len(failures); n == 0 || failures[n-1] != skip { // many in the same words count as one
				failures = append(failures, skip)
			}
		},
	})
	if err != nil {
		failures = append(failures, Failure{f.path, "", fileReason(err)})
	}
	if format != nil && format.strings {
		withoutLines(articles)
	}
	return articles, failures, nil
}

// withoutLines takes from citations the lines of texts that have none.
func withoutLines(articles []Article) {
	for _, a := range articles {
		for i := range a.Cites {
			a.Cites[i].Line = 0
		}
	}
}
