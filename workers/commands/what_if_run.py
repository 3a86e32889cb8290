"""Runs the recorded inbox through two policies at once; nothing is kept but states and totals.

Both see the same facts, decoded once. Up to `since` there is one run, under the current policy: from then on
the new one has the states that the fleet had then.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from schemas.model import to_epoch_ms
from workers.commands.recorded_inbox import INBOX, Batch, is_mark, watermark_of
from workers.commands.recorded_outcomes import ReplayedPerson, with_recorded_outcomes
from workers.commands.what_if_decisions import DECISIONS, PolicyTotals
from workers.commands.what_if_people import AffectedPeople
from workers.people.fact_structs import read_fact
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.state_header import NEVER, RESERVED_KEYS, unpack
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Stage

WORKER = "what-if"


class DecodedFacts:
    """Decodes a record's bytes once for both policies; `clear` before the next batch."""

    def __init__(self) -> None:
        self._facts: dict[bytes, Any] = {}

    def read(self, data: bytes) -> Any:
        """The fact of some JSON; raises ValueError."""
        fact = self._facts.get(data)
        if fact is None:
            fact = self._facts[data] = read_fact(data)
        return fact

    def clear(self) -> None:
        """Forget the facts."""
        self._facts.clear()


class WhatIf:
    """The run of both policies: `feed` it all batches, then read `current`, `new` and `affected`."""

    def __init__(self, current: Policy, new: Policy, since: datetime | None = None, people: int = 20) -> None:
        self.facts = DecodedFacts()
        self._stages = tuple(self._stage(policy) for policy in (current, new))
        self._since = None if since is None else to_epoch_ms(since)
        self._engines: tuple[dict[int, Engine], dict[int, Engine]] = ({}, {})
        self.current = PolicyTotals(current.version, since)
        self.new = PolicyTotals(new.version, since)
        self.affected = AffectedPeople(people)
        self.records = 0

    def feed(self, batch: Batch) -> None:
        """Run the next records of each partition through both policies."""
        written: tuple[list[ProducerRecord], list[ProducerRecord]] = ([], [])
        for partition, records in batch.items():
            self.records += len(records)
            before = self._before_since(partition, records)
            if before:
                common = self._run(0, partition, records[:before])
                written[0].extend(common)
                written[1].extend(common)
            if before < len(records):
                for side in (1, 0):  # the new one first: it begins with the states that there are now
                    written[side].extend(self._run(side, partition, records[before:]))
        self.facts.clear()
        totals = (self.current, self.new)
        self.affected.compare(self.current.fold(written[0]), self.new.fold(written[1]), totals)

    def _stage(self, policy: Policy) -> Stage[ReplayedPerson]:
        """The stage under a policy: its decisions only, over facts that are decoded once."""
        decided = replace(stage(policy), inputs={INBOX: self.facts.read})
        return with_recorded_outcomes(decided, frozenset({DECISIONS}))

    def _before_since(self, partition: int, records: Sequence[ConsumerRecord]) -> int:
        """How many of the records come before the run divides."""
        if self._since is None or partition in self._engines[1]:
            return 0
        for number, record in enumerate(records):
            if reaches(record, self._since):
                return number
        return len(records)

    def _run(self, side: int, partition: int, records: Sequence[ConsumerRecord]) -> list[ProducerRecord]:
        engines = self._engines[side]
        if partition not in engines:
            engines[partition] = self._engine(side, partition)
        return process(engines[partition], [(INBOX, records)]).outputs

    def _engine(self, side: int, partition: int) -> Engine:
        """A new engine; that of the new policy has the states that there are under the current one."""
        divided = self._engines[0].get(partition) if side == 1 and self._since is not None else None
        store = {} if divided is None else dict(divided.store)
        engine = Engine(self._stages[side], WORKER, partition, store=store)
        rearm(engine)
        return engine


def reaches(record: ConsumerRecord, time: int) -> bool:
    """Whether a record is a watermark at a time or later."""
    mark = watermark_of(record) if is_mark(record) else None
    return mark is not None and mark.at >= time


def rearm(engine: Engine) -> None:
    """Arm every timer as the engine's own stage says: those that are stored are of another policy."""
    for key, stored in engine.store.items():
        if key not in RESERVED_KEYS:
            time = engine.stage.timer(engine.stage.codec.decode(unpack(stored)[1]))
            engine.set_timer(key, NEVER if time is None else time)
