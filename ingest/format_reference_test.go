package ingest

import (
	"strings"
	"testing"
)

// wantReference is the one article that a list of references gives.
type wantReference struct{ member, title, source, byline, date, url, lang, text, tags string }

func TestReferences(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          wantReference
	}{
		{"library.bib", "@article{marlow2006, title={The {Ferry} line}, author={Marlow, Jane and Reed, Tom}, journal={The Harbour Courier}, year=2006, month=jan, day=4, keywords={ferries; sea}, url={https://a.example/1\\_2}, language={english}, abstract={The ferry\n  will stop.\n\n It is old.}}\n@book{x, title={No abstract}}",
			wantReference{"id marlow2006", "The Ferry line", "The Harbour Courier", "Jane Marlow, Tom Reed", "2006-01-04", "https://a.example/1_2", "en", "The ferry will stop.\n\nIt is old.", "ferries sea"}},
		{"", "% made by a program\n@inproceedings{p, title={Boats}, crossref={c}, abstract={On boats.}}\n@proceedings{c, title={Sea Days}, date={2019-03-04/2019-03-06}}",
			wantReference{"id p", "Boats", "Sea Days", "", "2019-03-04", "", "", "On boats.", ""}},
		{"export.ris", "TY  - NEWS\nT1  - Ferry line\n to close\nA1  - Marlow, Jane\nAU  - Bay Council\nJO  - HC\nT2  - The Harbour Courier\nPY  - 2006\nDA  - 2006/01/04/\nN2  - The ferry will stop.\nUR  - https://a.example/1\nLA  - en\nKW  - Ferries\nKW  - Sea\nER  - \n\nTY  - JOUR\nTI  - No abstract\nER  - \n",
			wantReference{"https://a.example/1", "Ferry line to close", "The Harbour Courier", "Jane Marlow, Bay Council", "2006-01-04", "https://a.example/1", "en", "The ferry will stop.", "Ferries Sea"}},
		{"export.enw", "%0 Newspaper Article\n%A Marlow, Jane\n%T Ferry line to close\n%J The Harbour Courier\n%D 2006\n%8 January 4\n%X The ferry will\nstop.\n%U https://a.example/1\n\n%0 Book\n%T None\n",
			wantReference{"https://a.example/1", "Ferry line to close", "The Harbour Courier", "Jane Marlow", "2006-01-04", "https://a.example/1", "", "The ferry will stop.", ""}},
		{"pubmed.nbib", "\nPMID- 4711\nDP  - 2006 Jan 4\nTI  - Ferry line to\n      close\nAID - 10.1000/x1 [doi]\nAB  - The ferry\n      will stop.\nFAU - Marlow, Jane\nAU  - Marlow J\nLA  - eng\nJT  - The Harbour Courier\n\nPMID- 2\nTI  - None\n",
			wantReference{"id 4711", "Ferry line to close", "The Harbour Courier", "Jane Marlow", "2006-01-04", "https://doi.org/10.1000/x1", "en", "The ferry will stop.", ""}},
		{"savedrecs.txt", "FN Clarivate Web of Science\nVR 1.0\nPT J\nAU Marlow, J\nAF Marlow, Jane (jane@a.example)\n   Reed, Tom\nTI Ferry line\n   to close\nSO THE HARBOUR COURIER\nPD JAN 4\nPY 2006\nAB The ferry\n   will stop.\nDE ferries; sea\nER\n\nPT J\nTI None\nER\n\nEF\n",
			wantReference{"item 1", "Ferry line to close", "THE HARBOUR COURIER", "Jane Marlow, Tom Reed", "2006-01-04", "", "", "The ferry will stop.", "ferries sea"}},
		{"zotero.json", `[{"id":"http://zotero.org/users/1/items/A","type":"article-newspaper","abstract":"The ferry will stop.","container-title":"The Harbour Courier","title":"Ferry line <i>to close</i>","URL":"https://a.example/1","author":[{"family":"Marlow","given":"Jane"},{"literal":"Bay Council"}],"issued":{"date-parts":[["2006",1,4]]},"language":"en-GB"},{"id":"x","type":"book","title":"None"}]`,
			wantReference{"id http://zotero.org/users/1/items/A", "Ferry line to close", "The Harbour Courier", "Jane Marlow, Bay Council", "2006-01-04", "https://a.example/1", "en", "The ferry will stop.", ""}},
		{"endnote.xml", `<?xml version="1.0" encoding="UTF-8"?><xml><records><record><ref-type name="Newspaper Article">23</ref-type><contributors><authors><author><style face="normal">Marlow, Jane</style></author></authors></contributors><titles><title><style face="normal">Ferry line </style><style face="bold">to close</style></title><secondary-title>The Harbour Courier</secondary-title></titles><dates><year>2006</year><pub-dates><date>January 4</date></pub-dates></dates><keywords><keyword>sea</keyword></keywords><abstract>The ferry will stop.</abstract><urls><related-urls><url>https://a.example/1</url></related-urls></urls></record><record><ref-type name="Book">6</ref-type><titles><title>None</title></titles></record></records></xml>`,
			wantReference{"https://a.example/1", "Ferry line to close", "The Harbour Courier", "Jane Marlow", "2006-01-04", "https://a.example/1", "", "The ferry will stop.", "sea"}},
	} {
		articles, skipped := readSaved(t, c.name, c.content)
		if len(articles) != 1 || len(skipped) != 1 || skipped[0] != "1 reference without abstract" {
			t.Errorf("%s: %+v, skipped %q", c.name, articles, skipped)
			continue
		}
		checkReference(t, c.name, articles[0], c.want)
	}
}

