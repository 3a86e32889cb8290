"""The cache of one process while there is no Redis: bounded, the least recently used leave first."""

from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass
class LocalText:
    """A text, until when it lives (seconds of the caller's clock), and who used it."""

    text: bytes
    until: float
    people: set[str] = field(default_factory=set)


class LocalTexts:
    """Texts by key; `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._texts: OrderedDict[str, LocalText] = OrderedDict()

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, key: str, now: float) -> bytes | None:
        """The text of a key, unless it has ended."""
        entry = self._texts.get(key)
        if entry is None or entry.until <= now:
            return None
        self._texts.move_to_end(key)
        return entry.text

    def put(self, key: str, text: bytes, until: float) -> None:
        """Keep a text; the one that was not used for the longest leaves when there are too many."""
        self._texts[key] = LocalText(text, until)
        self._texts.move_to_end(key)
        if len(self._texts) > self._most:
            self._texts.popitem(last=False)

    def remember(self, key: str, person: str) -> None:
        """Somebody used a text."""
        if key in self._texts:
            self._texts[key].people.add(person)

    def clear(self, person: str | None = None) -> int:
        """Remove what a person used, or everything; how many there were."""
        keys = [key for key, entry in self._texts.items() if person is None or person in entry.people]
        for key in keys:
            del self._texts[key]
        return len(keys)
