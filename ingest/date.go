package ingest

import (
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/archive/store"
)

// The years that a publication can carry: printing with movable type is the
// beginning, and a magazine is at most a few years ahead of its date.
const (
	firstYear  = 1400
	yearsAhead = 5
	maxDateLen = 100 // bytes; longer strings hold more than a date
)

// ReadDate reads a date as people, programs and newspapers write it, in the
// order and the language of their place. It keeps no more than is certain: of
// 05/07/2022 only the year, a time of day without its zone where the zone is
// a name such as EST. It reports false for anything that is not a date and
// nothing else, for a year of two digits and for a day that does not exist.
func ReadDate(s string) (store.Date, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxDateLen {
		return store.Date{}, false
	}
	if allDigits(strings.TrimSuffix(s, ".0")) {
		return readNumber(strings.TrimSuffix(s, ".0"))
	}
	var p dateParts
	if !isASCII(s) {
		s = cjkDates().Replace(s)
	}
	if !p.read(s) {
		return store.Date{}, false
	}
	return p.date()
}

// cjkDates turns 2026年6月8日 into 2026-6-8.
var cjkDates = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("年", "-", "月", "-", "日", " ", "년", "-", "월", "-", "일", " ")
})

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// readNumber reads digits alone: 2006, 20061127, 200611271432, 20061127143200,
// or seconds or milliseconds since 1970.
func readNumber(s string) (store.Date, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return store.Date{}, false
	}
	var p dateParts
	switch len(s) {
	case 4:
		p.year = int(n)
		return p.date()
	case 8:
		p.year, p.month, p.day = int(n/10000), int(n/100%100), int(n%100)
		return p.whole()
	case 14:
		day := n / 1000000
		p.year, p.month, p.day = int(day/10000), int(day/100%100), int(day%100)
		p.clock, p.hour, p.minute, p.second = 3, int(n/10000%100), int(n/100%100), int(n%100)
		return p.whole()
	case 9, 10:
		return unixDate(time.Unix(n, 0))
	case 12:
		return readTwelve(n)
	case 13:
		return unixDate(time.UnixMilli(n))
	}
	return store.Date{}, false
}

// readTwelve reads 200611271432. What starts with a year of publications is
// this or nothing; the rest are milliseconds of the years up to 2001.
func readTwelve(n int64) (store.Date, bool) {
	day := n / 10000
	p := dateParts{year: int(day / 10000), month: int(day / 100 % 100), day: int(day % 100)}
	if p.year < firstYear || p.year > time.Now().Year()+yearsAhead {
		return unixDate(time.UnixMilli(n))
	}
	p.clock, p.hour, p.minute = 2, int(n/100%100), int(n%100)
	return p.whole()
}

func unixDate(t time.Time) (store.Date, bool) {
	if t.Year() > time.Now().Year()+yearsAhead {
		return store.Date{}, false
	}
	d, err := store.ParseDate(t.UTC().Format("2006-01-02T15:04:05Z07:00"))
	return d, err == nil
}

// dateParts is a date on its way from words to ISO 8601.
type dateParts struct {
	year, month, day     int
	hour, minute, second int
	clock                int    // how many of the three are known: 0, 2 or 3
	zone                 string // "Z", "+02:00", or "" if unknown
	numbers              []string
	seps                 []byte // seps[i] stands before numbers[i]
	named                bool   // the month stood as a word
}

// read takes the string apart. A word that belongs to no date ends it.
func (p *dateParts) read(s string) bool {
	sep := byte(' ')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			n := p.digits(s[i:], sep)
			if n == 0 {
				return false
			}
			i, sep = i+n, ' '
		case (c == '+' || c == '-') && p.clock > 0 && p.zone == "":
			n := p.offset(s[i:])
			if n == 0 {
				return false
			}
			i += n
		case strings.IndexByte("-/.:,()", c) >= 0:
			i, sep = i+1, c
		default:
			n := wordLength(s[i:])
			if n == 0 {
				if !strings.ContainsRune(" \t\u00a0\u202fº", firstRune(s[i:])) {
					return false
				}
				i += len(string(firstRune(s[i:])))
				continue
			}
			if !p.word(s[i:i+n], i+n < len(s) && s[i+n] == '.') {
				return false
			}
			i += n
		}
	}
	return p.settle()
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func wordLength(s string) int {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return i
		}
	}
	return len(s)
}

// digits reads a number, or a time of day that starts with it, and gives how
// many bytes it took; 0 if it fits no date.
func (p *dateParts) digits(s string, sep byte) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n > 4 {
		return p.compact(s, n)
	}
	if n <= 2 && n+2 < len(s) && s[n] == ':' && p.clock == 0 && (p.named || len(p.numbers) > 0) && sep != ':' {
		return p.time(s, n)
	}
	if len(p.numbers) == 3 {
		return 0
	}
	p.numbers = append(p.numbers, s[:n])
	p.seps = append(p.seps, sep)
	return n
}