func checkReference(t *testing.T, name string, a *Article, want wantReference) {
	t.Helper()
	d, _ := ReadDate(a.Published.Value)
	var tags []string
	for _, tag := range a.Tags {
		tags = append(tags, tag.Value)
	}
	lang := a.Lang.Value
	if want.lang == "" {
		lang = ""
	}
	got := wantReference{a.Member, a.Title.Value, a.Source.Value, a.Byline.Value, d.String(), a.URL.Value, lang, a.Text, strings.Join(tags, " ")}
	if got != want {
		t.Errorf("%s:\n got %+v\nwant %+v", name, got, want)
	}
}

func TestOrdinaryFilesAreNoReferences(t *testing.T) {
	for name, s := range map[string]string{
		"items.json": `[{"id":1,"type":"article","title":"Ferry","text":"The boat."}]`,
		"notes.txt":  "@home\n\nThe boat.",
		"sums.txt":   "%T is a sign.\n\nThe boat.",
	} {
		if a := one(t, name, s); a.Type != "json" && a.Type != "text" {
			t.Errorf("%s became %s", name, a.Type)
		}
	}
}

func FuzzBibTeX(f *testing.F) {
	fuzzFormat(f, "a.bib", "@article{k, title={The {F}erry}, author={A and B}, abstract={x\n\ny}, year=2006, month=jan}\n@misc{l, crossref={k}, abstract=\"z\"")
}

func FuzzReferences(f *testing.F) {
	fuzzFormat(f, "a.txt", "TY  - NEWS\nTI  - a\nAB  - b\nER  - \n", "%0 Book\n%T a\n%X b\n", "PMID- 1\nTI  - a\nAB  - b\n", "FN a\nVR 1.0\nPT J\nTI a\nAB b\nER\n",
		`[{"id":1,"type":"article-journal","issued":{"date-parts":[[2006]]},"abstract":"b","author":[{"family":"c"}]}]`)
}

func FuzzEndNote(f *testing.F) {
	fuzzFormat(f, "a.xml", `<xml><records><record><ref-type/><titles><title><style>a</style></title></titles><abstract>b</abstract></record></records></xml>`)
}
