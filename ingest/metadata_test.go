package ingest

import (
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	a := &Article{Text: "\x02Mr. Smith of the U.S. Senate spoke for an hour. Nobody listened to him.\r\n", Byline: Field{Value: "BY Ann\n Bell"},
		URL: Field{Value: "https://www.Example.org/x", Line: 3}, Lang: Field{Value: "EN-us"}, Tags: []Field{{Value: " a\tb "}, {Value: " "}}}
	complete(a)
	if a.Title != (Field{Value: "Mr. Smith of the U.S. Senate spoke for an hour.", Rule: "first sentence", Derived: true}) {
		t.Errorf("title %+v", a.Title)
	}
	if a.Source != (Field{Value: "example.org", Line: 3, Rule: "host of the URL", Derived: true}) {
		t.Errorf("source %+v", a.Source)
	}
	if a.Byline.Value != "Ann Bell" || a.Lang.Value != "en" || a.Lang.Derived || len(a.Tags) != 1 || a.Tags[0].Value != "a b" {
		t.Errorf("%+v", a)
	}
	if strings.ContainsAny(a.Text, "\x02\r") {
		t.Errorf("text %q", a.Text)
	}
	b := &Article{Text: "12 34", Lang: Field{Value: "gibberish"}}
	if complete(b); b.Lang.Value != "" || b.Source.Value != "" || b.Published.Value != "" {
		t.Errorf("something was invented: %+v", b)
	}
}

