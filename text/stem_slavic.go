package text

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Snowball has no stemmers for Ukrainian, Polish and Czech. These are light
// ones: the longest known ending of nouns and adjectives comes off; then, from
// every stem alike, the suffixes of verbs and those that nouns share with
// endings (систем is a genitive plural, not систе-м); then the traces that
// inflection leaves (a fleeting vowel, a softened consonant) are brought to
// one form. What is done to every stem alike cannot tear the forms of a word
// apart; it can only join it to another, and so must leave letters enough.

// endings are suffixes that come off, found by their last byte, the longest
// first among those.
type endings [256][]string

func newEndings(list string) *endings {
	var e endings
	for suffix := range strings.FieldsSeq(list) {
		last := suffix[len(suffix)-1]
		e[last] = append(e[last], suffix)
	}
	for _, bucket := range e {
		slices.SortFunc(bucket, func(a, b string) int { return len(b) - len(a) })
	}
	return &e
}

// cut takes the longest ending off that leaves three letters at least, one
// of them a vowel.
func (e *endings) cut(w, vowels string) string {
	if w == "" {
		return w
	}
	for _, suffix := range e[w[len(w)-1]] {
		stem, ok := strings.CutSuffix(w, suffix)
		if ok && isStem(stem, 3, vowels) {
			return stem
		}
	}
	return w
}

func isStem(s string, letters int, vowels string) bool {
	return len(s) >= letters && utf8.RuneCountInString(s) >= letters && hasVowel(s, vowels)
}

func hasVowel(s, vowels string) bool {
	for _, r := range s {
		if strings.ContainsRune(vowels, r) {
			return true
		}
	}
	return false
}

// cutLeaving takes a suffix off if at least so many letters stay.
func cutLeaving(w, suffix string, letters int, vowels string) (string, bool) {
	stem, ok := strings.CutSuffix(w, suffix)
	if !ok || !isStem(stem, letters, vowels) {
		return w, false
	}
	return stem, true
}

// cutFirst takes off the first suffix of a list that leaves so many letters.
func cutFirst(w string, suffixes []string, letters int, vowels string) string {
	for _, suffix := range suffixes {
		if stem, ok := cutLeaving(w, suffix, letters, vowels); ok {
			return stem
		}
	}
	return w
}

// closeUp takes out the vowel that comes and goes in the last syllable:
// ринок and ринку, książek and książka.
func closeUp(w string, fleeting [][2]string, vowels string) string {
	for _, f := range fleeting {
		stem, ok := cutLeaving(w, f[0], 2, vowels)
		if ok && !endsInVowel(stem, vowels) {
			return stem + f[1]
		}
	}
	return w
}

func endsInVowel(w, vowels string) bool {
	last, _ := utf8.DecodeLastRuneInString(w)
	return strings.ContainsRune(vowels, last)
}

// swapEnd puts another end in place of the first one that fits.
func swapEnd(w string, ends [][2]string) string {
	for _, end := range ends {
		if stem, ok := strings.CutSuffix(w, end[0]); ok {
			return stem + end[1]
		}
	}
	return w
}

const ukrainianVowels = "аеиіоуюяєї"

var ukrainianEndings = sync.OnceValue(func() *endings {
	return newEndings(`
		а у ом і и ам ами ах о е ою
		я ю ем єм ї ям ями ях єю ею є ей ь й
		ий ого ому им ої ій их ими
		ього ьому ьої ьою іх ім іми
		ш мо те
		ає ають аємо аєте аєш аєть айте
		яє яють яємо яєте яєш яєть
		имо ите иш іть
		іє іють іємо ієть
		ує ують уємо уєте уєш уєть уйте
		ює юють юємо юєте юєш юєть
		уть ють емо еш еть єть
		ши вши ючи ачи учи ячи
		ований ованого ованому ованим ованої ованій ована овану ованою оване овані ованих ованими
	`)
})

