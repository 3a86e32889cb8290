"""The route for a provider's reports of bounces and complaints: raw mails, or events in JSON."""

import asyncio
import binascii
from base64 import b64decode
from collections import Counter
from hmac import compare_digest
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from workers.product.returns.reading import MOST_BYTES, NamedReturn, read_event, read_return
from workers.product.returns.references import MailReferences
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.metrics.mails import RETURNS
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.serve.programs.endpoints import json_response
from workers.serve.programs.models import ReportsAccepted
from workers.serve.programs.problems import problem_response
from workers.serve.requests import NOT_WRITTEN, RETRY_SECONDS, address_of, bearer, body_of, limit, measured
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import SOURCE
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused

TOPIC = "mail-returns"
PATH = "/mail-returns"
BODY_SECONDS = 30.0
MOST_EVENTS = 1_000
UNREAD = "unread"


class Returns:
    """Takes reports from whoever knows the secret; `addresses` is the limit of those who do not."""

    def __init__(self, settings: Settings, secret: str, writer: SharedWriter, addresses: RateLimit) -> None:
        self._references = MailReferences(settings.token_secrets)
        self._secret = secret.encode()
        self._writer = writer
        self._addresses = addresses

    def routes(self) -> list[Route]:
        """The route."""
        return [Route(PATH, measured("mail-returns", self._take, problem_response), methods=["POST"])]

    async def _take(self, request: Request) -> Response:
        """202 when all that could be read is in Kafka; what could not is counted, and not wanted again."""
        if not compare_digest(secret_of(request), self._secret):
            limit(self._addresses, address_of(request))
            raise RequestRefused(401, "the secret is not known")
        body, now = await body_of(request, MOST_BYTES, BODY_SECONDS), now_ms()
        found = await asyncio.to_thread(self._read, body, now)
        named = [each for each in found if each is not None]
        written = [self._writer.write(record_of(each, now)) for each in named]
        if not all(await asyncio.gather(*map(asyncio.shield, written))):
            raise RequestRefused(503, NOT_WRITTEN, retry_seconds=RETRY_SECONDS - 1)
        for says, count in Counter(UNREAD if each is None else each.value.says for each in found).items():
            RETURNS.labels("webhook", says).inc(count)
        return json_response(ReportsAccepted(accepted=len(named)).model_dump_json().encode(), 202)

    def _read(self, body: bytes, now: int) -> list[NamedReturn | None]:
        """What a body reports: events where it is JSON, whatever type it claims, else a raw mail."""
        if body.lstrip()[:1] in (b"{", b"["):
            return [read_event(event, self._references, now) for event in events_of(body)]
        return [read_return(body, self._references, "webhook", now)]


def events_of(body: bytes) -> list[Any]:
    """The events in a body of JSON, one or a list; raises RequestRefused (400, 413)."""
    try:
        value = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise RequestRefused(400, "the body is no JSON") from None
    events = value if isinstance(value, list) else [value]
    if len(events) > MOST_EVENTS:
        raise RequestRefused(413, f"a list must have {MOST_EVENTS:,} events at most")
    return events


def secret_of(request: Request) -> bytes:
    """The secret that a request shows: a bearer token, or the password of a user of any name."""
    if (token := bearer(request)) is not None:
        return token.encode("utf-8", "replace")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return b64decode(given, validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""


def record_of(named: NamedReturn, now: int) -> ProducerRecord:
    """The record of what came back, written at a time (epoch ms)."""
    headers = cloud_headers(event_type(TOPIC), SOURCE, f"{named.key}/{named.value.says}@{now}", now)
    return ProducerRecord(TOPIC, named.key.encode(), named.value.dumps(), tuple(headers), now)
