package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	urfave "github.com/urfave/cli/v2"

	"example.com/archive/search"
	"example.com/archive/store"
)

func timelineCommand() command {
	return command{
		name:    "timeline",
		args:    "QUERY...",
		summary: "when it was written about, as bars and as a share",
		about: `Counts the articles that match the query by the time of their publication,
beside those that the archive holds of the same time: few articles may mean
that the archive has few of that month. With filters such as --source, those
that pass the filters are the ones compared with. Counted are the articles
with all the words. Articles without a date, or of which only the year or
month is known, are counted apart. '*' is everything.`,
		examples: []example{
			{"archive timeline nuclear plant", "by what suits the dates"},
			{"archive timeline tariffs --by month --since 2024", "by month, from a time on"},
			{"archive timeline tariffs --by week --share", "bars for the share, not the count"},
			{"archive timeline Zelensky --per source --top 3", "each of three outlets"},
			{"archive timeline '*' --by year --csv > years.csv", "all, into a spreadsheet"},
		},
		query: true,
		options: joinOptions(
			[]option{
				{name: "by", kind: isText, arg: "PERIOD", help: strings.Join(search.PeriodNames, ", ") + " (weeks begin on Monday)", values: search.PeriodNames},
				{name: "per", kind: isText, arg: "FIELD", help: "a timeline for each " + strings.Join(search.SplitNames, ", "), values: search.SplitNames},
				{name: "top", kind: isNumber, arg: "N", help: "with --per, only so many, those with most articles (in the table 5; 0 for all)"},
				{name: "share", kind: isSwitch, help: "draw the share of what is held, not the count"},
			},
			filterOptions(), wordOptions(),
			[]option{
				{name: "all", kind: isSwitch, help: "only articles with all the words (the default)"},
				{name: "any", kind: isSwitch, help: "articles with any of the words"},
				{name: "limit", short: "n", kind: isNumber, arg: "N", help: "only the last so many periods (default 0: all)"},
				{name: "explain", kind: isSwitch, help: "say how the query was read"},
			},
			recordOptions(append(slices.Clone(timelineFields), search.SplitNames...))),
		words: queryFields,
		run:   runTimeline,
	}
}

// tableSeries is how many timelines the table shows unless asked for more.
const tableSeries = 5

func runTimeline(ctx context.Context, e *env, in *urfave.Context) (int, error) {
	text := strings.Join(in.Args().Slice(), " ")
	q := search.TimelineQuery{Query: queryOf(in, text, ""), By: in.String("by"), Per: in.String("per"), Top: in.Int("top")}
	if strings.TrimSpace(text) == "" && !hasFilter(q.Query) {
		return exitError, usagef("a timeline of what? (archive timeline WORDS, or '*' for everything)")
	}
	format, err := chosenFormat(in)
	if err == nil {
		err = checkTimeline(in)
	}
	if err != nil {
		return exitError, err
	}
	if in.Bool("any") {
		q.Match = search.Any
	}
	q.Explain = in.Bool("explain")
	if format.writer == nil && !in.IsSet("top") && in.String("fields") == "" {
		q.Top = tableSeries
	}
	lateGC()
	return e.withArchive(ctx, func(a *store.Archive) (int, error) {
		return e.timeline(ctx, a, in, q, format)
	})
}

func checkTimeline(in *urfave.Context) error {
	switch {
	case in.Bool("all") && in.Bool("any"):
		return usagef("--all and --any exclude each other (give one)")
	case in.IsSet("top") && in.String("per") == "":
		return usagef("--top says how many timelines --per gives (add --per source)")
	}
	return nil
}

func (e *env) timeline(ctx context.Context, a *store.Archive, in *urfave.Context, q search.TimelineQuery, format outputFormat) (int, error) {
	log := e.searchLog(ctx, a, in)
	defer log.write(ctx)
	q.State = log.on
	result, err := search.Timeline(ctx, a, q)
	if err != nil {
		return exitError, err
	}
	log.note(ctx, q.Text, &result.Result)
	e.explain(&result.Result)
	t := &timeline{TimelineResult: result, per: q.Per, share: in.Bool("share"), limit: in.Int("limit")}
	if format.writer == nil && in.String("fields") == "" {
		err = t.table(e)
	} else {
		err = t.records(e, format, in.String("fields"))
	}
	if err != nil {
		return exitError, err
	}
	e.timelineSummary(t, q.Match)
	return foundCode(result.Articles), nil
}

