"""The routes for programs: read profile and decision, enrich documents, report outcomes."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import msgspec
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.decision import SendDecision
from schemas.mail import Engagement
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.product.reading.dates import read_time
from workers.product.reading.values import READ_ERRORS
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.serve.programs.access import ProgramAccess
from workers.serve.programs.bodies import read_body, read_json, read_reports
from workers.serve.programs.models import EnrichRequest, GeneratedEmail, GenerateEmailRequest, ReportsAccepted
from workers.serve.programs.problems import problem_response
from workers.serve.read_model import ReadModel
from workers.serve.requests import (
    NOT_WRITTEN,
    RETRY_SECONDS,
    RequestHandler,
    address_of,
    bearer,
    body_of,
    limit,
    measured,
)
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import SOURCE
from workers.serve.tracking.persons import given_id
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused
from workers.writing.models import GenerationResult

TOPIC = "engagements"
LONGEST_REPORTS = 250_000  # bytes
LONGEST_DOCUMENTS = 1_000_000  # bytes: some hundred users, at less than a millisecond each
BODY_SECONDS = 30.0
MOST_AT_ONCE = 4  # bodies of documents in memory
MOST_MAILS = 50  # that are written at once: each may wait for its turn with the model for minutes
UNCACHED = {"Cache-Control": "no-store"}
Enrich = Callable[
    [EnrichRequest], list[dict[str, Any]]
]  # entries as EnrichedUser; ValueError: "PLACE: reason"


Generate = Callable[[GenerateEmailRequest], Awaitable[GenerationResult]]


class Programs:
    """Answers programs. `enrich` and `generate` are None where nothing can: then there is no such route.

    `addresses` is the limit of all routes, under which those count that have no right to ask.
    """

    def __init__(
        self,
        access: ProgramAccess,
        model: ReadModel,
        writer: SharedWriter,
        addresses: RateLimit,
        enrich: Enrich | None = None,
        generate: Generate | None = None,
    ) -> None:
        self._generate = generate
        self._access = access
        self._model = model
        self._writer = writer
        self._addresses = addresses
        self._enrich = enrich
        self._enriching = ThreadPoolExecutor(1, "enriching")
        self._bodies = self._mails = 0

    def routes(self) -> list[Route]:
        """The routes."""
        routes = [
            Route("/profiles/{id:path}", self._checked("profiles", self._profile), methods=["GET"]),
            Route("/decisions/{id:path}", self._checked("decisions", self._decision), methods=["GET"]),
            Route("/engagements", self._checked("engagements", self._report), methods=["POST"]),
        ]
        if self._enrich is not None:
            routes.append(Route("/enrich", self._checked("enrich", self._enriched), methods=["POST"]))
        if self._generate is not None:
            generated = self._checked("generate-email", self._generated)
            routes.append(Route("/generate-email", generated, methods=["POST"]))
        return routes

    def _checked(self, name: str, handle: RequestHandler) -> RequestHandler:
        """A handler for programs with a token, whose refusals are problem details."""

        async def checked(request: Request) -> Response:
            try:
                self._access.check(bearer(request))
            except RequestRefused:
                limit(self._addresses, address_of(request))
                raise
            return await handle(request)

        return measured(name, checked, problem_response)

    async def _profile(self, request: Request) -> Response:
        """`GET /profiles/ID?at=`: the profile as of now, or of a later time."""
        person, at = person_of(request), time_of(request)
        profile = await self._read(self._model.profile, person)
        if profile is None:
            raise RequestRefused(404, "there is no profile of this person")
        if at is not None and at < profile.as_of:
            raise RequestRefused(
                404, f"the profile changed at {stamp(profile.as_of)}; older ones are not kept"
            )
        time = max(from_epoch_ms(now_ms()), profile.as_of) if at is None else at
        return await asyncio.to_thread(lambda: json_response(profile.at(time).dumps()))

    async def _decision(self, request: Request) -> Response:
        """`GET /decisions/ID?at=`: the decision that holds, if it was made by then."""
        person, at = person_of(request), time_of(request)
        decision: SendDecision | None = await self._read(self._model.decision, person)
        if decision is None:
            raise RequestRefused(404, "there is no decision about this person")
        if at is not None and at < decision.decided_at:
            made = stamp(decision.decided_at)
            raise RequestRefused(404, f"the present decision was made at {made}; older ones are not kept")
        return json_response(decision.dumps())

    async def _report(self, request: Request) -> Response:
        """`POST /engagements`: 202 when all outcomes are in Kafka, 503 when that cannot be said."""
        body = await body_of(request, LONGEST_REPORTS)
        now = now_ms()
        reports = read_reports(read_json(body, request.headers.get("content-type", "")), now)
        written = [self._writer.write(record_of(report, now)) for report in reports]
        if not all(await asyncio.gather(*map(asyncio.shield, written))):
            raise RequestRefused(503, NOT_WRITTEN, retry_seconds=RETRY_SECONDS - 1)
        return json_response(ReportsAccepted(accepted=len(reports)).model_dump_json().encode(), 202)

    async def _enriched(self, request: Request) -> Response:
        """`POST /enrich`: documents in, profiles and decisions out; nothing of it is kept."""
        assert self._enrich is not None
        if self._bodies >= MOST_AT_ONCE:
            raise RequestRefused(503, "too many documents are being read", retry_seconds=RETRY_SECONDS - 1)
        self._bodies += 1
        try:
            body = await body_of(request, LONGEST_DOCUMENTS, BODY_SECONDS)
            asked = read_body(EnrichRequest, read_json(body, request.headers.get("content-type", "")))
            loop = asyncio.get_running_loop()
            return json_response(await loop.run_in_executor(self._enriching, answer, self._enrich, asked))
        finally:
            self._bodies -= 1

    async def _generated(self, request: Request) -> Response:
        """`POST /generate-email`: a mail of six sections for a reader; 422 for jobs that are none."""
        assert self._generate is not None
        if self._mails >= MOST_MAILS:
            raise RequestRefused(503, "too many mails are being written", retry_seconds=RETRY_SECONDS - 1)
        self._mails += 1
        try:
            body = await body_of(request, LONGEST_DOCUMENTS, BODY_SECONDS)
            asked = read_body(GenerateEmailRequest, read_json(body, request.headers.get("content-type", "")))
            result = await self._generate(asked)
        finally:
            self._mails -= 1
        if result.email_content is None:
            raise RequestRefused(422, result.error_message or "no mail can be written", "job_matches")
        mail = GeneratedEmail(email=result.email_content, cached=result.cached, fallback=result.fallback)
        return json_response(mail.model_dump_json().encode())

    async def _read(self, read: Callable[[str], Any], person: str) -> Any:
        """What the read model has of a person; raises RequestRefused, 503 when Redis fails."""
        try:
            return await asyncio.to_thread(read, person)
        except RedisError:
            raise RequestRefused(503, "it cannot be read now", retry_seconds=RETRY_SECONDS - 1) from None


def answer(enrich: Enrich, asked: EnrichRequest) -> bytes:
    """The answer to documents as JSON; raises RequestRefused (422) for one that cannot be used."""
    try:
        return msgspec.json.encode({"people": enrich(asked)})
    except ValueError as error:
        place, _, reason = str(error).partition(": ")
        raise RequestRefused(422, reason, place.replace("[", ".").replace("]", "")) from None


def person_of(request: Request) -> str:
    """The person that a path names; raises RequestRefused (422)."""
    person = given_id(request.path_params["id"])
    if person is None:
        raise RequestRefused(422, "is no id", "id")
    return person


def time_of(request: Request) -> datetime | None:
    """The time that is asked for; None for now. Raises RequestRefused (422)."""
    if (text := request.query_params.get("at")) is None:
        return None
    try:
        time = read_time(text)
    except READ_ERRORS:
        time = None
    if time is None:
        raise RequestRefused(422, "must be a time like 2024-02-10T08:00:00Z", "at")
    return time


def stamp(time: datetime) -> str:
    """A time for people and programs."""
    return time.isoformat().replace("+00:00", "Z")


def json_response(body: bytes, status: int = 200) -> Response:
    """JSON that nobody keeps."""
    return Response(body, status, UNCACHED, media_type="application/json")


def record_of(report: Engagement, now: int, id_: str | None = None) -> ProducerRecord:
    """The record of an outcome that was reported at a time (epoch ms); `id_` of one that may come again."""
    id_ = id_ or f"{report.decision_id}/{report.outcome}"
    headers = cloud_headers(event_type(TOPIC), SOURCE, id_, to_epoch_ms(report.at))
    return ProducerRecord(TOPIC, report.person.encode(), report.dumps(), tuple(headers), now)
