package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

// Assets are the files that are built into the binary.
type Assets struct {
	Schema    string // the SQL of a new archive
	Seeds     fs.FS  // the sample articles
	QueryHelp string // the query language, as plain text
	ExitCodes string // the exit codes, as plain text
	Version   string
}

// The exit codes of all commands; docs/exit-codes.md explains them.
const (
	exitFound       = 0
	exitNothing     = 1
	exitError       = 2
	exitSomeFailed  = 3
	exitInterrupted = 130
)

// env is what a command runs in.
type env struct {
	assets  Assets
	stdin   io.Reader
	out     *bufio.Writer // standard output; flushed before anything goes to err
	err     io.Writer
	file    *os.File // standard output where it is a file, for the pager; else nil
	term    terminal
	errTerm terminal
	quiet   bool
	verbose bool
	db      string   // the flag --db, "" if not given
	line    []string // the command line, arranged
}

// usageError is a wrong command line; its text is for people.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// Run runs the command line args, whose first element is the program's name,
// and returns the exit code.
func Run(ctx context.Context, assets Assets, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := &env{assets: assets, stdin: stdin, out: bufio.NewWriterSize(stdout, 1<<16), err: stderr}
	if len(args) > 0 {
		args = args[1:]
	}
	code, err := e.runSafely(ctx, stdout, args)
	if flushed := e.out.Flush(); err == nil {
		err = flushed
	}
	return e.finish(ctx, code, err)
}

// runSafely turns a fault of ours into an error: a person has no use for a
// stack trace.
func (e *env) runSafely(ctx context.Context, stdout io.Writer, args []string) (code int, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			code, err = exitError, &faultError{fault, debug.Stack()}
		}
	}()
	return e.run(ctx, stdout, args)
}

// faultError is a panic of the program; --verbose shows where.
type faultError struct {
	fault any
	stack []byte
}

func (e *faultError) Error() string {
	return "a fault inside the program; the archive is as it was (please report the command and what --verbose says)"
}

func (e *faultError) Unwrap() error { return fmt.Errorf("%v\n%s", e.fault, e.stack) }

func (e *env) run(ctx context.Context, stdout io.Writer, args []string) (int, error) {
	line, err := arrange(args)
	if err != nil {
		e.verbose = false
		return exitError, err
	}
	e.line = line
	c, ok := findCommand(line[1])
	if !ok {
		return exitError, unknownCommand(line[1])
	}
	return e.runLine(ctx, stdout, line, []command{c})
}

// runLine runs an arranged line.
func (e *env) runLine(ctx context.Context, stdout io.Writer, line []string, known []command) (code int, err error) {
	code = exitError
	app := &urfave.App{
		Name:                      "archive",
		HideHelp:                  true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		Writer:                    e.out,
		ErrWriter:                 io.Discard,
		// The library would end the process.
		ExitErrHandler: func(*urfave.Context, error) {},
		OnUsageError:   wrongUsage,
	}
	for _, c := range known {
		app.Commands = append(app.Commands, &urfave.Command{
			Name:         c.name,
			HideHelp:     true,
			Flags:        c.flags(),
			OnUsageError: wrongUsage,
			Action: func(in *urfave.Context) (err error) {
				if err := e.configure(in, stdout); err != nil {
					return err
				}
				code, err = c.run(in.Context, e, in)
				return err
			},
		})
	}
	lifting := e.newStatus()
	ctx = store.OnLifting(store.OnWaiting(ctx, e.sayWaiting()), e.sayLifting(lifting))
	err = app.RunContext(ctx, line)
	lifting.clear() // where it was interrupted
	return code, err
}

// sayWaiting gives what tells, once, that a command waits for another.
func (e *env) sayWaiting() func(path string) {
	var once sync.Once
	return func(path string) {
		once.Do(func() {
			if e.errTerm.tty { // a line of progress may stand there
				fmt.Fprint(e.err, "\r\x1b[K")
			}
			e.notef("waiting for another process that writes to %s (Ctrl-C ends the waiting)", safeLine(tilde(path)))
		})
	}
}

// untilTold is how long an archive may be brought up to date in silence.
var untilTold = time.Second

// sayLifting gives what tells how far an archive of an earlier format has been
// brought up to date: on a terminal all the time, elsewhere once.
func (e *env) sayLifting(line *status) func(path, doing string, done, total int64) {
	var begun time.Time
	told := false
	return func(path, doing string, done, total int64) {
		if begun.IsZero() {
			begun = time.Now()
		}
		switch {
		case done == total:
			line.clear()
		case e.errTerm.tty:
			line.pages(doing+" of "+safeLine(tilde(path)))(int(done), int(total))
		case !told && time.Since(begun) >= untilTold:
			told = true
			e.notef("bringing %s up to date for this program, which takes a while once", safeLine(tilde(path)))
		}
	}
}

func wrongUsage(_ *urfave.Context, err error, _ bool) error {
	return &usageError{err.Error()}
}

// configure takes the flags that every command has.
func (e *env) configure(in *urfave.Context, stdout io.Writer) error {
	e.quiet, e.verbose, e.db = in.Bool("quiet"), in.Bool("verbose"), in.String("db")
	e.file, _ = stdout.(*os.File)
	e.term = newTerminal(stdout, in.String("color"), os.Getenv)
	e.errTerm = newTerminal(e.err, in.String("color"), os.Getenv)
	return nil
}

// finish tells the person what went wrong, if anything, and settles the code.
func (e *env) finish(ctx context.Context, code int, err error) int {
	switch {
	case err == nil:
		return code
	case isClosedPipe(err) && code == exitError:
		return exitFound
	case isClosedPipe(err):
		return code
	case ctx.Err() != nil:
		return exitInterrupted
	}
	fmt.Fprintf(e.err, "archive: %s\n", safeText(outputFault(err).Error()))
	if e.verbose {
		for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(cause) {
			fmt.Fprintf(e.err, "  because: %s\n", safeText(cause.Error()))
		}
	}
	return exitError
}

// outputFault words an error of standard output.
func outputFault(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) && failed.Path == os.Stdout.Name() {
		return fmt.Errorf("could not write the output: %w", reason(err))
	}
	return err
}

// isClosedPipe reports whether the reader of our output has gone, as head(1)
// does; nothing is wrong then.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) || isWindowsClosedPipe(err)
}

// notef prints a line for the person, not part of the data.
func (e *env) notef(format string, args ...any) {
	if e.quiet {
		return
	}
	e.out.Flush()
	fmt.Fprintf(e.err, format+"\n", args...)
}

// warnf prints a line that --quiet does not silence.
func (e *env) warnf(format string, args ...any) {
	e.out.Flush()
	fmt.Fprintf(e.err, "archive: "+format+"\n", args...)
}
