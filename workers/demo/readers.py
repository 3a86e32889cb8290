"""What the made-up people do with their mails: some follow a link after a while, few leave, most do nothing.

Pure and seeded. Times are epoch milliseconds.
"""

import json
import random
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from schemas.mail import Engagement
from workers.demo.site.mail_content import MailContent

ReaderDeed = Literal["click", "leave", "look"]
CLICKS, LEAVES = 0.3, 0.02  # the shares of mails whose reader does that
FIRST = 6  # mails after a change: so many are clicked whatever is drawn
SOONEST_MS, LATEST_MS = 6_000, 20_000  # within five seconds only programs click
LOOK_MS = 3_000  # for which the page behind a link is looked at
ONE_CLICK = re.compile(r"<(https?://[^<>\s]+)>")
LINK = re.compile(r"https?://[^\s<>\"]+")
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"
    " Mobile Safari/537.36",
)


class ReaderPlan(NamedTuple):
    """What is done with a mail, when, by which request, and whose address the mail went to.

    `body` is sent by POST, with its type; without one it is a GET.
    """

    due: int
    deed: ReaderDeed
    url: str
    agent: str
    recipient: str = ""
    body: bytes | None = None
    body_type: str = ""


class MailReaders:
    """The people; `links` is how the links of mails begin, `reports` where the product tells of its pages."""

    def __init__(self, links: str, reports: str, seed: int = 1) -> None:
        self._links, self._reports = links, reports
        self._rng = random.Random(seed)
        self._first = FIRST
        self._plans: list[ReaderPlan] = []

    def receive(self, mail: MailContent, after_change: bool) -> None:
        """A mail has come; `after_change`: to somebody whose record was seen to change."""
        drawn, wait = self._rng.random(), self._rng.randrange(SOONEST_MS, LATEST_MS)
        agent = self._rng.choice(AGENTS)
        link, leave = first_link(mail, self._links), one_click_url(mail)
        if after_change and link and self._first:
            self._first -= 1
            self._plans.append(ReaderPlan(mail.at + SOONEST_MS, "click", link, agent, mail.to))
        elif link and drawn < CLICKS:
            self._plans.append(ReaderPlan(mail.at + wait, "click", link, agent, mail.to))
        elif leave and drawn > 1 - LEAVES:
            body = (b"List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
            self._plans.append(ReaderPlan(mail.at + wait, "leave", leave, agent, mail.to, *body))

    def arrive(self, click: Engagement, at: int) -> None:
        """Somebody has come to the page behind a link: it will tell for how long it was seen."""
        if click.click is None or click.click.visible_seconds is not None:
            return
        told = {
            "decision_id": click.decision_id,
            "outcome": "clicked",
            "click": {"link": click.click.link, "visible_seconds": LOOK_MS / 1000},
        }
        body = (json.dumps(told).encode(), "application/json")
        self._plans.append(ReaderPlan(at + LOOK_MS, "look", self._reports, AGENTS[0], "", *body))

    def due(self, now: int) -> Sequence[ReaderPlan]:
        """What is to be done by a time, once."""
        found = [plan for plan in self._plans if plan.due <= now]
        self._plans = [plan for plan in self._plans if plan.due > now]
        return sorted(found, key=lambda plan: plan.due)


def first_link(mail: MailContent, links: str) -> str | None:
    """The first link that begins so in the text of a mail, where no hidden ones are; None without any."""
    return next((url for url in LINK.findall(mail.text) if url.startswith(links)), None)


def one_click_url(mail: MailContent) -> str | None:
    """Where a mail program asks not to be written to (RFC 8058); None where a mail does not offer it."""
    headers = {name.lower(): value for name, value in mail.headers}
    found = ONE_CLICK.search(headers.get("list-unsubscribe", ""))
    return found[1] if found and "list-unsubscribe-post" in headers else None
