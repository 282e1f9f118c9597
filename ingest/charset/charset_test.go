package charset

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	russian  = "Вчера вечером правительство объявило, что новые правила вступят в силу с первого января. Эксперты считают, что это изменит рынок."
	nihongo  = "昨日の夕方、政府は新しい規則が一月一日から施行されると発表しました。専門家はこれが市場を変えると考えています。"
	hangugeo = "정부는 어제 저녁 새로운 규칙이 일월 일일부터 시행된다고 발표했습니다. 전문가들은 이것이 시장을 바꿀 것이라고 생각합니다."
	chinese  = "政府昨天晚上宣布，新的规定将从一月一日起施行。专家认为，这将改变市场的情况，我们的生活也会不一样。"
	german   = "Die Regierung erklärte gestern, daß die Maßnahmen für die Bürger größere Änderungen brächten."
)

func TestDecodeGuesses(t *testing.T) {
	for name, c := range map[string]struct {
		e    encoding.Encoding
		text string
	}{
		"windows-1251": {charmap.Windows1251, russian},
		"koi8-r":       {charmap.KOI8R, russian},
		"ibm866":       {charmap.CodePage866, russian},
		"ibm855":       {charmap.CodePage855, russian},
		"mac":          {charmap.MacintoshCyrillic, russian},
		"iso-8859-5":   {charmap.ISO8859_5, russian},
		"windows-1252": {charmap.Windows1252, german},
		"shift_jis":    {japanese.ShiftJIS, nihongo},
		"euc-jp":       {japanese.EUCJP, nihongo},
		"euc-kr":       {korean.EUCKR, hangugeo},
		"gb18030":      {simplifiedchinese.GB18030, chinese},
	} {
		text := strings.Repeat(c.text+"\n", 3)
		b, err := c.e.NewEncoder().String(text)
		if err != nil {
			t.Fatal(name, err)
		}
		if got, as := Decode([]byte(b)); got != text {
			t.Errorf("%s read as %s: %.60q", name, as.Name, got)
		}
	}
}

func TestDecodeDeclared(t *testing.T) {
	b, _ := charmap.Windows1250.NewEncoder().String("Příliš žluťoučký kůň")
	got, found := Decode([]byte(b), "windows-1250")
	if got != "Příliš žluťoučký kůň" || found.Name != "windows-1250" || found.How != ByDeclared {
		t.Errorf("got %q as %v", got, found)
	}
}

func TestDecodeMixedLines(t *testing.T) {
	if got, _ := Decode([]byte("Größe\nÄrger\nM\xfcnchen\n")); got != "Größe\nÄrger\nMünchen\n" {
		t.Errorf("got %q", got)
	}
}
