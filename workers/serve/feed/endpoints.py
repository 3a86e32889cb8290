"""The routes of the feed: a page of it, and a stream of it that follows what the person does."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, cast

import structlog
from redis.exceptions import RedisError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from schemas.mail import Language
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.serve.feed.feeds import FeedRequest, Feeds
from workers.serve.feed.page import MOST, SIZE, FeedPage, answer, impression
from workers.serve.feed.profile_news import ProfileNews
from workers.serve.feed.stream_slots import StreamSlots
from workers.serve.requests import bearer, limit, measured
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import SOURCE
from workers.serve.tracking.persons import PersonProof
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused

TOPIC = "impressions"
PATH = "/jobs/api/feed"
LANGUAGES = ("en", "ja")
SWITCH = {"on": True, "off": False}
KEEP_ALIVE_SECONDS = 15.0
FINDERS = 8  # threads
UNCACHED = {"Cache-Control": "no-store"}
log = structlog.get_logger()


class Feed:
    """Answers with lists of jobs; every answer is logged to `impressions`."""

    def __init__(
        self, settings: Settings, feeds: Feeds, proof: PersonProof, writer: SharedWriter, news: ProfileNews
    ) -> None:
        self._persons = RateLimit(settings.kairos_feed_per_minute, settings.kairos_feed_burst)
        self._slots = StreamSlots(settings.kairos_feed_streams)
        self._feeds = feeds
        self._proof = proof
        self._writer = writer
        self._news = news
        self._finding = ThreadPoolExecutor(FINDERS, "finding")  # they wait for Redis, some for an embedder
        self._ranking = ThreadPoolExecutor(1, "ranking")  # numpy's product uses all that one core gives

    def routes(self) -> list[Route]:
        """The routes, each with and without a slash at the end."""
        page, stream = measured("feed", self._page), measured("feed-stream", self._stream)
        return [
            *(Route(f"{PATH}{end}", page, methods=["GET"]) for end in ("/", "")),
            *(Route(f"{PATH}/stream{end}", stream, methods=["GET"]) for end in ("/", "")),
        ]

    async def _page(self, request: Request) -> Response:
        """One page as JSON."""
        asked, language = self.read(request)
        return JSONResponse(answer(await self.shown(asked), language), headers=UNCACHED)

    async def _stream(self, request: Request) -> Response:
        """The first page, and again after every change of the person's profile, as server-sent events."""
        asked, language = self.read(request)
        if asked.cursor is not None:
            raise RequestRefused(422, "is not possible in a stream", "cursor")
        with ExitStack() as stack:
            self._slots.take(asked.person)
            stack.callback(self._slots.free, asked.person)
            # before the first list is made: what changes meanwhile is news
            changed = stack.enter_context(self._news.of(asked.person))
            first = await self.shown(asked)
            return EventStream(self._events(asked, language, first, changed), stack.pop_all().close)

    async def _events(
        self, asked: FeedRequest, language: Language, first: FeedPage, changed: asyncio.Event
    ) -> AsyncIterator[bytes]:
        yield event(answer(first, language))
        while True:
            try:
                async with asyncio.timeout(KEEP_ALIVE_SECONDS):
                    await changed.wait()
            except TimeoutError:
                yield b": still here\n\n"
                continue
            changed.clear()
            try:
                yield event(answer(await self.shown(asked), language))
            except RequestRefused as refused:
                log.warning("a stream of the feed waits", reason=str(refused))

    async def shown(self, asked: FeedRequest) -> FeedPage:
        """A page, logged; raises RequestRefused, 503 when Redis fails."""
        loop, now = asyncio.get_running_loop(), now_ms()
        try:
            asker = await loop.run_in_executor(self._finding, self._feeds.asker, asked, now)
            page = await loop.run_in_executor(self._ranking, self._feeds.page, asked, asker, now)
        except RedisError:
            raise RequestRefused(503, "profiles cannot be read now", retry_seconds=1.0) from None
        if page.shown:
            self._writer.write(record_of(page, now))  # a list is of use also while it cannot be logged
        return page

    def read(self, request: Request) -> tuple[FeedRequest, Language]:
        """What a request asks for, and the language of the answer; raises RequestRefused, also when it is
        one too many.
        """
        query = request.query_params
        token = bearer(request)
        token = query.get("token") if token is None else token
        person = self._proof.reader(token, query.get("person"), request.headers, now_ms())
        limit(self._persons, person)
        asked = FeedRequest(
            person=person,
            size=size_of(query),
            cursor=query.get("cursor"),
            use_personalization=SWITCH[choice(query, "personalization", tuple(SWITCH))]
            if "personalization" in query
            else None,
        )
        return asked, cast(Language, choice(query, "language", LANGUAGES))


class EventStream(StreamingResponse):
    """A response of server-sent events; `ended` is called when it ends, however that is."""

    def __init__(self, events: AsyncIterator[bytes], ended: Callable[[], None]) -> None:
        super().__init__(events, media_type="text/event-stream", headers=UNCACHED)
        self._ended = ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events until there are no more, or nobody reads them."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._ended()


def size_of(query: QueryParams) -> int:
    """How many jobs are asked for; raises RequestRefused (422)."""
    text = query.get("size", str(SIZE))
    if not text.isascii() or not text.isdigit() or len(text) > 4 or not 1 <= int(text) <= MOST:
        raise RequestRefused(422, f"must be a number from 1 to {MOST}", "size")
    return int(text)


def choice(query: QueryParams, name: str, choices: tuple[str, ...]) -> str:
    """One of some words, the first by default; raises RequestRefused (422)."""
    word = query.get(name, choices[0])
    if word not in choices:
        raise RequestRefused(422, f"must be one of {', '.join(choices)}", name)
    return word


def event(content: dict[str, Any]) -> bytes:
    """A server-sent event `feed` with a JSON object, and the id of its list."""
    return f"event: feed\nid: {content['request_id']}\ndata: {json.dumps(content)}\n\n".encode()


def record_of(page: FeedPage, at: int) -> ProducerRecord:
    """The record of a page that was shown at a time (epoch ms)."""
    shown = impression(page.picks, page.shown, at)
    id_ = f"{shown.request_id}.{shown.jobs[0].position}"
    headers = cloud_headers(event_type(TOPIC), SOURCE, id_, at)
    return ProducerRecord(TOPIC, shown.person.encode(), shown.dumps(), tuple(headers), at)
