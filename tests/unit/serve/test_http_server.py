"""The thread that answers HTTP: it begins and ends with serve, and takes serve with it when it fails."""

import asyncio
import http.client
import resource
import threading
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from workers.runtime.process import exits
from workers.runtime.process.settings import Settings, SettingsError
from workers.serve import http_server
from workers.serve.http_server import listening, serving_http


def get(port: int) -> int:
    """The status of a request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


async def hello(_request: Request) -> Response:
    """Answer."""
    return PlainTextResponse("hello")


def test_it_answers_while_the_block_runs() -> None:
    """On a free port that it logs; afterwards nobody listens."""
    application = Starlette(routes=[Route("/", hello)])
    stop = threading.Event()
    with capture_logs() as lines, serving_http(Settings(), stop, application):
        (address,) = [line["address"] for line in lines if line["event"] == "answering HTTP"]
        port = int(address.rpartition(":")[2])
        assert get(port) == 200
        assert not stop.is_set()

    with pytest.raises(OSError, match="refused"):
        get(port)


def test_a_server_that_ends_by_itself_ends_serve() -> None:
    """Its error is raised when the block has noticed `stop`."""

    @asynccontextmanager
    async def broken(_app: Starlette) -> AsyncIterator[None]:
        raise KeyError("a bug")
        yield

    application = Starlette(lifespan=broken)
    stop = threading.Event()
    with (
        pytest.raises(RuntimeError, match="the HTTP server ended"),
        serving_http(Settings(), stop, application),
    ):
        assert stop.wait(30)


def test_a_port_that_is_taken_is_one_line_and_code_1() -> None:
    """The line names the place; another process may leave it."""
    with listening(Settings()) as bound:
        port = bound.getsockname()[1]
        with (
            capture_logs() as lines,
            pytest.raises(SystemExit) as ended,
            serving_http(Settings(kairos_http_port=port), threading.Event(), Starlette()),
        ):
            pytest.fail("two listen on one port")

    assert ended.value.code == exits.NOT_READY
    assert [line["place"] for line in lines] == [f"127.0.0.1:{port}"]


def test_unsafe_settings_are_refused() -> None:
    """In production without a secret."""
    with (
        pytest.raises(SettingsError, match=r"^KAIROS_TOKEN_SECRETS"),
        serving_http(Settings(kairos_mode="production"), threading.Event(), Starlette()),
    ):
        pytest.fail("it started")


def test_open_streams_take_no_place_from_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of connections is that of requests and of streams together; each has its own below it."""
    monkeypatch.setattr(http_server, "CONNECTIONS", 2)
    settings, stop = Settings(kairos_feed_streams=3), threading.Event()

    async def endless(_request: Request) -> Response:
        async def events() -> AsyncIterator[bytes]:
            while True:
                yield b"data: \n\n"
                await asyncio.sleep(60)

        return StreamingResponse(events())

    application = Starlette(routes=[Route("/", hello), Route("/stream", endless)])
    with capture_logs() as lines, serving_http(settings, stop, application), ExitStack() as streams:
        port = int(next(line["address"] for line in lines if "address" in line).rpartition(":")[2])
        for _ in range(settings.kairos_feed_streams):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            streams.callback(connection.close)
            connection.request("GET", "/stream")
            assert connection.getresponse().status == 200
        assert get(port) == 200


@pytest.mark.parametrize(
    ("limits", "needed", "set_to", "warns"),
    [
        ((1_024, 4_096), 2_000, [(2_000, 4_096)], False),
        ((1_024, resource.RLIM_INFINITY), 2_000, [(2_000, resource.RLIM_INFINITY)], False),
        ((1_024, 1_500), 2_000, [(1_500, 1_500)], True),
        ((4_096, 4_096), 2_000, [], False),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), 2_000, [], False),
    ],
)
def test_as_many_files_may_be_open_as_are_needed(
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    needed: int,
    set_to: list[tuple[int, int]],
    warns: bool,
) -> None:
    """As far as the system lets the process."""
    changed: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: changed.append(both))
    with capture_logs() as lines:
        http_server.allow_open_files(needed)

    assert changed == set_to
    assert bool(lines) == warns
