"""The stand-in as a web application."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from deploy.embedded.clock import epoch_seconds
from deploy.embedded.listening import listening
from deploy.embedded.openai.batch_endpoints import BatchEndpoints
from deploy.embedded.openai.batch_lines import MOST_BYTES
from deploy.embedded.openai.batches import BatchRunner
from deploy.embedded.openai.control import ControlEndpoints
from deploy.embedded.openai.endpoints import ModelEndpoints
from deploy.embedded.openai.errors import ApiError
from deploy.embedded.openai.service import ApiService
from deploy.embedded.openai.settings import ApiSettings
from deploy.embedded.openai.store import Store

MULTIPART_BYTES = 1_000_000  # of an upload, beside its file


def application(service: ApiService) -> web.Application:
    """All paths of the API, and those that steer it."""
    app = web.Application(middlewares=[answer_errors(service)], client_max_size=MOST_BYTES + MULTIPART_BYTES)
    runner = BatchRunner(service)
    ModelEndpoints(service).add_to(app)
    BatchEndpoints(service, runner).add_to(app)
    ControlEndpoints(service, runner).add_to(app)

    async def resume(_app: web.Application) -> None:
        runner.resume()

    async def close(_app: web.Application) -> None:
        await runner.close()

    app.on_startup.append(resume)
    app.on_cleanup.append(close)
    return app


def answer_errors(service: ApiService) -> Middleware:
    """Checks the key, gives errors their body, and every answer of the API its headers."""
    numbers = count(1)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        began = time.monotonic()
        try:
            if request.path.startswith("/v1/"):
                check_key(request.headers.get("authorization", ""), service.settings.key)
            response = await handler(request)
        except ApiError as error:
            response = web.json_response(error.body, status=error.status, headers=error.headers)
        except web.HTTPError as error:
            wrong = ApiError(error.status, f"Invalid URL ({request.method} {request.path})")
            response = web.json_response(wrong.body, status=error.status)
        if not response.prepared:
            response.headers["x-request-id"] = f"req_{next(numbers):012d}"
            response.headers["openai-processing-ms"] = str(round((time.monotonic() - began) * 1000))
        return response

    return middleware


def check_key(header: str, key: str | None) -> None:
    """Raise ApiError unless a request has a key, and the right one if only one is."""
    scheme, _, given = header.partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        raise ApiError(401, "You didn't provide an API key.", code=None)
    if key is not None and given.strip() != key:
        raise ApiError(401, "Incorrect API key provided.", code="invalid_api_key")


@asynccontextmanager
async def serving(
    folder: Path, settings: ApiSettings, port: int = 0, clock: Callable[[], int] = epoch_seconds
) -> AsyncIterator[str]:
    """The stand-in on a port of this machine (0: a free one) while the block runs; yields its address.

    Files and batches are kept in `folder`; `clock` is in epoch seconds.
    """
    app = application(ApiService(settings, Store(folder), clock))
    async with listening(app, port) as url:
        yield url
