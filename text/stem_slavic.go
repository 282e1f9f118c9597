package text

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// Snowball has no stemmers for Ukrainian, Polish and Czech. These are light
// ones: the longest known ending of nouns, adjectives and verbs comes off,
// then the traces that inflection leaves in the stem (a fleeting vowel, a
// softened consonant) are brought to one form. They join the forms of one
// word, not the words of one root.

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
	return len(s) >= letters &&
		utf8.RuneCountInString(s) >= letters && strings.ContainsAny(s, vowels)
}

// cutLeaving takes a suffix off if at least so many letters stay.
func cutLeaving(w, suffix string, letters int, vowels string) (string, bool) {
	stem, ok := strings.CutSuffix(w, suffix)
	if !ok || !isStem(stem, letters, vowels) {
		return w, false
	}
	return stem, true
}

const ukrainianVowels = "аеиіоуюяєї"

var ukrainianEndings = sync.OnceValue(func() *endings {
	return newEndings(`
		а у ом ові і и ам ами ах о е ою
		я ю ем єм еві єві ї ям ями ях єю ею є ей ь й
		ий ого ому им ої ій их ими
		ього ьому ьої ьою
		ти ть ш мо те
		ати ає ають аємо аєте аєш аю ай айте
		яти яє яють яємо яєте яєш яю
		ити ить ять имо ите иш іть
		іти іє іють іємо ію
		ує ують уємо уєте уєш ую уй уйте
		ює юють юємо юєте юєш юю
		увати ювати ути нути
		уть ють ете емо еш еть
		ши вши ючи ачи учи ячи
		ований ованого ованому ованим ованої ованій ована овану ованою оване овані ованих ованими
	`)
})

// stemUkrainian takes the inflection off a folded Ukrainian word.
func stemUkrainian(w string) string {
	w = cutUkrainianReflexive(w)
	stem := ukrainianEndings().cut(w, ukrainianVowels)
	if stem == w || len(stem)+len("ь") == len(w) && strings.HasSuffix(w, "ь") {
		stem = openUkrainianSyllable(stem, stem != w)
	}
	return undoUkrainianChanges(cutUkrainianSuffix(stem))
}

// cutUkrainianReflexive takes -ся and -сь off verbs only: карася keeps it.
func cutUkrainianReflexive(w string) string {
	stem, ok := strings.CutSuffix(w, "ся")
	if !ok {
		if stem, ok = strings.CutSuffix(w, "сь"); !ok {
			return w
		}
	}
	for _, end := range [...]string{
		"ть", "ти", "ла", "ло", "ли", "в", "ю", "єш", "еш", "иш", "мо", "те", "чи", "ши", "й",
	} {
		if strings.HasSuffix(stem, end) && isStem(stem, 4, ukrainianVowels) {
			return stem
		}
	}
	return w
}

// openUkrainianSyllable brings the і of a closed last syllable back to the о
// or е of the other cases, in the roots and suffixes where it is regular:
// рік and року, вихід and виходу, Бориспіль and Борисполя, осінь and осені.
func openUkrainianSyllable(w string, soft bool) string {
	switch w {
	case "рік", "бік", "ніч", "дім", "кіт", "рід", "ніс", "ріг", "стіл":
		return strings.Replace(w, "і", "о", 1)
	}
	for _, end := range [...][2]string{
		{"хід", "ход"}, {"бір", "бор"}, {"твір", "твор"}, {"двір", "двор"},
		{"говір", "говор"}, {"сіб", "соб"}, {"поріг", "порог"},
		{"чір", "чор"}, {"тік", "ток"}, {"піл", "пол"},
	} {
		if stem, ok := strings.CutSuffix(w, end[0]); ok {
			return stem + end[1]
		}
	}
	if stem, ok := strings.CutSuffix(w, "ін"); ok && soft && isStem(stem, 2, ukrainianVowels) {
		return stem + "ен"
	}
	return w
}

// cutUkrainianSuffix takes off what stands between the root and the ending:
// -ів of the genitive plural, which towns in -ів have all through (Харків,
// Харкова), and the vowel and consonant of the past tense.
func cutUkrainianSuffix(w string) string {
	switch {
	case strings.HasSuffix(w, "ів"), strings.HasSuffix(w, "їв"):
		if stem, ok := cutLeaving(w, w[len(w)-len("ів"):], 3, ukrainianVowels); ok {
			return stem
		}
		return ukrainianTown(w)
	case strings.HasSuffix(w, "ков"), strings.HasSuffix(w, "гов"), strings.HasSuffix(w, "хов"),
		strings.HasSuffix(w, "чев"), strings.HasSuffix(w, "аєв"):
		stem, _ := cutLeaving(w, w[len(w)-len("ов"):], 3, ukrainianVowels)
		return stem
	}
	for _, suffix := range [...]string{
		"ува", "юва", "увал", "ювал", "ував", "ював", "ал", "ав", "ил", "ив", "ял", "яв", "нул", "нув", "іл",
	} {
		if stem, ok := cutLeaving(w, suffix, 4, ukrainianVowels); ok {
			return stem
		}
	}
	return w
}

