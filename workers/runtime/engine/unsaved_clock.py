"""When the watermark of a partition is stored: not for every one that changes nothing else. Pure.

A watermark that is not stored must come again after a crash, so offsets are committed up to the first of
those. It fires no timer twice, as every state that a timer has touched knows the offset of the watermark.
"""

from collections.abc import MutableMapping

EVERY_MS = 1_000  # of our clock; what was read meanwhile is read again after a crash, and changes nothing
RecordPlace = tuple[str, int]  # topic, offset


class UnsavedClock:
    """The bytes of the last watermark that is not stored, and where the first of these stands."""

    def __init__(self) -> None:
        self._bytes: bytes | None = None
        self._first: RecordPlace | None = None
        self._stored_at: int | None = None
        self._has_removed = False

    def advance(self, clock: bytes, mark: RecordPlace) -> None:
        """The watermark has advanced; `mark` is the first since the last call."""
        self._bytes = clock
        self._first = self._first or mark

    def state_removed(self) -> None:
        """A state was removed: of that, only the stored watermark says that its records were applied."""
        self._has_removed = True

    def take(self, wall: int | None) -> bytes | None:
        """The bytes to store at a time of our clock (epoch ms; None: at once), None if that may wait."""
        waits = wall is not None and self._stored_at is not None and 0 <= wall - self._stored_at < EVERY_MS
        if self._bytes is None or (waits and not self._has_removed):
            return None
        stored, self._stored_at = self._bytes, wall
        self.forget()
        self._has_removed = False
        return stored

    def forget(self) -> None:
        """What is not stored comes again."""
        self._bytes = self._first = None

    def hold(self, first: MutableMapping[str, int]) -> None:
        """Lower the offsets by topic from which on records must come again."""
        if self._first is not None:
            topic, offset = self._first
            first[topic] = min(offset, first.get(topic, offset))
