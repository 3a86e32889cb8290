"""A direct route answers as one behind all of Starlette's layers does."""

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from workers.runtime.process.settings import load
from workers.serve import direct
from workers.serve.direct import DirectRequest, DirectRoute
from workers.serve.requests import measured
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.web import application

ALLOWED = "https://jobs.example"


async def take(request: DirectRequest) -> Response:
    """Answer with what came."""
    if not (body := await request.body()):
        raise RequestRefused(429, "too many requests", "id", retry_seconds=3)
    return Response(body + request.headers.get("x-seen", "").encode(), 202, {"X-Own": "1"})


async def take_layered(request: Request) -> Response:
    """The same, as any other route."""
    return await take(DirectRequest(request.scope, request.receive))


def client(origins: str) -> TestClient:
    """A site with the handler on both kinds of routes."""
    layered = Route("/layered", measured("layered", take_layered), methods=["POST"])
    routes = [DirectRoute("/direct", "direct", take), layered]
    return TestClient(application(load({"KAIROS_ALLOWED_ORIGINS": origins}), routes, ()))


@pytest.mark.parametrize("origins", ["", ALLOWED, "*"])
@pytest.mark.parametrize("origin", [None, ALLOWED, "https://other.example", "null"])
@pytest.mark.parametrize("body", [b"hello", b""])
def test_it_answers_with_the_same_headers(origins: str, origin: str | None, body: bytes) -> None:
    """Of an allowed origin, of another and of none; accepted or refused; and the second time as well."""
    site = client(origins)
    headers = {"cookie": "a=b"} | ({"origin": origin} if origin else {})
    for _ in range(2):
        answers = [site.post(path, content=body, headers=headers) for path in ("/direct", "/layered")]
        one, other = [
            (each.status_code, sorted(each.headers.multi_items()), each.content) for each in answers
        ]
        assert one == other


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "OPTIONS"])
def test_other_methods_go_the_usual_way(method: str) -> None:
    """And are refused there."""
    one, other = (client("").request(method, path) for path in ("/direct", "/layered"))

    assert (one.status_code, one.headers, one.content) == (405, other.headers, other.content)


def test_a_preflight_is_answered() -> None:
    """By the rules for other origins."""
    asked = {"origin": ALLOWED, "access-control-request-method": "POST"}
    answer = client(ALLOWED).options("/direct", headers=asked)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, ALLOWED)


def test_only_so_many_origins_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may name any; what is not remembered is answered all the same."""
    monkeypatch.setattr(direct, "MOST_ORIGINS", 1)
    site = client(ALLOWED)
    answers = [
        site.post("/direct", content=b"x", headers={"origin": origin}).headers
        for origin in ("https://a.example", ALLOWED, ALLOWED)
    ]

    allowed = [answer.get("access-control-allow-origin") for answer in answers]
    assert allowed == [None, ALLOWED, ALLOWED]
    assert len(site.app._by_origin) == 1  # type: ignore[attr-defined]


def test_of_one_header_the_first_counts() -> None:
    """As everywhere in Starlette."""
    twice: Any = [("x-seen", "first"), ("x-seen", "second")]

    assert client("").post("/direct", content=b"", headers=twice).status_code == 429
    assert client("").post("/direct", content=b"x", headers=twice).content == b"xfirst"
