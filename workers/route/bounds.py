"""How much `route` remembers of one address; of a document it remembers what it says, and no history.

What is beyond a bound was told already, stays told, and is corrected and taken back like all else. Only when
the address changes its owner, it stays with the old one. People keep fewer (workers/people/bounds.py).

Of a deleted document its version remains, some 50 bytes beside its key: a source may send an older version
again, and nothing says that it never will.
"""

SIGHTINGS = 300  # events per address; of the earliest ones, and those without a date, the sightings go first
SIGHTINGS_BYTES = 500_000  # of their attendances as JSON; a state of 900 KB would be refused
CLAIMS = 100  # users per address who claim it at the same time; the youngest go first
GONE = 100  # retractions remembered per address, against older records sent again
