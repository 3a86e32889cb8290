"""New users at a steady rate, and when each first arrived in the topics on the way to a decision."""

import time
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from pymongo.collection import Collection

RESULTS = ("enriched-profiles", "send-decisions")


class _Profile(msgspec.Struct):
    occupation: str | None = None


_profile = msgspec.json.Decoder(_Profile).decode


class FirstArrivals:
    """When each new user first arrived in a topic, by the topic; times of `time.perf_counter()`.

    A profile counts once it has the user's occupation, which names the user.
    """

    def __init__(self) -> None:
        self.topics: dict[str, dict[str, float]] = defaultdict(dict)

    @property
    def profiles(self) -> dict[str, float]:
        """When the first profile of each came."""
        return self.topics["enriched-profiles"]

    @property
    def decisions(self) -> dict[str, float]:
        """When the first decision about each came."""
        return self.topics["send-decisions"]

    def note(self, topic: str, record: Any, at: float) -> None:
        """Note a record. Watermarks come, too, under a key that is no user's."""
        if record.value is None or record.key is None:
            return
        name = record.key.decode("utf-8", "replace")
        if topic == "enriched-profiles":
            if name in self.profiles or not record.key[:1].isalnum():
                return
            name = _profile(record.value).occupation or ""
        self.topics[topic].setdefault(name, at)

    def has_all(self, names: Iterable[str], topics: Iterable[str] = RESULTS) -> bool:
        """Whether all of these have arrived in all of these topics: by default they have a decision, too."""
        arrived = [self.topics[topic] for topic in topics]
        return all(name in each for name in names for each in arrived)


def document(name: str) -> dict[str, Any]:
    """A user with enough fields for `send`; the occupation is the user's id."""
    fields = {"interests": ["tea"], "cuisine_preference": ["Thai"], "age": 30, "occupation": name}
    return {"_id": name, "email": f"{name}@example.com"} | fields


def insert(users: Collection[dict[str, Any]], names: Iterable[str], rate: float) -> dict[str, float]:
    """Insert users at so many a second, one by one; when each insert began."""
    written: dict[str, float] = {}
    began = time.perf_counter()
    for number, name in enumerate(names):
        time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        written[name] = time.perf_counter()
        users.insert_one(document(name))
    return written