func TestFirstSentence(t *testing.T) {
	for in, want := range map[string]string{
		"One. Two.":                             "One.",
		"Dr. J. Doe left. He is gone.":          "Dr. J. Doe left.",
		"It cost 3.5 mln. dollars in all. Yes.": "It cost 3.5 mln. dollars in all.",
		"He said: “Go!” Then he went.":          "He said: “Go!”",
		"今天下雨。明天晴。":                             "今天下雨。",
		"No end\n\nSecond paragraph.":           "No end",
		"В 2022 г. началась война. Потом мир.":  "В 2022 г. началась война.",
		"• A bullet. More.":                     "A bullet.",
	} {
		if got := firstSentence(in); got != want {
			t.Errorf("firstSentence(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSourceFromFolder(t *testing.T) {
	t.Setenv("HOME", "/srv/people/bob")
	for _, c := range []struct{ file, place, want string }{
		{"/home/u/BBC/2022/05/a.txt", "/home/u/BBC", "BBC"},
		{"/home/u/BBC/2022/05/a.txt", "/home/u", "BBC"},
		{"/home/u/BBC/2022/05/a.txt", "/", "BBC"},
		{"/home/u/BBC/2022/05/a.txt", "/home/u/BBC/2022", ""},
		{"/home/u/BBC/news/_posts/a.md", "/home/u/BBC/news", ""},
		{"/x/Reuters/20061127/a", "/x/Reuters", "Reuters"},
		{"/x/Reuters/2006-11/May/a", "/x", "Reuters"},
		{"/x/press/.git/a.txt", "/x/Planet", ""},
		{"/home/alice/articles/a.txt", "/home/alice/articles", ""},
		{"/home/alice/articles/a.txt", "/home/alice/articles/a.txt", ""},
		{"/home/alice/articles/a.txt", "/home/alice", ""},
		{"/home/alice/articles/a.txt", "/", ""},
		{"/home/alice/a.txt", "/home/alice/a.txt", ""},
		{"/srv/people/bob/a.txt", "/srv/people/bob/a.txt", ""},
		{"/Users/alice/Downloads/a.txt", "/Users/alice/Downloads/a.txt", ""},
		{"/home/alice/Документы/a.txt", "/home/alice/Документы", ""},
		{"/home/alice/The Cradle/a.txt", "/home/alice/The Cradle/a.txt", "The Cradle"},
		{"/tmp/a.txt", "/tmp/a.txt", ""},
		{"/2022/a.txt", "/", ""},
		{`C:\articles\Le Monde\a.txt`, `C:\articles`, "Le Monde"},
		{`C:\Users\alice\a.txt`, `C:\Users\alice`, ""},
		{"", "", ""},
	} {
		if got := sourceFromFolder(c.file, c.place); got != c.want {
			t.Errorf("sourceFromFolder(%q, %q) = %q, want %q", c.file, c.place, got, c.want)
		}
	}
}

// Containers are folders; their own names count where folders are asked for.
func TestSourceFromContainer(t *testing.T) {
	file := origin{path: "/home/u/news/Al Jazeera.zip", place: "/home/u/news"}
	named := origin{path: "/home/u/Planet/letters.tar.gz", place: "/home/u/Planet/letters.tar.gz"}
	for _, c := range []struct {
		from   origin
		inside string
		asked  bool
		want   string
	}{
		{file, "/a.txt", true, "Al Jazeera"},
		{file, "/a.txt", false, ""},
		{file, "/BBC/2022/a.txt", false, "BBC"},
		{file, "/2022/Tass.tgz/5/a.txt", true, "Tass"},
		{file, "/2022/Tass.tgz/5/a.txt", false, ""},
		{file, "", true, ""},
		{named, "/a.txt", false, "Planet"},
		{named, "/a.txt", true, "letters"},
	} {
		if got := c.from.folder(c.inside, c.asked); got != c.want {
			t.Errorf("%s, %q, asked for %v: %q, want %q", c.from.path, c.inside, c.asked, got, c.want)
		}
	}
}

func TestCitations(t *testing.T) {
	for _, c := range []struct{ source, text, want string }{
		{"", "“At first I thought so,” he told the Kyiv Independent.", "The Kyiv Independent"},
		{"", "It was reported by the Reuters news agency, which cited a statement.", "Reuters"},
		{"", "An official spoke to Axios on Saturday.", "Axios"},
		{"", "WASHINGTON (AP) — It is over.", "Associated Press"},
		{"Reuters", "KYIV (Reuters) - It is over, he told Reuters and the BBC.", "BBC"},
		{"reuters.com", "KYIV (Reuters) - It is over.", ""},
		{"", "Zelensky told Trump that he would not. He told Russian state media so.", ""},
		{"", "The Tallahassee Times reported on Monday that it was over, citing AP and AFP.", "Tallahassee Times, Associated Press, AFP"},
		{"", "Bloomberg reported a profit. Deutsche Post said to Time Warner that it was over.", ""},
		{"", "According to the National Association of Realtors and the Times of Zambia, it is over.", ""},
		{"", "He told the official Chinese news agency Xinhua. Later he told Xinhua again.", "Xinhua"},
		{"", "It spoke to time itself, according to time tables and an ap.", ""},
		{"", "Про це повідомляє «Українська правда» з посиланням на Reuters.", "Ukrainska Pravda, Reuters"},
		{"", "Об этом сообщает ТАСС.", "TASS"},
		{"", "Das berichtet die Zeitung. Laut der Süddeutschen Zeitung sagte er es der Nachrichtenagentur AFP.", "Süddeutsche Zeitung, AFP"},
		{"", "Selon l'agence Bloomberg, c'est fini.", "Bloomberg"},
		{"", "It is over.\n\nSources include:\n\nTheCradle.co\n- https://www.bbc.com/news/1\nSky News\nRead full article here\nCNN.com", "TheCradle.co, BBC, Sky News"},
		{"", "Some sources: nobody knows.\n\nReuters", ""},
	} {
		a := &Article{Text: c.text, Source: Field{Value: c.source}}
		a.Cites = citations(a)
		if got := citesOf(a); got != c.want {
			t.Errorf("%q: cites %q, want %q", c.text, got, c.want)
		}
	}
}

func TestCitationPlace(t *testing.T) {
	a := &Article{Text: "One.\nTwo, he told\nthe BBC on Monday.\n"}
	want := Citation{Outlet: "BBC", Phrase: "told the BBC", Line: 2, Rule: "told OUTLET"}
	if got := citations(a); len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
