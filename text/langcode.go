package text

import (
	"strings"
	"sync"
)

// languageNames holds, a line a language, the code that articles have, its
// other codes in ISO 639 and the names that people and files call it by.
// Names of several words are written with "_" between them.
//
// Bokmål is written no: that is what "Norwegian" means nearly everywhere, and
// a search for one must find the other.
const languageNames = `
af afr afrikaans
ak aka akan
am amh amharic አማርኛ
ar ara arb arabic arabisch arabe árabe арабский арабська العربية
as asm assamese
az aze azj azerbaijani azeri azərbaycan азербайджанский
be bel belarusian belarussian беларуская белорусский білоруська weißrussisch belarussisch
bg bul bulgarian български болгарский bulgarisch
bh bho bih bhojpuri
bn ben bengali bangla বাংলা
bo bod tib tibetan
br bre breton
bs bos bosnian bosanski bosnisch
ca cat catalan català katalanisch catalán
ceb cebuano
cs ces cze czech čeština česky tschechisch tchèque checo чешский чеська
cy cym wel welsh cymraeg
da dan danish dansk dänisch danois
de deu ger german deutsch allemand alemán aleman tedesco alemão немецкий німецька niemiecki duits tyska
el ell gre greek ελληνικά griechisch grec griego греческий грецька
en eng english englisch anglais inglés ingles inglese inglês английский англійська angielski engels engelska engelsk
eo epo esperanto
es spa spanish español espanol spanisch espagnol castellano castilian spagnolo espanhol испанский іспанська hiszpański
et est estonian eesti estnisch эстонский
eu eus baq basque euskara
fa fas per pes persian farsi فارسی persisch
fi fin finnish suomi finnisch finnois финский
fil filipino
fr fra fre french français francais französisch franzoesisch francés francese francês французский французька francuski frans
ga gle irish gaeilge
gl glg galician galego
gu guj gujarati ગુજરાતી
ha hau hausa
he heb iw hebrew עברית hebräisch иврит іврит
hi hin hindi हिन्दी हिंदी
hr hrv scr croatian hrvatski kroatisch
ht hat haitian haitian_creole
hu hun hungarian magyar ungarisch hongrois венгерский угорська
hy hye arm armenian հայերեն armenisch
id ind in indonesian indonesia bahasa_indonesia
ig ibo igbo
ilo ilocano iloko
is isl ice icelandic íslenska isländisch
it ita italian italiano italienisch italien итальянский італійська włoski
ja jpn japanese 日本語 日语 japanisch japonais японский японська
jv jav javanese
ka kat geo georgian ქართული georgisch грузинский
kk kaz kazakh қазақ казахский
km khm khmer cambodian
kn kan kannada ಕನ್ನಡ
ko kor korean 한국어 koreanisch coréen корейский
ku kur kmr kurdish kurmanji kurdî kurdisch
ky kir kyrgyz kirghiz
la lat latin
lb ltz luxembourgish
lo lao
lt lit lithuanian lietuvių litauisch литовский
lv lav latvian latviešu lettisch латышский
mai maithili
mg mlg malagasy
mi mri mao maori
mk mkd mac macedonian македонски mazedonisch
ml mal malayalam മലയാളം
mn mon mongolian
mr mar marathi मराठी
ms msa may zsm malay bahasa_melayu
mt mlt maltese
my mya bur burmese myanmar
ne nep nepali नेपाली
nl nld dut dutch nederlands niederländisch néerlandais holländisch flemish holandés нидерландский нідерландська
nn nno nynorsk
no nor nb nob norwegian norsk bokmål bokmal norwegisch norvégien норвежский
ny nya chichewa chewa
om orm oromo
or ori odia oriya
pa pan punjabi panjabi ਪੰਜਾਬੀ
pl pol polish polski polnisch polonais polaco польский польська
ps pus pashto
pt por portuguese português portugues portugiesisch portugais portugués португальский
rn run kirundi rundi
ro ron rum mo romanian română rumänisch roumain румынский румунська moldovan
ru rus russian русский russisch russe ruso russo російська rosyjski
rw kin kinyarwanda
sd snd sindhi
si sin sinhala sinhalese
sk slk slo slovak slovenčina slowakisch словацкий словацька
skr saraiki
sl slv slovenian slovene slovenščina slowenisch словенский
sn sna shona
so som somali
sq sqi alb albanian shqip albanisch
sr srp scc serbian српски srpski serbisch сербский сербська
su sun sundanese
sv swe swedish svenska schwedisch suédois шведский шведська
sw swa swahili kiswahili
ta tam tamil தமிழ்
te tel telugu తెలుగు
tg tgk tajik
th tha thai ไทย
ti tir tigrinya
tk tuk turkmen
tl tgl tagalog
tr tur turkish türkçe türkisch turc турецкий турецька
tt tat tatar
ug uig uyghur uighur
uk ukr ukrainian українська украинский ukrainisch ukrainien ucraniano ucraino ukraiński
ur urd urdu اردو
uz uzb uzbek oʻzbek узбекский
vi vie vietnamese tiếng_việt vietnamesisch vietnamien
xh xho xhosa
yi yid ji ydd yiddish ייִדיש
yo yor yoruba
zh zho chi cmn chinese 中文 汉语 漢語 mandarin chinesisch chinois chino китайский китайська
zu zul zulu
`

var languageCodes = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(languageNames) {
		names := strings.Fields(line)
		for _, name := range names {
			m[strings.ReplaceAll(name, "_", " ")] = names[0]
		}
	}
	return m
})

// LanguageCode brings the name of a language, a code of it or a regional tag
// to the code that articles have: German, Deutsch, deu, ger and de-AT to de.
// That is the ISO 639-1 code where there is one, else the code of three
// letters. It is "" for what can be neither a name nor a code; a code that is
// not known stays as it is, in lower case.
func LanguageCode(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if code, ok := languageCodes()[name]; ok {
		return code
	}
	base, _, _ := strings.Cut(strings.ReplaceAll(name, "_", "-"), "-")
	base, _, _ = strings.Cut(base, ",")
	base = strings.TrimSpace(base)
	if code, ok := languageCodes()[base]; ok {
		return code
	}
	if !isLanguageCode(base) {
		return ""
	}
	return base
}

// isLanguageCode reports whether a word has the form of a code in ISO 639 and
// is not one of those that stand for no language or for several.
func isLanguageCode(s string) bool {
	if len(s) != 2 && len(s) != 3 || s == "und" || s == "mul" || s == "zxx" || s == "mis" {
		return false
	}
	for _, r := range s {
		if r < 'a' || r > 'z' {
			return false
		}
	}
	return true
}
