package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

type wantPress struct{ member, title, source, byline, date, lang, begins, ends string }

func TestPressDownloads(t *testing.T) {
	for file, want := range map[string][]wantPress{
		"nexis_old.txt": {
			{"document 1", "Ferry line to close after forty years", "The Harbour Courier", "JANE MARLOW", "2006-01-04", "en", "The last boat leaves in spring.\n\nPORT ELLERY\n\nThe ferry across the bay will stop in April, its owner said yesterday", "GRAPHIC: Picture, the ferry in 1966"},
			{"document 2", "Der Winter kommt zurück", "Abendblick", "Karl Muster", "2006-01-05", "de", "Am Abend", "blieben frei."},
			{"document 3", "A page of a kind that nobody knows.", "", "", "", "", "A page", "knows."},
		},
		"nexis_new.txt": {
			{"document 1", "Storm cuts power to island", "The Harbour Courier (Port Ellery)", "Tom Reed", "2019-03-03", "en", "The storm came", "lines were down."},
			{"document 2", "Le pont rouvre", "Le Matin des Iles", "Anne Petit", "2019-03-04", "", "Le pont a", "ce matin."},
		},
		"factiva_plain.txt": {
			{"id BAYFIN0020060104e214000jd", "Shipyard wins order for three ferries", "Bay Financial", "Lena Holm in Port Ellery", "2006-01-04", "en", "The yard said", "in May."},
			{"id ABENDB0020060105e215000ab", "Werft erhält Auftrag", "Abendblick", "", "2006-01-05", "de", "Die Werft", "Fähren."},
		},
		"factiva_coded.txt": {
			{"id BAYFIN0020060104e214000jd", "Shipyard wins order", "Bay Financial", "Lena Holm", "2006-01-04", "en", "The yard said", "IN the end three boats will sail."},
		},
		"proquest.txt": {
			{"document 1", "Ferry line to close", "The Harbour Courier", "Jane Marlow", "2006-01-04", "en", "The ferry across", "the losses."},
			{"document 2", "Snow in the hills", "The Harbour Courier", "Ann Stone", "2006-01-05", "", "Snow fell", "early."},
		},
		"nexis_fr.txt": {
			{"document 1", "Le pont rouvre", "Le Matin des Iles", "Anne Petit", "2019-03-04", "fr", "Les voitures passent.\n\nLe pont", "ce matin."},
			{"document 2", "Kein Titel steht hier, nur ein Text.", "Abendblick", "", "2019-03-05", "de", "Kein Titel", "CORRECTION: Das Datum war falsch."},
		},
		"nexis_cover.txt": {
			{"document 1", "Storm cuts power to island", "The Harbour Courier (Port Ellery)", "Tom Reed", "2019-03-03T09:20Z", "", "The storm", "at night."},
			{"document 2", "Boats stay out", "The Harbour Courier (Port Ellery)", "", "2019-03-04", "", "The boats stay.", "The boats stay."},
		},
		"factiva_table.html": {
			{"id MATILE0020060104e214000jd", "Le chantier gagne trois ferries", "Le Matin des Iles", "Lena Holm", "2006-01-04", "fr", "Le chantier livre en mai.\n\nIl embauche.", "Les marins attendent."},
		},
		"europresse.html": {
			{"id news·20060314·MI·0q1403_1", "Le pont rouvre", "Le Matin des Iles", "Anne Petit", "2006-03-14", "", "Le pont a rouvert.", "Les voitures passent."},
			{"document 2", "Ferry line to close", "The Harbour Courier", "", "2006-03-14", "", "The ferry stops", "in April."},
		},
		"proquest_page.html": {
			{"document 1", "Ferry line to close", "The Harbour Courier, Late Edition", "Jane Marlow, Tom Reed", "2006-01-04", "", "The ferry stops", "the losses."},
			{"document 2", "Snow in the hills", "The Harbour Courier", "", "2006-01-05", "", "Snow fell early.", "Snow fell early."},
		},
	} {
		b, err := os.ReadFile(filepath.Join("testdata", "press", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, ends := range []string{"\n", "\r\n"} {
			articles, failures, err := readBytes(t, file, strings.ReplaceAll(string(b), "\n", ends), nil)
			if err != nil || len(failures) > 0 || len(articles) != len(want) {
				t.Errorf("%s: %d articles, failures %v, error %v; want %d", file, len(articles), failures, err, len(want))
				continue
			}
			for i, w := range want {
				checkPress(t, file, articles[i], w)
			}
		}
	}
}

func checkPress(t *testing.T, file string, a *Article, w wantPress) {
	t.Helper()
	date := ""
	if d, ok := ReadDate(a.Published.Value); ok {
		date = d.String()
	}
	lang := a.Lang.Value
	if w.lang == "" {
		lang = ""
	}
	got := wantPress{a.Member, a.Title.Value, a.Source.Value, a.Byline.Value, date, lang, w.begins, w.ends}
	if got != w {
		t.Errorf("%s:\n got %q\nwant %q", file, got, w)
	}
	if !strings.HasPrefix(a.Text, w.begins) || !strings.HasSuffix(a.Text, w.ends) {
		t.Errorf("%s, %s: text %q", file, a.Member, a.Text)
	}
}

// largeDownload is a download of Nexis as paragraphs, its list of articles in
// front.
func largeDownload(n int) []string {
	paragraphs := []string{"Date and Time: Friday, 5. July 2019 09:31:00 CEST", "Job Number: 1", fmt.Sprintf("Documents (%d)", n)}
	for i := range n {
		paragraphs = append(paragraphs, fmt.Sprintf("%d. Storm number %d", i+1, i+1), "Client/Matter: -None-", "Search Terms: storm", "News")
	}
	for i := range n {
		paragraphs = append(paragraphs, fmt.Sprintf("Storm number %d", i+1), "The Harbour Courier", "March 4, 2019 Monday",
			"Copyright 2019 The Harbour Courier All Rights Reserved", "Section: NEWS", "Length: 300 words", "Byline: Tom Reed", "Body")
		for range 10 {
			paragraphs = append(paragraphs, strings.Repeat("The storm came over the bay. ", 5))
		}
		paragraphs = append(paragraphs, "Load-Date: March 5, 2019", "End of Document")
	}
	return paragraphs
}

func TestLargePressDownload(t *testing.T) {
	const n = 400
	paragraphs := largeDownload(n)
	docx := "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>" +
		strings.Join(paragraphs, "</w:t></w:r></w:p><w:p><w:r><w:t>") + "</w:t></w:r></w:p></w:body></w:document>"
	for name, content := range map[string]string{
		"download.txt":  strings.Join(paragraphs, "\n\n"),
		"download.rtf":  `{\rtf1\ansi ` + strings.Join(paragraphs, "\\par\n") + "}",
		"download.html": "<html><head><title>LexisNexis</title></head><body><p>" + strings.Join(paragraphs, "</p><p>") + "</p></body></html>",
		"download.docx": string(zipped(t, "[Content_Types].xml", "<Types/>", "word/document.xml", docx)),
	} {
		articles, failures, err := readBytes(t, name, content, nil)
		if err != nil || len(failures) > 0 || len(articles) != n {
			t.Errorf("%s: %d articles, failures %v, error %v; want %d", name, len(articles), failures, err, n)
			continue
		}
		for i, a := range articles {
			if a.Title.Value != fmt.Sprintf("Storm number %d", i+1) || a.Source.Value != "The Harbour Courier" || a.Byline.Value != "Tom Reed" || !strings.HasPrefix(a.Text, "The storm came") || strings.Contains(a.Text, "Load-Date") {
				t.Fatalf("%s: article %d: %+v", name, i+1, a)
			}
		}
	}
}

func TestPressInMail(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("testdata", "press", "proquest_page.html"))
	if err != nil {
		t.Fatal(err)
	}
	mail := "Subject: Your documents\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n" +
		strings.Repeat("Ferry line to close. ", 50) + "\n--b\nContent-Type: text/html\n\n" + string(page) + "\n--b--\n"
	articles, failures, err := readBytes(t, "documents.eml", mail, nil)
	if err != nil || len(failures) > 0 || len(articles) != 2 || articles[1].Title.Value != "Snow in the hills" || articles[0].URL.Value != "https://search.example.com/docview/1" {
		t.Errorf("%+v, failures %v, error %v", articles, failures, err)
	}
}

func TestOrdinaryTextIsNoPress(t *testing.T) {
	for _, s := range []string{
		"A report.\n\nThe road is long.\nLength: about 3 km\n\nIts body is old.\n\nEnd of Document\n",
		"Chapter 1 of 3\n\nIt was dark.\n",
		"____________________\nName\n____________________\n",
		"A story of\n\n500 words\nand not one more.\n",
	} {
		if a := one(t, "report.txt", s); a.Type == "press" {
			t.Errorf("%q became %+v", s, a)
		}
	}
}

func FuzzPress(f *testing.F) {
	var seeds []string
	files, _ := filepath.Glob("testdata/press/*")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, string(b))
	}
	fuzzFormat(f, "download.txt", seeds...)
}

func FuzzEuropresse(f *testing.F) {
	b, err := os.ReadFile("testdata/press/europresse.html")
	if err != nil {
		f.Fatal(err)
	}
	fuzzFormat(f, "download.html", string(b))
}

// In newer German downloads the edition stands below the date.
func TestEditionBelowDate(t *testing.T) {
	articles := splitPress("Strom aus der Tiefe\nAbendblick (Regionalausgaben)\nDienstag 7. Juli 2020\nHafener Echo\n\nSection: ECHO LOKALES; S. 6\nLength: 75 words\nBody\n\nTief unter der Erde ist es warm.\n\nLoad-Date: July 6, 2020\n\nEnd of Document\n")
	if len(articles) != 1 || articles[0].Title.Value != "Strom aus der Tiefe" || articles[0].Source.Value != "Abendblick (Regionalausgaben)" ||
		articles[0].Published.Value != "Dienstag 7. Juli 2020" || articles[0].Text != "Tief unter der Erde ist es warm." {
		t.Errorf("%+v", articles)
	}
}
