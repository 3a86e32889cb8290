"""What all routes do with a request: bound it, count it, and answer a refusal."""

import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import lru_cache
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive

from workers.runtime.metrics.http import HTTP_REQUESTS, HTTP_SECONDS
from workers.runtime.process.settings import Settings
from workers.serve.prompt import within
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused

LONGEST_BODY = 8_192  # bytes
BODY_SECONDS = 5.0  # for a body to arrive
RETRY_SECONDS = 2  # after which to try again when Kafka does not answer
NOT_WRITTEN = "it could not be written; try again"
R = TypeVar("R")
RequestHandler = Callable[[Request], Awaitable[Response]]
RefusalAnswer = Callable[[RequestRefused], Response]


def address_limit(settings: Settings) -> RateLimit:
    """How often an address may ask."""
    return RateLimit(settings.kairos_address_per_minute, settings.kairos_address_burst)


def address_of(request: Request) -> str:
    """The address from which a request comes; empty when it is not known."""
    return request.client.host if request.client else ""


def limit(rate: RateLimit, key: str) -> None:
    """Count a request of a person or an address; raises RequestRefused (429) when it is one too many."""
    if (wait := rate.take(key, time.monotonic())) > 0:
        raise RequestRefused(429, "too many requests", retry_seconds=wait)


def bearer(request: Request) -> str | None:
    """The token in the header `Authorization`; None without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def bounded_body(
    receive: Receive, length: str, longest: int = LONGEST_BODY, seconds: float = BODY_SECONDS
) -> bytes:
    """The body of a request, whose header says a `length`, or "".

    Raises RequestRefused, 413 for more than `longest` bytes, 408 when it does not come.
    """
    if length.isdecimal() and len(length) < 20 and int(length) > longest:
        raise RequestRefused(413, f"the body has more than {longest} bytes")
    try:
        return await within(seconds, arrived(receive, longest))
    except TimeoutError:
        raise RequestRefused(408, "the body did not come") from None


def refusal_response(refused: RequestRefused) -> Response:
    """The answer to a request that is refused: what is wrong, and in which field."""
    content = {"error": str(refused)} | ({"field": refused.field} if refused.field else {})
    wait = refused.retry_seconds
    headers = {} if wait is None else {"Retry-After": str(int(wait) + 1)}
    return JSONResponse(content, refused.status, headers)


async def body_of(request: Request, longest: int = LONGEST_BODY, seconds: float = BODY_SECONDS) -> bytes:
    """The body of a request; raises RequestRefused as `bounded_body` does."""
    length = request.headers.get("content-length", "")
    return await bounded_body(request.receive, length, longest, seconds)


async def arrived(receive: Receive, longest: int) -> bytes:
    """The body when it has come; raises RequestRefused, 413 when it is too long, 400 when it has no end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestRefused(400, "the body ended early")
        body += message.get("body", b"")
        if len(body) > longest:
            raise RequestRefused(413, f"the body has more than {longest} bytes")
        if not message.get("more_body", False):
            return bytes(body)


def measured(
    route: str, handle: Callable[[R], Awaitable[Response]], refusal: RefusalAnswer = refusal_response
) -> Callable[[R], Coroutine[Any, Any, Response]]:
    """A handler that answers refusals, and counts its requests and their time under a route's name."""

    seconds = HTTP_SECONDS.labels(route)
    counts = lru_cache(lambda status: HTTP_REQUESTS.labels(route, str(status)))

    async def answer(request: R) -> Response:
        began = time.perf_counter()
        try:
            response = await handle(request)
        except RequestRefused as refused:
            response = refusal(refused)
        counts(response.status_code).inc()
        seconds.observe(time.perf_counter() - began)
        return response

    return answer
