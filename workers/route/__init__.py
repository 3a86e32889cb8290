"""Turns documents into facts, and brings every fact to the person it concerns."""
