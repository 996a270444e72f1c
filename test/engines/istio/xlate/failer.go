package main

import (
	"fmt"
	"os"
)

// failer stands in for a Go test, which pilot's fakes ask for: whatever fails ends the program.
type failer struct{ cleanups []func() }

func (f *failer) Fail()                             { fail(fmt.Errorf("pilot's fake failed")) }
func (f *failer) FailNow()                          { f.Fail() }
func (f *failer) Fatal(args ...any)                 { fail(fmt.Errorf("%s", fmt.Sprint(args...))) }
func (f *failer) Fatalf(format string, args ...any) { fail(fmt.Errorf(format, args...)) }
func (f *failer) Log(args ...any)                   { fmt.Fprintln(os.Stderr, args...) }
func (f *failer) Logf(format string, args ...any)   { fmt.Fprintf(os.Stderr, format+"\n", args...) }
func (f *failer) Helper()                           {}
func (f *failer) Cleanup(work func())               { f.cleanups = append(f.cleanups, work) }
func (f *failer) Skip(args ...any)                  { f.Fatal(args...) }

func (f *failer) TempDir() string {
	folder, err := os.MkdirTemp("", "xlate-")
	if err != nil {
		fail(err)
	}
	f.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func (f *failer) clean() {
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		f.cleanups[i]()
	}
}
