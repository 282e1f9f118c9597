package store

import (
	"database/sql/driver"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"modernc.org/sqlite"

	"example.com/archive/text"
)

// analysisVersion is raised when package text gives other tokens than
// before; an index made with another one is made anew.
const analysisVersion = 1

var registerOnce sync.Once

// registerFunctions gives every connection opened later our defence, see
// registerDefence, and our functions:
//
//	analyse(text, lang)               the tokens of a text, joined by blanks
//	check_text(n, title, body, lang)  the verdict of the n-th check, see checks
func registerFunctions() {
	registerOnce.Do(func() {
		registerDefence()
		sqlite.MustRegisterDeterministicScalarFunction("analyse", 2, analyseSQL)
		sqlite.MustRegisterScalarFunction("check_text", 4, checkSQL)
	})
}

func analyseSQL(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	body, ok := args[0].(string)
	lang, ok2 := args[1].(string)
	if !ok || !ok2 {
		return nil, fmt.Errorf("analyse takes a text and a language")
	}
	return text.NewAnalyser(lang).Index(body), nil
}

// Check looks at an article's stored text for what the index cannot tell.
type Check func(title, body, lang string) bool

// checks holds the checks of the queries under way, by number: SQL passes
// numbers, not functions.
var (
	checks     sync.Map // int64 -> Check
	checkCount atomic.Int64
)

func addCheck(c Check) (number int64) {
	number = checkCount.Add(1)
	checks.Store(number, c)
	return number
}

func checkSQL(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	number, _ := args[0].(int64)
	check, ok := checks.Load(number)
	if !ok {
		return nil, fmt.Errorf("no check of number %s", strconv.FormatInt(number, 10))
	}
	title, _ := args[1].(string)
	body, _ := args[2].(string)
	lang, _ := args[3].(string)
	if check.(Check)(title, body, lang) {
		return int64(1), nil
	}
	return int64(0), nil
}