// timeline is a timeline on its way out.
type timeline struct {
	*search.TimelineResult
	per   string
	share bool // the bars draw the share
	limit int  // of periods, the last; 0: all
}

// from is the first period that is shown.
func (t *timeline) from() int {
	if t.limit > 0 {
		return max(t.First, t.Last-t.limit+1)
	}
	return t.First
}

// periods goes through the periods of a series, the empty ones too.
func (t *timeline) periods(s store.Series, yield func(store.PeriodCount) error) error {
	rest := s.Periods
	for number := t.from(); number <= t.Last; number++ {
		for len(rest) > 0 && rest[0].Number < number {
			rest = rest[1:]
		}
		c := store.PeriodCount{Known: t.By, Number: number}
		if len(rest) > 0 && rest[0].Number == number {
			c = rest[0]
		}
		if err := yield(c); err != nil {
			return err
		}
	}
	return nil
}

// timelineFields are the fields of a row; with --per, the value stands first.
var timelineFields = []string{"period", "from", "until", "articles", "held", "share", "apart"}

// apartNames say why articles are in no period.
var apartNames = map[store.Period]struct{ field, words string }{
	store.NoPeriod: {"undated", "no date"},
	store.Years:    {"year", "year only"},
	store.Months:   {"month", "month only"},
}

func (t *timeline) records(e *env, format outputFormat, list string) error {
	names := timelineFields
	if t.per != "" {
		names = append([]string{t.per}, names...)
	}
	w, err := e.records(format, names, list)
	if err != nil {
		return err
	}
	for _, s := range t.Series {
		row := func(c store.PeriodCount) error { return w.record(t.values(s, c)) }
		if err := t.periods(s, row); err != nil {
			return err
		}
		for _, c := range s.Apart {
			if c.Articles == 0 {
				continue
			}
			if err := row(c); err != nil {
				return err
			}
		}
	}
	return w.close()
}

func (t *timeline) values(s store.Series, c store.PeriodCount) []any {
	values := make([]any, 0, len(timelineFields)+1)
	if t.per != "" {
		values = append(values, s.Value)
	}
	if c.Known == t.By {
		values = append(values, t.By.Name(c.Number), t.By.First(c.Number), t.By.Last(c.Number))
	} else {
		values = append(values, nil, nil, nil)
	}
	values = append(values, int64(c.Articles), int64(c.Held))
	if c.Held > 0 {
		values = append(values, float64(c.Articles)/float64(c.Held))
	} else {
		values = append(values, nil)
	}
	if c.Known != t.By {
		return append(values, apartNames[c.Known].field)
	}
	return append(values, nil)
}

// longGap is from how many empty periods on the table folds them into a line.
const longGap = 4

// timelineRow is a line of the table: a period, some empty ones, or articles
// that are in none.
type timelineRow struct {
	label    string
	articles int
	held     int
	says     string // in the place of the bar
	noBar    bool
}

// rows makes the lines of a series.
func (t *timeline) rows(s store.Series) (rows []timelineRow) {
	var gap []store.PeriodCount
	flush := func() {
		rows = append(rows, t.gap(gap)...)
		gap = gap[:0]
	}
	t.periods(s, func(c store.PeriodCount) error { // which never fails
		if c.Articles == 0 {
			gap = append(gap, c)
			return nil
		}
		flush()
		rows = append(rows, timelineRow{label: t.By.Name(c.Number), articles: c.Articles, held: c.Held})
		return nil
	})
	flush()
	for _, c := range s.Apart {
		if c.Articles > 0 {
			rows = append(rows, timelineRow{label: apartNames[c.Known].words, articles: c.Articles, held: c.Held, noBar: true})
		}
	}
	return rows
}

// gap makes the lines of periods without an article.
func (t *timeline) gap(empty []store.PeriodCount) (rows []timelineRow) {
	if len(empty) < longGap {
		for _, c := range empty {
			rows = append(rows, timelineRow{label: t.By.Name(c.Number), held: c.Held})
		}
		return rows
	}
	held := 0
	for _, c := range empty {
		held += c.Held
	}
	return []timelineRow{{label: "…", held: held, says: countOf(len(empty), t.noun()) + " with none"}}
}

// noun is what one period is called.
func (t *timeline) noun() string { return search.PeriodNames[t.By-store.Years] }

