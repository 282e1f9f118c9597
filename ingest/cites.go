package ingest

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed outlets.txt
var outletsFile string

// outlet is one entry of the list of known outlets.
type outlet struct {
	name  string
	upper bool // known by this alias only if it is written in capitals
}

// outlets maps every alias, in lower case, to its outlet.
var outlets = sync.OnceValue(func() map[string]outlet {
	m := map[string]outlet{}
	for line := range strings.Lines(outletsFile) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, _, _ := strings.Cut(line, "|")
		for alias := range strings.SplitSeq(line, "|") {
			key := strings.ToLower(alias)
			upper := isUpper(alias)
			if known, ok := m[key]; ok {
				if known.name != name {
					continue // the first line that has an alias keeps it
				}
				upper = upper && known.upper
			}
			m[key] = outlet{name, upper}
		}
	}
	return m
})

func isUpper(s string) bool {
	return strings.ToUpper(s) == s && strings.ToLower(s) != s
}

// Bounds on the names of outlets.
const (
	maxOutletWords = 7
	maxCites       = 200 // of one article
)

// known looks a name up as it is written.
func knownOutlet(name string) (string, bool) {
	o, ok := outlets()[strings.ToLower(name)]
	if !ok || o.upper && !isUpper(name) {
		return "", false
	}
	first := firstRune(strings.TrimLeft(name, "«\"“"))
	if unicode.IsLower(first) && !strings.ContainsFunc(name, unicode.IsUpper) && name != o.name && !slices.Contains(lowerCaseOutlets, name) {
		return "", false
	}
	return o.name, true
}

// lowerCaseOutlets write themselves without a capital letter.
var lowerCaseOutlets = []string{"taz", "dpa", "ntv", "hromadske", "franceinfo"}

// outletWords end the names of outlets in the languages that we know; a name
// of capitalised words that ends in one of them is an outlet without being
// on the list.
const outletWords = " news times post journal independent press tribune herald radio tv gazette observer telegraph daily weekly pravda zeitung chronicle courier inquirer examiner television nachrichten rundschau tagblatt tageblatt anzeiger kurier правда газета новости новини известия вести вісті "

// notOutlets end in such a word and are something else.
const notOutlets = "|deutsche post|swiss post|canada post|australia post|japan post|royal post|satellite radio|breaking news|fake news|good news|bad news|free press|foreign press|military press|white house press|international press|state tv|state radio|state television|state news|public radio|public television|cable news|local news|business news|"

// looksLikeOutlet judges capitalised words that are not on the list.
func looksLikeOutlet(words []string) bool {
	if len(words) < 2 || len(words) > 6 {
		return false
	}
	last := strings.ToLower(words[len(words)-1])
	if !strings.Contains(outletWords, " "+last+" ") {
		return false
	}
	name := strings.ToLower(strings.Join(words, " "))
	for _, article := range []string{"the ", "die ", "der ", "das ", "le ", "la "} {
		name = strings.TrimPrefix(name, article)
	}
	tail := strings.ToLower(strings.Join(words[max(0, len(words)-2):], " "))
	return strings.Contains(name, " ") && !strings.Contains(notOutlets, "|"+name+"|") && !strings.Contains(notOutlets, "|"+tail+"|")
}

// trigger is a word or phrase that announces an outlet.
type trigger struct {
	words  string
	rule   string
	before bool // the outlet stands before the words
	after  bool // or after them
}

// ruleReported is the one rule that also looks at what follows its trigger.
const ruleReported = "OUTLET reported"

// triggerTable is all triggers by a hash of their first three bytes, the
// longest first: a million articles go through here, so one pass over the
// text has to find them.
type triggerTable struct {
	groups [][]trigger // the first is empty
	heads  [1 << 12]uint8
}

// headLength is how many bytes of a trigger its group is found by. None has a
// blank there, which could be a line end in the text.
const headLength = 3

func headOf(s string, i int) uint32 {
	return (uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2])) * 2654435761 >> 20
}

