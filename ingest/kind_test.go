package ingest

import (
	"strings"
	"testing"
)

func TestKindOf(t *testing.T) {
	tests := []struct{ name, media, head, want string }{
		{"a.png", "", "\x89PNG\r\n\x1a\n", "image"},
		{"A.JPEG", "", "\xff\xd8\xff", "image"},
		{"IMG_0001", "", "\xff\xd8\xff\xe0\x00\x10JFIF", "image"},
		{"index.php", "image/x-new; q=1", "", "image"},
		{"app.js", "application/x-javascript", "", "script"},
		{"a", "application/font-woff", "", "font"},
		{"report.xlsx", "", "PK\x03\x04", "spreadsheet"},
		{"report", "application/vnd.openxmlformats-officedocument.presentationml.slideshow", "", "presentation"},
		{"a.rar", "", "Rar!\x1a\x07\x00", "archive (rar)"},
		{"noname", "", "Rar!\x1a\x07\x00", "archive (rar)"},
		{"backup.7z", "application/octet-stream", "7z\xbc\xaf\x27\x1c", "archive (7z)"},
		{"setup", "", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00", "program"},
		{"notes.sqlite", "", "SQLite format 3\x00", "database"},
		{"feeds.opml", "", "<opml>", "list of feeds"},
		{"film.srt", "", "1\n", "subtitle file"},
		{"odd.txt", "", "\x00\x01\x02\x00", "binary file (.txt)"},
		{"odd", "", "\x00\x01\x02\x00", "binary file"},
		{"what.qqq", "", "words", "file of an unknown kind (.qqq)"},
		{"what", "", "", "file of an unknown kind"},
		{"movie.mp4.gz", "", "", "video"},
		{"", "text/x-unheard-of", "", "file of an unknown kind"},
	}
	for _, tt := range tests {
		if got := kindOf(tt.name, tt.media, []byte(tt.head)); got != tt.want {
			t.Errorf("%q %q %q: %q, want %q", tt.name, tt.media, tt.head, got, tt.want)
		}
	}
}

// A kind that stands under two names would be counted by chance.
func TestKindsAreApart(t *testing.T) {
	seen := make(map[string]string)
	for _, k := range kinds {
		for _, word := range append(strings.Fields(k.ending), k.media...) {
			if before, twice := seen[word]; twice {
				t.Errorf("%s is both %s and %s", word, before, k.name)
			}
			seen[word] = k.name
		}
	}
}

// What a format reads must have no kind that says it is skipped.
func TestKindsAreOfNoFormat(t *testing.T) {
	for _, ending := range []string{"txt", "md", "html", "htm", "docx", "doc", "odt", "rtf", "epub", "pdf", "zip", "tar", "gz", "eml", "mbox", "rss", "atom", "jsonl", "csv", "tsv", "ris", "warc", "wacz", "mht", "mhtml"} {
		if kind := kindByEnding[ending]; kind != "" {
			t.Errorf(".%s is a %s", ending, kind)
		}
	}
}

func TestKindOfAnswer(t *testing.T) {
	for status, want := range map[string]string{"302": "redirect", "404": "missing page", "503": "web error (503)"} {
		if got := kindOfAnswer(status); got != want {
			t.Errorf("%s: %q, want %q", status, got, want)
		}
	}
}
