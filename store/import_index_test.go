package store

import "testing"

// An article that was made ready later may be stored earlier, and the other one
// never: the list of words has those of both, which are told once.
func TestWordsAreStoredWithTheFirstArticle(t *testing.T) {
	a := newArchive(t)
	x := NewIndexer()
	x.Prepare(article("", "The Zanzibar question.")) // never stored
	im := startFile(t, a, "/x/1")
	if err := im.Add(t.Context(), "", x.Prepare(article("", "A question of Zanzibar."))); err != nil {
		t.Fatal(err)
	}
	if err := im.EndFile(t.Context(), nil, "text/1", true); err != nil {
		t.Fatal(err)
	}
	if err := im.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
}
