"""Which dead letters are meant, and which of them can be put back. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.model import to_epoch_ms
from topics.catalog import BY_NAME, OUTSIDE, PLANNED
from workers.runtime.dead_letters.reading import CUT, DeadLetter
from workers.runtime.kafka.headers import is_watermark

AGO = re.compile(r"(\d{1,9})\s*([smhd])")
UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
RecordPosition = tuple[str, int, int]  # topic, partition, offset
KeyPosition = tuple[str, int, bytes]  # topic, partition, key


def moment(text: str, now_ms: int) -> int:
    """Epoch milliseconds of `2h` (so long ago: s, m, h, d) or of an ISO time (UTC unless it has a zone).

    Raises ValueError for any other text.
    """
    if ago := AGO.fullmatch(text.strip()):
        return now_ms - int(ago[1]) * UNIT_MS[ago[2]]
    time = datetime.fromisoformat(text.strip())
    return to_epoch_ms(time if time.tzinfo else time.replace(tzinfo=UTC))


@dataclass(frozen=True)
class Choice:
    """The letters that are meant; what is None or empty excludes none. Times are epoch milliseconds.

    A place is one of `DeadLetter.place`, perhaps with the worker before it.
    """

    worker: str | None = None
    topic: str | None = None
    reason: str | None = None
    since: int | None = None
    until: int | None = None
    places: tuple[str, ...] = ()

    def takes(self, letter: DeadLetter) -> bool:
        """Whether a letter is meant."""
        at = letter.record.timestamp
        return (
            self.worker in (None, letter.worker)
            and self.topic in (None, letter.topic)
            and self.reason in (None, letter.reason)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (not self.places or not names(letter).isdisjoint(self.places))
        )

    def unknown(self, letters: Iterable[DeadLetter]) -> list[str]:
        """The places at which there is no letter."""
        known = {name for letter in letters for name in names(letter)}
        return [place for place in self.places if place not in known]


def names(letter: DeadLetter) -> set[str]:
    """How a place can be written on the command line."""
    return {letter.place, f"{letter.worker}/{letter.place}"}


class Plan(NamedTuple):
    """What a replay does: by the record's place, in the order of the log, all letters about it.

    `left` are letters with the reason why they stay; `before` counts those that were put back already.
    """

    back: dict[RecordPosition, list[DeadLetter]]
    left: list[tuple[DeadLetter, str]]
    before: int


def plan(letters: Iterable[DeadLetter], choice: Choice, limit: int | None, *, again: bool) -> Plan:
    """What to put back of the chosen letters, at most `limit` records, the first ones.

    One record may have a letter of several workers: it is put back once, for all of them.
    """
    letters = list(letters)
    chosen = [letter for letter in letters if choice.takes(letter)]
    fresh = [letter for letter in chosen if again or letter.replayed is None]
    reasons = [(letter, obstacle(letter)) for letter in fresh]
    places = sorted({place_of(letter) for letter, reason in reasons if reason is None})[:limit]
    back: dict[RecordPosition, list[DeadLetter]] = {place: [] for place in places}
    for letter in letters:
        if obstacle(letter) is None and (place := place_of(letter)) in back:
            back[place].append(letter)
    left = [(letter, reason) for letter, reason in reasons if reason is not None]
    return Plan(back, left, len(chosen) - len(fresh))


def place_of(letter: DeadLetter) -> RecordPosition:
    """Where the record stood; only for a letter that has no obstacle."""
    assert letter.partition is not None
    assert letter.offset is not None
    return letter.topic, letter.partition, letter.offset


def obstacle(letter: DeadLetter) -> str | None:
    """Why a letter cannot be put back; None when it can."""
    headers = dict(letter.record.headers)
    topic = BY_NAME.get(letter.topic)
    if letter.worker == "capture":
        return "its document is in the database: mend it there, or its mapping, and capture reads it again"
    if "kairos_key" in headers:
        return "a timer failed, not a record; the next record of its key arms it again"
    if is_watermark(letter.record.headers):
        return "a watermark; the next one says more"
    if CUT in headers:
        return f"only its beginning was kept, of {headers[CUT].decode('utf-8', 'replace')} bytes"
    if topic is None or letter.offset is None:
        return "it names no place in a topic of this fleet"
    if set(topic.consumers) <= {OUTSIDE, *PLANNED}:
        return "no worker reads its topic"
    return None


def is_compacted(topic: str) -> bool:
    """Whether only the last record of a key counts in a topic of the catalogue."""
    return BY_NAME[topic].configs["cleanup.policy"] == "compact"


def beginnings(plan: Plan) -> dict[str, dict[int, int]]:
    """By compacted topic and partition, the first offset that is to be put back."""
    found: dict[str, dict[int, int]] = {}
    for topic, partition, offset in reversed(plan.back):
        if is_compacted(topic):
            found.setdefault(topic, {})[partition] = offset
    return found


def older(plan: Plan, last: Mapping[KeyPosition, int]) -> dict[RecordPosition, str]:
    """The records that a later one of the same key (`last` has its offset) has replaced, with the reason.

    In a compacted topic an old record behind a new one would take its place for good.
    """
    found = {}
    for (topic, partition, offset), letters in plan.back.items():
        newest = last.get((topic, partition, letters[0].record.key or b""), offset)
        if newest > offset:
            found[topic, partition, offset] = f"a later record of its key is at {topic}/{partition}/{newest}"
    return found


def leave(plan: Plan, reasons: Mapping[RecordPosition, str]) -> Plan:
    """The plan without some places, which are left for a reason."""
    back = {place: letters for place, letters in plan.back.items() if place not in reasons}
    left = [(letter, reason) for place, reason in reasons.items() for letter in plan.back[place]]
    return Plan(back, plan.left + left, plan.before)
