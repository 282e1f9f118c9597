package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A set holds what was added, and is the same when it is read back.
func TestIDSet(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var s IDSet
		in := make(map[int64]bool)
		for range r.IntN(5) {
			ids := make([]int64, r.IntN(20))
			for i := range ids {
				ids[i] = 1 + r.Int64N(60)
				in[ids[i]] = true
			}
			s.Add(ids)
		}
		back := unpackIDSet(s.pack())
		for id := range int64(70) {
			if s.Has(id) != in[id] || back.Has(id) != in[id] {
				t.Fatalf("%d: %v, read back %v, want %v", id, s.Has(id), back.Has(id), in[id])
			}
		}
	}
	var all IDSet
	for id := int64(1); id <= 1000; id++ {
		all.Add([]int64{id})
	}
	if n := len(all.pack()); n > 4 {
		t.Errorf("a thousand in a row take %d bytes", n)
	}
}

// Whatever stands in the table, it is read, and what was read is written alike.
func FuzzIDSet(f *testing.F) {
	var s IDSet
	s.Add([]int64{1, 2, 3, 700, 1 << 40})
	f.Add(s.pack())
	f.Add([]byte{0, 0})
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Add([]byte{5, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 9, 9})
	f.Fuzz(func(t *testing.T, packed []byte) {
		s := unpackIDSet(packed)
		for i, r := range s.runs {
			if r.first < 1 || r.last < r.first || i > 0 && r.first <= s.runs[i-1].last+1 {
				t.Fatalf("%x is read as %v", packed, s.runs)
			}
		}
		again := unpackIDSet(s.pack())
		if !slices.Equal(again.runs, s.runs) {
			t.Fatalf("%v is read back as %v", s.runs, again.runs)
		}
	})
}

func names(t *testing.T, a *Archive) (names []string) {
	t.Helper()
	list, err := a.SavedSearches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		names = append(names, s.Name)
	}
	return names
}

func TestSavedSearches(t *testing.T) {
	path := newArchive(t).Path()
	a, err := Open(t.Context(), path) // for reading, as commands do
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx := t.Context()
	s := SavedSearch{Name: "Зерно", Query: "grain OR wheat", Flags: map[string][]string{"source": {"BBC", "Al Jazeera"}, "any": {}}}
	s.Seen.Add([]int64{1, 2, 9})
	for _, s := range []SavedSearch{s, {Name: "b"}, {Name: "A"}} {
		if err := a.SaveSearch(ctx, s, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"A", "b", "Зерно"}, names(t, a)); diff != "" {
		t.Error(diff)
	}
	list, err := a.SavedSearches(ctx)
	got, ok := FindSaved(list, "зерно")
	if err != nil || !ok || got.Added == "" || got.SeenAt != "" || !got.Seen.Has(9) || got.Seen.Has(3) {
		t.Errorf("found %+v %v: %v", got, ok, err)
	}
	if got.Query != s.Query || !cmp.Equal(got.Flags, s.Flags) {
		t.Errorf("kept %q with %v", got.Query, got.Flags)
	}
	if err := a.SaveSearch(ctx, SavedSearch{Name: "B", Query: "x"}, false); !errors.Is(err, ErrNameTaken) {
		t.Errorf("a name in use: %v", err)
	}
	if err := a.SaveSearch(ctx, SavedSearch{Name: "B", Query: "x"}, true); err != nil {
		t.Error(err)
	}
	if removed, err := a.RemoveSearch(ctx, "none"); removed || err != nil {
		t.Errorf("removed %v %v", removed, err)
	}
	if removed, err := a.RemoveSearch(ctx, "a"); !removed || err != nil {
		t.Errorf("removed %v %v", removed, err)
	}
	if diff := cmp.Diff([]string{"B", "Зерно"}, names(t, a)); diff != "" {
		t.Error(diff)
	}
}

