// Package cli is the command line of archive: it puts the arguments in order,
// runs a command, and shows what came of it.
//
// A command is one file and one line in [commands]; an output format is one
// file, render_NAME.go, and one line in formats. What an article says reaches
// a person only through safeLine or safeText.
package cli
