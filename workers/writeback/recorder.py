"""Writes records of mails into a target: looks first, then writes what is further than it stands there."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import structlog

from workers.runtime.metrics.sources import WRITTEN_BACK
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.stopped import Stopped
from workers.writeback.mail_record import RANKS, MailRecord
from workers.writeback.message_target import NOTHING_HELD, MessageTarget, NewRecord, UnansweredError

MOST_NAMED = 100  # in a question
MOST_MISSES = 5  # of a record that others are ahead of, each time that it is written
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # seconds
log = structlog.get_logger()


class LostTargetError(Exception):
    """A target gives no answer for too long; the text is one line."""


class MailRecorder:
    """Writes into a target. Raises TargetRefusedError, LostTargetError and Stopped."""

    def __init__(self, target: MessageTarget, stop: threading.Event, backoff: Backoff | None = None) -> None:
        self._target, self._stop = target, stop
        self._backoff = backoff or Backoff(target.give_up_seconds, FIRST_DELAY, LONGEST_DELAY)

    def record(self, records: Sequence[MailRecord]) -> None:
        """Return when the target has these records, each of another mail, or has refused them.

        A request that was not answered may have been done: what the target has is looked at again.
        """
        for start in range(0, len(records), MOST_NAMED):
            left = {record.decision: record for record in records[start : start + MOST_NAMED]}
            misses: Counter[str] = Counter()
            while left:
                try:
                    for decision in self._settled([*left.values()], misses):
                        del left[decision]
                        self._backoff.reset()
                except UnansweredError as error:
                    log.info("a request was not answered, looking what became of it", error=str(error))
                    self._wait(str(error))
                else:
                    if left:
                        self._wait("others write the same records")

    def _wait(self, why: str) -> None:
        delay = self._backoff.failed()
        if self._backoff.exhausted:
            raise LostTargetError(f"{self._target.name} is lost since {self._backoff.lasted:.0f} s: {why}")
        self._stop.wait(delay)
        if self._stop.is_set():
            raise Stopped

    def _settled(self, records: Sequence[MailRecord], misses: Counter[str]) -> Iterator[str]:
        """Look and write once; the decisions whose records need nothing more."""
        held = self._target.held([record.decision for record in records])
        found = [NewRecord(record, held.get(record.decision, NOTHING_HELD)) for record in records]
        news = [each for each in found if RANKS[each.record.status] > each.held.rank]
        fit = [each for each in news if each.held.records <= 1]
        known = {each.record.decision for each in found} - {each.record.decision for each in news}
        self._count("known", len(known))
        yield from known
        for each in news:
            if each.held.records > 1:
                why = f"there are {each.held.records} records of this mail: delete all but one"
                yield self._refuse(each, why)
        for start in range(0, len(fit), self._target.most_at_once):
            yield from self._written(fit[start : start + self._target.most_at_once], misses)

    def _written(self, news: Iterable[NewRecord], misses: Counter[str]) -> Iterator[str]:
        tried = [*news]
        done = self._target.write(tried)
        for each in tried:
            decision = each.record.decision
            if decision not in done:
                misses[decision] += 1
                if misses[decision] >= MOST_MISSES:
                    yield self._refuse(each, "its place is taken, or others change it all the time")
            elif (why := done[decision]) is not None:
                yield self._refuse(each, why)
            else:
                self._count(each.record.status)
                yield decision

    def _refuse(self, new: NewRecord, why: str) -> str:
        decision, status = new.record.decision, new.record.status
        self._count("refused")
        log.error("the record of a mail is not written", decision=decision, status=status, why=why)
        return decision

    def _count(self, outcome: str, number: int = 1) -> None:
        WRITTEN_BACK.labels(self._target.name, outcome).inc(number)