// compact reads 20061127 at the start of 20061127T143200Z.
func (p *dateParts) compact(s string, n int) int {
	if n != 8 || len(p.numbers) > 0 {
		return 0
	}
	p.numbers = []string{s[:4], s[4:6], s[6:8]}
	p.seps = []byte(" --")
	rest := s[8:]
	if len(rest) >= 7 && rest[0] == 'T' && allDigits(rest[1:7]) {
		p.clock = 3
		p.hour, p.minute, p.second = number(rest[1:3]), number(rest[3:5]), number(rest[5:7])
		return 15
	}
	return 8
}

// time reads 14:32, 14:32:05, 14:32:05.123 and 2:32pm.
func (p *dateParts) time(s string, n int) int {
	p.hour, p.clock = number(s[:n]), 2
	i := n + 1
	if i+2 > len(s) || !allDigits(s[i:i+2]) {
		return 0
	}
	p.minute = number(s[i : i+2])
	i += 2
	if i+3 <= len(s) && s[i] == ':' && allDigits(s[i+1:i+3]) {
		p.second, p.clock = number(s[i+1:i+3]), 3
		i += 3
		if i < len(s) && (s[i] == '.' || s[i] == ',') {
			for i++; i < len(s) && s[i] >= '0' && s[i] <= '9'; {
				i++
			}
		}
	}
	return i
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// offset reads +0200, +02:00 and +02, and gives its length, 0 if it is none.
func (p *dateParts) offset(s string) int {
	digits, i := "", 1
	for i < len(s) && len(digits) < 4 && (s[i] >= '0' && s[i] <= '9' || s[i] == ':') {
		if s[i] != ':' {
			digits += s[i : i+1]
		}
		i++
	}
	if len(digits) == 2 {
		digits += "00"
	}
	if len(digits) != 4 || number(digits[:2]) > 14 || number(digits[2:]) > 59 {
		return 0
	}
	p.zone = s[:1] + digits[:2] + ":" + digits[2:]
	return i
}

// word takes a month, a weekday, am or pm, a zone, or a filler.
func (p *dateParts) word(w string, dotted bool) bool {
	lower := strings.ToLower(w)
	words := dateWords()
	if m, ok := words.months[lower]; ok && !p.named && (len(p.numbers) < 2 || len(p.numbers[0]) < 3) {
		p.named, p.month = true, m
		return true
	}
	switch {
	case (lower == "am" || lower == "pm") && p.clock > 0:
		return p.twelveHours(lower == "pm")
	case (lower == "a" || lower == "p" || lower == "m") && p.clock > 0 && dotted:
		return lower == "m" || p.twelveHours(lower == "p")
	case lower == "t" && len(p.numbers) == 3:
		return true
	case (lower == "z" || lower == "utc" || lower == "gmt") && p.clock > 0:
		if p.zone == "" {
			p.zone = "Z"
		}
		return true
	case p.clock > 0 && len(w) >= 2 && len(w) <= 5 && w == strings.ToUpper(w) && len(w) == len(lower):
		return true // a zone's name; IST is three zones, so the time stays local
	}
	return words.fillers[lower]
}

func (p *dateParts) twelveHours(pm bool) bool {
	if p.hour < 1 || p.hour > 12 {
		return false
	}
	p.hour %= 12
	if pm {
		p.hour += 12
	}
	return true
}

// settle decides which number is the year, the month and the day.
func (p *dateParts) settle() bool {
	n := p.numbers
	if p.named {
		return p.settleNamed()
	}
	switch {
	case len(n) == 1 && len(n[0]) == 4 && p.clock == 0:
		p.year = number(n[0])
	case len(n) == 2 && len(n[0]) == 4 && p.clock == 0:
		p.year, p.month = number(n[0]), number(n[1])
		return p.month > 0
	case len(n) == 2 && len(n[1]) == 4 && p.clock == 0 && p.seps[1] != ' ':
		p.year, p.month = number(n[1]), number(n[0])
		return p.month > 0
	case len(n) == 3 && len(n[0]) == 4:
		p.year, p.month, p.day = number(n[0]), number(n[1]), number(n[2])
		return p.month > 0 && p.day > 0 && p.seps[1] == p.seps[2]
	case len(n) == 3 && len(n[2]) == 4:
		return p.settleShort(number(n[0]), number(n[1]), number(n[2]))
	default:
		return false
	}
	return true
}

func (p *dateParts) settleNamed() bool {
	n := p.numbers
	if len(n) == 0 || len(n) > 2 {
		return false
	}
	if len(n) == 1 {
		p.year = number(n[0])
		return len(n[0]) == 4 && p.clock == 0
	}
	day, year := n[0], n[1]
	if len(day) == 4 {
		day, year = year, day
	}
	p.day, p.year = number(day), number(year)
	return len(day) <= 2 && len(year) == 4 && p.day > 0
}

// settleShort reads 27.11.2006, 11/27/2006 and their like. With dots the day
// stands first everywhere; with other signs only a number above 12, or two
// equal ones, tell which is which.
func (p *dateParts) settleShort(a, b, year int) bool {
	p.year = year
	sep := p.seps[1]
	if sep != p.seps[2] || a == 0 || b == 0 || sep == ' ' || sep == ',' {
		return false
	}
	switch {
	case sep == '.' || a > 12 || a == b:
		p.day, p.month = a, b
	case b > 12:
		p.month, p.day = a, b
	default:
		p.clock = 0
	}
	return true
}

// whole is date for forms that are no date unless the day is there.
func (p *dateParts) whole() (store.Date, bool) {
	if p.month == 0 || p.day == 0 {
		return store.Date{}, false
	}
	return p.date()
}

// date writes the parts in ISO 8601, if there is such a date.
func (p *dateParts) date() (store.Date, bool) {
	if p.year < firstYear || p.year > time.Now().Year()+yearsAhead {
		return store.Date{}, false
	}
	iso := strconv.AppendInt(make([]byte, 0, len("2006-01-02T15:04:05+07:00")), int64(p.year), 10)
	if p.month > 0 {
		iso = appendTwo(iso, '-', p.month)
	}
	if p.day > 0 {
		iso = appendTwo(iso, '-', p.day)
	}
	if p.clock > 0 && p.day > 0 {
		iso = appendTwo(appendTwo(iso, 'T', p.hour), ':', p.minute)
		if p.clock == 3 {
			iso = appendTwo(iso, ':', min(p.second, 59))
		}
		iso = append(iso, p.zone...)
	}
	d, err := store.ParseDate(string(iso))
	return d, err == nil
}

// appendTwo appends a number of two digits at least behind a sign.
func appendTwo(to []byte, sign byte, n int) []byte {
	if to = append(to, sign); n < 10 {
		to = append(to, '0')
	}
	return strconv.AppendInt(to, int64(n), 10)
}

type dateVocabulary struct {
	months  map[string]int
	fillers map[string]bool
}

// monthNames holds, a line a month, how the languages of the West and the
// East of Europe write it, in full, shortened and inflected.
var monthNames = [12]string{
	"january jan januar jänner janvier janv enero ene gennaio gen janeiro januari januari styczeń stycznia sty январь января янв січень січня січ ocak",
	"february feb februar feber février fevrier févr fev febrero febbraio fevereiro februari luty lutego lut февраль февраля фев лютий лютого лют şubat",
	"march mar märz maerz mär mars marzo março marco mrt maart marzec marca март марта мар березень березня бер mart",
	"april apr avril avr abril abr aprile kwiecień kwietnia kwi апрель апреля апр квітень квітня кві квіт nisan",
	"may mai mayo maggio mag maio mei maj maja май мая травень травня тра трав mayıs",
	"june jun juni juin junio giugno giu junho czerwiec czerwca cze июнь июня июн червень червня чер черв haziran",
	"july jul juli juillet juil julio luglio lug julho lipiec lipca lip июль июля июл липень липня лип temmuz",
	"august aug août aout agosto ago augustus augusti sierpień sierpnia sie август августа авг серпень серпня сер серп ağustos",
	"september sep sept septembre septiembre settembre set setembro wrzesień września wrz сентябрь сентября сен сент вересень вересня вер eylül",
	"october oct oktober okt octobre octubre ottobre ott outubro out październik października paź октябрь октября окт жовтень жовтня жов жовт ekim",
	"november nov novembre noviembre novembro listopad listopada lis ноябрь ноября ноя нояб листопад листопада лис kasım",
	"december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro december grudzień grudnia gru декабрь декабря дек грудень грудня гру груд aralık",
}

const dateFillers = "st nd rd th er ème of on at the de del do le la den am um uhr à a às en à em dnia o godz в о об року р рік года год г ч " +
	"monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun " +
	"montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so " +
	"lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo " +
	"lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça quarta quinta sexta feira " +
	"poniedziałek wtorek środa czwartek piątek sobota niedziela " +
	"понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс нд " +
	"понеділок вівторок середа четвер пʼятниця субота неділя"

var dateWords = sync.OnceValue(func() dateVocabulary {
	v := dateVocabulary{months: map[string]int{}, fillers: map[string]bool{}}
	for i, names := range monthNames {
		for _, name := range strings.Fields(names) {
			v.months[name] = i + 1
		}
	}
	for _, w := range strings.Fields(dateFillers) {
		v.fillers[w] = true
	}
	return v
})
