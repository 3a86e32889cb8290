"""Bounds of the state of one address or its hash, and of one fact. The state of a document has no history.

A fact that is larger than `people` can store beside all others is refused here, as a dead letter of its
document, before it is noted as emitted. The content of a message does not count: `people` does not store it.

An evicted sighting or claim stays in force: its fact was emitted already, and later corrections and
retractions of it are passed on as usual. Only when the address gets another owner, an evicted attendance
stays with the old one. `people` stores fewer attendances (workers/people/bounds.py).

Of a deleted document its version is stored for ever, some 50 bytes beside its key: a source may send an
older version again at any time.
"""

MAX_SIGHTINGS = 300  # events per address; those of the earliest and of undated events are evicted first
MAX_SIGHTINGS_BYTES = 500_000  # of their attendances as JSON; a state of 900 KB would be refused
MAX_CLAIMS = 100  # active claims per address; the youngest are evicted first
MAX_CLAIMANTS = 2_000  # active claims under the hash of an address; the youngest are evicted first
MAX_RETRACTIONS = 100  # stored per address, so that an older record that comes later is ignored
MAX_USER_BYTES = 250_000  # of a user document as JSON
MAX_FACT_BYTES = 50_000  # of any other fact as JSON, of an attendance for example