// table draws the timelines.
func (t *timeline) table(e *env) error {
	g := &grid{w: e.out, term: e.term, columns: []column{
		{head: strings.ToUpper(t.noun())}, {head: "ARTICLES", right: true}, {head: "OF", right: true}, {head: "SHARE", right: true}, {head: ""},
	}}
	all := make([][]timelineRow, len(t.Series))
	var cells [][]cell
	most := 0.
	for i, s := range t.Series {
		all[i] = t.rows(s)
		for _, r := range all[i] {
			cells = append(cells, t.cells(r))
			most = max(most, t.measure(r))
		}
	}
	if len(cells) == 0 {
		return nil
	}
	g.fit(cells)
	b := newBars(e.term, g, most)
	for i, s := range t.Series {
		if err := t.heading(g, s); err != nil {
			return err
		}
		if err := g.print(t.drawn(all[i], b)); err != nil {
			return err
		}
	}
	return nil
}

// heading names a series, where there are several.
func (t *timeline) heading(g *grid, s store.Series) error {
	if t.per == "" {
		return nil
	}
	if err := g.header(); err != nil {
		return err
	}
	name := safeLine(s.Value)
	if name == "" {
		name = unknownValues[t.per]
	}
	counts := ": " + countOf(s.Articles, "article") + " of " + number(s.Held)
	if g.term.width > 0 {
		name = cut(name, max(g.term.width-width(counts), leastFlex))
	}
	_, err := fmt.Fprintln(g.w, g.term.paint(bold(name)+counts))
	return err
}

// cells are the columns before the bar.
func (t *timeline) cells(r timelineRow) []cell {
	return []cell{oneLine(r.label), oneLine(number(r.articles)), oneLine(number(r.held)), oneLine(percent(r.articles, r.held)), oneLine("")}
}

// measure is what the bar of a line draws.
func (t *timeline) measure(r timelineRow) float64 {
	switch {
	case r.noBar || r.held == 0:
		return 0
	case t.share:
		return float64(r.articles) / float64(r.held)
	}
	return float64(r.articles)
}

func (t *timeline) drawn(rows []timelineRow, b *bars) [][]cell {
	drawn := make([][]cell, len(rows))
	for i, r := range rows {
		drawn[i] = t.cells(r)
		bar := b.draw(t.measure(r))
		if r.says != "" {
			bar = dim(r.says)
		}
		drawn[i][len(drawn[i])-1] = oneLine(cut(bar, b.width))
	}
	return drawn
}

// percent writes a share; one that is not nothing never as 0.
func percent(part, whole int) string {
	if whole == 0 {
		return none
	}
	share := 100 * float64(part) / float64(whole)
	switch {
	case part == 0:
		return "0 %"
	case share < .1:
		return "<0.1 %"
	}
	return strconv.FormatFloat(share, 'f', 1, 64) + " %"
}

// timelineSummary says what was counted, and of what.
func (e *env) timelineSummary(t *timeline, match search.Match) {
	if t.Articles == 0 {
		e.nothing(&t.Result)
		return
	}
	lines := []string{t.counted(match) + ", by " + t.noun() + "; OF counts " + t.compared()}
	if t.Some > 0 && match != search.Any {
		lines = append(lines, countOf(t.Some, "article")+" more with some of the words (--any counts them too)")
	}
	if shown := t.Last - t.from() + 1; t.First < t.from() {
		lines = append(lines, fmt.Sprintf("the last %s of %s shown; --limit 0 for all", number(shown), countOf(t.Last-t.First+1, t.noun())))
	}
	if t.More > 0 {
		lines = append(lines, fmt.Sprintf("%s of %s shown; --top 0 for all", number(len(t.Series)), countOf(len(t.Series)+t.More, t.per)))
	}
	for _, line := range lines {
		e.notef("%s", e.errTerm.paint(dim(line)))
	}
}

func (t *timeline) counted(match search.Match) string {
	switch {
	case t.Words <= 1:
		return countOf(t.Articles, "article")
	case match == search.Any:
		return countOf(t.Articles, "article") + " with some of the words, " + number(t.All) + " of them with all"
	}
	return countOf(t.Articles, "article") + " with all words"
}

// compared says what articles are compared with.
func (t *timeline) compared() string {
	if t.Whole {
		return "all articles of the same time"
	}
	return "those of the same time that pass the filters"
}
