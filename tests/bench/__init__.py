"""Measurements, as a table: `make bench`, or `python -m tests.bench reference pace` for some.

`--quick` takes smaller inputs. Only when they are named: `profile` shows the functions that use the CPU time,
`feed-million` measures ten times as many jobs. States and outputs are checked, and a wrong one ends the run;
times are never checked. `python -m tests.bench.compare OLD_TREE NAME` runs one over two trees in turn.
"""
