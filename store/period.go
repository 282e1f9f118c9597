package store

import (
	"fmt"
	"time"
)

// Period is a length of time by which articles are counted. Periods of a
// length are numbered: years and months from the year 0 on (12 * year + month
// - 1), weeks as ISO 8601 has them from the one on that holds 0000-01-01, and
// days from 0000-01-01 on, which is 1.
type Period int

const (
	NoPeriod Period = iota // no date is known
	Years
	Months
	Weeks
	Days
)

// daysBeforeWeeks are the days of week 0 that are before 0000-01-01, less one:
// that day was a Saturday.
const daysBeforeWeeks = 4

// of numbers the period that a packed day is in. What no date can be, as in a
// damaged archive, is taken for the last day of all.
func (p Period) of(day uint32) int {
	day = min(day, packDay(lastDay))
	switch p {
	case Years:
		return int(monthOf(day) / 12)
	case Months:
		return int(monthOf(day))
	case Weeks:
		return int(day+daysBeforeWeeks) / 7
	case Days:
		return int(day)
	}
	return 0
}

// known gives the period by which an article is counted where p is asked for:
// a coarser one if its date is not as precise, a packed precision.
func (p Period) known(precision uint32) Period {
	switch {
	case precision < packedMonth:
		return min(p, Years)
	case precision == packedMonth:
		return min(p, Months)
	}
	return p
}

// start is the first day of a period.
func (p Period) start(number int) time.Time {
	switch p {
	case Years:
		return time.Date(number, 1, 1, 0, 0, 0, 0, time.UTC)
	case Months:
		return time.Date(number/12, time.Month(number%12+1), 1, 0, 0, 0, 0, time.UTC)
	case Weeks:
		number = 7*number - daysBeforeWeeks
	}
	return time.Unix(int64(number+firstDay-1)*secondsPerDay, 0).UTC()
}

// Name writes a period in ISO 8601: 2022, 2022-03, 2022-W09, 2022-03-07.
func (p Period) Name(number int) string {
	start := p.start(number)
	switch p {
	case Years:
		return isoYear(start.Year())
	case Months:
		return fmt.Sprintf("%s-%02d", isoYear(start.Year()), start.Month())
	case Weeks:
		year, week := start.ISOWeek()
		return fmt.Sprintf("%s-W%02d", isoYear(year), week)
	}
	return isoDay(start)
}

// First and Last give the first and the last day of a period in ISO 8601.
func (p Period) First(number int) string { return isoDay(p.start(number)) }

// Last is described at First.
func (p Period) Last(number int) string { return isoDay(p.start(number+1).AddDate(0, 0, -1)) }

func isoDay(t time.Time) string {
	return fmt.Sprintf("%s-%02d-%02d", isoYear(t.Year()), t.Month(), t.Day())
}

// isoYear writes four digits, behind a sign where the year is before 0: the
// first week of all begins there.
func isoYear(year int) string {
	if year < 0 {
		return fmt.Sprintf("-%04d", -year)
	}
	return fmt.Sprintf("%04d", year)
}
