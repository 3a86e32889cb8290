"""Runs serve's HTTP application in a thread of the process, on an event loop of its own."""

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from workers.runtime.process import exits
from workers.runtime.process.http_settings import unsafe
from workers.runtime.process.settings import Settings, SettingsError

STOP_SECONDS = 5  # for requests that are being answered, at the end
CONNECTIONS = 900  # beside those of open streams of the feed, which have a bound of their own
OTHER_FILES = 124  # that are open: of Kafka, Redis, the program; with CONNECTIONS the usual limit
log = structlog.get_logger()


@contextmanager
def serving_http(settings: Settings, stop: threading.Event, application: ASGIApp) -> Iterator[None]:
    """Answer HTTP with an application while the block runs.

    When the server ends by itself, `stop` is set and its error raised. Raises SettingsError when the settings
    would let anybody speak for anybody, and SystemExit when the port is taken.
    """
    if reasons := list(unsafe(settings)):
        raise SettingsError("; ".join(reasons))
    allow_open_files(CONNECTIONS + settings.kairos_feed_streams + OTHER_FILES)
    with listening(settings) as bound:
        server = HttpServer(settings, bound, stop, application)
        try:
            yield
        finally:
            server.stop()
    server.check()


def allow_open_files(needed: int) -> None:
    """Let this process have so many files and connections open, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed < needed:
        log.warning("too few open files (ulimit -n, KAIROS_FEED_STREAMS)", needed=needed, allowed=allowed)


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket that listens where the settings say."""
    address = settings.kairos_http_address
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        bound = socket.create_server((address, settings.kairos_http_port), family=family, backlog=1_024)
    except OSError as error:
        place = f"{address}:{settings.kairos_http_port}"
        log.error("cannot listen (KAIROS_HTTP_ADDRESS, KAIROS_HTTP_PORT)", place=place, error=error.strerror)
        raise SystemExit(exits.NOT_READY) from None
    with bound:
        yield bound


class HttpServer:
    """The server and its thread; it answers on `bound` from the start."""

    def __init__(
        self, settings: Settings, bound: socket.socket, stop: threading.Event, application: ASGIApp
    ) -> None:
        self._stop, self._failure = stop, list[BaseException]()
        self._bound = bound
        config = uvicorn.Config(
            application,
            lifespan="on",
            ws="none",
            loop="uvloop",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.kairos_http_proxies),
            forwarded_allow_ips=settings.kairos_http_proxies,
            limit_concurrency=CONNECTIONS + settings.kairos_feed_streams,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._thread.start()
        host, port = bound.getsockname()[:2]
        log.info("answering HTTP", address=f"http://{f'[{host}]' if ':' in host else host}:{port}")

    def stop(self) -> None:
        """Answer what was asked, then end."""
        self._server.should_exit = True
        self._thread.join(2 * STOP_SECONDS)

    def check(self) -> None:
        """Raise the error with which the server ended by itself."""
        if self._failure:
            raise RuntimeError("the HTTP server ended") from self._failure[0]

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._bound])
            if not self._server.should_exit:
                raise RuntimeError("it stopped without being asked to")
        except BaseException as error:  # uvicorn ends by SystemExit, too
            self._failure.append(error)
        finally:
            self._stop.set()
