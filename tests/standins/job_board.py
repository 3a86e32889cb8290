"""A stand-in for a job site and its endpoint: pages with the tracking script, and answers as a test says."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from workers.serve.tracking_script import SHIPPED

WAIT_SECONDS = 20.0  # for a record that comes
TOKEN = "key.person.time.signature"
POLICY = "default-src 'none'; script-src 'self'; connect-src *"
BUTTONS = ("saved", "rejected", "ignored", "applied")


@dataclass(frozen=True)
class ToldMessage:
    """A request to the endpoint: its body as JSON, its headers in lower case, and the answer's status."""

    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    status: int


@dataclass(frozen=True)
class BoardAnswer:
    """What the endpoint answers; `cors` lets a page of any origin read it."""

    status: int = 202
    headers: Mapping[str, str] = field(default_factory=dict)
    cors: bool = False


class JobBoard:
    """The site and everything that it was told.

    `GET /jobs/ID` is the page of a job; the query's names are attributes of its script tag, but for `twice`
    (load the script twice) and `none` (no data-job-id). `answer` gives the next answer of the endpoint from
    the body and the number of requests before.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[ToldMessage] = []
        self.asked: list[str] = []  # the paths that an OPTIONS request asked for
        self.answer: Callable[[Mapping[str, Any], int], BoardAnswer] = lambda _body, _number: BoardAnswer()
        self.is_reachable = True  # else the endpoint hangs up without an answer
        self.changed = threading.Condition()

    def page(self, job: str = "job_1", **attributes: str) -> str:
        """The address of a job's page."""
        query = "&".join(f"{name}={value}" for name, value in attributes.items())
        return f"{self.url}/jobs/{job}?{query}"

    def accepted(self) -> dict[str, dict[str, Any]]:
        """What was accepted, by id: of each the message with the highest `seq`, as the endpoint keeps it."""
        records: dict[str, dict[str, Any]] = {}
        for request in list(self.requests):
            known = records.get(request.body["id"])
            if request.status == 202 and (known is None or request.body.get("seq", 0) > known.get("seq", 0)):
                records[request.body["id"]] = request.body
        return records

    def views(self) -> list[tuple[str, float]]:
        """Job and seconds of each accepted visit, sorted: two that are told at once come in any order."""
        return sorted(
            (record["job"], record["seconds"]) for record in self.accepted().values() if "seconds" in record
        )

    def presses(self) -> list[tuple[str, str, bool]]:
        """Job, kind and undo of each accepted press, sorted: two that are told at once come in any order."""
        return sorted(
            (record["job"], record["kind"], record["undo"])
            for record in self.accepted().values()
            if "kind" in record
        )

    def wait(self, holds: Callable[[], bool]) -> bool:
        """Wait until something holds of what was told; False when it never does."""
        end = time.monotonic() + WAIT_SECONDS
        with self.changed:
            while not holds():
                if not self.changed.wait(end - time.monotonic()):
                    return holds()
        return True


def html(job: str, query: Mapping[str, str]) -> str:
    """The page of a job."""
    holder = "" if "none" in query else f' data-job-id="{escape(job)}" data-source="feed"'
    attributes = {"token": TOKEN} | {
        name: value for name, value in query.items() if name not in {"none", "twice"}
    }
    tag = " ".join(f'data-{name}="{escape(value)}"' for name, value in attributes.items())
    script = f'<script src="/static/behavioral_tracking.js" {tag}></script>'
    buttons = "".join(
        f'<button type="button" data-kairos="{kind}" aria-pressed="false">{kind}</button>' for kind in BUTTONS
    )
    body = f'<main{holder}><h1>{escape(job)}</h1>{buttons}<p><a href="/jobs/job_2">next</a></p></main>'
    return f'<!doctype html><meta charset="utf-8"><title>{escape(job)}</title>{script}{body}' + (
        script if "twice" in query else ""
    )


class BoardHandler(BaseHTTPRequestHandler):
    """Answers for the JobBoard `board`, which a subclass has."""

    board: JobBoard
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """A page, or the script."""
        url = urlsplit(self.path)
        if url.path == "/static/behavioral_tracking.js":
            self._send(200, SHIPPED.read_bytes(), {"Content-Type": "text/javascript"})
        elif url.path.startswith("/jobs/"):
            page = html(url.path.removeprefix("/jobs/"), dict(parse_qsl(url.query, keep_blank_values=True)))
            headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
            self._send(200, page.encode(), headers)
        else:
            self._send(404, b"", {})

    def do_POST(self) -> None:
        """The endpoint."""
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.startswith("/jobs/api/"):
            self._send(204, b"", {})
            return
        board, body = self.board, json.loads(text)
        if not board.is_reachable:
            self.close_connection = True
            return
        with board.changed:
            answer = board.answer(body, len(board.requests))
            headers = {name.lower(): value for name, value in self.headers.items()}
            board.requests.append(ToldMessage(self.path, body, headers, answer.status))
            board.changed.notify_all()
        cors = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
        self._send(answer.status, b"{}", {**answer.headers, **(cors if answer.cors else {})})

    def do_OPTIONS(self) -> None:
        """A question before a request from another origin: noted, and refused."""
        self.board.asked.append(self.path)
        self._send(403, b"", {})

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status, HTTPStatus(status).phrase)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def job_board() -> Iterator[JobBoard]:
    """A stand-in on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BoardHandler)
    board = JobBoard(f"http://127.0.0.1:{server.server_address[1]}")
    server.RequestHandlerClass = type("BoundBoardHandler", (BoardHandler,), {"board": board})
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield board
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
