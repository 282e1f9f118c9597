package store

import (
	"context"
	"testing"
)

// What a view saw does not stay in the next one on the same connection.
func TestConnectionsAreUsedAgain(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/a", article("one", "alpha"))
	where := Words{Any: []Phrase{{Stems: []string{"alpha"}}}}
	if got := ids(t, a, where); len(got) != 1 {
		t.Fatal(got)
	}
	put(t, a, "/x/b", article("two", "alpha beta"))
	if got := ids(t, a, where); len(got) != 2 {
		t.Error(got)
	}
	if len(a.idle) != 1 || len(a.idle[0].values) == 0 {
		t.Errorf("%d connections wait", len(a.idle))
	}
}

// A view whose context is over gives its connection back fit for use.
func TestConnectionAfterContextIsOver(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/a", article("one", "alpha"))
	ctx, cancel := context.WithCancel(t.Context())
	v, err := a.View(ctx)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := v.Count(ctx, Words{Any: []Phrase{{Stems: []string{"alpha"}}}}); err == nil {
		t.Error("counted after the end")
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
	if got := ids(t, a, All{}); len(got) != 1 {
		t.Error(got)
	}
}

// Views that are open together have a connection each; those that are closed
// after the archive leave none behind.
func TestViewsClosedAfterArchive(t *testing.T) {
	a := newArchive(t)
	var views []*View
	for range maxIdle + 2 {
		v, err := a.View(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		views = append(views, v)
	}
	for _, v := range views[1:] {
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(a.idle) != maxIdle {
		t.Errorf("%d connections wait", len(a.idle))
	}
	if err := a.closeIdle(); err != nil {
		t.Error(err)
	}
	if err := views[0].Close(); err != nil || len(a.idle) != 0 {
		t.Errorf("%v, %d connections wait", err, len(a.idle))
	}
}