func (t *triggerTable) add(x trigger) {
	head := headOf(x.words, 0)
	if t.heads[head] == 0 {
		t.heads[head] = uint8(len(t.groups))
		t.groups = append(t.groups, nil)
	}
	t.groups[t.heads[head]] = append(t.groups[t.heads[head]], x)
}

var triggers = sync.OnceValue(func() *triggerTable {
	table := &triggerTable{groups: make([][]trigger, 1)}
	add := func(rule string, before, after bool, phrases ...string) {
		for _, p := range phrases {
			table.add(trigger{p, rule, before, after})
			if up := strings.ToUpper(p[:1]); p[0] < utf8.RuneSelf && up != p[:1] {
				// Behind a name a capital letter makes the word a part of it.
				table.add(trigger{up + p[1:], rule, false, after})
			}
		}
	}
	add("told OUTLET", false, true, "told ", "tells ", "telling ", "spoke to ", "spoke with ", "speaking to ", "speaking with ", "said to ", "interview with ", "interviewed by ", "interview to ", "interview published in ", "interview on ")
	add("reported by OUTLET", false, true, "reported by ", "report by ", "published by ", "published in ", "obtained by ", "reported in ", "report in ", "quoted by ", "seen by ", "broadcast by ", "cited by ", "reports by ")
	add("according to OUTLET", false, true, "according to ")
	add("citing OUTLET", false, true, "citing ", "cited ", "cites ", "quoting ")
	add(ruleReported, true, false, "reported", "reports", "writes", "wrote", "quoted", "has reported", "had reported", "first reported")
	add("OUTLET news agency", true, true, "news agency", "newspaper", "news service", "news website", "news outlet", "news site", "newswire", "daily", "magazine")
	add("OUTLET berichtet", true, false, "berichtet", "berichtete", "meldet", "meldete")
	add("laut OUTLET", false, true, "laut ", "sagte der ", "sagte dem ", "gegenüber der ", "gegenüber dem ", "sagte im Gespräch mit ", "Interview mit ", "Bericht der ", "Bericht des ", "Nachrichtenagentur ", "Angaben der Nachrichtenagentur ")
	add("selon OUTLET", false, true, "selon ", "rapporte ", "a déclaré à ", "d'après ", "d’après ", "l'agence ", "l’agence ", "journal ", "quotidien ", "indique ")
	add("повідомляє OUTLET", false, true, "повідомляє ", "повідомило ", "повідомив ", "повідомила ", "передає ", "пише ", "за даними ", "з посиланням на ", "посилаючись на ", "розповів ", "розповіла ", "заявив у коментарі ", "коментарі ", "інтерв'ю ", "інтервʼю ")
	add("сообщает OUTLET", false, true, "сообщает ", "сообщают ", "сообщил ", "сообщила ", "сообщило ", "передает ", "передаёт ", "пишет ", "по данным ", "со ссылкой на ", "ссылаясь на ", "рассказал ", "рассказала ", "интервью ", "агентству ", "агентство ")
	for _, group := range table.groups {
		slices.SortStableFunc(group, func(a, b trigger) int { return len(b.words) - len(a.words) })
	}
	return table
})

// citer gathers the outlets that one article names.
type citer struct {
	text  string
	own   string // the article's own source, as sameOutlet compares
	found []Citation
	seen  map[string]bool
	line  int // of pos
	pos   int
}

// citations finds the outlets that an article names as its sources: each
// once, by the name that the list keeps. Its own source is none of them.
func citations(a *Article) []Citation {
	c := &citer{text: a.Text, own: outletKey(a.Source.Value), line: 1}
	c.dateline()
	c.phrases()
	c.sourcesList()
	return c.found
}

// outletKey makes "BBC", "bbc.co.uk" and "The BBC" comparable.
func outletKey(name string) string {
	if canonical, ok := knownOutlet(name); ok {
		name = canonical
	}
	name = strings.ToLower(name)
	if host, _, found := strings.Cut(name, "."); found && !strings.Contains(name, " ") {
		name = host
		if canonical, ok := outlets()[name]; ok {
			name = strings.ToLower(canonical.name)
		}
	}
	return foldName(strings.TrimPrefix(name, "the "))
}

