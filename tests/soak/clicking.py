"""The links of mails, followed over HTTP at `serve`'s route for them, at whatever time a test says it is."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from unittest.mock import patch

import httpx

from tests.mail_readers import Visit
from workers.runtime.process.settings import Settings
from workers.serve.clicks import endpoints, reports
from workers.serve.clicks.endpoints import Clicks, click_reports
from workers.serve.http_server import serving_http
from workers.serve.shared_writer import SharedWriter
from workers.serve.web import application

WRITTEN = ("engagements",)
SHORT_LINK = re.compile(r'href="(https?://[^"/]+/l/[^"]+)"')


class ReceivedMail:
    """A message as a reader has it: its subject, and the links of its HTML."""

    def __init__(self, raw: bytes) -> None:
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        html = message.get_body(("html",))
        assert html is not None
        self.subject = str(message["Subject"])
        self.links: list[str] = list(dict.fromkeys(SHORT_LINK.findall(html.get_content())))


class Clicking:
    """Follows links; `now` is the time at which the server believes that it is asked (epoch ms)."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.now = 0
        self.asked = 0

    def follow(self, mail: ReceivedMail, visit: Visit) -> None:
        """Make a request as a reader or a program does; it is led on, or told that there is nothing."""
        self.now = visit.at
        headers = {"User-Agent": visit.agent, "X-Forwarded-For": visit.address}
        if visit.prefetch:
            headers["Sec-Purpose"] = "prefetch"
        answer = self._client.request(visit.method, mail.links[visit.link], headers=headers)
        assert answer.status_code == (404 if visit.link == -1 else 302), answer.text
        self.asked += 1


@contextmanager
def clicking(settings: Settings) -> Iterator[Clicking]:
    """Serve the route of links at the address of the settings, with its real writer to Kafka."""
    writer = SharedWriter(settings, WRITTEN)
    clicks = Clicks(settings, click_reports(settings, writer), lambda job_id: False)
    app = application(settings, clicks.routes(), [writer.keep_connected])
    with (
        serving_http(settings, threading.Event(), app),
        httpx.Client(follow_redirects=False, timeout=60) as client,
    ):
        found = Clicking(client)
        with (
            patch.object(endpoints, "now_ms", lambda: found.now),
            patch.object(reports, "now_ms", lambda: found.now),
        ):
            yield found
