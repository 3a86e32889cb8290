"""Fencing: records that a replaced worker still wrote are recognised by their header `kairos_fence`."""

from collections.abc import Iterable, Sequence

from workers.runtime.kafka.headers import FENCE, Header

SOURCE = "ce_source"


def fencing_header(partition: int, generation: int, offset: int) -> Header:
    """The writer of a record: the input partition, its owner's generation, and the input offset reached.

    Of one stage and input partition, a generation below one seen before belongs to a replaced worker.
    """
    return FENCE, b"%d.%d.%d" % (partition, generation, offset)


def generation_of(headers: Iterable[Header]) -> int:
    """The generation of a record's writer; 0 for a record without a fencing header."""
    for name, value in headers:
        if name == FENCE:
            return int(value.split(b".")[1])
    return 0


class GenerationTracker:
    """The highest generation of every stage and input partition that one reader has seen."""

    def __init__(self) -> None:
        self._highest: dict[tuple[bytes, bytes], int] = {}

    def is_fenced(self, headers: Sequence[Header]) -> bool:
        """Whether a record comes from a worker that was replaced before; never without a fencing header."""
        values = dict(headers)
        fence = values.get(FENCE)
        if fence is None:
            return False
        partition, generation, _ = fence.split(b".")
        owner = values.get(SOURCE, b""), partition
        highest = self._highest.get(owner, 0)
        self._highest[owner] = max(highest, int(generation))
        return int(generation) < highest
