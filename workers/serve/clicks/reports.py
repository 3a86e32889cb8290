"""Which requests of links become records: those that say something new, and few of one link."""

import asyncio
import time
from collections import OrderedDict
from hashlib import blake2b
from typing import NamedTuple

from starlette.requests import Request

from schemas.mail import SEEN_SECONDS, Engagement, LinkKind, MailClick
from schemas.model import from_epoch_ms
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.metrics.mails import MAIL_CLICKS
from workers.runtime.process.clock import now_ms
from workers.serve.clicks.networks import ListedNetworks
from workers.serve.clicks.requested import ClickEvidence
from workers.serve.programs.endpoints import record_of
from workers.serve.requests import address_of
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.rate_limit import RateLimit

SAME_MINUTES = 10  # in which the same request again is no further record
LINK_PER_HOUR, LINK_BURST = 10, 10  # records of one link, whoever asks
VISIT_MS, MOST_VISITS = 1_800_000, 20_000  # for so long a view of the job is that of the click
DIGEST = 16  # bytes


class ReportedClick(NamedTuple):
    """A click of a person in the mail of a decision at a time (epoch ms)."""

    person: str
    decision: str
    click: MailClick
    at: int


class ClickReports:
    """Writes clicks to `engagements`, at most so many as say something new; nobody waits for Kafka."""

    def __init__(self, writer: SharedWriter, data_centres: ListedNetworks | None = None) -> None:
        self._writer = writer
        self._evidence = ClickEvidence(data_centres)
        self._same = RateLimit(1 / SAME_MINUTES, 1)
        self._links = RateLimit(LINK_PER_HOUR / 60, LINK_BURST)
        self._visits: OrderedDict[tuple[str, str], ReportedClick] = OrderedDict()

    def requested(self, request: Request, person: str, decision: str, kind: LinkKind, item: str = "") -> None:
        """A link in the mail of a decision was requested; `item` is the id of its job or event."""
        now, name = now_ms(), f"{kind}/{item}" if item else kind
        asked_by = address_of(request), person
        click = self._evidence.of((kind, name), request.method, request.headers, asked_by, now)
        reported = ReportedClick(person, decision, click, now)
        if kind == "job" and click.shows_interest:
            self._visits[person, item] = reported
            self._visits.move_to_end((person, item))
            if len(self._visits) > MOST_VISITS:
                self._visits.popitem(last=False)
        self._report(reported)

    def viewed(self, person: str, job_id: str, seconds: float) -> None:
        """The page of a job was seen for so long: a click that led there was that of somebody who looked."""
        visit = self._visits.get((person, job_id))
        if visit is None or seconds < SEEN_SECONDS:
            return
        del self._visits[person, job_id]
        if (now := now_ms()) - visit.at <= VISIT_MS:
            click = visit.click.model_copy(update={"visible_seconds": seconds})
            self._report(visit._replace(click=click, at=now))

    def _report(self, reported: ReportedClick) -> None:
        """Begin to write a click, unless it says nothing new."""
        same, link = digest(reported, whole=True), digest(reported, whole=False)
        kind, moment = reported.click.kind, time.monotonic()
        if self._same.take(same, moment) > 0 or self._links.take(link, moment) > 0:
            MAIL_CLICKS.labels(kind, "repeated").inc()
            return

        def told(acknowledged: asyncio.Future[bool]) -> None:
            is_written = not acknowledged.cancelled() and acknowledged.result()
            MAIL_CLICKS.labels(kind, "written" if is_written else "lost").inc()
            if not is_written:
                self._same.give_back(same)

        self._writer.write(click_record(reported)).add_done_callback(told)


def digest(reported: ReportedClick, *, whole: bool) -> str:
    """What stands for a link of a mail; `whole`: for everything that a request of it says."""
    click = reported.click
    said = (
        click.method,
        click.prefetch,
        click.user_agent,
        click.network,
        click.data_centre,
        click.visible_seconds is not None,
    )
    text = repr((reported.decision, click.link, *(said if whole else ())))
    return blake2b(text.encode("utf-8", "replace"), digest_size=DIGEST).hexdigest()


def click_record(reported: ReportedClick) -> ProducerRecord:
    """The record of a click."""
    person, decision, click, at = reported
    outcome = Engagement(
        decision_id=decision, person=person, outcome="clicked", at=from_epoch_ms(at), click=click
    )
    return record_of(outcome, at, f"{decision}/clicked/{click.link}@{at}")