// ukrainianTown serves Київ and Львів, too short to lose their -ів.
func ukrainianTown(w string) string {
	if stem, ok := strings.CutSuffix(w, "їв"); ok {
		return stem + "єв"
	}
	return strings.TrimSuffix(w, "ів") + "ов"
}

// undoUkrainianChanges gives one form to stems that differ by their case:
// a doubled consonant (знання), a fleeting vowel (місяць, ринок, січень),
// -ість beside -ості.
func undoUkrainianChanges(w string) string {
	w = undouble(w)
	if stem, ok := cutLeaving(w, "іст", 2, ukrainianVowels); ok {
		return stem + "ост"
	}
	for _, fleeting := range [...][2]string{{"ок", "к"}, {"ец", "ц"}, {"ен", "н"}} {
		stem, ok := cutLeaving(w, fleeting[0], 2, ukrainianVowels)
		if ok && !endsInVowel(stem, ukrainianVowels) {
			return stem + fleeting[1]
		}
	}
	if stem, ok := cutLeaving(w, "і", 5, ukrainianVowels); ok {
		return stem
	}
	return w
}

func undouble(w string) string {
	last, size := utf8.DecodeLastRuneInString(w)
	before, _ := utf8.DecodeLastRuneInString(w[:len(w)-size])
	if last == before && utf8.RuneCountInString(w) > 3 {
		return w[:len(w)-size]
	}
	return w
}

func endsInVowel(w, vowels string) bool {
	last, _ := utf8.DecodeLastRuneInString(w)
	return strings.ContainsRune(vowels, last)
}

const latinSlavicVowels = "aeiouy"

var polishEndings = sync.OnceValue(func() *endings {
	return newEndings(`
		a e y i o u em owi ie ow om ami ach mi iem
		ia io iu ii ij ja je ji ju jom jami jach
		iowi iom iami iach iow
		ego emu ym im ej ych ich ymi imi iego iemu iej
		asz amy acie aja al ala alo ali aly ac
		isz imy icie il ila ilo ili ily ic
		ysz ycie yl yla ylo yli yly yc
		ela elo eli ely ec
		esz emy ecie
		uje uja ujesz ujemy ujecie owac owal owala owali owalo owaly
		owany owana owane owanego owanej owanych owanym owani
		ajac ujac
	`)
})

// stemPolish takes the inflection off a folded Polish word.
func stemPolish(w string) string {
	return undoPolishChanges(polishEndings().cut(w, latinSlavicVowels))
}

// undoPolishChanges gives one form to stems softened before an ending
// (wojna, wojnie) or that have a fleeting e (rynek, rynku).
func undoPolishChanges(w string) string {
	if stem, ok := cutLeaving(w, "i", 3, latinSlavicVowels); ok {
		w = stem
	}
	for _, fleeting := range [...][2]string{{"iec", "c"}, {"ek", "k"}, {"iel", "l"}, {"ien", "n"}} {
		stem, ok := cutLeaving(w, fleeting[0], 2, latinSlavicVowels)
		if ok && !endsInVowel(stem, latinSlavicVowels) {
			return stem + fleeting[1]
		}
	}
	return w
}

var czechEndings = sync.OnceValue(func() *endings {
	return newEndings(`
		a e y i o u em ovi ech um ou ami emi ich mi
		ete eti at ata aty im um ech ich
		eho emu ym ych ymi ho mu iho imu imi
		ovat uje uji ujes ujeme ujete ujou oval ovala ovali ovalo ovaly
		at a am as ame ate aji al ala ali alo aly
		it is ime ite il ila ili ilo ily
		et el ela eli elo ely eji
		es eme ete
		ovany ovana ovane ovani ovaneho ovanych
	`)
})

// stemCzech takes the inflection off a folded Czech word.
func stemCzech(w string) string {
	return undoCzechChanges(czechEndings().cut(w, latinSlavicVowels))
}

// undoCzechChanges gives one form to stems that have a fleeting e (začátek,
// začátku).
func undoCzechChanges(w string) string {
	for _, fleeting := range [...][2]string{{"ek", "k"}, {"ec", "c"}, {"en", "n"}} {
		stem, ok := cutLeaving(w, fleeting[0], 2, latinSlavicVowels)
		if ok && !endsInVowel(stem, latinSlavicVowels) {
			return stem + fleeting[1]
		}
	}
	return w
}