// add takes a citation whose phrase stands at text[start:end].
func (c *citer) add(name, rule string, start, end int) {
	if len(c.found) >= maxCites || c.seen[name] {
		return
	}
	if key := outletKey(name); key == c.own || key == "" {
		return
	}
	if c.seen == nil {
		c.seen = map[string]bool{}
	}
	c.seen[name] = true
	c.found = append(c.found, Citation{
		Outlet: name,
		Phrase: strings.Join(strings.Fields(c.text[start:end]), " "),
		Line:   c.lineOf(start),
		Rule:   rule,
	})
}

// lineOf counts on from where it counted last.
func (c *citer) lineOf(pos int) int {
	if pos < c.pos {
		c.line, c.pos = 1, 0
	}
	c.line += strings.Count(c.text[c.pos:pos], "\n")
	c.pos = pos
	return c.line
}

// maxDateline is how far into a text its dateline can reach, in bytes.
const maxDateline = 150

// dateline finds "KYIV (Reuters) -" and "(AP) —" at the start.
func (c *citer) dateline() {
	head := c.text[:min(len(c.text), maxDateline)]
	open := strings.IndexByte(head, '(')
	if open < 0 {
		return
	}
	length := strings.IndexByte(head[open:], ')')
	if length < 0 {
		return
	}
	end := open + length + 1
	after := strings.TrimLeft(head[end:], " ,")
	if !strings.HasPrefix(after, "-") && !strings.HasPrefix(after, "–") && !strings.HasPrefix(after, "—") {
		return
	}
	for name := range strings.SplitSeq(head[open+1:end-1], "/") {
		if known, ok := knownOutlet(strings.TrimSpace(name)); ok {
			c.add(known, "dateline", open, end)
		}
	}
}

// phrases goes over the text once, stopping where a word starts that may be
// a trigger.
func (c *citer) phrases() {
	table := triggers()
	s := c.text
	for i := 0; i+headLength <= len(s); i++ {
		if group := table.heads[headOf(s, i)]; group > 0 {
			c.triggered(table.groups[group], i)
		}
		for i < len(s) && !wordBreak[s[i]] {
			i++
		}
	}
}

// triggered takes the first trigger of a group that stands at at and has an
// outlet.
func (c *citer) triggered(group []trigger, at int) {
	for _, t := range group {
		if matchesAt(c.text, at, t.words) && c.trigger(t, at) {
			return
		}
	}
}

// wordBreak marks the bytes after which a word can start; the last two end
// the characters “ and «.
var wordBreak = [256]bool{' ': true, '\n': true, '\t': true, '(': true, '"': true, '\'': true, ',': true, '-': true, 0x9c: true, 0xab: true}

// matchesAt compares the words of a trigger with the text, a line end
// standing for any blank.
func matchesAt(s string, i int, words string) bool {
	if len(s)-i < len(words) {
		return false
	}
	for j := range len(words) {
		if c := s[i+j]; c != words[j] && (words[j] != ' ' || c != '\n') {
			return false
		}
	}
	if words[len(words)-1] == ' ' || i+len(words) == len(s) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(s[i+len(words):])
	return !unicode.IsLetter(next)
}

// trigger looks for the outlet of a trigger that stands at at, and reports
// whether there is one.
func (c *citer) trigger(t trigger, at int) bool {
	end := at + len(t.words)
	if t.before && (t.rule != ruleReported || reportsWhat(c.text[end:])) {
		if name, start, ok := nameBefore(c.text, at); ok {
			c.add(name, t.rule, start, end)
			return true
		}
	}
	if !t.after {
		return false
	}
	from := end
	for {
		name, stop, ok := nameAfter(c.text, from)
		if !ok {
			return from > end
		}
		c.add(name, t.rule, at, stop)
		if from = andNext(c.text, stop); from == 0 {
			return true
		}
	}
}

// andNext finds another name in "citing AP and Reuters"; 0 if there is none.
func andNext(s string, at int) int {
	for _, and := range []string{" and ", ", "} {
		if strings.HasPrefix(s[at:], and) {
			return at + len(and)
		}
	}
	return 0
}

