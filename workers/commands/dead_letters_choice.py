"""Chooses dead letters by the command line's filters, and plans which records are replayed. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from schemas.model import to_epoch_ms
from topics.catalog import BY_NAME
from topics.row import OUTSIDE, PLANNED
from workers.runtime.dead_letters.reading import (
    CUT,
    HEADERS_CUT,
    KEY_CUT,
    DeadLetter,
    fetched_headers,
    text,
)
from workers.runtime.kafka.headers import has_date, is_watermark

AGO = re.compile(r"(\d{1,9})\s*([smhd])")
UNIT_MS = {"s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
RecordPosition = tuple[str, int, int]  # topic, partition, offset
KeyPosition = tuple[str, int, bytes]  # topic, partition, key


def parse_time(text: str, now_ms: int) -> int:
    """Epoch milliseconds of `2h` (so long ago: s, m, h, d) or of an ISO time (UTC unless it has a zone).

    Raises ValueError for any other text.
    """
    if ago := AGO.fullmatch(text.strip()):
        return now_ms - int(ago[1]) * UNIT_MS[ago[2]]
    time = datetime.fromisoformat(text.strip())
    return to_epoch_ms(time if time.tzinfo else time.replace(tzinfo=UTC))


@dataclass(frozen=True)
class Choice:
    """The filters of the command line; one that is None or empty excludes nothing. Times are epoch ms.

    A position is a `DeadLetter.position`; the worker may stand before it.
    """

    worker: str | None = None
    topic: str | None = None
    reason: str | None = None
    since: int | None = None
    until: int | None = None
    positions: tuple[str, ...] = ()

    def includes(self, letter: DeadLetter) -> bool:
        """Whether a letter passes all filters."""
        at = letter.record.timestamp
        return (
            self.worker in (None, letter.worker)
            and self.topic in (None, letter.topic)
            and self.reason in (None, letter.reason)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
            and (not self.positions or not position_names(letter).isdisjoint(self.positions))
        )

    def unknown_positions(self, letters: Iterable[DeadLetter]) -> list[str]:
        """The positions for which there is no letter."""
        known = {name for letter in letters for name in position_names(letter)}
        return [position for position in self.positions if position not in known]


def position_names(letter: DeadLetter) -> set[str]:
    """The ways to write a letter's position on the command line."""
    return {letter.position, f"{letter.worker}/{letter.position}"}


class ReplayPlan(NamedTuple):
    """What a replay does.

    `to_replay` has all letters about a record by the record's position, in the order of the log. `skipped`
    are letters that are not replayed, with the reason; `already_replayed` counts those that were before.
    """

    to_replay: dict[RecordPosition, list[DeadLetter]]
    skipped: list[tuple[DeadLetter, str]]
    already_replayed: int


def plan(
    letters: Iterable[DeadLetter], choice: Choice, limit: int | None, *, include_replayed: bool
) -> ReplayPlan:
    """Plan to replay the chosen letters, at most `limit` records, the first ones.

    A record may have letters of several workers: it is replayed once, for all of them. Those that were
    replayed before are left out, unless `include_replayed`.
    """
    letters = list(letters)
    chosen = [letter for letter in letters if choice.includes(letter)]
    pending = [letter for letter in chosen if include_replayed or letter.replayed is None]
    reasons = [(letter, why_not_replayable(letter)) for letter in pending]
    positions = sorted({position_of(letter) for letter, reason in reasons if reason is None})[:limit]
    to_replay: dict[RecordPosition, list[DeadLetter]] = {position: [] for position in positions}
    for letter in letters:
        if why_not_replayable(letter) is None and (position := position_of(letter)) in to_replay:
            to_replay[position].append(letter)
    skipped = [(letter, reason) for letter, reason in reasons if reason is not None]
    return ReplayPlan(to_replay, skipped, len(chosen) - len(pending))


def position_of(letter: DeadLetter) -> RecordPosition:
    """The position of a replayable letter's record."""
    assert letter.partition is not None
    assert letter.offset is not None
    return letter.topic, letter.partition, letter.offset


def why_not_replayable(letter: DeadLetter) -> str | None:
    """Why a letter's record cannot be put back into its topic; None when it can."""
    headers = dict(fetched_headers(letter.record))
    topic = BY_NAME.get(letter.topic)
    if letter.worker == "capture":
        return "its document is in the database: mend it there, or its mapping, and capture reads it again"
    if "kairos_key" in headers:
        return "a timer failed, not a record; the next record of its key arms it again"
    if is_watermark(letter.record.headers):
        return "a watermark; the next one says more"
    if CUT in headers:
        return f"only its beginning was kept, of {text(headers[CUT] or b'')} bytes"
    if KEY_CUT in headers or HEADERS_CUT in headers:
        return "its key or its headers were too large to be kept"
    if not has_date(letter.at):
        return f"its timestamp {letter.at} is no time, and brokers refuse it"
    if topic is None or letter.offset is None:
        return "it names no place in a topic of this fleet"
    if set(topic.consumers) <= {OUTSIDE, *PLANNED}:
        return "no worker reads its topic"
    return None


def is_compacted(topic: str) -> bool:
    """Whether a topic of the catalogue keeps only the last record of each key."""
    return BY_NAME[topic].configs["cleanup.policy"] == "compact"


def first_offsets(plan: ReplayPlan) -> dict[str, dict[int, int]]:
    """The first offset to be replayed, by compacted topic and partition."""
    offsets: dict[str, dict[int, int]] = {}
    for topic, partition, offset in reversed(plan.to_replay):
        if is_compacted(topic):
            offsets.setdefault(topic, {})[partition] = offset
    return offsets


def superseded(plan: ReplayPlan, last_offsets: Mapping[KeyPosition, int]) -> dict[RecordPosition, str]:
    """The records of which there is a later one with the same key, with the reason not to replay them.

    `last_offsets` has the last offset of each key in a compacted topic. An old record that is written behind
    it would become the last one of its key.
    """
    reasons = {}
    for (topic, partition, offset), letters in plan.to_replay.items():
        last = last_offsets.get((topic, partition, letters[0].record.key or b""), offset)
        if last > offset:
            reasons[topic, partition, offset] = f"a later record of its key is at {topic}/{partition}/{last}"
    return reasons


def skip(plan: ReplayPlan, reasons: Mapping[RecordPosition, str]) -> ReplayPlan:
    """The plan without the records of some positions; their letters are skipped for the reasons given."""
    to_replay = {position: letters for position, letters in plan.to_replay.items() if position not in reasons}
    skipped = [
        (letter, reason) for position, reason in reasons.items() for letter in plan.to_replay[position]
    ]
    return ReplayPlan(to_replay, plan.skipped + skipped, plan.already_replayed)
