package ingest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"example.com/archive/store"
)

func TestMemberNames(t *testing.T) {
	var m memberNames
	var got []string
	for _, name := range []string{"a", "a", "a #2", "b #2", "b", "b", "b", "a"} {
		got = append(got, m.unique(name))
	}
	if want := "a, a #2, a #2 #2, b #2, b, b #3, b #4, a #3"; strings.Join(got, ", ") != want {
		t.Errorf("%q, want %q", got, want)
	}
	long := strings.Repeat("é", maxMemberName)
	if a, b := memberName(long+"a"), memberName(long+"b"); a == b || len(a) > maxMemberName+30 || !strings.HasPrefix(a, "éé") {
		t.Errorf("%q, %q", a, b)
	}
	if got := memberName("\x01\x1b \n"); got != "unnamed" {
		t.Errorf("%q", got)
	}
}

// Two files of one name in a container are two places, and so are those that
// only look like it.
func TestMembersOfOneName(t *testing.T) {
	for name, b := range map[string][]byte{
		"a.zip": zipped(t, "a.txt", "Alpha text.", "a.txt", "Bravo text.", "a.txt #2", "Charlie text.", "\x01", "Delta text.", "", "Echo text."),
		"a.tar": []byte(tarred(t, "a.txt", "Alpha text.", "a.txt", "Bravo text.", "a.txt #2", "Charlie text.", "\x01", "Delta text.")),
	} {
		got, err := told(t, name, b)
		if all := strings.Join(got, " "); err != nil || !strings.HasPrefix(all, "a.txt|text|Alpha a.txt #2|text|Bravo a.txt #2 #2|text|Charlie unnamed|text|Delta") {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	saved := `[{"is_archived":1,"is_starred":0,"id":7,"url":"http://a/1","title":"A","content":"Alpha text"},{"is_archived":1,"id":7,"url":"http://a/2","title":"B","content":"Bravo text"},{"is_archived":1,"url":"http://a/3","title":"C","content":"Charlie text"},{"is_archived":1,"url":"http://a/3","title":"D","content":"Delta text"}]`
	got, err := told(t, "a.json", []byte(saved))
	if all := strings.Join(got, " "); err != nil || all != "id 7|saved-json|Alpha id 7 #2|saved-json|Bravo http://a/3|saved-json|Charlie http://a/3 #2|saved-json|Delta" {
		t.Errorf("%q, %v", got, err)
	}
}

// A row keeps its name when another is put before it.
func TestSavedRowsKeepTheirNames(t *testing.T) {
	const head, row = "URL,Title,Selection,Folder,Timestamp\n", "http://a.example/1,A,Alpha text,Unread,1400000000\n"
	for _, table := range []string{head + row, head + "http://a.example/0,Z,Zulu text,Unread,1400000000\n" + row} {
		got, err := told(t, "a.csv", []byte(table))
		if err != nil || got[len(got)-1] != "http://a.example/1|saved-csv|Alpha" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// Where a file is written anew with another page before, what was corrected of
// a page goes over to its own next version and to no other.
func TestOtherPageAtTheSamePlace(t *testing.T) {
	const head = "URL,Title,Selection,Folder,Timestamp\n"
	page := func(uri, text string) string { return record("resource", uri, "text/plain", text) }
	row := func(uri, text string) string { return uri + ",," + text + ",Unread,1400000000\n" }
	const a, b = "http://a.example/1", "http://a.example/2"
	for name, versions := range map[string][2]string{
		"x.warc": {page(a, "Alpha is the text."), page(b, "Bravo is the text.") + page(a, "Alpha is the text no more.")},
		"x.csv":  {head + row(a, "Alpha is the text."), head + row(b, "Bravo is the text.") + row(a, "Alpha is the text no more.")},
	} {
		archive := newArchive(t)
		dir := folder(t, map[string]string{name: versions[0]})
		same(t, name, doImport(t, archive, Options{Paths: []string{dir}}), Report{Added: 1, Files: 1})
		if _, err := archive.EditArticles(t.Context(), []int64{1}, store.Edit{Fields: map[string]string{"author": "Corrected"}}); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name), versions[1])
		same(t, name, doImport(t, archive, Options{}), Report{Added: 1, Changed: 1, Files: 1})
		for id, want := range map[int64]string{1: "Alpha|Corrected|3", 2: "Bravo||0", 3: "Alpha|Corrected|0"} {
			art, err := archive.Article(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("%s|%s|%d", begin(art.Text), art.Byline.Value, art.SupersededBy); got != want {
				t.Errorf("%s: article %d is %s, want %s", name, id, got, want)
			}
		}
	}
}
