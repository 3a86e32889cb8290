"""Reads the changelog of a worker's states: a partition as it is now, then what was written to it since."""

from workers.runtime.engine.state_header import RESERVED_KEYS, is_foreign
from workers.runtime.kafka.fencing import changelog_generation
from workers.runtime.kafka.reader import Reader
from workers.runtime.kafka.tolerant import FOREIGN, pass_over

StoredStates = dict[bytes, bytes | None]  # stored bytes by key; None: the state was removed


class ChangelogReader:
    """One partition of a changelog; every `read` continues at the offset where the last one ended.

    With `only` the states of one key.
    """

    def __init__(self, reader: Reader, changelog: str, partition: int, only: bytes | None = None) -> None:
        self._only = only
        self._reader = reader
        self._changelog = changelog
        self._partition = partition
        self._next_offset = 0
        self._generation = 0

    @property
    def generation(self) -> int:
        """The highest generation of an owner in what was read; 0 before the first."""
        return self._generation

    def read(self) -> StoredStates:
        """The states written since the last call, the last value of each key, as a recovery would load them.

        The keys of the engine's own records are left out, and so are records of a worker that was replaced:
        those with a generation below the highest one read so far. Foreign records are passed over.
        """
        states: StoredStates = {}
        for record in self._reader.read_from(self._changelog, {self._partition: self._next_offset}):
            self._next_offset = record.offset + 1
            generation = changelog_generation(record.headers, self._partition)
            if is_foreign(generation, self._generation, record.value):
                pass_over(self._changelog, record, FOREIGN)
                continue
            if (generation or 0) < self._generation:
                continue
            self._generation = generation or 0
            if self._only not in (None, record.key):
                continue
            if record.key is not None and record.key not in RESERVED_KEYS:
                states[record.key] = record.value
        return states
