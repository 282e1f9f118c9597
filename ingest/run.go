package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"example.com/archive/store"
)

// jobBytes bounds the text of one file that waits to be stored. One article
// may always wait, however long.
const jobBytes = 8 << 20

// idleCommit is how long what was stored may wait for more before it is
// committed.
const idleCommit = 2 * time.Second

// maxFailures bounds the failures that a report names, and what it names of
// the files left out; all are counted, and the archive keeps all failures.
const maxFailures = 1000

// run is an import under way.
type run struct {
	ctx     context.Context
	cancel  context.CancelFunc
	archive *store.Archive
	options Options
	places  []store.Place
	known   []store.Place // recorded before
	report  *Report
	writer  writer

	jobs    chan *job // to the readers
	queue   chan *job // the same, in order, to the writer
	prepare chan *item
	workers sync.WaitGroup

	progress counters
	large    *semaphore.Weighted // bytes of the large files that are being read
	silence  time.Duration       // see maxSilence
	idle     *time.Ticker        // when to commit though nothing comes
}

// counters are what Progress shows; they are written by several goroutines.
type counters struct {
	files, filesTotal, bytes, bytesTotal, articles atomic.Int64
	current                                        atomic.Value // string
}

// job is a file on its way through the readers to the writer.
type job struct {
	file
	reading
	passed  int // if not 0: no file, but so many unchanged ones of its place
	items   chan *item
	waiting *semaphore.Weighted // bytes of items that wait
	readers []string            // that would read it now
	known   *store.Known        // that may be how it is, but for its time
	touched bool                // it is
	reader  string
	sum     []byte
	err     error // of the file, set before items is closed
}

// item is an article or a failure of a part of a file.
type item struct {
	member  string
	failure string
	skip    string // the kind of a file inside the file that no format claims
	from    origin
	how     reading
	raw     *Article
	line    store.ExportLine // of an export
	bytes   int64
	ready   chan struct{} // closed when prepared is set
	result  *store.Prepared
}

func newRun(ctx context.Context, a *store.Archive, o Options, places, known []store.Place) *run {
	n := runtime.GOMAXPROCS(0)
	r := &run{
		archive: a, options: o, places: places, known: known,
		report:  &Report{Skipped: make(map[string]int)},
		jobs:    make(chan *job),
		queue:   make(chan *job, n+2),
		prepare: make(chan *item, 4*n),
		large:   semaphore.NewWeighted(largeSize), silence: maxSilence,
	}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.idle = time.NewTicker(idleCommit)
	return r
}

// stop ends all goroutines and waits for them.
func (r *run) stop() {
	r.idle.Stop()
	r.cancel()
	r.workers.Wait()
}

func (r *run) all() (err error) {
	if r.writer, err = r.newWriter(); err != nil {
		return err
	}
	r.start()
	stopProgress := r.showProgress()
	if err = r.overrule(); err == nil {
		err = r.write()
	}
	stopProgress()
	if err != nil && !errors.Is(err, context.Canceled) {
		err = errors.Join(err, r.writer.abort())
	} else {
		// What was read before a cancellation is stored all the same.
		end, cancel := r.end()
		err = errors.Join(err, r.writer.note(end, r.note()), r.writer.close(end))
		cancel()
	}
	r.report.count(r.writer.counts())
	return err
}

// stopWait is how long an import that was cancelled waits for other processes
// that write, to note that it has ended.
const stopWait = 5 * time.Second

// end gives the context in which a run ends in order.
func (r *run) end() (context.Context, context.CancelFunc) {
	ctx := context.WithoutCancel(r.ctx)
	if r.ctx.Err() != nil {
		return context.WithTimeout(ctx, stopWait)
	}
	return ctx, func() {}
}

// note is what the archive keeps of the run.
func (r *run) note() store.RunNote {
	return store.RunNote{
		Places: r.report.Places, Files: r.report.Files, Unchanged: r.report.Unchanged, Skipped: r.report.Skipped,
		Stopped: r.ctx.Err() != nil,
	}
}

// start sets the finder, the readers and the analysts going.
func (r *run) start() {
	n := runtime.GOMAXPROCS(0)
	var readers sync.WaitGroup
	r.workers.Add(1)
	go func() {
		defer r.workers.Done()
		r.find()
	}()
	for range n {
		readers.Add(1)
		r.workers.Add(2)
		go func() {
			defer r.workers.Done()
			defer readers.Done()
			r.read()
		}()
		go func() {
			defer r.workers.Done()
			r.analyse()
		}()
	}
	r.workers.Add(1)
	go func() {
		defer r.workers.Done()
		readers.Wait()
		close(r.prepare)
	}()
}

// read reads files until there are no more.
func (r *run) read() {
	for j := range r.jobs {
		r.readJob(j)
		r.large.Release(j.weight())
		close(j.items)
	}
}

func (r *run) readJob(j *job) {
	if j.skip != "" || j.err != nil {
		return
	}
	if j.touched, j.err = j.unchanged(); j.touched || j.err != nil {
		return
	}
	w := newWatch(r.ctx)
	defer w.cancel()
	var outcome readOutcome
	err := w.during(r.silence, func() (err error) {
		outcome, err = r.readFile(j, w)
		return err
	})
	if j.err = err; w.over {
		return // its reader may still be at work
	}
	j.sum, j.reader = outcome.sum, outcome.reader
}

// readOutcome is what is known of a file once it was read.
type readOutcome struct {
	sum    []byte
	reader string
}

