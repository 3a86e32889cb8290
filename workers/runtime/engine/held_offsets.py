"""The first record of each topic that open effects hold back, without a look at all of them."""

import heapq
from collections.abc import Callable, Iterable

LEAST = 64  # offsets up to which nothing is thrown out
Holds = Callable[[str, int, bytes], bool]  # whether an offset of a topic is still held, by this key


class HeldOffsets:
    """Offsets by topic, with the keys that hold them; what is held no longer is thrown out later.

    A worker may have thousands of open effects, and asks for the first ones after each round.
    """

    def __init__(self) -> None:
        self._heaps: dict[str, list[tuple[int, bytes]]] = {}
        self._most: dict[str, int] = {}

    def add(self, key: bytes, held: Iterable[tuple[str, int]]) -> None:
        """Note the records (topic, offset) that a key holds; the same ones again change nothing."""
        for topic, offset in held:
            heapq.heappush(self._heaps.setdefault(topic, []), (offset, key))

    def first(self, holds: Holds) -> dict[str, int]:
        """The first offset of each topic that is still held."""
        found = {}
        for topic, heap in self._heaps.items():
            if len(heap) > self._most.get(topic, LEAST):  # one that is held for long keeps all behind it
                heap[:] = {(offset, key) for offset, key in heap if holds(topic, offset, key)}
                heapq.heapify(heap)
                self._most[topic] = 2 * len(heap) + LEAST
            while heap and not holds(topic, *heap[0]):
                heapq.heappop(heap)
            if heap:
                found[topic] = heap[0][0]
        return found

    def clear(self) -> None:
        """Nothing is held."""
        self._heaps.clear()
        self._most.clear()