// reportsWhat tells "Interfax reported that" from "News Corp reported a
// profit": what follows must be the end of a clause or speak of a time, a
// place or another source.
func reportsWhat(rest string) bool {
	rest = strings.TrimLeft(rest, " \n")
	if rest == "" || strings.IndexByte(".,;:\"'()-", rest[0]) >= 0 || strings.HasPrefix(rest, "“") || strings.HasPrefix(rest, "—") || strings.HasPrefix(rest, "–") {
		return true
	}
	word, _, _ := strings.Cut(rest[:min(len(rest), 30)], " ")
	return strings.Contains(" that on in earlier last this yesterday today late citing quoting how monday tuesday wednesday thursday friday saturday sunday ", " "+strings.ToLower(strings.Trim(word, ".,\n"))+" ")
}

// token is a word of the text without the punctuation around it.
type token struct {
	s          string
	raw        string // s with its possessive ending, if it has one
	start, end int
	last       bool // punctuation parts it from the next word
}

const opening = "\"'“‘«([„"

// tokensAfter cuts up to n words that follow, to the end of the clause.
func tokensAfter(s string, at, n int) []token {
	var words []token
	for at < len(s) && len(words) < n {
		start := at
		for start < len(s) && (s[start] == ' ' || s[start] == '\n' && !strings.HasPrefix(s[start:], "\n\n")) {
			start++
		}
		length := strings.IndexAny(s[start:min(len(s), start+100)], " \n")
		if length < 0 {
			length = min(len(s), start+100) - start
		}
		w := s[start : start+length]
		trimmed := strings.TrimLeft(w, opening)
		if len(trimmed) < len(w) && len(words) > 0 && !strings.HasPrefix(w, "«") {
			return words
		}
		if trimmed == "" {
			return words
		}
		t := cutToken(trimmed, start+len(w)-len(trimmed))
		words = append(words, t)
		if t.last {
			return words
		}
		at = start + length
	}
	return words
}

func cutToken(w string, start int) token {
	core := strings.TrimRight(w, ".,;:!?)]}\"'”’»“")
	raw := core
	core = strings.TrimSuffix(strings.TrimSuffix(core, "'s"), "’s")
	t := token{s: core, raw: raw, start: start, end: start + len(core), last: len(core) < len(w)}
	if w == "U.S." || w == "St." || w == "L.A." {
		t.s, t.raw, t.end, t.last = w, w, start+len(w), false
	}
	return t
}

// nameAfter finds the outlet that the words after a trigger begin with, once
// articles, adjectives and words such as "newspaper" are passed over.
func nameAfter(s string, at int) (name string, end int, ok bool) {
	words := tokensAfter(s, at, 14)
	for k := range words {
		name, n := longestKnown(words[k:])
		if n == 0 {
			name, n = patternName(words[k:])
		}
		if n > 0 {
			ok := k == 0 || words[k-1].s != "a" && words[k-1].s != "an" || isReport(words[k+n:])
			return name, words[k+n-1].end, ok
		}
		possessive := strings.HasPrefix(s[words[k].end:], "'s ") || strings.HasPrefix(s[words[k].end:], "’s ")
		if !possessive && !mayPrecede(words[k].s) {
			return "", 0, false
		}
	}
	return "", 0, false
}

// isReport tells "according to a Reuters report" from "told a Reuters summit".
func isReport(rest []token) bool {
	return len(rest) > 0 && strings.Contains(" report interview article story reporter correspondent journalist survey poll newspaper investigation analysis tally review ", " "+rest[0].s+" ")
}

// longestKnown gives the outlet of the list that the words begin with and how
// many of them it takes.
func longestKnown(words []token) (string, int) {
	limit := min(len(words), maxOutletWords)
	for i := range limit {
		if words[i].last {
			limit = i + 1
			break
		}
	}
	for n := limit; n > 0; n-- {
		name := phrase(words[:n])
		known, ok := knownOutlet(name)
		if last := words[n-1]; !ok && last.raw != last.s {
			known, ok = knownOutlet(name + strings.TrimPrefix(last.raw, last.s))
		}
		if german := nominative(name); !ok && german != name {
			known, ok = knownOutlet(german)
		}
		if !ok {
			continue
		}
		if ofPlace(words, n) {
			return "", 0
		}
		// "AP Moller", "Time Warner": a longer name that is not on the list.
		bare := n == 1 || n == 2 && strings.EqualFold(words[0].s, "the")
		if bare && !words[n-1].last && len(words) > n && isCapital(words[n].s) && !mayFollow(words[n].s) {
			return "", 0
		}
		return known, n
	}
	return "", 0
}