// Two that look at the same time mark what both have shown.
func TestMarksAddUp(t *testing.T) {
	a := newArchive(t)
	if err := a.SaveSearch(t.Context(), SavedSearch{Name: "a"}, false); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 10 {
				if err := a.MarkSeen(t.Context(), map[string][]int64{"a": {int64(1 + 10*i + j)}, "gone": {7}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	list, err := a.SavedSearches(t.Context())
	if err != nil || len(list) != 1 || list[0].SeenAt == "" || len(list[0].Seen.runs) != 1 || list[0].Seen.runs[0] != (idRun{1, 40}) {
		t.Errorf("marked %+v: %v", list, err)
	}
}

func TestEarlierVersions(t *testing.T) {
	a := newArchive(t)
	for _, body := range []string{"one", "two", "three"} {
		put(t, a, "/x", article("x", body))
	}
	put(t, a, "/y", article("y", "four"))
	got, err := a.Earlier(t.Context(), []int64{2, 3, 4})
	for _, ids := range got {
		slices.Sort(ids)
	}
	if diff := cmp.Diff(map[int64][]int64{2: {1}, 3: {1, 2}}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestState(t *testing.T) {
	a := newArchive(t)
	state := func() State {
		t.Helper()
		v, err := a.View(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer v.Close()
		s, err := v.State(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := state(); got != (State{}) {
		t.Errorf("an empty archive holds %+v", got)
	}
	put(t, a, "/x", dated("BBC", "2022", "2023")...)
	put(t, a, "/y", dated("Axios", "")...)
	put(t, a, "/y", dated("Reuters", "")...) // takes the place of the one of Axios
	put(t, a, "/z", dated("", "")...)
	got := state()
	if got.Imported == "" || got.Articles != 4 || got.Sources != 2 || got.Last != 5 {
		t.Errorf("the archive holds %+v", got)
	}
}

func logged(t *testing.T, a *Archive) (queries []string) {
	t.Helper()
	list, total, err := a.Log(t.Context(), 0)
	if err != nil || total != len(list) {
		t.Fatal(total, err)
	}
	for _, s := range list {
		queries = append(queries, s.Query)
	}
	return queries
}

// Nothing is written while the log is off; not even by a search that began
// when it was on.
func TestLog(t *testing.T) {
	path := newArchive(t).Path()
	a, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	note := func(s LoggedSearch) {
		t.Helper()
		if err := a.LogSearch(ctx, s); err != nil {
			t.Fatal(err)
		}
	}
	note(LoggedSearch{Query: "off"})
	if on, err := a.LogIsOn(ctx); on || err != nil || logged(t, a) != nil {
		t.Errorf("on %v, %v: %v", on, logged(t, a), err)
	}
	if err := a.SetLog(ctx, true); err != nil {
		t.Fatal(err)
	}
	whole := LoggedSearch{Asked: "2026-11-20T10:00:00Z", Command: "search", Query: "secretword", Flags: map[string][]string{"source": {"BBC"}},
		Reading: "(a AND b)", Notes: "x\ny", State: State{7, 2, 9, "2026-11-19T10:00:00Z"}, Matched: 3, Partly: 4}
	note(whole)
	note(LoggedSearch{Query: "later"})
	if diff := cmp.Diff([]string{"later", "secretword"}, logged(t, a)); diff != "" {
		t.Error(diff)
	}
	got, err := a.LogEntry(ctx, 1)
	whole.ID = 1
	if diff := cmp.Diff(whole, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := a.LogEntry(ctx, 77); !errors.Is(err, ErrNotFound) {
		t.Errorf("an entry that is not there: %v", err)
	}
	if list, total, err := a.Log(ctx, 1); len(list) != 1 || list[0].Asked == "" || total != 2 || err != nil {
		t.Errorf("%v of %d: %v", list, total, err)
	}
	if err := a.SetLog(ctx, false); err != nil {
		t.Fatal(err)
	}
	note(LoggedSearch{Query: "off again"})
	if diff := cmp.Diff([]string{"later", "secretword"}, logged(t, a)); diff != "" {
		t.Error(diff)
	}
	if n, err := a.ClearLog(ctx); n != 2 || err != nil || logged(t, a) != nil {
		t.Errorf("cleared %d, left %v: %v", n, logged(t, a), err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	checkGone(t, path, "secretword")
}

// checkGone looks for a word in the archive's files, whatever their form.
func checkGone(t *testing.T, path, word string) {
	t.Helper()
	for _, name := range []string{path, path + "-wal"} {
		b, err := os.ReadFile(name)
		if err == nil && strings.Contains(string(b), word) {
			t.Errorf("%s still holds %s", name, word)
		}
	}
}

// Where another process writes, or nothing can be written, noting fails with
// an error for people, in time.
func TestLogOfALockedArchive(t *testing.T) {
	path := newArchive(t).Path()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), `BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	a, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	err = a.LogSearch(t.Context(), LoggedSearch{Query: "x"})
	if err == nil || !strings.Contains(err.Error(), "another process is writing to it") {
		t.Errorf("a locked archive: %v", err)
	}
}

// The log keeps the last searches, each in so many bytes.
func TestLogIsBounded(t *testing.T) {
	a := newArchive(t)
	if err := a.SetLog(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ж", maxLogText)
	values := slices.Repeat([]string{long, ""}, 10_000)
	if err := a.LogSearch(t.Context(), LoggedSearch{Query: long, Reading: long, Notes: long, Flags: map[string][]string{"a": values, "b": {"x"}}}); err != nil {
		t.Fatal(err)
	}
	s, err := a.LogEntry(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Repeat("ж", maxLogText/2) + "…"
	if s.Query != want || s.Reading != want || s.Notes != want {
		t.Errorf("kept are %d, %d, %d bytes", len(s.Query), len(s.Reading), len(s.Notes))
	}
	if diff := cmp.Diff(map[string][]string{"a": {want, "…"}, "b": {"…"}}, s.Flags); diff != "" {
		t.Error(diff)
	}
	for range 3 {
		if err := a.LogSearch(t.Context(), make([]LoggedSearch, MaxLogged/2)...); err != nil {
			t.Fatal(err)
		}
	}
	list, total, err := a.Log(t.Context(), 1)
	if err != nil || total != MaxLogged || list[0].ID != 1+3*MaxLogged/2 {
		t.Errorf("%d are kept, the last is %d: %v", total, list[0].ID, err)
	}
	status, err := a.LogStatus(t.Context())
	if err != nil || !status.On || status.Searches != MaxLogged || status.First == "" || status.Last < status.First {
		t.Errorf("%+v, %v", status, err)
	}
}

func TestRenameSearch(t *testing.T) {
	a := newArchive(t)
	var seen IDSet
	seen.Add([]int64{3, 4})
	for _, name := range []string{"old", "other"} {
		if err := a.SaveSearch(t.Context(), SavedSearch{Name: name, Query: name, Seen: seen}, false); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		from, to string
		want     error
	}{
		{"none", "x", ErrNotFound}, {"old", "OTHER", ErrNameTaken}, {"OLD", "New", nil}, {"new", "NEW", nil}, {"old", "x", ErrNotFound},
	} {
		if err := a.RenameSearch(t.Context(), c.from, c.to); !errors.Is(err, c.want) {
			t.Errorf("%s to %s: %v", c.from, c.to, err)
		}
	}
	list, err := a.SavedSearches(t.Context())
	if err != nil || len(list) != 2 || list[0].Name != "NEW" || list[0].Query != "old" || !list[0].Seen.Has(4) || list[1].Name != "other" {
		t.Errorf("%+v, %v", list, err)
	}
}
