"""The routes of tracking: a message is read, proved, limited, and answered when Kafka has acknowledged it."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from starlette.responses import JSONResponse, Response

from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings
from workers.serve.direct import DirectRequest, DirectRoute
from workers.serve.requests import NOT_WRITTEN, RETRY_SECONDS, limit
from workers.serve.shared_writer import Acknowledgement, SharedWriter
from workers.serve.tracking.interactions import at_of, interaction_json
from workers.serve.tracking.messages import TrackedMessage, preference, read_message, search
from workers.serve.tracking.persons import PersonProof
from workers.serve.tracking.plain_view import read_view
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.recent_ids import RecentIds
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.tracking.tokens import TokenKeys

TOPIC, SOURCE = "interactions", "/kairos/serve"
TYPE = event_type(TOPIC)
ACCEPTED = Response(b'{"accepted": true}', 202, media_type="application/json")
MessageReader = Callable[[bytes, str], TrackedMessage]  # of a body and its content type
READERS: dict[str, MessageReader] = {
    "track-view": read_view,
    "track-preference": partial(read_message, read_content=preference),
    "track-search": partial(read_message, read_content=search),
}
NOTHING: Mapping[str, Any] = {}


JobTags = Callable[[str], list[str] | None]  # the tags of a job by its id; None: there is no such job


SawJob = Callable[[str, str, float], None]  # a person saw the page of a job for so many seconds


def not_told(_person: str, _job_id: str, _seconds: float) -> None:
    """Nobody wants to know that a page was seen."""


def no_tags(_job_id: str) -> list[str]:
    """The tags of a job where nothing is known of jobs."""
    return []


class Tracking:
    """Takes what people did on the job site, for the topic `interactions`; `tags_of` are those of a job.

    `saw` is told of each view of a browser that is not automated.
    `addresses` is the limit that all routes share.
    """

    def __init__(
        self,
        settings: Settings,
        proof: PersonProof,
        writer: SharedWriter,
        addresses: RateLimit,
        tags_of: JobTags = no_tags,
        saw: SawJob = not_told,
    ) -> None:
        self._writer = writer
        self._proof = proof
        self._tags_of = tags_of
        self._saw = saw
        self._persons = RateLimit(settings.kairos_person_per_minute, settings.kairos_person_burst)
        self._addresses = addresses
        self._views = RateLimit(settings.kairos_job_views_per_minute, 1)
        self._recent: RecentIds[Acknowledgement] = RecentIds()

    def routes(self) -> list[DirectRoute]:
        """The routes, each with and without a slash at the end."""
        return [
            DirectRoute(f"/jobs/api/{name}{end}", name, partial(self._track, read))
            for name, read in READERS.items()
            for end in ("/", "")
        ]

    async def _track(self, read: MessageReader, request: DirectRequest) -> Response:
        """202 when the message is in Kafka, 503 when that cannot be said, else a 4xx."""
        limit(self._addresses, request.address)
        body = await request.body()
        message = read(body, request.headers.get("content-type", ""))
        person = self._proof.person(message, request.headers, now_ms())
        limit(self._persons, person)
        if await self._written(message, person):
            content = message.content
            if content["kind"] == "viewed" and not content.get("bot"):
                self._saw(person, content["job_id"], content["seconds"])
            return ACCEPTED
        return JSONResponse({"error": NOT_WRITTEN}, 503, {"Retry-After": str(RETRY_SECONDS)})

    async def _written(self, message: TrackedMessage, person: str) -> bool:
        """Whether a message is in Kafka: its own record, or one with the same id and content."""
        known = self._recent.get(message.id)
        if known is not None and known.person != person:
            raise RequestRefused(403, "is that of another person's message", "id")
        if known is not None and message.seq <= known.seq:
            return known.acknowledgement is None or await asyncio.shield(known.acknowledgement)
        acknowledgement = self._deliver(message, person)
        if await acknowledgement:
            self._recent.settle(message.id, acknowledgement)
            return True
        self._recent.drop(message.id, acknowledgement)
        if message.content["kind"] == "viewed":
            self._views.give_back(view_key(message, person))
        return False

    def _deliver(self, message: TrackedMessage, person: str) -> Acknowledgement:
        """Begin to write a message; raises RequestRefused (429) when it is one view too many."""
        if message.content["kind"] == "viewed":
            limit(self._views, view_key(message, person))
        of_job = self._of_job(message.content.get("job_id"))
        acknowledgement = self._writer.write(record_of(message, person, now_ms(), of_job))
        self._recent.put(message.id, person, message.seq, acknowledgement)
        return acknowledgement

    def _of_job(self, job_id: str | None) -> dict[str, Any]:
        """What the board knows of a job: its tags, or that it has no such job, as the board may be late."""
        if job_id is None:
            return {}
        tags = self._tags_of(job_id)
        return {"unknown_job": True} if tags is None else {"tags": tags}


def view_key(message: TrackedMessage, person: str) -> str:
    """The key under which views of a person and a job are limited."""
    return f"{person}\0{message.content.get('job_id')}"


def proof_of(settings: Settings) -> PersonProof:
    """How the settings want persons to be proved."""
    return PersonProof(
        keys=TokenKeys(settings.token_secrets, settings.token_ms),
        bare_ids=not settings.is_production,
        header=settings.kairos_person_header,
        origins=settings.allowed_origins,
        applied_by_server=settings.kairos_applied_by == "server",
    )


def record_of(
    message: TrackedMessage, person: str, now_ms: int, of_job: Mapping[str, Any] = NOTHING
) -> ProducerRecord:
    """The record of what a person said by a time (epoch ms); `of_job` are the fields that the board knows."""
    at = at_of(message, now_ms)
    headers = cloud_headers(TYPE, SOURCE, message.id, at)
    value = interaction_json(message, person, at, of_job)
    return ProducerRecord(TOPIC, person.encode(), value, tuple(headers), at)
