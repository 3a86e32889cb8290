"""The route of résumés: read in a thread, and answered when Kafka has acknowledged the text."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schemas.interactions import ResumeUpload
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.clock import now_ms
from workers.serve.requests import (
    NOT_WRITTEN,
    RETRY_SECONDS,
    address_of,
    bearer,
    body_of,
    limit,
    measured,
)
from workers.serve.resumes.uploads import LONGEST_UPLOAD, Upload, read_upload, resume_of
from workers.serve.shared_writer import SharedWriter
from workers.serve.tracking.endpoints import SOURCE, TOPIC
from workers.serve.tracking.persons import PersonProof
from workers.serve.tracking.rate_limit import RateLimit
from workers.serve.tracking.refusal import RequestRefused

PATH = "/jobs/api/resume"
UPLOAD_SECONDS = 60.0  # for a file to arrive
MOST_AT_ONCE = 8  # uploads in memory
PER_MINUTE, BURST = 2.0, 5  # of one person


class Resumes:
    """Takes the résumés of people, for the topic `interactions`; `addresses` is the limit of all routes."""

    def __init__(self, proof: PersonProof, writer: SharedWriter, addresses: RateLimit) -> None:
        self._proof = proof
        self._writer = writer
        self._addresses = addresses
        self._persons = RateLimit(PER_MINUTE, BURST)
        self._reading = ThreadPoolExecutor(1, "resumes")
        self._uploads = 0

    def routes(self) -> list[Route]:
        """The routes, with and without a slash at the end."""
        take = measured("resume", self._take)
        return [Route(f"{PATH}{end}", take, methods=["POST"]) for end in ("/", "")]

    async def _take(self, request: Request) -> Response:
        """202 when the résumé is in Kafka, 503 when that cannot be said, else a 4xx."""
        limit(self._addresses, address_of(request))
        with self._counted():
            body = await body_of(request, LONGEST_UPLOAD, UPLOAD_SECONDS)
            upload = read_upload(body, request.headers.get("content-type", ""))
            person = self._person(upload, request)
            limit(self._persons, person)
            text, said = None, {}
            if upload.content is not None:
                loop = asyncio.get_running_loop()
                text, note = await loop.run_in_executor(self._reading, resume_of, upload.content)
                said = {"characters": len(text)} | ({"note": note} if note else {})
        record = record_of(ResumeUpload(person=person, text=text), now_ms())
        if not await self._writer.write(record):
            raise RequestRefused(503, NOT_WRITTEN, retry_seconds=RETRY_SECONDS - 1)
        return JSONResponse({"accepted": True, **said}, 202)

    def _person(self, upload: Upload, request: Request) -> str:
        """Whose résumé it is: a file has no field for a token, so that of the header counts, too."""
        token = bearer(request) if upload.token is None else upload.token
        person = request.query_params.get("person") if upload.person is None else upload.person
        return self._proof.sender(token, person, request.headers, now_ms(), is_form=upload.is_form)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Raises RequestRefused (503) for one upload too many at once."""
        if self._uploads >= MOST_AT_ONCE:
            raise RequestRefused(503, "too many résumés are being read", retry_seconds=RETRY_SECONDS - 1)
        self._uploads += 1
        try:
            yield
        finally:
            self._uploads -= 1


def record_of(upload: ResumeUpload, at: int) -> ProducerRecord:
    """The record of a résumé that came at a time (epoch ms)."""
    headers = cloud_headers(event_type(TOPIC), SOURCE, uuid4().hex, at)
    return ProducerRecord(TOPIC, upload.person.encode(), upload.dumps(), tuple(headers), at)
