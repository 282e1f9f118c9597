package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/store"
)

func backupCommand() command {
	return command{
		name:    "backup",
		args:    "FILE",
		summary: "write a copy of the archive to a new file",
		about: `Writes a copy of the archive as it is at one moment, also while an import runs.
The file has its name once the copy is complete, on the disk, and was checked:
what bears the name is whole. In a folder the copy is named after the archive
and the day. A file that is there already is never overwritten.

A copy is an archive like any other: every command reads it with --db FILE.`,
		examples: []example{
			{"archive backup /mnt/disk/", "as /mnt/disk/archive-2026-11-21.db"},
			{"archive backup before-cleaning.db", ""},
			{"archive search Kyiv --db before-cleaning.db", "a copy is an archive"},
		},
		run: runBackup,
	}
}

func runBackup(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Len() != 1 {
		return exitError, usagef("'archive backup' takes one file to write (archive backup FILE)")
	}
	path, isDefault, err := e.dbPath()
	if err != nil {
		return exitError, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return exitError, missing(path, isDefault)
	}
	to, err := backupName(in.Args().First(), path, time.Now())
	if err != nil {
		return exitError, err
	}
	s := e.newStatus()
	articles, err := store.Backup(ctx, path, to, e.assets.Schema, s.pages("copying"))
	s.clear()
	if err != nil {
		return exitError, err
	}
	info, err := os.Stat(to)
	if err != nil {
		return exitError, err
	}
	_, err = fmt.Fprintf(e.out, "copied %s to %s (%s), checked\n", countOf(int(articles), "article"), safeLine(tilde(to)), size(info.Size()))
	return exitFound, err
}

// backupName gives the file to write: in a folder one named after the archive
// and the day.
func backupName(to, archive string, now time.Time) (string, error) {
	if info, err := os.Stat(to); err != nil || !info.IsDir() {
		if _, err := os.Stat(filepath.Dir(to)); errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("there is no folder %s to write the copy in (make it first)", tilde(filepath.Dir(to)))
		}
		return to, nil
	}
	base := filepath.Base(archive)
	ending := filepath.Ext(base)
	name := strings.TrimSuffix(base, ending) + "-" + now.Format(time.DateOnly)
	for n := 1; n < 1000; n++ {
		try := name
		if n > 1 {
			try = fmt.Sprint(name, "-", n)
		}
		if _, err := os.Lstat(filepath.Join(to, try+ending)); errors.Is(err, fs.ErrNotExist) {
			return filepath.Join(to, try+ending), nil
		}
	}
	return "", fmt.Errorf("%s holds a thousand copies of this day (name a file)", tilde(to))
}

func restoreCommand() command {
	return command{
		name:    "restore",
		args:    "FILE",
		summary: "put a copy in the place of the archive",
		about: `Checks a copy that 'archive backup' made, and puts it in the place of the
archive. The archive that was there is kept beside it, and its name is printed:
nothing is deleted. The copy itself stays where it is.`,
		examples: []example{
			{"archive restore /mnt/disk/archive-2026-11-21.db", ""},
			{"archive restore old.db --db press.db", "as the archive press.db"},
		},
		run: runRestore,
	}
}

func runRestore(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	if in.Args().Len() != 1 {
		return exitError, usagef("'archive restore' takes one copy to read (archive restore FILE)")
	}
	path, isDefault, err := e.dbPath()
	if err != nil {
		return exitError, err
	}
	if err := makeFolder(filepath.Dir(path), isDefault); err != nil {
		return exitError, err
	}
	e.warnNetworkDisk(path)
	from := in.Args().First()
	s := e.newStatus()
	kept, articles, err := store.Restore(ctx, from, path, e.assets.Schema, s.pages("copying"))
	s.clear()
	if errors.Is(err, store.ErrNoArchive) {
		return exitError, fmt.Errorf("no copy at %s", tilde(from))
	}
	if err != nil {
		return exitError, err
	}
	text := fmt.Sprintf("restored %s to %s", countOf(int(articles), "article"), safeLine(tilde(path)))
	if kept != "" {
		text += "; what was there is kept as " + safeLine(tilde(kept))
	}
	_, err = fmt.Fprintln(e.out, text)
	return exitFound, err
}
