package main

func measure(string) error { return nil }