// ofPlace finds "the Times of Zambia": another outlet than the Times.
func ofPlace(words []token, n int) bool {
	return !words[n-1].last && len(words) > n+1 && words[n].s == "of" && isCapital(words[n+1].s)
}

// nominative undoes the German cases: "der Süddeutschen Zeitung".
func nominative(name string) string {
	if !strings.Contains(name, "en ") {
		return name
	}
	words := strings.Fields(name)
	for i, w := range words[:max(0, len(words)-1)] {
		if strings.HasSuffix(w, "schen") || strings.HasSuffix(w, "inen") {
			words[i] = strings.TrimSuffix(w, "n")
		}
	}
	return strings.Join(words, " ")
}

func phrase(words []token) string {
	if len(words) == 1 {
		return words[0].s
	}
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = w.raw
	}
	parts[len(parts)-1] = words[len(words)-1].s
	return strings.Join(parts, " ")
}

func isCapital(w string) bool {
	return unicode.IsUpper(firstRune(strings.TrimLeft(w, "«")))
}

// patternName finds a name that is an outlet by its last word.
func patternName(words []token) (string, int) {
	n := 0
	for n < len(words) && isCapital(words[n].s) && !isCalendarWord(words[n].s) {
		n++
		if words[n-1].last {
			break
		}
	}
	parts := make([]string, n)
	for i := range n {
		parts[i] = words[i].s
	}
	if n == 0 || !looksLikeOutlet(parts) || ofPlace(words, n) {
		return "", 0
	}
	return nominative(phrase(words[:n])), n
}

const precedingWords = " the a an its his her state state-run state-owned state-controlled semi-official official local national private public daily weekly sunday evening business financial online opposition independent pro-kremlin news agency newspaper newspapers outlet website site magazine broadcaster channel station network radio tv television media paper tabloid portal wire service journal reporters from in on by with report reports der die das dem den des zeitung nachrichtenagentur agentur agence journal quotidien le la les l’agence du de " +
	"агентство агентству агентства агентстві видання виданню видання издание изданию издания газета газеті газете газете телеканал телеканалу телеканала журналістам журналистам в у на сайт портал портал "

// mayPrecede reports whether a word can stand between a trigger and the name
// of an outlet: "told the Russian state news agency TASS".
func mayPrecede(w string) bool {
	lower := strings.ToLower(w)
	if strings.Contains(precedingWords, " "+lower+" ") {
		return true
	}
	if !isCapital(w) {
		return false
	}
	for _, ending := range []string{"an", "ish", "ese", "ch", "i"} {
		if strings.HasSuffix(lower, ending) && len(lower) > len(ending)+2 {
			return true
		}
	}
	return lower == "us" || lower == "uk" || lower == "u.s." || lower == "u.k"
}

// mayFollow reports whether a capitalised word after the name of an outlet
// leaves it what it is.
func mayFollow(w string) bool {
	lower := strings.ToLower(w)
	return isCalendarWord(w) || lower == "i" || lower == "newspaper" || lower == "newswires" || lower == "tv" || lower == "television" || lower == "radio"
}

// nameBefore finds the outlet that the words before a trigger end with.
func nameBefore(s string, at int) (name string, start int, ok bool) {
	words := tokensBefore(s, at)
	for k := range words {
		if known, ok := knownOutlet(phrase(words[k:])); ok {
			single := len(words)-k == 1
			if single && k > 0 && isCapital(words[k-1].s) && !mayPrecede(words[k-1].s) {
				return "", 0, false
			}
			return known, words[k].start, true
		}
	}
	for k := range words {
		if !isCapital(words[k].s) {
			continue
		}
		if name, n := patternName(words[k:]); n > 0 && k+n == len(words) {
			return name, words[k].start, true
		}
	}
	return "", 0, false
}

