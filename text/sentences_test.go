package text

import (
	"slices"
	"strings"
	"testing"
)

// A bar stands where a sentence ends.
func TestSentenceEnds(t *testing.T) {
	for _, marked := range []string{
		"One.| Two.", "Mr. Smith came.| He left.", "Dr. J. K. Rowling wrote.| It sold.", "In the U.S. Senate it passed.| Then not.",
		"He left the U.S.| The rest stayed.", "It cost 3.5 million.| Nobody paid.", "“Stop!”| He ran.", "“Stop!” he cried.| He ran.",
		"Really?!| Yes.", "Wait... what?| No.", "See fig. 3 there.| Good.", "A line\nthat goes on.| New.", "A heading|\n\nThe text.",
		"example.org is down.| Pity.", "(It rained.)| We left.", "Gen. Lee and Lt. Col. Gray met.| They spoke.",
		"In 2022.| In 2023.", "At no. 5 he lives.", "A|\r\n\r\nB", "One! Two?"[:4] + "|" + " Two?",
		"Am 3. Mai kam er.| Er ging.", "Im 19. Jahrhundert war es so.| Heute nicht.", "Das gilt z. B. Hunden.| Katzen nicht.",
		"Hr. Müller und Fr. Weiß kamen.| Sie aßen.", "„Halt!“| Er lief.", "Der 2. Weltkrieg endete.| Frieden kam.",
		"Он родился в 1950 г. в Москве.| Потом уехал.", "Это, т. е. Москва, далеко.| Да.", "А. С. Пушкин писал.| Он умер.",
		"«Стой!»| Иван ушёл.", "5 млн. Рублей дали.| Мало.", "На ул. Ленина тихо.| Ночь.",
		"Т. Г. Шевченко жив.| Він писав.", "Кажуть, т. зв. Еліта.| Так.", "Вул. Хрещатик у місті.| Київ.", "Їх було 20 тис. Людей.",
		"M. Dupont et Mme. Durand.| Ils rient.", "Oui !| Non.", "« Non ! »| Il part.", "Où ?| Ici.",
		"¿Qué?| ¡Nada!| Bien.", "El Sr. López y la Dra. Ruiz.", "La Sra. Gil vino.| Ella rió.", "Hola.| ¿Y tú?",
		"他来了。|她走了。", "真的吗？|是的！|好。", "「行く。」|彼は言った。", "はい。|いいえ。", "ما هذا؟| لا.", "यह है।| वह है।",
	} {
		parts := strings.Split(marked, "|")
		var want, got []int
		at := 0
		for _, part := range parts[:len(parts)-1] {
			at += len(part)
			want = append(want, at)
		}
		s := strings.Join(parts, "")
		at = 0
		for end := range SentenceEnds(s) {
			if got = append(got, at+len(strings.TrimRight(s[at:end], " \r\n"))); strings.TrimSpace(s[at:end]) == "" {
				got = got[:len(got)-1]
			}
			at = end
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: ends %v, want %v", marked, got, want)
		}
	}
}

func TestParagraphEnds(t *testing.T) {
	s := "a\nb\n\nc\r\nd\r\n \r\ne\u2029f\n\n"
	var parts []string
	at := 0
	for end := range ParagraphEnds(s) {
		parts, at = append(parts, strings.TrimSpace(s[at:end])), end
	}
	parts = append(parts, strings.TrimSpace(s[at:]))
	if want := []string{"a\nb", "c\r\nd", "e", "f"}; !slices.Equal(parts, want) {
		t.Errorf("paragraphs %q, want %q", parts, want)
	}
}

func FuzzSentenceEnds(f *testing.F) {
	f.Add("Mr. A. B.\n\n3. Mai! \xff… «Ж.» 他。")
	f.Fuzz(func(t *testing.T, s string) {
		for name, split := range map[string]func(func(int) bool){"sentence": SentenceEnds(s), "paragraph": ParagraphEnds(s)} {
			last := 0
			for end := range split {
				if end <= last && last > 0 || end >= len(s) {
					t.Fatalf("%s ends at %d after %d of %d", name, end, last, len(s))
				}
				last = end
			}
		}
	})
}
