"""Remembers the ids of recent messages, so that one that comes again writes no second record. Pure."""

from collections import OrderedDict
from typing import Generic, NamedTuple, TypeVar

MOST_IDS = 100_000
D = TypeVar("D")


class Remembered(NamedTuple, Generic[D]):
    """Whose message it was, the highest `seq`, and its acknowledgement, None when it was acknowledged."""

    person: str
    seq: int
    acknowledgement: D | None


class RecentIds(Generic[D]):
    """The newest ids, at most `most`; what is forgotten may be written again, under the same id."""

    def __init__(self, most: int = MOST_IDS) -> None:
        self._most = most
        self._by_id: OrderedDict[str, Remembered[D]] = OrderedDict()

    def get(self, id: str) -> Remembered[D] | None:
        """What is known of an id; None when it is new or forgotten."""
        return self._by_id.get(id)

    def put(self, id: str, person: str, seq: int, acknowledgement: D) -> None:
        """Remember a message that is being written."""
        self._by_id[id] = Remembered(person, seq, acknowledgement)
        self._by_id.move_to_end(id)
        if len(self._by_id) > self._most:
            self._by_id.popitem(last=False)

    def settle(self, id: str, acknowledgement: D) -> None:
        """Note that a message was acknowledged, unless a newer one was put since."""
        if (known := self._by_id.get(id)) is not None and known.acknowledgement is acknowledgement:
            self._by_id[id] = known._replace(acknowledgement=None)

    def drop(self, id: str, acknowledgement: D) -> None:
        """Forget a message whose acknowledgement failed, unless a newer one was put since."""
        if (known := self._by_id.get(id)) is not None and known.acknowledgement is acknowledgement:
            del self._by_id[id]
