"""Reads the mailbox of bounces again and again, and writes what they say for the stage `returns`.

A mail is marked when what it says is in Kafka, so each is told at least once; told again it counts once.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

import structlog

from workers.deliver.bounce_mailbox import LEFT, READ, TROUBLE, BounceMailbox, FetchedMail
from workers.deliver.returned import TOPIC
from workers.product.returns.reading import NamedReturn, read_return
from workers.product.returns.references import MailReferences
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.metrics.mails import RETURNS
from workers.runtime.metrics.records import RECORDS_OUT
from workers.runtime.process.error_text import one_line

SOURCE = "/kairos/deliver"
UNREAD = "unread"
log = structlog.get_logger(__name__)


class ReturnsReader:
    """Looks into a mailbox every so many seconds. `clock` gives epoch milliseconds."""

    def __init__(
        self, mailbox: BounceMailbox, references: MailReferences, seconds: float, clock: Callable[[], int]
    ) -> None:
        self._mailbox, self._references = mailbox, references
        self._seconds, self._clock = seconds, clock
        self._is_away = False

    async def run(self, producer: BatchProducer) -> None:
        """Look until this is cancelled; a mailbox that is away is asked again at the next look."""
        while True:
            try:
                while await self._look(producer):
                    pass
                self._is_away = False
            except TROUBLE as error:
                if not self._is_away:
                    log.warning("the mailbox of bounces cannot be read", why=one_line(error))
                self._is_away = True
            await asyncio.sleep(self._seconds)

    async def _look(self, producer: BatchProducer) -> int:
        """Use what is new; how many mails that was."""
        mails = await asyncio.to_thread(self._mailbox.new_mails)
        now = self._clock()
        found = [read_return(mail.raw, self._references, "mailbox", now) for mail in mails]
        records = [record_of(each, now) for each in found if each is not None]
        if records:
            await producer.write(records)
            RECORDS_OUT.labels("deliver", TOPIC).inc(len(records))
        await asyncio.to_thread(self._mailbox.mark, of(mails, found, True), READ)
        await asyncio.to_thread(self._mailbox.mark, of(mails, found, False), LEFT)
        for says, count in Counter(UNREAD if each is None else each.value.says for each in found).items():
            RETURNS.labels("mailbox", says).inc(count)
        return len(mails)


def of(mails: Sequence[FetchedMail], found: Sequence[NamedReturn | None], is_read: bool) -> list[str]:
    """The ids of the mails that say something, or of those that do not."""
    return [mail.uid for mail, each in zip(mails, found, strict=True) if (each is not None) == is_read]


def record_of(named: NamedReturn, now: int) -> ProducerRecord:
    """The record of what came back, written at a time (epoch ms)."""
    id_ = f"{named.key}/{named.value.says}@{now}"
    headers = tuple(cloud_headers(event_type(TOPIC), SOURCE, id_, now))
    return ProducerRecord(TOPIC, named.key.encode(), named.value.dumps(), headers, now)