var (
	// Towns in -ів keep it in all cases as -ов- (Харків, Харкова); others
	// have it in the genitive plural alone.
	ukrainianPlural     = []string{"ів", "їв"}
	ukrainianPossessive = []string{"ов", "ев", "єв"}
	ukrainianVerb       = []string{
		"ува", "юва", "увал", "ювал", "ував", "ював", "уват", "юват", "ув", "юв",
		"нул", "нув", "ал", "ав", "ат", "ил", "ив", "ит", "ял", "яв", "ят", "іл",
	}
	ukrainianCase     = []string{"ом", "ем", "ам", "им"}
	ukrainianFleeting = [][2]string{{"ок", "к"}, {"ен", "н"}}
	ukrainianSoft     = [][2]string{
		{"ц", "к"}, {"помоз", "помог"}, {"ремоз", "ремог"}, {"книз", "книг"}, {"дороз", "дорог"},
	}
	ukrainianReflexive = []string{
		"ть", "ти", "ла", "ло", "ли", "в", "ю", "єш", "еш", "иш", "мо", "те", "чи", "ши", "й",
	}
	// The і of a closed last syllable is о in the other cases, in the roots
	// and suffixes where that is regular: вихід and виходу, Бориспіль and
	// Борисполя.
	ukrainianClosed = [][2]string{
		{"хід", "ход"}, {"бір", "бор"}, {"твір", "твор"}, {"двір", "двор"},
		{"говір", "говор"}, {"сіб", "соб"}, {"поріг", "порог"}, {"доріг", "дорог"},
		{"чір", "чор"}, {"тік", "ток"}, {"піл", "пол"}, {"шкіл", "школ"},
		{"робіт", "робот"}, {"сторін", "сторон"},
	}
)

// stemUkrainian takes the inflection off a folded Ukrainian word.
func stemUkrainian(w string) string {
	w = cutUkrainianReflexive(w)
	stem := cutUkrainianEnding(w)
	if strings.TrimSuffix(w, "ь") == stem {
		stem = openUkrainianSyllable(stem, stem != w)
	}
	return undoUkrainianChanges(cutUkrainianSuffix(stem))
}

// cutUkrainianReflexive takes -ся and -сь off verbs only: карася keeps it.
func cutUkrainianReflexive(w string) string {
	stem := strings.TrimSuffix(strings.TrimSuffix(w, "ся"), "сь")
	if stem == w || !isStem(stem, 4, ukrainianVowels) {
		return w
	}
	for _, end := range ukrainianReflexive {
		if strings.HasSuffix(stem, end) {
			return stem
		}
	}
	return w
}

// cutUkrainianEnding knows that -ій ends an adjective (новій, українській)
// after some consonants and a noun (Андрій, партій) after the others.
func cutUkrainianEnding(w string) string {
	if stem, ok := strings.CutSuffix(w, "ій"); ok && utf8.RuneCountInString(stem) >= 2 {
		last, _ := utf8.DecodeLastRuneInString(stem)
		if !strings.ContainsRune("нквшщжч", last) {
			return strings.TrimSuffix(w, "й")
		}
	}
	if stem, ok := cutLeaving(w, "ець", 3, ukrainianVowels); ok {
		return stem + "ц" // українець, українця
	}
	return ukrainianEndings().cut(w, ukrainianVowels)
}

func openUkrainianSyllable(w string, soft bool) string {
	switch w {
	case "рік", "бік", "ніч", "дім", "кіт", "рід", "ніс", "ріг", "стіл":
		return strings.Replace(w, "і", "о", 1)
	}
	if stem, ok := cutLeaving(w, "ін", 2, ukrainianVowels); ok && soft {
		return stem + "ен" // осінь, осені
	}
	return swapEnd(w, ukrainianClosed)
}

func cutUkrainianSuffix(w string) string {
	w = cutFirst(w, ukrainianPlural, 3, ukrainianVowels)
	switch {
	case strings.HasSuffix(w, "їв"):
		return strings.TrimSuffix(w, "їв") + "єв" // Київ, too short to lose it
	case strings.HasSuffix(w, "ів"):
		return strings.TrimSuffix(w, "ів") + "ов" // Львів, слів
	}
	letters := 5 // Іванов stays apart from Іван
	for _, town := range [...]string{"ков", "гов", "хов", "чев", "аєв"} {
		if strings.HasSuffix(w, town) {
			letters = 3
		}
	}
	w = cutFirst(w, ukrainianPossessive, letters, ukrainianVowels)
	w = cutFirst(w, ukrainianVerb, 4, ukrainianVowels)
	return cutFirst(w, ukrainianCase, 3, ukrainianVowels)
}

