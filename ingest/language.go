package ingest

import (
	"strings"
	"sync"
)

// languageNames holds, a line a language, its code in ISO 639-1, its codes in
// ISO 639-2 and the names that files call it by.
const languageNames = `
ar ara arabic arabisch arabe العربية
be bel belarusian беларуская
bg bul bulgarian български
bn ben bengali
ca cat catalan català
cs ces cze czech čeština tschechisch
da dan danish dansk
de deu ger german deutsch allemand немецкий німецька
el ell gre greek ελληνικά
en eng english englisch anglais inglés английский англійська
es spa spanish español spanisch espagnol castellano испанский
et est estonian eesti
fa fas per persian farsi فارسی
fi fin finnish suomi
fr fra fre french français französisch французский французька
he heb iw hebrew עברית
hi hin hindi हिन्दी
hr hrv croatian hrvatski
hu hun hungarian magyar
hy hye arm armenian
id ind indonesian
it ita italian italiano italienisch итальянский
ja jpn japanese 日本語
ka kat geo georgian ქართული
kk kaz kazakh
ko kor korean 한국어
lt lit lithuanian lietuvių
lv lav latvian latviešu
mk mkd mac macedonian
nl nld dut dutch nederlands
no nor norwegian norsk
nb nob
nn nno
pl pol polish polski polnisch польский польська
pt por portuguese português portugiesisch
ro ron rum romanian română
ru rus russian русский russisch russe російська
sk slk slo slovak slovenčina
sl slv slovenian
sq sqi alb albanian shqip
sr srp serbian српски
sv swe swedish svenska
th tha thai ไทย
tr tur turkish türkçe
uk ukr ukrainian українська украинский ukrainisch
ur urd urdu
vi vie vietnamese
zh zho chi chinese 中文 mandarin
`

var languages = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(languageNames) {
		names := strings.Fields(line)
		for _, name := range names {
			m[name] = names[0]
		}
	}
	return m
})

// normalLanguage brings en-US, eng and English to en: ISO 639-1 where there
// is one, else the code of three letters; "" for what is no language.
func normalLanguage(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if code, ok := languages()[s]; ok {
		return code
	}
	base, _, _ := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
	base, _, _ = strings.Cut(base, ",")
	if code, ok := languages()[base]; ok {
		return code
	}
	if len(base) != 2 && len(base) != 3 || base == "und" || base == "mul" || base == "zxx" {
		return ""
	}
	for _, r := range base {
		if r < 'a' || r > 'z' {
			return ""
		}
	}
	return base
}
