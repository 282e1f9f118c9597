package ingest

import "testing"

const risSample = "TY  - NEWS\nTI  - Ferry line to close\nAU  - Marlow, Jane\nAU  - Reed, Tom\nT2  - The Harbour Courier\nDA  - 2006/01/04/\nAB  - The ferry will stop.\nKW  - Ferries\nER  - \n\nTY  - JOUR\nTI  - No abstract\nER  - \n"

func TestRIS(t *testing.T) {
	articles, skipped := readSaved(t, "export.ris", risSample)
	if len(articles) != 1 || len(skipped) != 1 {
		t.Fatalf("%+v, %q", articles, skipped)
	}
	a := articles[0]
	d, _ := ReadDate(a.Published.Value)
	if a.Title.Value != "Ferry line to close" || a.Byline.Value != "Jane Marlow, Tom Reed" || a.Source.Value != "The Harbour Courier" || d.String() != "2006-01-04" || a.Text != "The ferry will stop." || len(a.Tags) != 1 {
		t.Errorf("%+v", a)
	}
}

func FuzzRIS(f *testing.F) { fuzzFormat(f, "export.ris", risSample) }
