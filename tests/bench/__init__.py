"""Measurements, as a table: `make bench`, or `python -m tests.bench reference latency` for some."""
