//go:build !unix

package main

import "time"

var started = time.Now()

// processTime is the time since the process began: how long it has worked is
// not known here.
func processTime() time.Duration { return time.Since(started) }
