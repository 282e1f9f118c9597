package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

func realArticles(b *testing.B, name string, most int) []Article {
	f, err := os.Open(filepath.Join(dataFolder, "news", name))
	if err != nil {
		b.Skipf("no %s: real articles are not here", name)
	}
	defer f.Close()
	var articles []Article
	all := os.ErrClosed // ends the reading
	_, err = readFile(b.Context(), opened{name: name, r: f}, sink{
		article: func(a *Article) error {
			if articles = append(articles, *a); len(articles) == most {
				return all
			}
			return nil
		},
		failed: func(m string, e error) { b.Error(m, e) },
	})
	if err != nil && err != all {
		b.Fatal(err)
	}
	return articles
}

func BenchmarkComplete(b *testing.B) {
	articles := realArticles(b, "reuters-financial-2007-2008.jsonl.gz", 2000)
	size := 0
	for _, a := range articles {
		size += len(a.Text)
	}
	b.SetBytes(int64(size / len(articles)))
	for i := 0; b.Loop(); i++ {
		a := articles[i%len(articles)]
		complete(&a)
	}
}

func BenchmarkCitations(b *testing.B) {
	articles := realArticles(b, "reuters-financial-2007-2008.jsonl.gz", 2000)
	size := 0
	for _, a := range articles {
		size += len(a.Text)
	}
	b.SetBytes(int64(size / len(articles)))
	for i := 0; b.Loop(); i++ {
		citations(&articles[i%len(articles)])
	}
}

func BenchmarkReadJSONL(b *testing.B) {
	path := filepath.Join(dataFolder, "news", "reuters21578.jsonl.gz")
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Skip("no real articles here")
		}
		n := 0
		readFile(b.Context(), opened{name: path, r: f}, sink{article: func(a *Article) error { n++; return nil }, failed: func(string, error) {}})
		f.Close()
		b.ReportMetric(float64(n), "articles/op")
	}
}
