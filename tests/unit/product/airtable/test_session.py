"""Requests to Airtable: which are made again, after which wait, and which are told."""

import threading
from typing import Any

import pytest
import requests
from prometheus_client import REGISTRY
from requests.exceptions import ConnectionError as CutError
from requests.exceptions import RequestException

from workers.product.airtable.base_pace import BasePace
from workers.product.airtable.paced_session import PacedSession
from workers.product.airtable.refusals import AirtableRefusal
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.stopped import Stopped


class Pace(BasePace):
    """A pace without a limit, that counts."""

    def __init__(self) -> None:
        self.turns = self.ended = self.closed = 0
        self.statuses: list[int | None] = []

    def turn(self) -> Any:
        """A turn at once."""
        self.turns += 1

    def over(self, reservation: Any, status: int | None) -> None:
        """The end of a request."""
        self.ended += 1
        self.statuses.append(status)

    def close_base(self) -> None:
        """A refusal for too many requests."""
        self.closed += 1


class Answers(requests.adapters.BaseAdapter):
    """Gives one answer after the other: a status with a body, or an error."""

    def __init__(self, *answers: tuple[int, bytes] | Exception) -> None:
        super().__init__()
        self._answers = list(answers)

    def send(self, request: Any, *_: Any, **__: Any) -> requests.Response:
        """The next answer."""
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.status_code, response._content = answer
        response.request, response.url = request, request.url
        return response

    def close(self) -> None:
        """Nothing to close."""


def session(*answers: tuple[int, bytes] | Exception) -> tuple[PacedSession, Pace, threading.Event]:
    """A session that gets these answers, and waits for a moment only."""
    pace, stop = Pace(), threading.Event()
    made = PacedSession(pace, stop, Backoff(float("inf"), 0.001, 0.001))
    made.mount("https://", Answers(*answers))
    return made, pace, stop


URL = "https://api.test/v0/app1/M"


def test_what_passes_is_asked_again_in_a_turn_of_its_own() -> None:
    """Errors of the server, cut connections and cut answers; too many requests close the base for all."""
    answers = ((503, b""), CutError("cut"), (200, b'{"rec'), (429, b""), (502, b"<html>"), (200, b'{"a":1}'))
    asked, pace, _ = session(*answers)

    assert asked.request("GET", URL).json() == {"a": 1}
    assert (pace.turns, pace.ended, pace.closed) == (6, 6, 1)
    assert pace.statuses == [503, None, 200, 429, 502, 200]


def test_a_refusal_is_told_at_once_with_its_kind() -> None:
    """No wait mends it."""
    asked, pace, _ = session((422, b'{"error":{"type":"UNKNOWN_FIELD_NAME"}}'))

    with pytest.raises(AirtableRefusal, match="422 UNKNOWN_FIELD_NAME"):
        asked.request("GET", URL)
    assert pace.turns == 1


def test_a_post_that_was_not_answered_is_not_made_again() -> None:
    """It may have been done; one that was answered with an error was not."""
    asked, _, _ = session((503, b""), CutError("cut"), (200, b"{}"))

    with pytest.raises(CutError):
        asked.request("POST", URL)
    assert asked.request("POST", URL).ok


def test_a_backoff_that_is_exhausted_ends_the_attempts() -> None:
    """Of a reader that is waited for; the line says for how long and why."""
    pace, stop = Pace(), threading.Event()
    asked = PacedSession(pace, stop, Backoff(60.0, 0.001, 0.001, attempts=2))
    asked.mount("https://", Answers((503, b""), (502, b""), (200, b"{}")))

    with pytest.raises(RequestException, match=r"Airtable is lost since 0 s: status 502"):
        asked.request("GET", URL)


def test_a_wait_ends_when_capture_is_stopped() -> None:
    """However long Airtable is away."""
    asked, _, stop = session((503, b""), (503, b""))
    stop.set()

    with pytest.raises(Stopped):
        asked.request("GET", URL)


def test_a_pace_without_redis_closes_and_opens_by_its_own_clock() -> None:
    """And gives no turn when it is stopped."""
    stop, now = threading.Event(), [100.0]
    with BasePace(None, "test:app1", "app1", stop, 30.0, clock=lambda: now[0]) as pace:
        pace.over(pace.turn(), 200)
        pace.close_base()
        threading.Timer(0.05, stop.set).start()
        with pytest.raises(Stopped):
            pace.turn()
        stop.clear()
        now[0] += 30.0
        pace.over(pace.turn(), 200)


def test_the_pace_counts_under_the_name_of_its_base() -> None:
    """Requests by status, turns, and waits; nothing of it among the calls of models."""

    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    with BasePace(None, "fleet-airtable:appCounted", "appCounted", threading.Event()) as pace:
        for status in (200, 429, None):
            pace.over(pace.turn(), status)

    for text in ("200", "429", "none"):
        assert value("kairos_airtable_requests_total", base="appCounted", status=text) == 1
    assert value("kairos_airtable_turns_total", base="appCounted", outcome="local") == 3
    assert value("kairos_airtable_wait_seconds_count", base="appCounted") == 3
    limiters = {sample.labels.get("limiter") for each in REGISTRY.collect() for sample in each.samples}
    assert not [name for name in limiters if name and "appCounted" in name]
