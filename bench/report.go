package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// report writes the tables with what was run, and on what.
func (t *tournament) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`, %s: %s; %s.\n", t.command, time.Now().UTC().Format(time.DateOnly), t.versions(), system())
	for _, line := range t.absent {
		fmt.Fprintf(&b, "\nNot here, and left out: %s.\n", line)
	}
	if table := t.onceTable(); len(table.rows) > 1 {
		fmt.Fprintf(&b, "\n%s", table)
	}
	for _, r := range t.races {
		r.report(&b)
	}
	if len(t.races) > 1 {
		fmt.Fprintf(&b, "\n### Growth\n\n%s", t.growthTable())
	}
	return b.String()
}

func (t *tournament) versions() string {
	var all []string
	for _, e := range t.present {
		// A program that takes part twice is named once.
		if !slices.ContainsFunc(t.present, func(o entrant) bool { return o.path == e.path && len(o.name) < len(e.name) }) {
			all = append(all, e.version)
		}
	}
	return strings.Join(all, ", ")
}

// onceTable holds what does not depend on the number of articles.
func (t *tournament) onceTable() *table {
	table := newTable("", "median", "least to most")
	add := func(what string, costs []cost, write func(time.Duration) string) {
		if len(costs) > 0 {
			least, most := extremes(costs)
			table.add(what, write(medianCost(costs).wall), write(least)+" to "+write(most))
		}
	}
	add("`archive version`, ms", t.start.archive, milliseconds)
	add("an empty Go program, ms", t.start.empty, milliseconds)
	add(fmt.Sprintf("import again %d unchanged text files, s", t.tree.files), t.tree.costs, seconds)
	return table
}

func (r *race) report(b *strings.Builder) {
	fmt.Fprintf(b, "\n### %d articles, %.1f MB of titles and texts\n", r.manifest.Recipe.Articles, float64(r.manifest.TextBytes)/1e6)
	for _, part := range []struct {
		title string
		table *table
	}{
		{"Import, medians (least to most); × is how many times as many articles a second `archive` imports:", r.importTable()},
		{"Search from the start of a process to its exit, medians in ms; × is the time of `archive` divided by this one:", r.searchTable(func(c *runner) map[string][]cost { return c.cold })},
		{"The same searches asked of a process that has the index open, medians in ms:", r.searchTable(func(c *runner) map[string][]cost { return c.warm })},
		{"Memory of a search process, MB:", r.memoryTable()},
		{"Adding 1,000 articles, medians (least to most):", r.addTable()},
		{"Against the goals:", r.goalTable()},
	} {
		if len(part.table.rows) > 1 {
			fmt.Fprintf(b, "\n%s\n\n%s", part.title, part.table)
		}
	}
}

func (r *race) importTable() *table {
	t := newTable("", "runs", "articles a second", "×", "CPU s", "peak memory, MB", "file / text")
	ours := r.runner("archive")
	for _, c := range r.runners {
		if len(c.imports) == 0 {
			continue
		}
		took := medianCost(c.imports)
		compared := ""
		if ours != nil && c != ours && len(ours.imports) > 0 {
			compared = ratio(took.wall.Seconds(), wall(ours.imports))
		}
		t.add(c.name, count(len(c.imports)), perSecond(r.manifest.Recipe.Articles, c.imports), compared, seconds(took.cpu), memory(took.peak),
			fmt.Sprintf("%.2f", float64(c.size)/float64(r.manifest.TextBytes)))
	}
	return t
}

func (r *race) addTable() *table {
	t := newTable("", "s", "CPU s")
	for _, c := range r.runners {
		if len(c.adds) == 0 {
			continue
		}
		least, most := extremes(c.adds)
		took := medianCost(c.adds)
		t.add(c.name, fmt.Sprintf("%s (%s to %s)", seconds(took.wall), seconds(least), seconds(most)), seconds(took.cpu))
	}
	return t
}

// searchTable has a row a search and a column a contestant.
func (r *race) searchTable(costs func(*runner) map[string][]cost) *table {
	var runners []*runner
	head := []string{"query"}
	for _, c := range r.runners {
		if len(costs(c)) > 0 {
			runners = append(runners, c)
			head = append(head, c.name)
		}
	}
	counted := slices.ContainsFunc(r.runners, func(c *runner) bool { return len(c.counts) > 0 })
	if counted {
		head = append(head, "found")
	}
	t := newTable(head...)
	for _, q := range r.queries {
		cells := []string{described(q)}
		for _, c := range runners {
			cells = append(cells, r.cell(c, q, costs))
		}
		if strings.Join(cells[1:], "") == "" {
			continue
		}
		if counted {
			cells = append(cells, r.found(q))
		}
		t.add(cells...)
	}
	return t
}

func (r *race) cell(c *runner, q query, costs func(*runner) map[string][]cost) string {
	took := costs(c)[q.label]
	if len(took) == 0 {
		return ""
	}
	cell := precise(medianCost(took).wall)
	ours := r.runner("archive")
	if ours == nil || c == ours || len(costs(ours)[q.label]) == 0 {
		return cell
	}
	return cell + " (× " + ratio(wall(costs(ours)[q.label]), wall(took)) + ")"
}

// found tells how many articles the first contestant that counts finds, and
// who finds another number.
func (r *race) found(q query) string {
	var first string
	var others []string
	for _, c := range r.runners {
		switch n := c.counts[q.label]; n {
		case "", first:
		default:
			if first == "" {
				first = n
			} else {
				others = append(others, c.name+" "+n)
			}
		}
	}
	if len(others) == 0 {
		return first
	}
	return first + " (" + strings.Join(others, ", ") + ")"
}

// described writes a query with its words.
func described(q query) string {
	if q.form == nothing {
		return q.label
	}
	s := q.label + ": " + strings.Join(q.words, " ")
	if q.source != "" {
		s += ", " + q.source
	}
	if q.since != "" {
		s += ", " + q.since + " to " + q.until
	}
	return s
}

func (r *race) memoryTable() *table {
	t := newTable("", "the least search", "the most")
	for _, c := range r.runners {
		var peaks []int64
		for label, took := range c.cold {
			if label != labelNothing {
				peaks = append(peaks, medianCost(took).peak)
			}
		}
		if len(peaks) > 0 && slices.Max(peaks) > 0 {
			t.add(c.name, memory(slices.Min(peaks)), memory(slices.Max(peaks)))
		}
	}
	return t
}

// growthTable sets the sizes beside each other.
func (t *tournament) growthTable() *table {
	head := []string{"articles"}
	for _, r := range t.races {
		head = append(head, count(r.manifest.Recipe.Articles))
	}
	table := newTable(head...)
	for _, name := range []string{"archive", "sqlite3"} {
		t.grow(table, name+", articles imported a second", func(r *race) string {
			c := r.runner(name)
			if c == nil || len(c.imports) == 0 {
				return ""
			}
			return fmt.Sprintf("%.0f", float64(r.manifest.Recipe.Articles)/wall(c.imports))
		})
		t.grow(table, name+", memory of an import, MB", func(r *race) string {
			c := r.runner(name)
			if c == nil {
				return ""
			}
			return memory(medianCost(c.imports).peak)
		})
		for _, label := range []string{labelRare, labelPercent30, labelPercent95, labelAllOfThree, labelPhrase} {
			t.grow(table, name+", cold, ms: "+label, func(r *race) string {
				c := r.runner(name)
				if c == nil || len(c.cold[label]) == 0 {
					return ""
				}
				return precise(medianCost(c.cold[label]).wall)
			})
		}
	}
	return table
}

// grow adds a row, unless all its cells are empty.
func (t *tournament) grow(table *table, what string, cell func(*race) string) {
	var cells []string
	for _, r := range t.races {
		cells = append(cells, cell(r))
	}
	if strings.Join(cells, "") != "" {
		table.add(append([]string{what}, cells...)...)
	}
}

func extremes(costs []cost) (least, most time.Duration) {
	least, most = costs[0].wall, costs[0].wall
	for _, c := range costs {
		least, most = min(least, c.wall), max(most, c.wall)
	}
	return least, most
}

func perSecond(n int, costs []cost) string {
	rate := func(d time.Duration) float64 { return float64(n) / d.Seconds() }
	median := fmt.Sprintf("%.0f", rate(medianCost(costs).wall))
	if len(costs) == 1 {
		return median
	}
	least, most := extremes(costs)
	return fmt.Sprintf("%s (%.0f to %.0f)", median, rate(most), rate(least))
}

// memory marks a peak that may be that of this process, see ownPeakMemory.
func memory(peak int64) string {
	if peak == 0 {
		return ""
	}
	figure := fmt.Sprintf("%.0f", float64(peak)/1e6)
	if peak <= ownPeakMemory() {
		return "at most " + figure
	}
	return figure
}

func ratio(a, b float64) string {
	if b == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", a/b)
}

func seconds(d time.Duration) string      { return fmt.Sprintf("%.2f", d.Seconds()) }
func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1000) }

// precise writes milliseconds with two figures that tell, also below one.
func precise(d time.Duration) string {
	if d < time.Millisecond {
		return fmt.Sprintf("%.2f", d.Seconds()*1000)
	}
	return milliseconds(d)
}
