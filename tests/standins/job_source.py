"""A source for the job site: the demo's jobs, ranked by shared tags and language, and what it was told."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from schemas.documents import Event, Job
from schemas.mail import Language
from schemas.model import from_epoch_ms
from schemas.names import full_name
from tests.standins.served import served
from workers.demo import product
from workers.demo.site.app import JobSite
from workers.demo.site.source import (
    JobAct,
    JobActKind,
    JobList,
    ListedJob,
    ReceivedMail,
    SourceUnavailable,
    Visitor,
)
from workers.product.reading.document import read

PLACE, TAG, SAME_LANGUAGE = 12.0, 18.0, 30.0  # points
REASONS = {
    "en": ("New on the board", "Based on your interest in {} roles"),
    "ja": ("新着の求人", "「{}」への関心にもとづくおすすめ"),
}


class DemoJobs:
    """The jobs of the demo's product at a time (epoch milliseconds); `told` takes what the endpoint hears."""

    def __init__(self, now_ms: int) -> None:
        made = product.make(now_ms)
        self.now_ms = now_ms
        self.is_available = True
        self.jobs = {
            document["_id"]: Job.model_validate({"id": document["_id"], **document})
            for document in made.collections["jobs"]
        }
        self.events = {
            document["_id"]: read(Event, {"id": document["_id"], **document})
            for document in made.collections["events"]
        }
        self.received: list[ReceivedMail] = []
        self.addresses = {user["_id"]: user["email"] for user in made.users[:6] if "email" in user}
        self.people = [
            Visitor(user["_id"], full_name(user.get("name"), user.get("email"))) for user in made.users[:6]
        ]
        self._acts: dict[str, dict[tuple[str, str], JobAct]] = {}
        self.has_stream = True
        self.asked_by_request: list[str | None] = []

    def visitors(self) -> Sequence[Visitor]:
        """Six of the people."""
        return self.people

    def token(self, person: str) -> str:
        """A token of this stand-in."""
        return f"key.{person}.time.signature"

    def open_jobs(self) -> Sequence[Job]:
        """The open jobs, newest first."""
        at = from_epoch_ms(self.now_ms)
        found = [job for job in self.jobs.values() if job.closes_at is None or job.closes_at > at]
        return sorted(found, key=lambda job: (job.posted_at or at, job.id), reverse=True)

    def job(self, job_id: str) -> Job | None:
        """A job."""
        return self.jobs.get(job_id)

    def feed(self, person: str, language: Language, size: int, request_id: str | None = None) -> JobList:
        """By what the person likes."""
        self.asked_by_request.append(request_id)
        if not self.is_available:
            raise SourceUnavailable("told to fail")
        return self._ranked(self.acts(person), language, size)

    def before(self, person: str, language: Language, size: int) -> JobList:
        """The same without acts."""
        return self._ranked((), language, size)

    def acts(self, person: str) -> Sequence[JobAct]:
        """What was told, newest first."""
        return tuple(reversed(self._acts.get(person, {}).values()))

    def told(self, path: str, message: dict[str, object]) -> None:
        """A message of the tracking script."""
        person, job_id = str(message["token"]).split(".")[1], str(message.get("job"))
        kind = cast(JobActKind, message.get("kind", "viewed"))
        acts = self._acts.setdefault(person, {})
        known = acts.pop((job_id, kind), None)
        if "track-search" in path or message.get("undo"):
            return
        seconds = max(float(str(message.get("seconds", 0))), known.seconds if known else 0)
        title = self.jobs[job_id].title or job_id
        acts[job_id, kind] = JobAct(job_id, title, kind, from_epoch_ms(self.now_ms), seconds)

    def event(self, event_id: str) -> Event | None:
        """An event."""
        return self.events.get(event_id)

    def mails(self) -> Sequence[ReceivedMail]:
        """What the test has put there."""
        return self.received

    def recipients(self, addresses: Iterable[str]) -> Mapping[str, Visitor]:
        """The people by their addresses."""
        people = {person.id: person for person in self.people}
        return {address: people[id] for id, address in self.addresses.items() if address in set(addresses)}

    def _ranked(self, acts: Sequence[JobAct], language: Language, size: int) -> JobList:
        gone = {act.job_id for act in acts if act.kind in ("applied", "rejected", "ignored")}
        liked = [self.jobs[act.job_id] for act in acts if act.kind in ("viewed", "saved", "applied")]
        jobs = [self._scored(job, liked, language) for job in self.open_jobs() if job.id not in gone]
        jobs.sort(key=lambda listed: -listed.score)
        return JobList("request-1", tuple(jobs[:size]))

    def _scored(self, job: Job, liked: Sequence[Job], language: Language) -> ListedJob:
        alike = {each.title: len(set(each.tags) & set(job.tags)) for each in liked}
        best = max(alike, key=lambda title: alike[title], default=None)
        parts = {
            "language": SAME_LANGUAGE if job.language == language else 0.0,
            "text": TAG * alike[best] if best is not None else 0.0,
            "place": PLACE if any(each.location == job.location for each in liked) else 0.0,
        }
        plain, because = REASONS[language]
        reason = because.format(best) if parts["text"] else plain
        return ListedJob(job, sum(parts.values()), reason, parts, job.id.endswith("7"))


@contextmanager
def job_site(source: DemoJobs) -> Iterator[str]:
    """The site of a source, with an endpoint that tells the source; yields its address."""

    changed: set[asyncio.Event] = set()

    async def track(request: Request) -> Response:
        source.told(request.url.path, await request.json())
        for event in changed:
            event.set()
        return JSONResponse({"accepted": True}, 202)

    async def lists() -> AsyncIterator[bytes]:
        changed.add(told := asyncio.Event())
        for number in itertools.count():
            yield b'event: feed\ndata: {"request_id": "list-%d"}\n\n' % number
            await told.wait()
            told.clear()

    async def stream(_request: Request) -> Response:
        if not source.has_stream:
            return JSONResponse({"error": "all streams are taken"}, 503)
        return StreamingResponse(lists(), media_type="text/event-stream")

    app = JobSite(source, lambda: source.now_ms).app()
    app.router.routes.insert(0, Route("/jobs/api/{name}/", track, methods=["POST"]))
    app.router.routes.insert(0, Route("/jobs/api/feed/stream", stream))
    with served(app) as address:
        yield address
