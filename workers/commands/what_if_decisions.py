"""What the decisions of a policy come to: counted as they are made, the last one of everybody kept. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from schemas.decision import Verdict
from workers.runtime.kafka.records import ProducerRecord

DECISIONS, DEAD_LETTERS = "send-decisions", "dead-letters"


class DecisionLine(msgspec.Struct, frozen=True, gc=False):
    """What is compared and shown of a decision."""

    verdict: Verdict
    decided_at: datetime
    reason: str | None = None
    campaign: str = "default"
    until: datetime | None = None

    @property
    def is_mail(self) -> bool:
        """Whether the person is written to."""
        return self.verdict != "wait"


DecisionLines = list[DecisionLine]


class NewDecisions(NamedTuple):
    """The decisions about a person in one batch, and the last one before them."""

    before: DecisionLine | None
    lines: DecisionLines


_LINE = msgspec.json.Decoder(DecisionLine)


class PolicyTotals:
    """The totals of one policy over the decisions since a time (None: all).

    `waits` counts decisions to wait by their reason, `written_to` has the people who get at least one mail,
    `last` everybody's last decision, `unused` counts records that became dead letters.
    """

    def __init__(self, version: str, since: datetime | None = None) -> None:
        self.version = version
        self._since = since
        self.sends = 0
        self.asks = 0
        self.waits: Counter[str] = Counter()
        self.written_to: set[str] = set()
        self.last: dict[str, DecisionLine] = {}
        self.unused = 0

    def fold(self, written: Iterable[ProducerRecord]) -> dict[str, NewDecisions]:
        """Count what the stage wrote; returns the counted decisions by person."""
        counted: dict[str, NewDecisions] = {}
        for record in written:
            if record.topic == DEAD_LETTERS:
                self.unused += 1
            elif record.topic == DECISIONS and record.key is not None:
                person = record.key.decode()
                if record.value is None:
                    self.last.pop(person, None)
                    continue
                line = _LINE.decode(record.value)
                if self._since is None or line.decided_at >= self._since:
                    self._count(person, line)
                    counted.setdefault(person, NewDecisions(self.last.get(person), [])).lines.append(line)
                self.last[person] = line
        return counted

    def _count(self, person: str, line: DecisionLine) -> None:
        if line.verdict == "wait":
            self.waits[line.reason or "unknown"] += 1
            return
        if line.verdict == "send":
            self.sends += 1
        else:
            self.asks += 1
        self.written_to.add(person)
