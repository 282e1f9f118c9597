package bibtex

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// read gives the entries of a file and the lines of those that failed.
func read(t testing.TB, s string) (entries []*Entry, failed []int) {
	t.Helper()
	err := Read(s, func(e *Entry) error { entries = append(entries, e); return nil }, func(line int, _ error) { failed = append(failed, line) })
	if err != nil {
		t.Fatal(err)
	}
	return entries, failed
}

func TestEntries(t *testing.T) {
	const file = `A comment with me@example.org in it.
@string{hc = "The Harbour " # {Courier}}
@Comment{jabref-meta: groupsversion:3;}
@article{marlow2006,
  author = "Jane Marlow and {Port {Ellery} and Bay Council}",
  title = {The {Ferry} line to "close"},
  journal = hc # ", weekend",
  month = 12 # jan, year = 2006,
  note = {one } # {two}
  pages = 3,
}
@book(stone, title = {A (b) c}, publisher = {P})
@misc{nothing}
@misc{brace, title = {A \{ b}}
@misc{path, note = {C:\}}`
	entries, failed := read(t, file)
	if len(entries) != 5 || len(failed) > 0 {
		t.Fatalf("%d entries, failed %v", len(entries), failed)
	}
	e := entries[0]
	for name, want := range map[string]string{
		"journal": "The Harbour Courier, weekend", "month": "121", "note": "one two", "pages": "3", "title": `The {Ferry} line to "close"`,
	} {
		if got := e.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if e.Type != "article" || e.Key != "marlow2006" || e.Line != 4 || e.Fields[1].Line != 6 {
		t.Errorf("%+v", e)
	}
	if entries[1].Get("title") != "A (b) c" || entries[2].Key != "nothing" || entries[3].Get("title") != `A \{ b` || entries[4].Get("note") != `C:\` {
		t.Errorf("%+v, %+v, %+v", entries[1], entries[2], entries[3])
	}
}

func TestUnclosedEntry(t *testing.T) {
	entries, failed := read(t, "@misc{a, title = {Lost\n}\n@misc{b, title = {Found}}\n@misc{c, title = \"open")
	if len(entries) != 1 || entries[0].Key != "b" || len(failed) != 2 || failed[0] != 1 || failed[1] != 4 {
		t.Errorf("%+v, failed %v", entries, failed)
	}
}

func TestMacrosAreBounded(t *testing.T) {
	s := "@string{a = {0123456789}}\n" + strings.Repeat("@string{a = a # a # a # a}\n", 30)
	err := Read(s, func(*Entry) error { return nil }, func(int, error) {})
	if err == nil || !strings.Contains(err.Error(), "macros") {
		t.Errorf("error %v", err)
	}
}

func TestText(t *testing.T) {
	for latex, want := range map[string]string{
		`P\"{a}ckert, P{\"a}ckert, P\"ackert`:                       "Päckert, Päckert, Päckert",
		`Eli{\'a}{\v{s}} Ji{\v{r}}{\'{\i}} {E}rd{\H o}s`:            "Eliáš Jiří Erdős",
		`He{\ss} \& Lucius, jafnr{\ae}{\dh}i, {\L}{\'o}d{\'z}`:      "Heß & Lucius, jafnræði, Łódź",
		`{\c{c}}a, \c ca, {\k a}, \~n, \~{n}, a~b`:                  "ça, ça, ą, ñ, ñ, a b",
		"``so'' -- he --- said, 1--2 `x'":                           "“so” – he — said, 1–2 `x'",
		`DNA$_{\textrm{2}}$ \textit{Natrix cetti} $\Sigma^{0}$ 5\%`: "DNA2 Natrix cetti Σ0 5%",
		`D\textquotesingle Aspremont \emph{and} \unknown{stays}`:    "D'Aspremont and stays",
		"One\n   line.\n\n  Two.\\\\ Three":                         "One line.\n\nTwo. Three",
		`\~{} \textasciitilde \textbackslash{} \{\}`:                `~ ~\ {}`,
		`\'`: "",
		`\href{u}{The page} \url{https://a.example/b}`: "The page https://a.example/b",
	} {
		if got := Text(latex); got != want {
			t.Errorf("%s: %q, want %q", latex, got, want)
		}
	}
}

func TestNames(t *testing.T) {
	for latex, want := range map[string]string{
		"Jane Marlow and Reed, Tom and others":                "Jane Marlow|Tom Reed",
		"von Hicks, III, Michael":                             "Michael von Hicks III",
		"{Port Ellery and Bay, Council} AND M{\\\"u}ller, A.": "Port Ellery and Bay, Council|A. Müller",
		"Brandon Sand": "Brandon Sand",
		"A\n and\nB":   "A|B",
		"":             "",
	} {
		if got := strings.Join(Names(latex), "|"); got != want {
			t.Errorf("%s: %q, want %q", latex, got, want)
		}
	}
}

func TestVerbatim(t *testing.T) {
	for latex, want := range map[string]string{
		`https://a.example/b\_c?d\&e=\%20\~{}f`:   "https://a.example/b_c?d&e=%20~f",
		`\url{https://a.example/~b}`:              "https://a.example/~b",
		`https://a.example/{\textasciitilde}kotz`: "https://a.example/~kotz",
	} {
		if got := Verbatim(latex); got != want {
			t.Errorf("%s: %q, want %q", latex, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("@string{a = \"b\" # {c}}\n@article{k, author = {A and B, C}, title = a # a, month = jan}")
	f.Add("@misc(x, a = {\\\"{o}\\v{s} $\\alpha^2$ \\href{u}{v}}\n@misc{y, b = \"")
	f.Fuzz(func(t *testing.T, s string) {
		_ = Read(s, func(e *Entry) error {
			for _, v := range e.Fields {
				for _, out := range append(Names(v.Value), Text(v.Value), Verbatim(v.Value)) {
					if utf8.ValidString(s) && !utf8.ValidString(out) {
						t.Errorf("%q became %q", v.Value, out)
					}
				}
			}
			return nil
		}, func(int, error) {})
	})
}
