"""Months of a fleet in minutes: time passes in jumps, each when the fleet has done what there was to do.

`people` has the time from the watermarks, `mail` from a file: all that has passed of the time is known to
both. A jump is long when the whole fleet is at rest, and short when `people` is away, so that no decision
ends while its mail is on its way to be counted.
"""

import time
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from schemas.control import Watermark
from schemas.decision import SendDecision
from schemas.facts import FACT
from schemas.mail import Email, Engagement
from schemas.model import to_epoch_ms
from tests.integration.processes import until
from tests.integration.wire import Lags, Wire
from tests.soak.kills import READS
from tests.soak.load import OnTopics, Source, Turns
from tests.soak.reporting_sender import ReportingSender
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.process.clock import now_ms

SHORT_MS = 1_200_000  # two of them are less than the time for which a slot waits for an outcome
LEAST_MS = 1_000
PATIENCE_SECONDS, AWAY_SECONDS = 3.0, 0.8  # after which `people` counts as away; while it does
AT_BOUNDARY = 0.6  # the share of the jumps that end exactly when somebody's wait ends, or a moment before
ENGAGEMENT = b'"kind":"engagement"'  # what every fact of an outcome has


class LapseClock:
    """The time of a run in epoch milliseconds, also in a file for workers (see `skew_clock`)."""

    def __init__(self, file: Path, begin: int) -> None:
        self.file = file
        self.move(begin)

    def move(self, now: int) -> None:
        """It is a later time; workers have it rounded up to a second."""
        self.now = now
        draft = self.file.with_suffix(".draft")
        draft.write_text(str(-((now_ms() - now) // 1000)))
        draft.rename(self.file)


class Followed:
    """What the fleet has said: the mails, when the waits end, and which time has come to every inbox.

    `unanswered` are the decisions that hold a slot and of which no inbox has an outcome yet.
    """

    TOPICS = ("send-decisions", "emails", "inbox")

    def __init__(self, wire: Wire) -> None:
        settings, count = wire.settings, wire.settings.kairos_partitions
        self._topics = {settings.name(topic): topic for topic in self.TOPICS}
        self._consumer = KafkaConsumer(bootstrap_servers=settings.brokers, enable_auto_commit=False)
        self._consumer.assign([TopicPartition(name, part) for name in self._topics for part in range(count)])
        self._consumer.seek_to_beginning()
        self._times = dict.fromkeys(range(count), 0)
        self.ends: dict[str, int] = {}
        self.mails: list[Email] = []
        self.unanswered: set[str] = set()
        self._answered: set[str] = set()

    def read(self) -> None:
        """Read what there is, or wait a moment for it."""
        for partition, batch in self._consumer.poll(20).items():
            for record in batch:
                self._apply(self._topics[partition.topic], record)

    @property
    def time(self) -> int:
        """The time that has come to every inbox."""
        return min(self._times.values())

    def close(self) -> None:
        """Disconnect."""
        self._consumer.close()

    def _apply(self, topic: str, record: Any) -> None:
        if record.value is None:
            return
        if topic == "emails":
            self.mails.append(Email.loads(record.value))
        elif topic == "send-decisions":
            self._on_decision(SendDecision.loads(record.value))
        elif is_watermark(record.headers):
            at = Watermark.loads(record.value).at
            self._times[record.partition] = max(at, self._times[record.partition])
        elif ENGAGEMENT in record.value:
            fact = FACT.validate_json(record.value)
            assert isinstance(fact.value, Engagement)
            self._answered.add(fact.value.decision_id)
            self.unanswered.discard(fact.value.decision_id)

    def _on_decision(self, decision: SendDecision) -> None:
        end = decision.until or decision.valid_until
        if end is not None:
            self.ends[decision.person] = to_epoch_ms(end)
        if decision.slot is not None and decision.id not in self._answered:
            self.unanswered.add(decision.id)


class TimeLapse(Turns):
    """While it is open, time passes, and in every jump the product changes.

    `is_at_rest`: at the end of the last jump the fleet had done all that was to be done.
    """

    def __init__(
        self,
        wire: Wire,
        clock: LapseClock,
        product: Source,
        sender: ReportingSender,
        longest_ms: int,
        seed: int,
    ) -> None:
        super().__init__()
        self._wire, self._clock, self._product, self._sender = wire, clock, product, sender
        self._target = OnTopics(wire)
        self._longest_ms = longest_ms
        self._random = Random(seed)
        self.is_at_rest = False
        self._resources = ExitStack()
        self._followed = Followed(wire)
        self._people = Lags(wire.settings, {"people": READS["people"]})
        self._resources.callback(self._people.close)
        self._resources.callback(self._followed.close)
        self.changes = self.jumps = 0

    @property
    def last(self) -> int:
        """The latest time, in epoch milliseconds."""
        return self._clock.now

    def is_past(self, at: int) -> bool:
        """Whether a time (epoch ms) has passed."""
        return self.last >= at

    def begin(self, changes: int) -> None:
        """Write the first changes of the product, all at one time."""
        self._write(changes)

    def turn(self) -> None:
        """Let time jump; then wait until what has followed from it is done."""
        self._clock.move(self._next_time())
        self.jumps += 1
        self._sender.report(self.last)
        self._write(2)
        patience = time.monotonic() + (PATIENCE_SECONDS if self.is_at_rest else AWAY_SECONDS)
        until(lambda: self._stop.is_set() or self._is_answered())
        self.is_at_rest = False
        while not (self._stop.is_set() or self.is_at_rest) and time.monotonic() < patience:
            self.is_at_rest = self._has_come_to_rest()
        self._take_mails()

    def flush(self) -> None:
        """Wait until everything is acknowledged, and disconnect."""
        self._target.flush()
        self._resources.close()

    def _next_time(self) -> int:
        """The end of the jump: often when a wait or a decision ends, or the last moment before."""
        now = self.last
        latest = now + (self._longest_ms if self.is_at_rest else SHORT_MS)
        boundaries = [
            at for end in self._followed.ends.values() for at in (end - 1, end) if now < at <= latest
        ]
        if boundaries and self._random.random() < AT_BOUNDARY:
            return self._random.choice(boundaries)
        return self._random.randint(min(now + LEAST_MS, latest), latest)

    def _take_mails(self) -> None:
        for mail in self._followed.mails:
            self._sender.take(mail, self.last)
        self._followed.mails.clear()

    def _write(self, changes: int) -> None:
        for _ in range(changes):
            self._target.put(self._product.change(self.last), self.last)
        self.changes += changes
        self._target.complete(self.last)
        self._target.flush()

    def _is_answered(self) -> bool:
        """Whether every inbox has the present time, and what became of every decision."""
        self._followed.read()
        return self._followed.time >= self.last and not self._followed.unanswered

    def _has_come_to_rest(self) -> bool:
        """Whether `people` has read all that there is, and nothing followed from it."""
        ends = self._people.ends()
        return self._people.lag(ends) == 0 and self._is_answered() and self._people.ends() == ends
