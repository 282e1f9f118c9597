package store

import (
	"strings"
	"testing"
)

func inspect(t *testing.T, a *Archive, deep bool) *Findings {
	t.Helper()
	found, err := Inspect(t.Context(), a.path, Inspection{Schema: schemaSQL(t), Deep: deep})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Every kind of damage is found, by a quick check where it can be seen without
// reading the texts.
func TestInspectFindsDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	for _, test := range []struct {
		damage string
		quick  bool
		want   string // in a problem
		lost   bool
	}{
		{`UPDATE bodies SET text = 'quite other text' WHERE id = 2`, false, "what was imported and the text, title or source of 1 article differ: 2", true},
		{`UPDATE articles SET title = 'Another title' WHERE id = 2`, false, "what was imported and the text, title or source of 1 article differ: 2", true},
		{`DELETE FROM bodies WHERE id = 2`, true, "1 article without a text", true},
		{`PRAGMA foreign_keys = 0; DELETE FROM articles WHERE id = 2`, true, "1 text of no article", true},
		{`PRAGMA foreign_keys = 0; DELETE FROM sources`, true, "of articles without what it refers to in sources", true},
		{`UPDATE languages SET articles = articles + 1`, true, "language counted wrong", false},
		{`INSERT INTO languages (code, articles) VALUES ('xx', 3)`, true, "language counted wrong", false},
		{`DELETE FROM types`, true, "1 type of articles not listed", false},
		{`DELETE FROM article_index_docsize WHERE id = 2`, true, "1 article not in the index", false},
		{`INSERT INTO article_index_docsize (id, sz) VALUES (9, x'0102')`, true, "the index holds 1 article that the archive has not", false},
		{`UPDATE article_index_docsize SET sz = x'0101' WHERE id = 2`, false, "the index does not agree with the text of 1 article: 2", false},
		{`UPDATE articles SET words = 7 WHERE id = 2`, false, "the length of 1 article is noted wrong: 2", false},
		{`UPDATE articles SET published = '2021-01-01' WHERE id = 2`, false, "days that do not agree with the date of 1 article: 2", false},
		{`UPDATE articles SET lang = 'de' WHERE id = 2; UPDATE languages SET articles = 2; INSERT INTO languages (code, articles) VALUES ('de', 1)`, false, "packed values", false},
		{`UPDATE columns SET data = zeroblob(length(data)) WHERE id >> 32 = 2`, false, "1 block of packed values", false},
		{`DELETE FROM vocabulary WHERE list = 1`, false, "the list of words is damaged", false},
		{`DELETE FROM vocabulary WHERE list = 3`, false, "the list of words is damaged", false},
		{`UPDATE vocabulary SET data = x'ffffffff' WHERE list = 2`, false, "the list of words is damaged", false},
		{`CREATE TRIGGER x AFTER INSERT ON tags BEGIN DELETE FROM articles; END`, true, "no archive has: trigger x", false},
		{`DROP INDEX origins_by_article`, true, "it is missing: index origins_by_article", false},
		{`ALTER TABLE tags ADD COLUMN more`, true, "not made as archive makes it: table tags", false},
		{`DELETE FROM article_index_data WHERE id > 10`, true, "damage", false},
	} {
		t.Run(test.damage, func(t *testing.T) {
			a := newArchive(t)
			dated := article("Two", "words of the second guarantees")
			dated.Published, dated.Source = Date{"2022-05-07"}, Field{Value: "Reuters"}
			put(t, a, "/x/1", article("One", "words of the first"), dated, article("Three", "words, Kyiv of the third"))
			sound(t, a)
			if found := inspect(t, a, false); len(found.Problems) > 0 || found.Articles != 3 {
				t.Fatalf("%+v", found)
			}
			a.db.SetMaxOpenConns(1)
			if _, err := a.db.ExecContext(t.Context(), test.damage); err != nil {
				t.Fatal(err)
			}
			for _, deep := range []bool{false, true} {
				met := false
				for _, p := range inspect(t, a, deep).Problems {
					met = met || strings.Contains(p.Text, test.want) && p.Lost == test.lost
				}
				if met != (deep || test.quick) {
					t.Errorf("deep %v: found %v: %+v", deep, met, inspect(t, a, deep).Problems)
				}
			}
		})
	}
}

// What was corrected, and outlets that another stands for, are no damage.
func TestInspectKnowsCorrections(t *testing.T) {
	a := newArchive(t)
	named := article("A headline", "words of one")
	named.Source = Field{Value: "Reuters"}
	put(t, a, "/x/1", named, article("Two", "words of two"))
	if _, err := a.EditArticles(t.Context(), []int64{1}, Edit{Fields: map[string]string{"title": "The headline", "date": "2022-05"}}); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
	for _, pair := range [][2]string{{"Reuters", "Reuters News"}, {"Reuters News", "Thomson Reuters"}} {
		if _, err := a.AliasSource(t.Context(), pair[0], pair[1]); err != nil {
			t.Fatal(err)
		}
		sound(t, a)
	}
	if _, err := a.EditArticles(t.Context(), []int64{1}, Edit{Fields: map[string]string{"source": "AP"}}); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
	if _, err := a.UndoEdits(t.Context(), []int64{1}); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
	if _, err := a.UnaliasSource(t.Context(), "Reuters News"); err != nil {
		t.Fatal(err)
	}
	sound(t, a)
}

// An archive on the way to this version, as a kill leaves it between two steps
// of a migration, is no damaged one.
func TestInspectOnTheWayToThisVersion(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x/1", article("One", "words of the first"))
	for _, step := range []string{
		`DELETE FROM meta WHERE key = 'analysis'`,
		`INSERT INTO article_index (article_index) VALUES ('delete-all')`,
		`DELETE FROM columns`,
	} {
		if _, err := a.db.Exec(step); err != nil {
			t.Fatal(err)
		}
	}
	if found := inspect(t, a, true); len(found.Problems) > 0 || !found.Earlier || found.Articles != 1 {
		t.Errorf("%+v", found)
	}
	a.Close()
	b, err := Open(t.Context(), a.path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	sound(t, b)
	if found := inspect(t, b, true); found.Earlier {
		t.Errorf("after it was opened: %+v", found)
	}
}
