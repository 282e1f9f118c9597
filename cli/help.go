package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	urfave "github.com/urfave/cli/v2"
)

func helpCommand() command {
	return command{
		name:    "help",
		args:    "[COMMAND | query | exit-codes]",
		summary: "explain a command, the query language, the exit codes",
		about:   "Explains how to use this program. With --man it writes a manual page.",
		examples: []example{
			{"archive help search", "a command"},
			{"archive help query", "all that a query can say"},
			{"archive help exit-codes", "what scripts can rely on"},
			{"archive help --man query | man -l -", "a manual page"},
		},
		options: []option{
			{name: "man", kind: isSwitch, help: "write the manual page archive(1), with query archive-query(7), for man and groff"},
		},
		words: helpTopics,
		run:   runHelp,
	}
}

func helpTopics() []string {
	topics := []string{"query", "exit-codes"}
	for _, c := range commands() {
		topics = append(topics, c.name)
	}
	return topics
}

func runHelp(_ context.Context, e *env, in *urfave.Context) (int, error) {
	topic := in.Args().First()
	if in.Bool("man") {
		return runManual(e, topic, in.NArg())
	}
	if in.NArg() > 1 {
		return exitError, usagef("'archive help' explains one thing at a time (archive help %s)", safeLine(topic))
	}
	switch topic {
	case "":
		return exitFound, helpAll(e.out)
	case "query":
		return exitFound, printText(e.out, e.assets.QueryHelp)
	case "exit-codes":
		return exitFound, printText(e.out, e.assets.ExitCodes)
	}
	if c, ok := findCommand(topic); ok {
		return exitFound, c.help(e.out)
	}
	hint := "'archive help' lists what there is"
	if near := nearest(topic, helpTopics()); near != "" {
		hint = "did you mean 'archive help " + near + "'?"
	}
	return exitError, usagef("there is no help on %s (%s)", quoted(topic), hint)
}

func runManual(e *env, topic string, words int) (int, error) {
	switch {
	case words == 0:
		return exitFound, writeManual(e.out, e.assets)
	case words == 1 && topic == "query":
		return exitFound, writeQueryManual(e.out, e.assets)
	}
	return exitError, usagef("there are two manual pages (archive help --man, archive help --man query)")
}

func printText(w io.Writer, text string) error {
	_, err := io.WriteString(w, strings.TrimRight(text, "\n")+"\n")
	return err
}

const intro = `archive keeps articles in one file on your computer and finds them again.

To begin
  archive import ~/articles      bring in a folder of articles
  archive search Zaporizhzhia    find those that say a word
  archive show 3                 read the article with the ID 3

Commands
`

const outro = `
Flags may stand anywhere on the line. To learn more:
  archive help search            a command, with examples and all its flags
  archive help query             the query language
  archive help exit-codes        what scripts can rely on
`

func helpAll(w io.Writer) error {
	var b strings.Builder
	b.WriteString(intro)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-12s  %s\n", c.name, c.summary)
	}
	b.WriteString("\nEvery command takes\n")
	writeOptions(&b, globalOptions())
	b.WriteString(outro)
	return printText(w, b.String())
}

// help explains the command: examples first.
func (c command) help(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "archive %s - %s\n\nExamples\n", c.name, c.summary)
	for _, x := range c.examples {
		if x.says != "" {
			fmt.Fprintf(&b, "  %s:\n    ", x.says)
		} else {
			b.WriteString("  ")
		}
		b.WriteString(x.line + "\n")
	}
	usage := "archive " + c.name + " [FLAGS]"
	if c.args != "" {
		usage += " " + c.args
	}
	fmt.Fprintf(&b, "\nUsage\n  %s\n", usage)
	fmt.Fprintf(&b, "\n%s\n", c.about)
	if len(c.options) > 0 {
		b.WriteString("\nFlags\n")
		writeOptions(&b, c.options)
	}
	b.WriteString("\nFlags of every command\n")
	writeOptions(&b, globalOptions())
	return printText(w, b.String())
}

// helpWidth is the width that help keeps to on every screen.
const helpWidth = 80

func writeOptions(b *strings.Builder, options []option) {
	names := make([]string, len(options))
	widest := 0
	for i, o := range options {
		names[i] = o.usage()
		widest = max(widest, len(names[i]))
	}
	for i, o := range options {
		for j, line := range wrap(o.help, helpWidth-widest-4) {
			name := names[i]
			if j > 0 {
				name = ""
			}
			fmt.Fprintf(b, "  %-*s  %s\n", widest, name, line)
		}
	}
}

// usage writes the option as a person gives it: "-n, --limit N".
func (o option) usage() string {
	s := "--" + o.name
	if o.short != "" {
		s = "-" + o.short + ", " + s
	}
	if o.arg != "" {
		s += " " + o.arg
	}
	return s
}
