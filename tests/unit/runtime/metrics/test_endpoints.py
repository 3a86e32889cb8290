"""What a process answers over HTTP: looked for when it is asked, from outside of its event loop."""

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge
from structlog.testing import capture_logs

from workers.runtime.metrics.endpoints import serve_endpoints
from workers.runtime.metrics.probes import Probes
from workers.runtime.runner.liveness import Liveness


class Answer(NamedTuple):
    """Status and text."""

    status: int
    text: str


class Server:
    """Endpoints on a free port of loopback, with a registry of their own."""

    def __init__(self) -> None:
        self.probes = Probes("people")
        self.registry = CollectorRegistry()
        self.address = serve_endpoints("127.0.0.1", 0, self.probes, self.registry)

    def get(self, path: str) -> Answer:
        """What is answered to a GET."""
        try:
            with urllib.request.urlopen(f"{self.address}{path}", timeout=10) as answer:
                return Answer(answer.status, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode())


@pytest.fixture
def server() -> Server:
    """Endpoints of a test's own."""
    return Server()


def test_a_worker_is_alive_before_it_is_ready(server: Server) -> None:
    """Then both; why it is not is said."""
    assert server.get("/healthz") == (200, "ok\n")
    assert server.get("/readyz") == (503, "it is starting\n")
    server.probes.ready()
    assert server.get("/readyz") == (200, "ok\n")
    server.probes.stalled = lambda: "the event loop stands since 12 s"
    assert server.get("/healthz") == server.get("/readyz") == (503, "the event loop stands since 12 s\n")


def test_a_loop_that_never_comes_back_is_seen_from_outside(server: Server) -> None:
    """It could not answer itself; when it turns again, it is alive again."""
    liveness = Liveness(0.2, lambda: 0.0)
    server.probes.stalled = liveness.stalled
    stands, goes_on, is_over = threading.Event(), threading.Event(), threading.Event()

    async def run() -> None:
        beat = asyncio.create_task(liveness.beat())
        await asyncio.sleep(0)
        stands.set()
        assert goes_on.wait(30)
        await asyncio.to_thread(is_over.wait, 30)
        beat.cancel()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    assert stands.wait(30)
    while (answer := server.get("/healthz")).status == 200:
        pass
    assert answer.text.startswith("the event loop stands since")
    goes_on.set()
    while server.get("/healthz").status != 200:
        pass
    is_over.set()
    thread.join()


def test_metrics_are_refreshed_when_they_are_read(server: Server) -> None:
    """What fails to is logged, and stops no other one."""
    gauge = Gauge("tested", "A test.", registry=server.registry)
    server.probes.refresh += [lambda: 1 // 0, gauge.inc]  # type: ignore[list-item]
    with capture_logs() as lines:
        assert "tested 1.0\n" in server.get("/metrics").text
        assert "tested 2.0\n" in server.get("/metrics").text
    assert [line["log_level"] for line in lines] == ["error", "error"]


def test_no_time_of_making_is_told_of_a_counter(server: Server) -> None:
    """They would be a third of all series."""
    Counter("tested", "A test.", registry=server.registry).inc()
    assert "tested_total 1.0\n" in server.get("/metrics").text
    assert "_created" not in server.get("/metrics").text


def test_the_status_is_json(server: Server) -> None:
    """With what the worker adds."""

    def status() -> Mapping[str, object]:
        return {"lag": 7}

    server.probes.status = status
    answer = server.get("/status")
    assert json.loads(answer.text) == {
        "worker": "people",
        "stalled": None,
        "unready": "it is starting",
        "lag": 7,
    }


def test_another_path_is_not_there(server: Server) -> None:
    """It names those that are."""
    assert server.get("/") == (404, "/metrics /healthz /readyz /status\n")


def has_ipv6() -> bool:
    """Whether this machine has a loopback of IPv6; many containers have none."""
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_address_of_ipv6_is_served_and_shown_as_urls_have_it() -> None:
    """As clusters without IPv4 need it."""
    probes = Probes("people")
    probes.ready()
    address = serve_endpoints("::1", 0, probes, CollectorRegistry())
    assert address.startswith("http://[::1]:")
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
        assert answer.status == 200
