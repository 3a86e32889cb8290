"""Measurements, as a table: `make bench`, or `python -m tests.bench reference pace` for some.

`--quick` takes smaller inputs; `profile` (only when named) shows the functions that use the CPU time. States
and outputs are checked, and a wrong one ends the run; times are never checked.
"""