func (r *run) readFile(j *job, w *watch) (outcome readOutcome, err error) {
	source, err := j.open()
	if err != nil {
		return outcome, err
	}
	defer source.Close()
	h := sha256.New()
	o := j.opened(source)
	o.r = watchedReader{&meter{r: source, h: h, n: &r.progress.bytes, left: j.mayRead()}, w}
	o.live = w.live
	if o.at != nil {
		o.at = watchedReaderAt{o.at, w}
	}
	f, err := readFile(w.ctx, o, w.sink(sink{
		article: func(a *Article) error { return r.submit(w.ctx, j, a) },
		failed:  func(member string, reason error) { r.send(w.ctx, j, &item{member: member, failure: reason.Error()}) },
		skipped: func(member, kind string) { r.send(w.ctx, j, &item{member: member, skip: kind}) },
	}))
	if f != nil {
		outcome.reader = readerName(f, j.reading)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, o.r) // what the reader did not need
	}
	outcome.sum = h.Sum(nil)
	return outcome, err
}

// opened makes of a job what readers take.
func (j *job) opened(source io.ReadCloser) opened {
	o := opened{name: j.formatName(), r: source, fields: j.fields, split: j.split}
	if at, ok := source.(io.ReaderAt); ok && j.size > 0 {
		o.at, o.size = at, j.size
	}
	return o
}

// formatName is the name that says something of the format: standard input
// has none, and the moment that stands for it could be taken for an ending.
func (f file) formatName() string {
	if f.place.Path == stdinPath {
		return ""
	}
	return f.path
}

// maxGrowth is how many bytes a file may gain while it is read. One that
// grows faster than it is read has no end.
const maxGrowth = 64 << 20

// mayRead is how many bytes may be read of a file.
func (f file) mayRead() int64 {
	if f.size == 0 { // unknown, or a file that the system makes up as it is read
		return math.MaxInt64
	}
	return f.size + maxGrowth
}

// meter hashes and counts what is read of a file.
type meter struct {
	r    io.Reader
	h    hash.Hash
	n    *atomic.Int64
	left int64 // that may still be read
}

var errGrows = errors.New("it grows while it is read (import it again when it is complete)")

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.h.Write(p[:n])
	m.n.Add(int64(n))
	if m.left -= int64(n); m.left < 0 {
		return 0, errGrows
	}
	return n, err
}

// readerName notes what a file was read with, so that it is read again when
// that changes: the format, its version, and what was asked of it.
func readerName(f *format, how reading) string {
	var options []string
	if how.source != "" {
		options = append(options, "source="+how.source)
	}
	if f.splits && how.split == splitChapters {
		options = append(options, "split="+how.split)
	}
	if how.from != "" {
		options = append(options, "source-from="+how.from)
	}
	if how.originals == store.KeepOriginals {
		options = append(options, "originals")
	}
	for field, name := range how.fields {
		options = append(options, field+"="+name)
	}
	slices.Sort(options)
	return strings.Join(append([]string{fmt.Sprintf("%s/%d", f.name, f.version)}, options...), " ")
}

// unchanged reports whether a file has the bytes that it had when it was last
// read by the reader that would read it now.
func (j *job) unchanged() (bool, error) {
	if j.known == nil {
		return false, nil
	}
	sum, err := j.file.sum()
	return err == nil && bytes.Equal(sum, j.known.SHA256), err
}

// submit passes an article on to be analysed, and keeps its place in line.
func (r *run) submit(ctx context.Context, j *job, a *Article) error {
	it := &item{member: a.Member, raw: a, from: j.origin, how: j.reading, ready: make(chan struct{})}
	it.bytes = min(int64(len(a.Text))+1, jobBytes)
	if err := j.waiting.Acquire(ctx, it.bytes); err != nil {
		return err
	}
	select {
	case r.prepare <- it:
	case <-ctx.Done():
		return ctx.Err()
	}
	return r.send(ctx, j, it)
}

func (r *run) send(ctx context.Context, j *job, it *item) error {
	select {
	case j.items <- it:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// analyse completes and prepares articles until there are no more.
func (r *run) analyse() {
	indexer := store.NewIndexer()
	for it := range r.prepare {
		it.finish(indexer)
		close(it.ready)
	}
}

// finish works out everything that an article is stored with. Whatever an
// article does to the rules, it does to itself alone.
func (it *item) finish(indexer *store.Indexer) {
	defer func() {
		if p := recover(); p != nil {
			it.failure = fmt.Sprintf("its analysis broke down: %v", p)
		}
	}()
	it.line = it.raw.Exported
	if kept := stored(it.raw, it.from, it.how); kept != nil {
		it.result = indexer.Prepare(kept)
	}
	it.raw = nil
}

// showProgress reports a few times a second until the returned function is
// called. The totals are counted beside the reading.
func (r *run) showProgress() (stop func()) {
	if r.options.Progress == nil {
		return func() {}
	}
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Add(2)
	go func() {
		defer wait.Done()
		r.countFiles(done)
	}()
	go func() {
		defer wait.Done()
		r.tick(done)
	}()
	return func() {
		close(done)
		wait.Wait()
	}
}

func (r *run) countFiles(done chan struct{}) {
	places := slices.DeleteFunc(slices.Clone(r.places), func(p store.Place) bool { return p.Path == stdinPath })
	walk(r.ctx, places, r.options, func(f file) bool {
		if f.leftOut == nil {
			r.progress.filesTotal.Add(1)
		}
		r.progress.bytesTotal.Add(f.size)
		select {
		case <-done:
			return false
		default:
			return true
		}
	})
}

func (r *run) tick(done chan struct{}) {
	started := time.Now()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticker.C:
		}
		current, _ := r.progress.current.Load().(string)
		r.options.Progress(Progress{
			Started: started,
			Files:   int(r.progress.files.Load()), FilesTotal: int(r.progress.filesTotal.Load()),
			Bytes: r.progress.bytes.Load(), BytesTotal: r.progress.bytesTotal.Load(),
			Articles: int(r.progress.articles.Load()), Current: current,
		})
	}
}
