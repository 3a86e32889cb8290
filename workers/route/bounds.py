"""Bounds of the state of one address. The state of a document has no history, so it needs none.

An evicted sighting or claim stays in force: its fact was emitted already, and later corrections and
retractions of it are passed on as usual. Only when the address gets another owner, an evicted attendance
stays with the old one. `people` stores fewer attendances (workers/people/bounds.py).

Of a deleted document its version is stored for ever, some 50 bytes beside its key: a source may send an
older version again at any time.
"""

MAX_SIGHTINGS = 300  # events per address; those of the earliest and of undated events are evicted first
MAX_SIGHTINGS_BYTES = 500_000  # of their attendances as JSON; a state of 900 KB would be refused
MAX_CLAIMS = 100  # active claims per address; the youngest are evicted first
MAX_RETRACTIONS = 100  # stored per address, so that an older record that comes later is ignored
