"""The HTTP server beside a worker: /metrics, /healthz, /readyz and /status. It asks neither Kafka nor others.

Its threads look at the worker from outside: an event loop that never comes back cannot answer for itself.
"""

import json
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, disable_created_metrics, make_wsgi_app

from workers.runtime.metrics.probes import Probes
from workers.runtime.metrics.processes import READY

Respond = Callable[[str, list[tuple[str, str]]], Any]
Environ = Mapping[str, Any]
log = structlog.get_logger()


class ThreadedServer(ThreadingMixIn, WSGIServer):
    """A thread for each request: one that hangs holds up no other."""

    daemon_threads = True


class ThreadedServerV6(ThreadedServer):
    """The same on an address of IPv6."""

    address_family = socket.AF_INET6


class QuietHandler(WSGIRequestHandler):
    """A request is no line of the log."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Endpoints:
    """The WSGI application over the probes and metrics of a process."""

    def __init__(self, probes: Probes, registry: CollectorRegistry = REGISTRY) -> None:
        self._probes = probes
        self._metrics = make_wsgi_app(registry)
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        """Answer a request; 404 for a path that is not known."""
        path = environ.get("PATH_INFO", "")
        if path == "/metrics":
            with self._lock:  # what is refreshed by one request is not cleared by another one
                self._refresh()
                answer: Iterable[bytes] = self._metrics(environ, respond)
            return answer
        if path == "/healthz":
            return said(respond, self._probes.stalled())
        if path == "/readyz":
            return said(respond, self._probes.stalled() or self._probes.unready())
        if path == "/status":
            return sent(respond, "200 OK", "application/json", json.dumps(self._status()))
        return sent(respond, "404 Not Found", "text/plain", "/metrics /healthz /readyz /status")

    def _refresh(self) -> None:
        READY.labels(self._probes.worker).set(self._probes.unready() is None)
        for refresh in self._probes.refresh:
            try:
                refresh()
            except Exception:
                log.exception("some metrics are not up to date")

    def _status(self) -> dict[str, Any]:
        own = {"worker": self._probes.worker, "stalled": self._probes.stalled()}
        return own | {"unready": self._probes.unready()} | dict(self._probes.status())


def said(respond: Respond, reason: str | None) -> Iterable[bytes]:
    """200, or 503 with the reason."""
    status = "200 OK" if reason is None else "503 Service Unavailable"
    return sent(respond, status, "text/plain; charset=utf-8", reason or "ok")


def sent(respond: Respond, status: str, kind: str, text: str) -> Iterable[bytes]:
    """An answer with a text."""
    respond(status, [("Content-Type", kind), ("Cache-Control", "no-store")])
    return [f"{text}\n".encode()]


def serve_endpoints(host: str, port: int, probes: Probes, registry: CollectorRegistry = REGISTRY) -> str:
    """Serve the endpoints on a port of `host` (0: a free one); the address. Raises OSError."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    endpoints: Any = Endpoints(probes, registry)
    kind, shown = (ThreadedServerV6, f"[{host}]") if ":" in host else (ThreadedServer, host)
    server = make_server(host, port, endpoints, kind, QuietHandler)
    threading.Thread(target=server.serve_forever, name="endpoints", daemon=True).start()
    return f"http://{shown}:{server.server_port}"
