"""The stand-in as a web application."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.embedded.airtable.control_endpoints import TableControl
from deploy.embedded.airtable.errors import (
    TableError,
    iterator_gone,
    not_there,
    table_error,
    too_many_requests,
)
from deploy.embedded.airtable.meta_endpoints import MetaEndpoints
from deploy.embedded.airtable.record_endpoints import RecordEndpoints
from deploy.embedded.airtable.service import RequestLimit, TableService
from deploy.embedded.airtable.settings import TableFault, TableSettings
from deploy.embedded.airtable.webhook_endpoints import WebhookEndpoints
from deploy.embedded.clock import epoch_ms
from deploy.embedded.faults import reset_connection
from deploy.embedded.listening import listening
from deploy.embedded.traffic import Arrival, Traffic

BASE_IN_PATH = re.compile(r"/v0/(?:meta/)?(?:bases/)?(app\w+)")
ALWAYS: frozenset[str] = frozenset(
    {"rate_limit", "server_error", "bad_gateway", "unavailable", "timeout", "reset"}
)
HTML = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


def application(service: TableService) -> web.Application:
    """All paths of the API, and those that steer it."""
    app = web.Application(middlewares=[answer_as_airtable(service)])
    records = RecordEndpoints(service)
    MetaEndpoints(service).add_to(app)
    WebhookEndpoints(service).add_to(app)
    TableControl(service, records).add_to(app)
    records.add_to(app)

    async def close(_app: web.Application) -> None:
        service.close()

    app.on_cleanup.append(close)
    return app


def answer_as_airtable(service: TableService) -> Middleware:
    """Counts the requests of each base, keeps to its limit, and gives errors their body."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v0/"):
            return await answered(request, handler)
        match = BASE_IN_PATH.match(request.path)
        traffic = service.traffic.setdefault(match[1] if match else "", Traffic())
        arrival = traffic.arrived(time.monotonic(), request.method)
        response = await answered(request, lambda each: served(service, each, handler, arrival))
        arrival.status = response.status
        return response

    return middleware


async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The answer of a handler, errors included."""
    try:
        return await handler(request)
    except TableError as error:
        return web.json_response(error.body, status=error.status)
    except web.HTTPError as error:
        return web.json_response(not_there().body, status=error.status)


async def served(
    service: TableService, request: web.Request, handler: Handler, arrival: Arrival
) -> web.StreamResponse:
    """The answer to a request of the API."""
    settings = service.settings
    check_token(request.headers.get("authorization", ""), settings.token)
    match = BASE_IN_PATH.match(request.path)
    if match is not None:
        limit = service.limits.setdefault(match[1], RequestLimit())
        if not limit.take(arrival.at, settings.requests_per_second, settings.penalty_seconds):
            raise too_many_requests()
    fault = service.faults.draw(ALWAYS | {"iterator_gone"} if "offset" in request.query else ALWAYS)
    if fault == "rate_limit" and match is not None:
        service.limits[match[1]].close(arrival.at + settings.penalty_seconds)
    await asyncio.sleep(settings.answer_seconds)
    if fault is None:
        return await handler(request)
    if fault == "reset":  # an answer that gets lost: the request itself is done
        await answered(request, handler)
        return reset_connection(request)
    return await failed(fault, settings.hang_seconds)


async def failed(fault: TableFault, hang_seconds: float) -> web.Response:
    """The answer of a request that is not done."""
    if fault == "timeout":
        await asyncio.sleep(hang_seconds)
    if fault == "rate_limit":
        raise too_many_requests()
    if fault == "iterator_gone":
        raise iterator_gone()
    if fault == "server_error":
        raise table_error(500, "SERVER_ERROR", "An unexpected error occurred")
    if fault == "bad_gateway":
        return web.Response(status=502, text=HTML, content_type="text/html")
    raise table_error(
        503, "SERVICE_UNAVAILABLE", "The service is temporarily unavailable. Please retry shortly."
    )


def check_token(header: str, token: str | None) -> None:
    """Raise TableError unless a request has a token, and the right one if only one is."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not given.strip() or (token is not None and given.strip() != token):
        raise table_error(401, "AUTHENTICATION_REQUIRED", "Authentication required")


@asynccontextmanager
async def serving(
    folder: Path, settings: TableSettings, port: int = 0, clock: Callable[[], int] = epoch_ms
) -> AsyncIterator[str]:
    """The stand-in on a port of this machine (0: a free one) while the block runs; yields its address.

    Its data are kept in `folder`; `clock` is in epoch milliseconds.
    """
    app = application(TableService(settings, folder, clock))
    async with listening(app, port) as url:
        yield url
