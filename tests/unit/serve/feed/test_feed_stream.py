"""The stream of the feed over HTTP (C15): it follows the profile, and has a bound of its own."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.integration.processes import until
from tests.standins.served import served
from tests.unit.serve.feed.test_feed_endpoints import Site
from workers.serve.feed.page import FeedPage
from workers.serve.feed.profile_news import ProfileNews
from workers.serve.feed.stream_slots import MOST_OF_PERSON, StreamSlots
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.web import application


class ToldNews(ProfileNews):
    """News that a test tells, in the place of Redis."""

    loop: asyncio.AbstractEventLoop

    @contextmanager
    def of(self, person: str) -> Iterator[asyncio.Event]:
        self.loop = asyncio.get_running_loop()
        with super().of(person) as event:
            yield event


class StreamSite(Site):
    """The routes of the feed over HTTP."""

    def __init__(self, **environment: str) -> None:
        super().__init__(**environment)
        self.news = ToldNews(self.settings)
        self.feed._news = self.news

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer while the block runs."""
        with served(application(self.settings, self.feed.routes(), ()), "on") as url:
            self.port = urlsplit(url).port
            yield

    @contextmanager
    def asked(self, path: str) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request; the connection is closed behind it."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", f"/jobs/api/feed{path}")
            yield connection.getresponse()
        finally:
            connection.close()

    def status(self, path: str) -> int:
        """The status of an answer."""
        with self.asked(path) as answer:
            return answer.status

    def change(self, person: str) -> None:
        """Tell that a person's profile has changed."""
        self.news.loop.call_soon_threadsafe(self.news.tell, person)


def next_event(answer: http.client.HTTPResponse) -> tuple[str, Any]:
    """The name and the data of the next event."""
    fields: dict[str, str] = {}
    while line := answer.readline().decode().rstrip("\n"):
        name, _, value = line.partition(": ")
        fields[name] = value
    return fields["event"], json.loads(fields["data"])


def test_a_stream_tells_the_list_again_after_a_change() -> None:
    """C15: the first page at once, then the page as it is after a change of that person's profile."""
    site = StreamSite()
    with site.running(), site.asked("/stream?person=mia&size=5") as answer:
        assert (answer.status, answer.getheader("content-type")) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        name, first = next_event(answer)
        site.profile("mia", occupation="Nurse")
        site.change("bob")
        site.change("mia")
        _, second = next_event(answer)

    assert name == "feed"
    assert len(first["jobs"]) == len(second["jobs"]) == 5
    assert first["request_id"] != second["request_id"]
    assert second["jobs"][0]["reason"]["code"] == "profile"
    assert [said.request_id for said in site.impressions()] == [first["request_id"], second["request_id"]]


def test_what_changes_while_the_first_list_is_made_is_told() -> None:
    """C15: the profile changes after the list was made of it, and before it is sent."""
    site = StreamSite()
    make = site.feed._feeds.page

    def made_then_changed(*asked: Any) -> FeedPage:
        page = make(*asked)
        site.feed._feeds.page = make  # type: ignore[method-assign]
        site.profile("mia", occupation="Nurse")
        site.change("mia")
        return page

    site.feed._feeds.page = made_then_changed  # type: ignore[method-assign,assignment]
    with site.running(), site.asked("/stream?person=mia&size=5") as answer:
        next_event(answer)
        _, second = next_event(answer)

    assert second["jobs"][0]["reason"]["code"] == "profile"


def test_streams_have_a_bound_of_their_own() -> None:
    """When all are taken pages are still answered; one that ends leaves its place to another."""
    site = StreamSite(KAIROS_FEED_STREAMS="1")
    with site.running():
        with site.asked("/stream?person=mia") as answer:
            next_event(answer)
            with site.asked("/stream?person=bob") as refused:
                assert (refused.status, refused.getheader("retry-after")) == (503, "31")
            assert site.status("/?person=bob") == 200
        until(lambda: len(site.feed._slots) == 0)
        assert site.status("/stream?person=bob") == 200


def test_a_stream_that_cannot_begin_takes_no_place() -> None:
    """While the jobs are read."""
    site = StreamSite(KAIROS_FEED_STREAMS="1")
    site.board._ready.clear()
    with site.running():
        assert site.status("/stream?person=mia") == 503
        site.board._ready.set()
        with site.asked("/stream?person=mia") as answer:
            next_event(answer)


def test_a_person_has_some_slots() -> None:
    """For their tabs; others have theirs."""
    slots = StreamSlots(MOST_OF_PERSON + 1)
    for _ in range(MOST_OF_PERSON):
        slots.take("mia")
    with pytest.raises(RequestRefused) as refused:
        slots.take("mia")
    assert (refused.value.status, refused.value.retry_seconds) == (429, 30)
    slots.take("bob")
    slots.free("mia")
    slots.take("mia")
    with pytest.raises(RequestRefused) as full:
        slots.take("eve")
    assert full.value.status == 503
    assert len(slots) == MOST_OF_PERSON + 1


def test_who_asks_for_lists_too_often_waits() -> None:
    """Pages and streams count together; others are not concerned."""
    site = Site(KAIROS_FEED_PER_MINUTE="6", KAIROS_FEED_BURST="2")
    statuses = [site.get("mia", size=1).status_code for _ in range(3)]
    last = site.client.get("/jobs/api/feed/stream", params={"person": "mia"})

    assert statuses == [200, 200, 429]
    assert last.status_code == 429
    assert 1 <= int(last.headers["retry-after"]) <= 11
    assert site.get("bob", size=1).status_code == 200
