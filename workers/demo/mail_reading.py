"""Lets the made-up people read their mails, and does over HTTP what they and their programs do."""

import contextlib
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException

from schemas.mail import Engagement
from workers.demo.mail_sink import ReceivedMails
from workers.demo.readers import MailReaders, ReaderPlan
from workers.demo.site.direct import open_direct
from workers.demo.site.mail_content import content_of

ANSWER_SECONDS = 5.0


class MailReading:
    """Hands new mails to the readers, and does what they have planned when it is due."""

    def __init__(self, mailbox: ReceivedMails, readers: MailReaders, now_ms: Callable[[], int]) -> None:
        self._mailbox, self._readers, self._now_ms = mailbox, readers, now_ms
        self._read = 0
        self._arrived: set[str] = set()  # decisions

    def step(
        self, after_change: Callable[[str], bool], clicks: Mapping[str, Engagement]
    ) -> Iterator[ReaderPlan]:
        """Each thing that is done now, right before it is done; what fails is not tried again.

        `after_change` says of an address whether the record of its person was seen to change; `clicks` are
        those that were heard of, by decision.
        """
        for mail in self._mailbox.since(self._read):
            self._read = mail.number
            self._readers.receive(content_of(mail), after_change(mail.recipient))
        for decision in clicks.keys() - self._arrived:
            self._arrived.add(decision)
            self._readers.arrive(clicks[decision], self._now_ms())
        for plan in self._readers.due(self._now_ms()):
            yield plan
            perform(plan)


def perform(plan: ReaderPlan) -> None:
    """Make the request, and follow where it leads."""
    headers = {"User-Agent": plan.agent} | ({"Content-Type": plan.body_type} if plan.body_type else {})
    request = urllib.request.Request(plan.url, plan.body, headers)
    # people whom nobody answers shrug
    with contextlib.suppress(OSError, HTTPException), open_direct(request, ANSWER_SECONDS) as answer:
        answer.read()
