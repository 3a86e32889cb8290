"""Which record of a document is the newer one. Pure.

Versions are compared within one origin only:

| origin | version of its records | the newer one |
|---|---|---|
| capture, and whoever writes `kairos_version` | (epoch > 0, time) | has the higher version |
| programs from outside, without that header | (0, offset) | stands later in the log |
| Debezium | (0, offset), and a position | stands later in the log of the database, see changes/position.py |

A record of another origin than the last one's counts, as the later in the log: a topic that was captured
before is fed from outside now, or the other way round. What a document emits has a version that only grows,
so that `people` can compare it: where the record's own is not above the last one, the last one plus one is.
Of a record from outside it is its time, so that of two partitions with the same key the later change counts.
"""

from schemas.model import Version
from workers.product.changes.position import LogPosition, begins_anew, is_before
from workers.route.state import DocumentState
from workers.runtime.stage import Irregularity

OLDER = Irregularity("older")  # a record that is ignored, because a newer one was read before
NO_VALUE = Irregularity("no-value")  # a record without a value in a topic that holds no deletions


def is_from_outside(version: Version) -> bool:
    """Whether the record of a version had no version itself."""
    return version[0] == 0


def has_other_origin(state: DocumentState, version: Version, position: LogPosition | None = None) -> bool:
    """Whether a record cannot be compared with the last record of its document.

    `position` is that of a change of Debezium in the log of its database.
    """
    if position is not None and state.position is not None:
        return position.origin != state.position.origin or begins_anew(position, state.position)
    return is_from_outside(state.source or state.version) != is_from_outside(version)


def is_older(state: DocumentState, version: Version, position: LogPosition | None = None) -> bool:
    """Whether a record is older than the last one of the same origin."""
    if position is not None:
        return state.position is not None and is_before(position, state.position)
    return not has_other_origin(state, version) and version < (state.source or state.version)


def emitted_version(state: DocumentState | None, version: Version, at: int) -> Version:
    """The version of what a record emits; `at` is the record's time in epoch milliseconds.

    Two records of one version (changes of a transaction) emit the same one: the later in the log counts.
    """
    if is_from_outside(version):
        claimed = (0, max(at, version[1]))
        return claimed if state is None or claimed > state.version else _next(state.version)
    return version if state is None or version >= state.version else _next(state.version)


def _next(version: Version) -> Version:
    return version[0], version[1] + 1
