"""Requests to Airtable: each waits for its turn; one that fails for a while is made again."""

import threading
from typing import Any

import requests
import structlog
from requests.exceptions import RequestException

from workers.product.airtable.base_pace import BasePace
from workers.product.airtable.refusals import AirtableRefusal, AnswerKind, answer_kind, kind_of
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.error_text import one_line
from workers.runtime.process.stopped import Stopped

REPEATABLE = "GET"
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0  # seconds; it is never given up: other sources go on meanwhile
TOLD_FAILURES = 3  # in a row, after which the log tells each
log = structlog.get_logger()


class PacedSession(requests.Session):
    """The session of pyairtable's client, whose requests all come through here.

    Raises AirtableRefusal for an answer that says no, Stopped, and RequestException for a request that
    changes something and was not answered: whoever made it looks first at what became of it. A backoff that
    can be exhausted ends with RequestException, too.
    """

    def __init__(self, pace: BasePace, stop: threading.Event, backoff: Backoff | None = None) -> None:
        super().__init__()
        self._pace, self._stop = pace, stop
        self._backoff = backoff or Backoff(float("inf"), FIRST_DELAY, LONGEST_DELAY)

    def request(self, method: Any, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """The good answer to a request."""
        while True:
            answer = self._asked(str(method), url, *args, **kwargs)
            if isinstance(answer, str):
                self._wait(answer)
                continue
            kind = answer_kind(answer.status_code, answer.content)
            if kind is AnswerKind.ANSWERED:
                self._backoff.reset()
                return answer
            if kind is AnswerKind.REFUSED:
                raise AirtableRefusal(answer.status_code, kind_of(answer.content))
            if kind is AnswerKind.TOO_MANY:
                log.warning("Airtable has refused a request: too many in a second; nobody asks for a while")
                self._pace.close_base()
            else:
                self._wait(f"status {answer.status_code}")

    def _asked(self, method: str, url: Any, *args: Any, **kwargs: Any) -> requests.Response | str:
        """An answer; what went wrong, in one line, where there is none and it may be asked for again."""
        reservation, status = self._pace.turn(), None
        try:
            response = super().request(method, url, *args, **kwargs)
            status = response.status_code
            if response.ok and response.content:
                response.json()  # a body that is cut off fails as a cut connection does
            return response
        except RequestException as error:
            if method.upper() != REPEATABLE:
                raise
            return one_line(error)
        finally:
            self._pace.over(reservation, status)

    def _wait(self, error: str) -> None:
        delay = self._backoff.failed()
        if self._backoff.exhausted:
            raise RequestException(f"Airtable is lost since {self._backoff.lasted:.0f} s: {error}")
        tell = log.warning if self._backoff.failures >= TOLD_FAILURES else log.info
        tell("waiting for Airtable", error=error, in_seconds=delay)
        self._stop.wait(delay)
        if self._stop.is_set():
            raise Stopped
