package main

import (
	"fmt"
	"os"
	"runtime"
	gauges "runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// sample is the state of the process that searches, and of the files.
type sample struct {
	at         time.Duration // from the beginning
	searches   int64
	resident   int64 // bytes; 0 where the system does not say
	heap       int64 // bytes that the last garbage collection left
	goroutines int
	files      int   // open; 0 where the system does not say
	file, log  int64 // bytes of the archive and of its write-ahead log
}

func (l *loaded) sample() {
	s := sample{
		at: time.Since(l.began), searches: l.searches.Load(), resident: residentMemory(), heap: liveHeap(),
		goroutines: runtime.NumGoroutine(), files: openFiles(), file: sizeOf(l.db()), log: sizeOf(l.db() + "-wal"),
	}
	l.samples = append(l.samples, s)
	l.say("%d searches, resident %.1f MB, heap %.1f MB, %d goroutines, %d files, archive %.1f MB, log %.1f MB",
		s.searches, megabytes(s.resident), megabytes(s.heap), s.goroutines, s.files, megabytes(s.file), megabytes(s.log))
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// residentMemory is this process's, from Linux.
func residentMemory() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "\nVmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseInt(fields[0], 10, 64)
	return kib << 10
}

func openFiles() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}

func liveHeap() int64 {
	read := []gauges.Sample{{Name: "/gc/heap/live:bytes"}}
	gauges.Read(read)
	return int64(read[0].Value.Uint64())
}

func megabytes(bytes int64) float64 { return float64(bytes) / 1e6 }

// slope fits a straight line through the second half of the samples, and gives
// its rise in an hour.
func slope(samples []sample, of func(sample) float64) float64 {
	second := samples[len(samples)/2:]
	var n, sx, sy, sxx, sxy float64
	for _, s := range second {
		x, y := s.at.Hours(), of(s)
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	if d := n*sxx - sx*sx; d > 0 {
		return (n*sxy - sx*sy) / d
	}
	return 0
}

// rows is about how many samples the report shows.
const sampleRows = 12

func (l *loaded) report() string {
	var b strings.Builder
	fmt.Fprintf(&b, "`%s`, %s, %s: %.2f hours, %d readers.\n\n", l.command, time.Now().UTC().Format(time.DateOnly), system(), l.took.Hours(), l.readers)
	done := newTable("what", "times")
	done.add("searches, each checked", thousands(int(l.searches.Load())))
	for _, name := range loadCounts {
		done.add(name, thousands(int(l.counts[name].Load())))
	}
	fmt.Fprintf(&b, "%s\n", done)
	fmt.Fprintf(&b, "Failed or wrong: %d. The slowest search took %.0f ms. At the end every imported article was found, and `check --deep` found the archive sound.\n\n", len(l.wrong), float64(l.slowest.Load())/1e6)
	b.WriteString("The process that searches:\n\n")
	curve := newTable("minutes", "searches", "resident, MB", "heap, MB", "goroutines", "open files", "archive, MB", "its log, MB")
	every := max(1, (len(l.samples)-1)/sampleRows)
	for i := (len(l.samples) - 1) % every; i < len(l.samples); i += every {
		s := l.samples[i]
		curve.add(fmt.Sprintf("%.1f", s.at.Minutes()), thousands(int(s.searches)), fmt.Sprintf("%.1f", megabytes(s.resident)), fmt.Sprintf("%.1f", megabytes(s.heap)),
			count(s.goroutines), count(s.files), fmt.Sprintf("%.1f", megabytes(s.file)), fmt.Sprintf("%.1f", megabytes(s.log)))
	}
	fmt.Fprintf(&b, "%s\n", curve)
	fmt.Fprintf(&b, "A straight line through the second half of %d samples rises by %.1f MB of resident memory and %.1f MB of heap in an hour.\n",
		len(l.samples), slope(l.samples, func(s sample) float64 { return megabytes(s.resident) }), slope(l.samples, func(s sample) float64 { return megabytes(s.heap) }))
	return b.String()
}
