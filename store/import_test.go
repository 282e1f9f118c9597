package store

import (
	"fmt"
	"strings"
	"testing"
)

// An import that goes on while a later program lifts the archive must not
// write what that one would miss something in.
func TestImportEndsWhenTheArchiveIsLifted(t *testing.T) {
	a := newArchive(t)
	ctx := t.Context()
	im, err := a.StartImport(ctx)
	if err != nil {
		t.Fatal(err)
	}
	place, err := im.Place(ctx, Place{Path: "/x"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.ExecContext(ctx, fmt.Sprint(`PRAGMA user_version = `, SchemaVersion+1)); err != nil {
		t.Fatal(err)
	}
	err = im.StartFile(ctx, File{Place: place, Path: "/x/1", Reader: "text/1"})
	if err == nil || !strings.Contains(err.Error(), "later version") {
		t.Errorf("the error is %v", err)
	}
	if err := im.Abort(); err != nil {
		t.Error(err)
	}
}