// undoUkrainianChanges gives one form to stems that differ by their case.
func undoUkrainianChanges(w string) string {
	w = undouble(w) // знання, знань
	if stem, ok := cutLeaving(w, "іст", 2, ukrainianVowels); ok {
		return stem + "ост" // -ість, -ості
	}
	w = closeUp(w, ukrainianFleeting, ukrainianVowels)
	w = swapEnd(w, ukrainianSoft)
	w, _ = cutLeaving(w, "і", 5, ukrainianVowels) // компанія, компаній
	w, _ = cutLeaving(w, "о", 3, ukrainianVowels) // герой, герою
	return w
}

func undouble(w string) string {
	last, size := utf8.DecodeLastRuneInString(w)
	before, _ := utf8.DecodeLastRuneInString(w[:len(w)-size])
	if last == before && last != utf8.RuneError && utf8.RuneCountInString(w) > 3 {
		return w[:len(w)-size]
	}
	return w
}

const latinSlavicVowels = "aeiouy"

var polishEndings = sync.OnceValue(func() *endings {
	return newEndings(`
		a e y i o u em ie om owi ami ach mi iem
		ia io iu ii ij iom iami iach
		ego emu ym im ej ych ich ymi imi iego iemu iej
		asz amy aja isz imy ysz esz
		uje uja ujesz ujemy ujecie ujac ajac
	`)
})

var (
	polishVerb = []string{
		"owac", "owal", "owan", "ial", "iel", "al", "il", "yl", "ac",
	}
	polishCase     = []string{"em", "om", "am", "ym", "im"}
	polishFleeting = [][2]string{
		{"iec", "c"}, {"ek", "k"}, {"iel", "l"}, {"ien", "n"}, {"er", "r"},
	}
	polishSoft = [][2]string{{"dz", "d"}, {"c", "k"}}
)

// stemPolish takes the inflection off a folded Polish word.
func stemPolish(w string) string {
	stem := polishEndings().cut(w, latinSlavicVowels)
	switch {
	case strings.HasSuffix(stem, "c") && stem+"ie" == w,
		strings.HasSuffix(stem, "enc") && stem+"i" == w:
		stem = strings.TrimSuffix(stem, "c") + "t" // gazecie, prezydenci
	}
	stem, _ = cutLeaving(stem, "ow", 3, latinSlavicVowels)
	stem = cutFirst(stem, polishVerb, 4, latinSlavicVowels)
	stem = cutFirst(stem, polishCase, 3, latinSlavicVowels)
	stem, _ = cutLeaving(stem, "i", 3, latinSlavicVowels)
	return swapEnd(closeUp(stem, polishFleeting, latinSlavicVowels), polishSoft)
}

var czechEndings = sync.OnceValue(func() *endings {
	return newEndings(`
		a e y i o u em ovi ech um ou ach ami emi mi
		ata aty im eho emu ym ych ymi ho mu iho imu imi
		uje uji ujes ujeme ujete ujou
		am as ame ate aji is ime ite eji es eme
	`)
})

var (
	czechVerb     = []string{"ovat", "oval", "ovan", "at", "al", "it", "il", "el"}
	czechCase     = []string{"em", "am", "ym", "im"}
	czechFleeting = [][2]string{{"ek", "k"}, {"ec", "c"}, {"en", "n"}, {"eb", "b"}, {"er", "r"}}
	czechSoft     = [][2]string{{"c", "k"}, {"praz", "prah"}, {"kniz", "knih"}}
)

// stemCzech takes the inflection off a folded Czech word.
func stemCzech(w string) string {
	stem, soft := cutLeaving(w, "ich", 4, latinSlavicVowels)
	if !soft {
		stem = czechEndings().cut(w, latinSlavicVowels)
	}
	stem = cutFirst(stem, czechVerb, 4, latinSlavicVowels)
	stem = cutFirst(stem, czechCase, 3, latinSlavicVowels)
	return swapEnd(closeUp(stem, czechFleeting, latinSlavicVowels), czechSoft)
}
