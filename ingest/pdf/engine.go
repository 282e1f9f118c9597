package pdf

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfium_errors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/experimental"
)

// memoryPages is how much memory one instance may take, in pages of 64 KiB.
const memoryPages = 2048

// start makes the pool of instances when the first PDF comes: compiling
// PDFium takes longer than most commands.
var start = sync.OnceValues(func() (pdfium.Pool, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return startWith(nil)
	}
	return startCached(filepath.Join(dir, "archive", "pdf"))
})

// startCached keeps the compiled PDFium in a folder of its own. Where that
// cannot be written, or what is there is damaged, it goes without.
func startCached(dir string) (pdfium.Pool, error) {
	cache, err := wazero.NewCompilationCacheWithDir(dir)
	if err != nil {
		return startWith(nil)
	}
	pool, err := startWith(cache)
	if err != nil {
		os.RemoveAll(dir)
		return startWith(nil)
	}
	return pool, nil
}

func startWith(cache wazero.CompilationCache) (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().WithCloseOnContextDone(true).WithMemoryLimitPages(memoryPages)
	if cache != nil {
		config = config.WithCompilationCache(cache)
	}
	ctx := experimental.WithMemoryAllocator(context.Background(), experimental.MemoryAllocatorFunc(newMemory))
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal:      max(runtime.GOMAXPROCS(0), runtime.NumCPU()),
		Context:       experimental.WithCloseNotifier(ctx, experimental.CloseNotifyFunc(awaitCall)),
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(), // it sees no file but the one it is handed
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("the PDF reader does not start: %w", err)
	}
	return pool, nil
}

// session is one document, open in an instance of its own: what it does to
// the memory there ends with it.
type session struct {
	instance pdfium.Pdfium
	doc      references.FPDF_DOCUMENT
	objects  int // of its pages that were asked for, which go-pdfium holds to the end
	killed   sync.Once
}

var (
	errPassword = errors.New("the PDF is encrypted (save it without its password, then import it again)")
	errSecurity = errors.New("the PDF is encrypted in a way that is not known")
	errDamaged  = errors.New("damaged PDF: no document can be made out in it")
	errMemory   = fmt.Errorf("the PDF needs more than %d MiB of memory", memoryPages/16)
)

// open opens a document in a new instance. close must be called at the end,
// also after kill.
func open(ctx context.Context, r io.ReaderAt, size int64) (*session, error) {
	pool, err := start()
	if err != nil {
		return nil, err
	}
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, err
	}
	s := &session{instance: instance}
	err = s.within(ctx, openTime, func() error {
		opened, err := instance.OpenDocument(&requests.OpenDocument{
			FileReader:     io.NewSectionReader(r, 0, size),
			FileReaderSize: size,
		})
		if err == nil {
			s.doc = opened.Document
		}
		return err
	})
	if err != nil {
		s.close()
		return nil, openError(err)
	}
	return s, nil
}

func openError(err error) error {
	switch {
	case errors.Is(err, pdfium_errors.ErrPassword):
		return errPassword
	case errors.Is(err, pdfium_errors.ErrSecurity):
		return errSecurity
	case errors.Is(err, pdfium_errors.ErrFormat), errors.Is(err, pdfium_errors.ErrFile),
		errors.Is(err, pdfium_errors.ErrUnknown), errors.Is(err, pdfium_errors.ErrUnexpected), errors.Is(err, pdfium_errors.ErrSuccess):
		return errDamaged
	}
	return err
}

// brokenError is a fault inside the instance, which is of no use after it.
type brokenError struct{ reason error }

func (e *brokenError) Error() string { return e.reason.Error() }

// within does something in the instance and kills it when that takes longer
// than limit or the context ends.
func (s *session) within(ctx context.Context, limit time.Duration, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done, ended := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(ended)
		defer func() {
			if p := recover(); p != nil {
				done <- &brokenError{fmt.Errorf("PDFium broke down: %v", p)}
			}
		}()
		done <- do()
	}()
	select {
	case err := <-done:
		return fault(err)
	case <-ctx.Done():
		s.kill(ended)
		<-ended // the instance ends within a loop of its code
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return &brokenError{fmt.Errorf("it takes longer than %v", limit)}
		}
		return ctx.Err()
	}
}

// fault tells a breakdown of the instance from an error that PDFium gives.
func fault(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "unreachable"), strings.Contains(text, "malloc"):
		// PDFium stops itself in this way where it gets no more memory.
		return &brokenError{fmt.Errorf("PDFium gave up on it, damaged or %w", errMemory)}
	case strings.Contains(text, "wasm error"), strings.Contains(text, "exit_code"):
		text, _, _ = strings.Cut(text, "\n")
		return &brokenError{fmt.Errorf("PDFium broke down: %s", text)}
	}
	return err
}

// kill ends the instance, and a call in it, which closes ended; nil if there is
// no call.
func (s *session) kill(ended <-chan struct{}) {
	s.killed.Do(func() {
		killing.Lock()
		defer killing.Unlock()
		killing.ended = ended
		s.instance.Kill()
	})
}

// killing is the call whose instance is being killed, one at a time.
var killing struct {
	sync.Mutex
	ended <-chan struct{}
}

// killWait bounds how long others wait for a call to notice that its instance
// is killed.
const killWait = time.Second

// awaitCall is told before the runtime takes the memory of an instance apart.
// go-pdfium kills an instance while a call in it may still grow that memory;
// so it waits for the end of the call. What the runtime closes itself, with
// another exit code, it closes at the end of the call.
func awaitCall(_ context.Context, exitCode uint32) {
	if exitCode != 0 || killing.ended == nil {
		return
	}
	select {
	case <-killing.ended:
	case <-time.After(killWait):
	}
}

// close gives the instance back. Memory that a document took is not given
// back by the instance, so that it is always ended.
func (s *session) close() { s.kill(nil) }
