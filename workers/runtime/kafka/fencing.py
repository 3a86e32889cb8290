"""Fencing: records that a replaced worker still wrote are recognised by their header `kairos_fence`."""

import re
from collections.abc import Iterable, Sequence

from workers.runtime.kafka.headers import FENCE, FetchedHeader, Header

SOURCE = "ce_source"
_FENCE = re.compile(rb"(\d{1,10})\.(\d{1,18})\.-?\d{1,19}")


def fencing_header(partition: int, generation: int, offset: int) -> Header:
    """The writer of a record: the input partition, its owner's generation, and the input offset reached.

    Of one stage and input partition, a generation below one seen before belongs to a replaced worker.
    """
    return FENCE, b"%d.%d.%d" % (partition, generation, offset)


def changelog_generation(headers: Iterable[FetchedHeader], partition: int) -> int | None:
    """The generation of the writer of a record in a partition of a changelog; None for a foreign record.

    Every record that a worker writes there has a fencing header of that partition.
    """
    for name, value in headers:
        if name == FENCE and (found := _FENCE.fullmatch(value or b"")) and int(found[1]) == partition:
            return int(found[2])
    return None


class GenerationTracker:
    """The highest generation of every stage and input partition that one reader has seen."""

    def __init__(self) -> None:
        self._highest: dict[tuple[bytes | None, bytes], int] = {}

    def is_fenced(self, headers: Sequence[FetchedHeader]) -> bool:
        """Whether a record comes from a worker that was replaced before.

        Never without a fencing header, or with a malformed one.
        """
        values = dict(headers)
        found = _FENCE.fullmatch(values.get(FENCE) or b"")
        if found is None:
            return False
        partition, generation = found[1], int(found[2])
        owner = values.get(SOURCE, b""), partition
        highest = self._highest.get(owner, 0)
        self._highest[owner] = max(highest, generation)
        return generation < highest
