package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/archive/ingest/office"
)

const officeFolder = dataFolder + "/formats/office"

func wordDocument(body string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body + `</w:body></w:document>`
}

func docxOf(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	return zipped(t, append([]string{"[Content_Types].xml", "<Types/>", "word/document.xml", wordDocument(body)}, more...)...)
}

func paragraph(runs string) string { return "<w:p><w:r>" + runs + "</w:r></w:p>" }

func TestDOCX(t *testing.T) {
	body := `<w:p><w:pPr><w:pStyle w:val="Titel"/><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>The voyage</w:t></w:r></w:p>` +
		`<w:p><w:r><w:t xml:space="preserve">Kept </w:t></w:r><w:ins><w:r><w:t>inserted</w:t></w:r></w:ins><w:del><w:r><w:delText>deleted</w:delText></w:r></w:del><w:r><w:tab/><w:t>tab</w:t><w:br/><w:t>line</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>` +
		`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE secret</w:instrText><w:t>secret</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>result</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:hyperlink><w:r><w:t> link</w:t></w:r></w:hyperlink><w:r><w:footnoteReference w:id="7"/></w:r></w:p>` +
		`<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>one</w:t></w:r></w:p><w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>two</w:t></w:r></w:p>` +
		`<w:tbl><w:tr><w:tc>` + paragraph("<w:t>a</w:t>") + `</w:tc><w:tc>` + paragraph("<w:t>b</w:t>") + `</w:tc></w:tr><w:tr><w:tc>` + paragraph("<w:t>c</w:t>") + `</w:tc></w:tr></w:tbl>` +
		`<w:p><w:r><w:t>Before</w:t><mc:AlternateContent xmlns:mc="x"><mc:Choice><w:txbxContent>` + paragraph("<w:t>In the box</w:t>") + `</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>` + paragraph("<w:t>In the box</w:t>") + `</w:txbxContent></mc:Fallback></mc:AlternateContent><w:t> after</w:t></w:r></w:p>`
	b := docxOf(t, body,
		"word/styles.xml", `<w:styles xmlns:w="w"><w:style w:styleId="Titel"><w:name w:val="Title"/></w:style></w:styles>`,
		"word/numbering.xml", `<w:numbering xmlns:w="w"><w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="4"/></w:num></w:numbering>`,
		"word/footnotes.xml", `<w:footnotes xmlns:w="w"><w:footnote w:id="0"><w:p><w:r><w:t>separator</w:t></w:r></w:p></w:footnote><w:footnote w:id="7">`+paragraph("<w:t>The note</w:t>")+`</w:footnote></w:footnotes>`,
		"word/header1.xml", wordDocument(paragraph("<w:t>Running head</w:t>")),
		"docProps/core.xml", `<cp:coreProperties xmlns:cp="c" xmlns:dc="d" xmlns:dcterms="t"><dc:creator>Ann Bell;Microsoft Office User</dc:creator><dcterms:created>2022-05-07T10:11:12Z</dcterms:created><cp:keywords>war, grain</cp:keywords></cp:coreProperties>`)
	a := one(t, "unnamed", string(b))
	want := "The voyage\n\nKept inserted\ttab\nline\n\nresult link[1]\n\n3. one\n4. two\n\na | b\nc\n\nBefore after\n\nIn the box\n\n[1] The note"
	if a.Text != want {
		t.Errorf("text %q\nwant %q", a.Text, want)
	}
	got := fmt.Sprint(a.Type, a.Title.Value, a.Byline.Value, a.Published, len(a.Tags))
	if want := "docxThe voyageAnn Bell{2022-05-07T10:11:12Z 0 document property created true} 2"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestDOCXWithWebPage(t *testing.T) {
	b := docxOf(t, paragraph("<w:t>Before</w:t>")+`<w:altChunk r:id="x" xmlns:r="r"/>`+paragraph("<w:t>after</w:t>"),
		"word/_rels/document.xml.rels", `<Relationships><Relationship Id="x" Type="http://x/aFChunk" Target="/word/a.html"/></Relationships>`,
		"word/a.html", "<html><body><p>One<p>Two")
	if a := one(t, "a.docx", string(b)); a.Text != "Before\n\nOne\n\nTwo\n\nafter" {
		t.Errorf("%q", a.Text)
	}
}

func TestDOCXDamaged(t *testing.T) {
	for name, content := range map[string]string{
		"damaged zip":          "PK\x03\x04 no zip",
		"holds no Word":        string(zipped(t, "a.txt", "text")),
		"document has no text": string(docxOf(t, "")),
		"line 1: element <p>":  string(zipped(t, "word/document.xml", "<document><p></document>")),
	} {
		_, _, err := readBytes(t, "a.docx", content, nil)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v, want %s", err, name)
		}
	}
}

