"""The routes: a `GET` shows a page and changes nothing, a `POST` unsubscribes at once (RFC 8058)."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from schemas.mail import Engagement, Language
from schemas.model import from_epoch_ms
from schemas.permissions import PERSON, Suppression
from workers.product.unsubscribe_links import (
    PATH,
    UnsubscribeToken,
    read_unsubscribe_token,
    unsubscribe_tokens,
)
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.runtime.process.signed_tokens import TokenError
from workers.serve.answers.endpoints import language_of
from workers.serve.answers.page import HEADERS, document
from workers.serve.clicks.reports import ClickReports
from workers.serve.markup import html
from workers.serve.programs.endpoints import record_of
from workers.serve.requests import RETRY_SECONDS, address_of, limit, measured
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import SOURCE
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.unsubscribing.texts import TEXTS

TOPIC = "suppressions"
ROUTE = PATH + "{token}"
FORM = """<h1>{title}</h1>
<p>{text}</p>
<form method="post" action=""><button type="submit">{button}</button></form>"""
WORDS = "<h1>{title}</h1>\n<p>{text}</p>"


class Unsubscribing:
    """Shows the page of a link, and unsubscribes its reader, for `suppressions` and `engagements`.

    `addresses` is the limit that all routes share; it counts for looking only: nobody is kept from
    unsubscribing by others behind the same address, such as the servers of a mail provider.
    """

    def __init__(
        self, settings: Settings, writer: SharedWriter, addresses: RateLimit, clicks: ClickReports
    ) -> None:
        self._tokens = unsubscribe_tokens(settings)
        self._writer = writer
        self._addresses = addresses
        self._clicks = clicks

    def routes(self) -> list[Route]:
        """The routes."""
        shown, taken = (measured("unsubscribe", handle) for handle in (self._show, self._take))
        return [Route(ROUTE, shown, methods=["GET"]), Route(ROUTE, taken, methods=["POST"])]

    async def _show(self, request: Request) -> Response:
        """The button; programs that open every link change nothing, but are told by it."""
        try:
            limit(self._addresses, address_of(request))
            token = self._token(request)
        except TokenError:
            return page("forged", language_of(request), 403)
        except RequestRefused as refused:
            wait = {"Retry-After": str(int(refused.retry_seconds or 0) + 1)}
            return page("busy", language_of(request), refused.status, wait)
        self._clicks.requested(request, token.person, token.decision, "unsubscribe")
        language = token.language or language_of(request)
        texts = TEXTS[language]
        content = html(FORM, title=texts.asked_title, text=texts.asked, button=texts.button)
        return HTMLResponse(document(language, texts.asked_title, content), headers=HEADERS)

    async def _take(self, request: Request) -> Response:
        """200 when it is in Kafka that nobody writes to the reader any more, 503 when that is not sure."""
        try:
            token = self._token(request)
        except TokenError:
            return page("forged", language_of(request), 403)
        language, now = token.language or language_of(request), now_ms()
        written = [self._writer.write(record) for record in records_of(token, now)]
        if all(await asyncio.gather(*map(asyncio.shield, written))):
            return page("done", language, 200)
        return page("busy", language, 503, {"Retry-After": str(RETRY_SECONDS)})

    def _token(self, request: Request) -> UnsubscribeToken:
        """The token of a request; raises TokenError."""
        return read_unsubscribe_token(self._tokens, request.path_params["token"])


def records_of(token: UnsubscribeToken, now: int) -> tuple[ProducerRecord, ProducerRecord]:
    """What is written when somebody unsubscribes at a time (epoch ms): the suppression, and the outcome."""
    at = from_epoch_ms(now)
    suppression = Suppression(subject=f"{PERSON}{token.person}", reason="unsubscribed", at=at, by="link")
    outcome = Engagement(
        decision_id=token.decision, person=token.person, outcome="unsubscribed", at=at, detail="link"
    )
    headers = tuple(cloud_headers(event_type(TOPIC), SOURCE, f"{suppression.key}@{now}", now))
    record = ProducerRecord(TOPIC, suppression.key.encode(), suppression.dumps(), headers, now)
    return record, record_of(outcome, now)


def page(kind: str, language: Language, status: int, extra: Mapping[str, str] | None = None) -> Response:
    """A page of a few words: `done`, `forged` or `busy`."""
    texts = TEXTS[language]
    title, text = getattr(texts, f"{kind}_title"), getattr(texts, kind)
    content = document(language, title, html(WORDS, title=title, text=text))
    return HTMLResponse(content, status, HEADERS | dict(extra or {}))
