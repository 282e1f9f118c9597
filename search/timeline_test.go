package search

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/archive/store"
)

func datedArticle(source, date, body string) *store.Article {
	a := article("en", "", body)
	a.Source.Value = source
	a.Published, _ = store.ParseDate(date)
	return a
}

func timelineArchive(t *testing.T) *store.Archive {
	return newArchive(t,
		datedArticle("BBC", "2021-05-07", "wheat and grain for all"),
		datedArticle("BBC", "2022-05-07", "wheat for all in the spring"),
		datedArticle("BBC", "2022-05-08", "steel for all in the spring"),
		datedArticle("Axios", "2022-06-08", "wheat for all in the summer"),
		datedArticle("Axios", "2023-06-08", "iron for all in the summer"),
		datedArticle("Axios", "", "iron for all of those in the winter"),
	)
}

// What is found is compared with the articles that pass the filters, whatever
// they say: with all where nothing but filters is asked for.
func TestTimelineIsComparedWithWhatPassesTheFilters(t *testing.T) {
	a := timelineArchive(t)
	type year struct{ Articles, Held int }
	for _, tt := range []struct {
		q     Query
		want  []year // from 2021 on
		whole bool
	}{
		{Query{Text: "wheat"}, []year{{1, 1}, {2, 3}}, true},
		{Query{Text: "wheat source:BBC"}, []year{{1, 1}, {1, 2}}, false},
		{Query{Text: "wheat", Sources: []string{"BBC"}}, []year{{1, 1}, {1, 2}}, false},
		{Query{Text: "wheat -source:BBC"}, []year{{1, 1}}, false},
		{Query{Text: "wheat -grain"}, []year{{2, 3}}, true},
		{Query{Text: "wheat (source:BBC OR source:Axios)"}, []year{{1, 1}, {2, 3}}, false},
		{Query{Text: "source:BBC"}, []year{{1, 1}, {2, 3}}, true},
		{Query{Text: "* source:BBC"}, []year{{1, 1}, {2, 3}}, true},
		{Query{Text: "wheat date:2022.."}, []year{{2, 3}, {0, 1}}, false},
		{Query{Text: "wheat", Since: "2020"}, []year{{1, 1}, {2, 3}, {0, 1}}, false},
		{Query{Text: "grain wheat"}, []year{{1, 1}}, true},
		{Query{Text: "grain wheat", Match: Any}, []year{{1, 1}, {2, 3}}, true},
		{Query{Text: "grain OR wheat", Match: Any}, []year{{1, 1}, {2, 3}}, true},
		{Query{Text: "*", Match: Any}, []year{{1, 1}, {3, 3}, {1, 1}}, true},
		{Query{Text: "nowhere"}, nil, true},
	} {
		tt.q.Now = time.Now()
		r, err := Timeline(t.Context(), a, TimelineQuery{Query: tt.q, By: "year"})
		if err != nil {
			t.Fatal(err)
		}
		var got []year
		for _, s := range r.Series {
			for _, p := range s.Periods {
				got = append(got, year{p.Articles, p.Held})
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || r.Whole != tt.whole {
			t.Errorf("%+v: whole %v %s", tt.q, r.Whole, diff)
		}
		if (len(r.Help) > 0) != (tt.want == nil) {
			t.Errorf("%+v: help %q", tt.q, r.Help)
		}
	}
}

func TestTimelineCountsTiers(t *testing.T) {
	a := timelineArchive(t)
	for _, tt := range []struct {
		q                   Query
		articles, all, some int
	}{
		{Query{Text: "grain wheat"}, 1, 1, 2},
		{Query{Text: "grain wheat", Match: AllOnly}, 1, 1, 0},
		{Query{Text: "grain wheat", Match: Any}, 3, 1, 2},
		{Query{Text: "grain AND wheat"}, 1, 1, 0},
		{Query{Text: "wheat", Match: Any}, 3, 3, 0},
	} {
		r, err := Timeline(t.Context(), a, TimelineQuery{Query: tt.q})
		if err != nil || r.Articles != tt.articles || r.All != tt.all || r.Some != tt.some {
			t.Errorf("%+v: %d counted, %d all, %d some: %v", tt.q, r.Articles, r.All, r.Some, err)
		}
	}
}

func TestTimelineRefusals(t *testing.T) {
	a := newArchive(t)
	for want, q := range map[string]TimelineQuery{
		`there is no period "decade" (periods are year, month, week, day)`:                                {Query: Query{Text: "x"}, By: "decade"},
		`a timeline cannot be split by "tag" (only by source, author, lang, type)`:                        {Query: Query{Text: "x"}, Per: "tag"},
		"the query is empty (give words to search for, or a filter such as --source; archive help query)": {},
	} {
		if _, err := Timeline(t.Context(), a, q); err == nil || err.Error() != want {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
