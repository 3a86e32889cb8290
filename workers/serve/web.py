"""The HTTP application of serve: routes of several rooms behind one set of rules for other origins."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from workers.board.live_board import LiveBoard
from workers.recommend.policy import FeedPolicy
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.answers import endpoints as answers
from workers.serve.answers.endpoints import Answers
from workers.serve.answers.given import GivenAnswers
from workers.serve.clicks.endpoints import Clicks, click_reports
from workers.serve.description.endpoints import description_route
from workers.serve.direct import DirectOrOthers
from workers.serve.feed import endpoints as feed
from workers.serve.feed.endpoints import Feed
from workers.serve.feed.feeds import Feeds
from workers.serve.feed.profile_news import ProfileNews
from workers.serve.programs import endpoints as programs
from workers.serve.programs.access import ProgramAccess
from workers.serve.programs.endpoints import Enrich, Programs
from workers.serve.programs.mails import MailGenerator, mail_generator
from workers.serve.read_model import ReadModel
from workers.serve.requests import address_limit
from workers.serve.resumes.endpoints import Resumes
from workers.serve.returns import endpoints as returns
from workers.serve.returns.endpoints import Returns
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import TOPIC, Tracking, proof_of
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.unsubscribing import endpoints as unsubscribing
from workers.serve.unsubscribing.endpoints import Unsubscribing

# topics to which requests lead to records
WRITTEN = (TOPIC, feed.TOPIC, answers.TOPIC, programs.TOPIC, unsubscribing.TOPIC, returns.TOPIC)
REDIS_SECONDS = 2.0
BackgroundService = Callable[[], Coroutine[Any, Any, None]]
PREFLIGHT_SECONDS = 86_400
log = structlog.get_logger()


def serve_app(
    settings: Settings, board: LiveBoard, policy: FeedPolicy, enrich: Enrich | None = None
) -> ASGIApp:
    """The whole application: the jobs of a board, the policy of the feed, and what enriches documents."""
    writer, news, proof = SharedWriter(settings, WRITTEN), ProfileNews(settings), proof_of(settings)
    addresses = address_limit(settings)
    redis = connect(settings, REDIS_SECONDS)
    feeds = Feeds(board, redis, settings, policy)
    mails = mail_generator(settings)
    clicks = click_reports(settings, writer)
    routes = [
        health_route(writer, board),
        *Tracking(settings, proof, writer, addresses, board.tags, clicks.viewed).routes(),
        *Resumes(proof, writer, addresses).routes(),
        *Feed(settings, feeds, proof, writer, news).routes(),
        *Answers(settings, writer, GivenAnswers(redis, settings), addresses, clicks).routes(),
        *Unsubscribing(settings, writer, addresses, clicks).routes(),
        *Clicks(settings, clicks, lambda job_id: board.tags(job_id) is None).routes(),
        *return_routes(settings, writer, addresses),
        *program_routes(settings, ReadModel(redis, settings), writer, addresses, enrich, mails),
    ]
    services = [writer.keep_connected, news.listen, *([] if mails is None else [mails.keep_open])]
    return application(settings, [*routes, description_route(routes)], services)


def return_routes(settings: Settings, writer: SharedWriter, addresses: RateLimit) -> list[Route]:
    """The route for a mail provider's reports; none without a secret."""
    secret = settings.kairos_bounce_secret
    return [] if secret is None else Returns(settings, secret.get_secret_value(), writer, addresses).routes()


def program_routes(
    settings: Settings,
    model: ReadModel,
    writer: SharedWriter,
    addresses: RateLimit,
    enrich: Enrich | None,
    mails: MailGenerator | None = None,
) -> list[Route]:
    """The routes for programs; none in production without tokens."""
    if settings.is_production and not settings.api_tokens:
        log.info("no routes for programs: KAIROS_API_TOKENS is not set")
        return []
    access = ProgramAccess(settings.api_tokens.values())
    generate = None if mails is None else mails.generate
    return Programs(access, model, writer, addresses, enrich, generate).routes()


def application(
    settings: Settings, routes: Sequence[BaseRoute], services: Sequence[BackgroundService]
) -> ASGIApp:
    """An application of some routes; the services run, until they are cancelled, while it runs."""

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running = [asyncio.create_task(service()) for service in services]
        try:
            yield
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    return DirectOrOthers(
        Starlette(routes=routes, lifespan=lifespan),
        routes,
        allow_origins=settings.allowed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization"],
        expose_headers=["Retry-After"],
        max_age=PREFLIGHT_SECONDS,
    )


def health_route(writer: SharedWriter, board: LiveBoard) -> Route:
    """`GET /healthz`: 200 when requests can be written and the jobs are there, 503 when not."""

    async def healthz(_request: Request) -> Response:
        ready = {"kafka": writer.is_connected, "board": board.is_ready}
        return JSONResponse(ready, 200 if all(ready.values()) else 503)

    return Route("/healthz", healthz)
