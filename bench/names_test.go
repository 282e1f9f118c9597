package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Of the commonest words of two collections, one of them in two languages of
// two scripts, at most one ordinary one in a thousand words is widened.
func TestOrdinaryWordsAreNotWidened(t *testing.T) {
	data, root := filepath.Join("..", "..", "shared", "data"), ".."
	here := t.TempDir()
	for _, name := range []string{"time", "xquad_de", "xquad_ru"} {
		corpus, err := os.ReadFile(filepath.Join(data, "relevance", name, "corpus.jsonl"))
		if err != nil {
			t.Skip("the test collections are not here:", err)
		}
		folder := filepath.Join(here, "relevance", name)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "corpus.jsonl"), corpus, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	archive, files, err := namesArchive(t.Context(), root, here, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	counts, err := countWords(files)
	if err != nil {
		t.Fatal(err)
	}
	m, err := measureNames(t.Context(), archive, counts, 4000)
	if err != nil {
		t.Fatal(err)
	}
	wrong := make(map[string]string)
	for _, p := range m.pairs {
		if p.ordinary {
			wrong[p.word] = p.other
		}
	}
	if t.Logf("%d words, %d widened, ordinary ones: %v", m.words, m.widened, wrong); 1000*len(wrong) > m.words {
		t.Error("more than one ordinary word in a thousand is widened")
	}
	if m.widened < 10 {
		t.Error("hardly a name is widened")
	}
}
