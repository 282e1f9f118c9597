package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Every day from the year 0 to the year 9999 is in the period that package
// time says, and in no other.
func TestPeriodOfEveryDay(t *testing.T) {
	before := map[Period]int{Years: -1, Months: -1, Weeks: -1, Days: 0}
	end := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for day := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC); day.Before(end); day = day.AddDate(0, 0, 1) {
		packed := packDay(dayNumber(day))
		for p, starts := range map[Period]bool{
			Years: day.YearDay() == 1, Months: day.Day() == 1, Weeks: day.Weekday() == time.Monday || packed == 1, Days: true,
		} {
			n := p.of(packed)
			if starts {
				before[p]++
			}
			if n != before[p] {
				t.Fatalf("%v is in period %d of kind %d, want %d", day, n, p, before[p])
			}
			if first := p.start(n); starts && packed > 1 && !first.Equal(day) {
				t.Fatalf("period %d of kind %d begins on %v, want %v", n, p, first, day)
			}
		}
	}
}

func TestPeriodNames(t *testing.T) {
	for _, tt := range []struct {
		p                 Period
		date              string
		name, first, last string
	}{
		{Years, "2022-05-07", "2022", "2022-01-01", "2022-12-31"},
		{Months, "2024-02-29", "2024-02", "2024-02-01", "2024-02-29"},
		{Months, "2022-12-07", "2022-12", "2022-12-01", "2022-12-31"},
		{Weeks, "2021-01-03", "2020-W53", "2020-12-28", "2021-01-03"},
		{Weeks, "2021-01-04", "2021-W01", "2021-01-04", "2021-01-10"},
		{Weeks, "2018-12-31", "2019-W01", "2018-12-31", "2019-01-06"},
		{Weeks, "0000-01-01", "-0001-W52", "-0001-12-27", "0000-01-02"},
		{Weeks, "0001-01-01", "0001-W01", "0001-01-01", "0001-01-07"},
		{Weeks, "9999-12-31", "9999-W52", "9999-12-27", "10000-01-02"},
		{Days, "0987-06-05", "0987-06-05", "0987-06-05", "0987-06-05"},
		{Years, "0001", "0001", "0001-01-01", "0001-12-31"},
		{Years, "9999", "9999", "9999-01-01", "9999-12-31"},
	} {
		day, _ := Date{tt.date}.packed()
		n := tt.p.of(day)
		if got := [...]string{tt.p.Name(n), tt.p.First(n), tt.p.Last(n)}; got != [...]string{tt.name, tt.first, tt.last} {
			t.Errorf("%s: %v, want %s, %s to %s", tt.date, got, tt.name, tt.first, tt.last)
		}
	}
	if got := Days.Name(Days.of(1<<32 - 1)); got != "9999-12-31" {
		t.Errorf("a damaged day is %s", got)
	}
}

func dated(source string, dates ...string) (articles []*Article) {
	for i, d := range dates {
		a := article(fmt.Sprint(source, i, d), "grain")
		a.Published, a.Source.Value = Date{d}, source
		articles = append(articles, a)
	}
	return articles
}

// An article is counted in a period only if its date is that precise; what is
// held is counted in the same way.
func TestTimeline(t *testing.T) {
	a := newArchive(t)
	put(t, a, "/x", dated("Axios", "2022-01-31", "2022-02", "2022", "", "2022-04-30T23:59:59-11:00")...)
	put(t, a, "/y", dated("", "2022-04-01", "2022-04")...)
	other := dated("BBC", "2021-12-31", "2022-02-01", "2022-04", "")
	for _, o := range other {
		o.Text = "steel"
	}
	put(t, a, "/z", other...)
	got, err := viewOf(t, a).Timeline(t.Context(), TimelineQuestion{Where: word("grain"), Held: All{}, By: Months, Per: NoFacet})
	if err != nil {
		t.Fatal(err)
	}
	want := &Timeline{By: Months, First: 2022 * 12, Last: 2022*12 + 3, Articles: 7, Series: []Series{{
		Articles: 7, Held: 11,
		Periods: []PeriodCount{{Months, 2022 * 12, 1, 1}, {Months, 2022*12 + 1, 1, 2}, {Months, 2022*12 + 3, 3, 4}},
		Apart:   []PeriodCount{{Years, 0, 1, 1}, {NoPeriod, 0, 1, 2}},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	got, err = viewOf(t, a).Timeline(t.Context(), TimelineQuestion{Where: word("grain"), Held: All{}, By: Weeks, Per: FacetSource, Top: 1, Wide: true})
	if err != nil {
		t.Fatal(err)
	}
	week := Weeks.of(packDay(Date{"2022-01-31"}.First()))
	want = &Timeline{By: Weeks, First: week, Last: Weeks.of(packDay(Date{"2022-04-30"}.First())), Articles: 7, More: 1, Series: []Series{{
		Value: "Axios", Articles: 5, Held: 5,
		Periods: []PeriodCount{{Weeks, week, 1, 1}, {Weeks, week + 12, 1, 1}},
		Apart:   []PeriodCount{{Months, 0, 1, 1}, {Years, 0, 1, 1}, {NoPeriod, 0, 1, 1}},
	}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSuitablePeriod(t *testing.T) {
	for _, tt := range []struct {
		dates []string
		want  Period
	}{
		{nil, Years},
		{[]string{""}, Years},
		{[]string{"2022-05-07"}, Days},
		{[]string{"2022-05-01", "2022-05-31"}, Days},
		{[]string{"2022-05-01", "2022-06-01"}, Weeks},
		{[]string{"2022-01-01", "2022-08-01"}, Months},
		{[]string{"2018-01-01", "2022-12-01"}, Months},
		{[]string{"2018-01-01", "2023-01-01"}, Years},
		{[]string{"0001-01-01", "2023-01-01"}, Years},
		{[]string{"2022-05", "2022-06"}, Months},
		{[]string{"2022-05-01", "2022-05-02", "2022-05"}, Months},
		{[]string{"2022-05-01", "2022"}, Years},
		{[]string{"2022-05-01", "2022-05-02", "2022-05-03", "2022-05-04", "2022-05-05", "2022-05-06", "2022-05-07", "2022-05-08", "2022-05-09", "2022-05", ""}, Days},
	} {
		a := newArchive(t)
		put(t, a, "/x", dated("", tt.dates...)...)
		got, err := viewOf(t, a).Timeline(t.Context(), TimelineQuestion{Where: All{}, Held: All{}, Per: NoFacet})
		if err != nil || got.By != tt.want {
			t.Errorf("%q are counted by %d, want %d: %v", tt.dates, got.By, tt.want, err)
		}
	}
}

// The packed values and SQL count the same.
func TestTimelinesAgreeWithSQL(t *testing.T) {
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 4))
		a := randomArchive(t, r)
		paged, bySQL := viewOf(t, a), viewOf(t, a)
		bySQL.index = nil
		for range 60 {
			where := randomNode(r, r.IntN(3))
			q := TimelineQuestion{Where: where, Held: All{}, By: Period(r.IntN(5)), Top: r.IntN(4), Wide: r.IntN(2) == 0,
				Per: []Facet{NoFacet, FacetSource, FacetAuthor, FacetLang, FacetType}[r.IntN(5)]}
			want, err := bySQL.Timeline(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			got, err := paged.Timeline(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%+v: SQL differs: %s", q, diff)
			}
		}
	}
}
