"""Scripted talks: their model, the compiled program, and running it one event at a time."""
