"""Flows: scripted dialogues, from their data to their run."""
