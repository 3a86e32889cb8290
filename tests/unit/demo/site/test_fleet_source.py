"""The demo's source: jobs of the database, lists of an HTTP answer as serve gives it, acts of a profile."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schemas.documents import Job
from schemas.model import from_epoch_ms
from tests.standins.served import served
from workers.demo.site.answers import acts_of, listed_jobs
from workers.demo.site.fleet_source import FleetSource
from workers.demo.site.source import JobAct, SourceUnavailable, Visitor

NOW = 1_790_000_000_000
AT = from_epoch_ms(NOW)
ANSWER = {
    "request_id": "r1",
    "shortened": None,
    "jobs": [
        {
            "job": {"id": "job_001", "title": "Nurse", "closes_at": "2027-01-01T00:00:00Z"},
            "position": 0,
            "score": 82.5,
            "parts": {"text": 62.5, "boost": 10.0, "place": 10.0},
            "explored": False,
            "reason": {"code": "similar", "text": "Similar to Care Worker you saved"},
        }
    ],
}


class Seen(NamedTuple):
    """A job of a profile."""

    job_id: str
    viewed_seconds: float = 0.0
    viewed_at: Any = None
    saved_at: Any = None
    rejected_at: Any = None
    ignored_at: Any = None
    applied_at: Any = None


class Feed:
    """Answers as serve does; keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: Any = ANSWER
        self.status = 200
        self.asked: list[tuple[str, str]] = []

    async def page(self, request: Request) -> Response:
        """`GET /jobs/api/feed/`."""
        self.asked.append((request.url.query, request.headers["authorization"]))
        return JSONResponse(self.answer, self.status)


@pytest.fixture
def feed() -> Feed:
    """An answering feed."""
    return Feed()


@pytest.fixture
def source(feed: Feed) -> Iterator[FleetSource]:
    """A source that has no database to ask."""
    with served(Starlette(routes=[Route("/jobs/api/feed/", feed.page)])) as url:
        yield made(url)


def made(url: str) -> FleetSource:
    """A source of a feed at an address."""
    database: Any = NoDatabase()
    return FleetSource(
        database,
        url,
        [Visitor("mia")],
        lambda person: f"token of {person}",
        lambda _: [],
        lambda: NOW,
        list,
    )


class NoDatabase:
    """Has no collection that could be read."""

    def get_collection(self, *_arguments: Any, **_options: Any) -> None:
        """Nothing."""


def test_a_list_is_asked_for_with_the_persons_token(source: FleetSource, feed: Feed) -> None:
    """In the language of the page; all that the site shows is in the answer."""
    (listed,) = source.feed("mia", "ja", 20).jobs

    assert feed.asked == [("size=20&language=ja", "Bearer token of mia")]
    assert isinstance(listed.job, Job)
    assert (listed.job.title, listed.score, listed.explored) == ("Nurse", 82.5, False)
    assert listed.reason == "Similar to Care Worker you saved"
    assert sum(listed.parts.values()) == listed.score


def test_a_list_that_was_made_is_asked_for_by_its_request(source: FleetSource, feed: Feed) -> None:
    """As the stream names it: what is shown is logged under the list that the stream told of."""
    source.feed("mia", "en", 20, "r7")

    assert feed.asked == [("size=20&language=en&cursor=0.r7", "Bearer token of mia")]


def test_the_first_list_is_kept_for_comparing(source: FleetSource, feed: Feed) -> None:
    """Whatever comes later; of each person their own."""
    assert source.before("mia", "en", 10).request_id == "r1"
    feed.answer = ANSWER | {"request_id": "r2"}

    assert source.feed("mia", "en", 10).request_id == "r2"
    assert source.before("mia", "en", 10).request_id == "r1"
    assert source.before("leo", "en", 10).request_id == "r2"


@pytest.mark.parametrize("answer", [{}, [], {"request_id": "r", "shortened": None, "jobs": [{}]}, "text"])
def test_an_answer_of_another_form_is_unavailable(source: FleetSource, feed: Feed, answer: Any) -> None:
    """The site then says that the feed does not answer."""
    feed.answer = answer
    with pytest.raises(SourceUnavailable):
        source.feed("mia", "en", 10)


def test_a_feed_that_fails_is_unavailable(source: FleetSource, feed: Feed) -> None:
    """503 while its jobs are being read, or nobody there."""
    feed.status = 503
    with pytest.raises(SourceUnavailable):
        source.feed("mia", "en", 10)
    with pytest.raises(SourceUnavailable):
        made("http://127.0.0.1:9").feed("mia", "en", 10)


def test_acts_are_the_newest_first() -> None:
    """Each kind with its time; what was taken back has none."""
    earlier = from_epoch_ms(NOW - 1_000)
    seen = [Seen("a", 95.0, viewed_at=earlier, saved_at=AT), Seen("b", rejected_at=from_epoch_ms(NOW - 500))]

    assert acts_of(seen, {"a": "Nurse"}) == [
        JobAct("a", "Nurse", "saved", AT),
        JobAct("b", "b", "rejected", from_epoch_ms(NOW - 500)),
        JobAct("a", "Nurse", "viewed", earlier, 95.0),
    ]


def test_the_answer_is_read_from_json() -> None:
    """As it is on the wire."""
    assert listed_jobs(json.loads(json.dumps(ANSWER))).jobs[0].job.id == "job_001"
