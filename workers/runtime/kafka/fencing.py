"""What a replaced worker still wrote, told by the header `kairos_fence` of every record of a stage."""

from collections.abc import Iterable, Sequence

from workers.runtime.kafka.headers import FENCE, Header

SOURCE = "ce_source"


def fencing_header(partition: int, generation: int, offset: int) -> Header:
    """Who has written: the input partition, its owner's generation, and the input offset that was reached.

    Of one stage and input partition, a generation below one seen before is a worker that was replaced.
    """
    return FENCE, b"%d.%d.%d" % (partition, generation, offset)


def generation_of(headers: Iterable[Header]) -> int:
    """The generation of who has written a record; 0 for one without."""
    for name, value in headers:
        if name == FENCE:
            return int(value.split(b".")[1])
    return 0


class Newest:
    """The newest generation of every stage and input partition, as one reader meets them."""

    def __init__(self) -> None:
        self._seen: dict[tuple[bytes, bytes], int] = {}

    def overtaken(self, headers: Sequence[Header]) -> bool:
        """Whether a record comes from a worker that was replaced before; one without a fence does not."""
        found = dict(headers)
        said = found.get(FENCE)
        if said is None:
            return False
        partition, generation, _ = said.split(b".")
        owner = found.get(SOURCE, b""), partition
        newest = self._seen.get(owner, 0)
        self._seen[owner] = max(newest, int(generation))
        return int(generation) < newest