// tokensBefore cuts the words that stand before, back to the start of the
// clause. Auxiliaries directly before the trigger are passed over.
func tokensBefore(s string, at int) []token {
	const reach = 80
	from := max(0, at-reach)
	if from > 0 {
		if i := strings.IndexAny(s[from:at], " \n"); i >= 0 {
			from += i
		} else {
			return nil
		}
	}
	if i := strings.LastIndex(s[from:at], "\n\n"); i >= 0 {
		from += i + 2
	}
	var words []token
	for _, t := range allTokens(s[:at], from) {
		words = append(words, t)
		if t.last && t.end < at-2 && strings.ContainsAny(s[t.end:min(at, t.end+2)], ".,;:!?") {
			words = words[:0]
		}
	}
	if n := len(words); n > 0 && (words[n-1].s == "has" || words[n-1].s == "had" || words[n-1].s == "first") {
		words = words[:n-1]
	}
	return words[max(0, len(words)-maxOutletWords):]
}

func allTokens(s string, from int) []token {
	var words []token
	for from < len(s) {
		length := strings.IndexAny(s[from:], " \n")
		if length < 0 {
			length = len(s) - from
		}
		w := s[from : from+length]
		if trimmed := strings.TrimLeft(w, opening); trimmed != "" {
			words = append(words, cutToken(trimmed, from+len(w)-len(trimmed)))
		}
		from += length + 1
	}
	return words
}

// sourcesList reads a list under "Sources include:" or "Sources:", to its
// first line that is no host, address or name of an outlet.
func (c *citer) sourcesList() {
	const reach = 4096 // bytes before the end
	tail := max(0, len(c.text)-reach)
	if !strings.Contains(c.text[tail:], "ources") && !strings.Contains(c.text[tail:], "OURCES") {
		return
	}
	at := tail + max(strings.LastIndex(c.text[tail:], "ources"), strings.LastIndex(c.text[tail:], "OURCES"))
	start := strings.LastIndexByte(c.text[:at], '\n') + 1
	end := strings.IndexByte(c.text[start:], '\n')
	if end < 0 {
		return
	}
	end += start
	heading := strings.ToLower(strings.Trim(c.text[start:end], " *#:\t"))
	if !slices.Contains([]string{"sources", "sources include", "sources for this article", "sources for this article include", "sources used", "article sources"}, heading) {
		return
	}
	for pos := end + 1; pos < len(c.text); {
		length := strings.IndexByte(c.text[pos:], '\n')
		if length < 0 {
			length = len(c.text) - pos
		}
		line := c.text[pos : pos+length]
		if strings.TrimSpace(line) != "" {
			name, ok := listedSource(line)
			if !ok {
				return
			}
			c.add(name, "sources list", pos, pos+length)
		}
		pos += length + 1
	}
}

// listedSource reads one line of a list of sources.
func listedSource(line string) (string, bool) {
	line = strings.Trim(line, " \t*-•.,;")
	if isURL(line) {
		line = hostOf(line)
	}
	if isHost(line) {
		return outletOfHost(line), true
	}
	words := strings.Fields(line)
	if len(words) == 0 || len(words) > 5 || len(line) > 60 || strings.ContainsAny(line, ".:?!") {
		return "", false
	}
	for _, w := range words {
		if !isCapital(w) && !isParticle(strings.ToLower(w)) && w != "of" && w != "&" {
			return "", false
		}
	}
	if known, ok := knownOutlet(line); ok {
		return known, true
	}
	return strings.Join(words, " "), true
}

// outletOfHost gives the outlet whose name an address begins with, else the
// address as it is written.
func outletOfHost(host string) string {
	if known, ok := knownOutlet(host); ok {
		return known
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.ToLower(host), "www."), ".")
	if o, ok := outlets()[name]; ok {
		return o.name
	}
	return host
}

// isHost finds names such as TheCradle.co.
func isHost(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot <= 0 || len(s)-dot < 3 || strings.ContainsAny(s, " \t,()'\"/:@") || strings.Contains(s, "..") {
		return false
	}
	for _, r := range s[dot+1:] {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}