func TestODT(t *testing.T) {
	content := `<office:document-content xmlns:office="o" xmlns:text="t" xmlns:table="b"><office:body><office:text>
<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes><office:forms><x>form</x></office:forms>
<text:h>A  heading</text:h><text:p>One<text:s text:c="1000000000"/>two<text:tab/>three<text:line-break/>four<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note</text:p></text:note-body></text:note><office:annotation><text:p>comment</text:p></office:annotation></text:p>
<text:list><text:list-item><text:p>x</text:p></text:list-item><text:list-item><text:p>y</text:p></text:list-item></text:list>
<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>
<text:p>End</text:p></office:text></office:body></office:document-content>`
	meta := `<office:document-meta xmlns:office="o" xmlns:dc="d" xmlns:meta="m"><office:meta><dc:creator>Last</dc:creator><meta:initial-creator>First</meta:initial-creator><dc:title>A title</dc:title><meta:creation-date>2022-05-07T10:00:00.5</meta:creation-date><meta:keyword>war</meta:keyword></office:meta></office:document-meta>`
	a := one(t, "unnamed", string(zippedStored(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", content, "meta.xml", meta)))
	want := "A heading\n\nOne two\tthree\nfour[1]\n\n- x\n- y\n\na | b\n\nEnd\n\n[1] Note"
	if a.Text != want {
		t.Errorf("text %q\nwant %q", a.Text, want)
	}
	if got := fmt.Sprint(a.Type, a.Title.Value, a.Byline.Value, a.Published.Value, a.Tags); got != "odtA titleFirst2022-05-07T10:00:00.5[{war 0 document property keyword false}]" {
		t.Error(got)
	}
	_, _, err := readBytes(t, "a.odt", string(zipped(t, "content.xml", "x", "META-INF/manifest.xml", "<m><encryption-data/></m>")), nil)
	if !errors.Is(err, office.ErrProtected) {
		t.Error(err)
	}
}

// flatODT is what LibreOffice writes, shortened.
const flatODT = `<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="t" xmlns:dc="d" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>A title</dc:title></office:meta>
<office:automatic-styles><text:list-style style:name="L1" xmlns:style="s"><text:list-level-style-number text:level="1" style:num-format="1"/><text:list-level-style-bullet text:level="2"/></text:list-style></office:automatic-styles>
<office:body><office:text><text:p>Some text</text:p>
<text:list text:style-name="L1"><text:list-item text:start-value="4"><text:p>x</text:p><text:list><text:list-item><text:p>in x</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>y</text:p></text:list-item></text:list>
</office:text></office:body></office:document>`

func TestFlatDocuments(t *testing.T) {
	a := one(t, "a.fodt", flatODT)
	if got := fmt.Sprint(a.Type, a.Title.Value, a.Text); got != "fodtA titleSome text\n\n4. x\n- in x\n5. y" {
		t.Errorf("%q", got)
	}
	word := strings.Replace(wordDocument(paragraph("<w:t>Some text</w:t>")+"<w:sectPr><w:hdr>"+paragraph("<w:t>Head</w:t>")+"</w:hdr></w:sectPr>"), "?>", `?>
<?mso-application progid="Word.Document"?>`, 1)
	if a := one(t, "letter.doc", word); a.Text != "Some text" || a.Type != "wordxml" {
		t.Errorf("%s: %q", a.Type, a.Text)
	}
}

func FuzzFlatDocuments(f *testing.F) {
	fuzzFormat(f, "a.xml", flatODT, `<?xml?><?mso-application progid="Word.Document"?><p><r><t>a</t></r></p>`)
}

func book(t testing.TB, more ...string) string {
	t.Helper()
	return string(zippedStored(t, append([]string{
		"mimetype", "application/epub+zip",
		"META-INF/container.xml", `<container><rootfiles><rootfile full-path="OPS/a.opf"/></rootfiles></container>`,
		"OPS/a.opf", `<package xmlns:dc="d"><metadata><dc:title>Travels</dc:title><dc:creator>Ann Bell</dc:creator><dc:creator role="ill">Bob Ill</dc:creator><dc:creator id="t">Tom Tra</dc:creator><meta refines="#t" property="role">trl</meta><dc:date event="modification">2020</dc:date><dc:date>1949-06</dc:date><dc:language>en-GB</dc:language><dc:publisher>Press</dc:publisher><dc:subject>Sea</dc:subject></metadata>
<manifest><item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/><item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/><item id="one" href="text/%6fne.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="n"/><itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>`,
		"OPS/nav.xhtml", "<html><body>Contents</body></html>",
		"OPS/text/one.xhtml", `<html><head><title/><script src="x"/></head><body><h1>The <i>Sea</i></h1><p>First&nbsp;one<br/>line.</p><ol><li>x</li><li><p>y</p></li></ol><pre>a
  b</pre></body></html>`,
	}, more...)...))
}

const chapterTwo = `<html><body><div>No heading <span hidden="">hidden</span></div><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></body></html>`

func TestEPUB(t *testing.T) {
	a := one(t, "unnamed", book(t, "OPS/text/two.xhtml", chapterTwo))
	want := "The Sea\n\nFirst one\nline.\n\n1. x\n2. y\n\na\n  b\n\nNo heading\n\na | b\nc | d"
	if strings.ReplaceAll(a.Text, "\u00a0", " ") != want {
		t.Errorf("text %q\nwant %q", a.Text, want)
	}
	if got := fmt.Sprint(a.Type, a.Title.Value, a.Byline.Value, a.Published, a.Lang.Value, a.Source.Value, len(a.Tags)); got != "epubTravelsAnn Bell{1949-06 0 book's date false}enPress1" {
		t.Error(got)
	}
}

func TestEPUBSplit(t *testing.T) {
	b := book(t, "OPS/text/two.xhtml", chapterTwo)
	var got []string
	_, err := readFile(context.Background(), opened{name: "a.epub", r: strings.NewReader(b), split: splitChapters}, sink{
		article: func(a *Article) error {
			got = append(got, a.Member+"|"+a.Title.Value+"|"+a.Byline.Value)
			return nil
		},
	})
	want := []string{"OPS/text/one.xhtml|The Sea - Travels|Ann Bell", "OPS/text/two.xhtml|Part 2 - Travels|Ann Bell"}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestEPUBProtectedOrDamaged(t *testing.T) {
	encryption := `<encryption><EncryptedData><CipherData><CipherReference URI="OPS/%s"/></CipherData></EncryptedData></encryption>`
	_, _, err := readBytes(t, "a.epub", book(t, "OPS/text/two.xhtml", chapterTwo, "META-INF/encryption.xml", fmt.Sprintf(encryption, "text/one.xhtml")), nil)
	if !errors.Is(err, office.ErrDRM) {
		t.Error(err)
	}
	_, _, err = readBytes(t, "a.epub", book(t, "OPS/text/two.xhtml", chapterTwo, "META-INF/encryption.xml", fmt.Sprintf(encryption, "font.ttf")), nil)
	if err != nil {
		t.Error(err)
	}
	a := one(t, "a.epub", book(t, "OPS/text/two.xhtml", "<html><body><p>Never </b>closed & wrong</div><p>End"))
	if !strings.HasSuffix(a.Text, "\n\nNever closed & wrong\n\nEnd") {
		t.Errorf("%q", a.Text)
	}
	articles, failures, err := readBytes(t, "a.epub", book(t), nil)
	if err != nil || len(articles) != 1 || len(failures) != 1 || failures[0].Member != "OPS/text/two.xhtml" {
		t.Error(articles, failures, err)
	}
}

// TestOfficeTraps reads what is made to cost more than it holds.
func TestOfficeTraps(t *testing.T) {
	laughs := `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	external := `<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>`
	deep := strings.Repeat("<p>", 2_000_000)
	for name, document := range map[string]string{
		"invalid character entity &c;": laughs + "<document><p><r><t>&c;</t></r></p></document>",
		"invalid character entity &a;": external + "<document><p><r><t>&a;</t></r></p></document>",
		"nested too deep":              "<document>" + deep,
		"one piece of it is larger":    "<document><!--" + strings.Repeat("x", 9<<20) + "--></document>",
	} {
		for file, b := range map[string][]byte{
			"a.docx": zipped(t, "word/document.xml", document),
			"a.odt":  zipped(t, "content.xml", document),
			"a.epub": zipped(t, "META-INF/container.xml", document),
		} {
			_, _, err := readBytes(t, file, string(b), nil)
			if err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("%s: %.300v, want %s", file, err, name)
			}
		}
	}
}

func TestOfficeBomb(t *testing.T) {
	comment := "<!--" + strings.Repeat("x", 7<<20) + "-->"
	b := docxOf(t, strings.Repeat(comment, 12))
	if _, _, err := readBytes(t, "a.docx", string(b), nil); err == nil || !strings.Contains(err.Error(), "expands to more than") {
		t.Error(err)
	}
}

// TestOfficeNesting passes many blocks up through tables in tables.
func TestOfficeNesting(t *testing.T) {
	text := strings.Repeat(paragraph("<w:t>x</w:t>"), 100_000)
	nested := func(n int) string {
		return strings.Repeat("<w:p><w:r><w:t>a</w:t>", n) + text + strings.Repeat("</w:r></w:p>", n)
	}
	if a := one(t, "a.docx", string(docxOf(t, nested(100)))); strings.Count(a.Text, "x") != 100_000 {
		t.Errorf("%d blocks", strings.Count(a.Text, "x"))
	}
	if _, _, err := readBytes(t, "a.docx", string(docxOf(t, nested(300))), nil); !errors.Is(err, office.ErrTooDeep) {
		t.Error(err)
	}
}

// TestOfficeFiles reads every sample: none breaks a reader, and each is an
// article or has a reason.
func TestOfficeFiles(t *testing.T) {
	files, _ := filepath.Glob(officeFolder + "/*")
	if len(files) == 0 {
		t.Skip("no sample documents here")
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		articles, _, err := readBytes(t, file, string(b), nil)
		if err != nil && strings.Contains(err.Error(), "broke down") {
			t.Errorf("%s: %v", file, err)
		}
		for _, a := range articles {
			checkSound(t, a)
		}
	}
}

func FuzzDOCX(f *testing.F) {
	fuzzZipped(f, "a.docx", "word/document.xml", "word/footnotes.xml",
		`<document><p><pPr><numPr><numId val="1"/></numPr></pPr><r><t>a</t><footnoteReference id="1"/></r></p><tbl><tr><tc><p><r><t>b</t></r></p></tc></tr></tbl></document>`,
		`<footnotes><footnote id="1"><p><r><t>n</t></r></p></footnote></footnotes>`)
}

func FuzzODT(f *testing.F) {
	fuzzZipped(f, "a.odt", "content.xml", "meta.xml",
		`<d><h>a</h><list><list-item><p>b<note><note-body><p>c</p></note-body></note></p></list-item></list><table><table-row><table-cell><p>x</p></table-cell></table-row></table></d>`,
		`<m><title>t</title><keyword>a;b</keyword></m>`)
}

func FuzzEPUB(f *testing.F) {
	fuzzZipped(f, "a.epub", "OPS/text/one.xhtml", "META-INF/encryption.xml",
		`<html><h1>a</h1><p>b<br>c<ul><li>d</ul><table><tr><td>x<td>y</table>`, `<e><CipherReference URI="../x"/></e>`, book(f))
}

// fuzzZipped puts two parts into a zip beside those of a sound one.
func fuzzZipped(f *testing.F, name, first, second, a, b string, sound ...string) {
	f.Add(a, b)
	f.Fuzz(func(t *testing.T, a, b string) {
		content := string(zipped(t, first, a, second, b))
		if len(sound) > 0 {
			content = book(t, first, a, second, b, "OPS/text/two.xhtml", a)
		}
		articles, _, err := readBytes(t, name, content, nil)
		if err != nil && strings.Contains(err.Error(), "broke down") {
			t.Fatal(err)
		}
		for _, a := range articles {
			checkSound(t, a)
		}
	})
}

// zippedStored is zipped without compression, the first file at its very
// beginning without a descriptor, as the formats with a mimetype want it.
func zippedStored(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRTF(t *testing.T) {
	a := one(t, "unnamed", `{\rtf1\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset238 Times;}{\f2\fcharset128 Mincho;}}{\colortbl;}{\stylesheet{\s1 Heading;}}
{\info{\title The voyage}{\author Ann Bell}{\creatim\yr2022\mo5\dy7\hr9\min5}{\keywords war; grain}{\company X}}{\header Running head}
{\*\generator Writer;}\pard First\~line \'cf\'f0\'e8 {\f1\'9a}{\f2\'93\'fa\'96\'7b\plain}\u8211?\u-10179?\u-8704? {\b bold}{\deleted deleted}{\v hidden}{\*\unknown x}\par
{\field{\*\fldinst HYPERLINK "secret"}{\fldrslt link}}{\super\chftn}{\footnote\pard The {\i note}.\par}, on\line line\bin3 }}}\emdash end\par
{\listtext\pard 1.\tab}one\par{\listtext\'b7\tab}two\par
\trowd\pard\intbl a\cell b\cell\row\trowd\intbl c\par{\listtext\pard 1.\tab}d\cell\row\pard
Before{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt\pard In the box\par}}{\shprslt{\pard In the box\par}}} after\par}
trailing`)
	want := "First\u00a0line При š日本–😀 bold\n\nlink[1], on\nline—end\n\n1. one\n- two\n\na | b\n\nc\n\n1. d\n\nBefore after\n\nIn the box\n\n[1] The note."
	if a.Text != want {
		t.Errorf("text %q\nwant %q", a.Text, want)
	}
	if got := fmt.Sprint(a.Type, a.Title.Value, a.Byline.Value, a.Published, len(a.Tags)); got != "rtfThe voyageAnn Bell{2022-05-07T09:05 0 document property creatim true} 2" {
		t.Error(got)
	}
}

func TestRTFTraps(t *testing.T) {
	for name, content := range map[string]string{
		"too deep":     `{\rtf1 ` + strings.Repeat("{", 2_000_000),
		"no RTF":       "Just text",
		"has no text":  `{\rtf1` + strings.Repeat(`\*`, 2_000_000),
		"has no  text": `{\rtf1\bin999999999999 `,
	} {
		_, _, err := readBytes(t, "a.rtf", content, nil)
		if err == nil || !strings.Contains(err.Error(), strings.ReplaceAll(name, "  ", " ")) {
			t.Errorf("%v, want %s", err, name)
		}
	}
	if a := one(t, "cut.rtf", `{\rtf1 Cut {\b off`); a.Text != "Cut off" {
		t.Errorf("%q", a.Text)
	}
}

func FuzzRTF(f *testing.F) {
	fuzzFormat(f, "a.rtf", `{\rtf1\ansicpg932{\fonttbl{\f1\fcharset204;}}{\info{\title a}}{\f1\'e0}\u55357?\u-8704?{\footnote b\par}\intbl c\cell\row{\listtext 1.}d\par{\*\shpinst{\shptxt e}}}`,
		`{\rtf1{\footnote{\footnote\cell}\row}}}{\bin-1\'zz\uc9\u1`)
}
