"""The routes of tracking with a writer that stands in for Kafka, for tests of what is said over HTTP."""

import asyncio
import json
from typing import Any

from starlette.testclient import TestClient

from schemas.interactions import Interaction
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process.settings import Settings, load
from workers.serve.requests import address_limit
from workers.serve.resumes.endpoints import Resumes
from workers.serve.shared_writer import Acknowledgement, SharedWriter
from workers.serve.tracking.endpoints import Tracking, proof_of
from workers.serve.tracking.tokens import TokenKeys
from workers.serve.web import application

SECRET = "k1:" + "s" * 32
PRODUCTION = {"KAIROS_MODE": "production", "KAIROS_TOKEN_SECRETS": SECRET}


def tags_of(job_id: str) -> list[str] | None:
    """The tags of the one job that there is."""
    return ["kitchen"] if job_id == "job_001" else None


class WriterInMemory(SharedWriter):
    """Keeps records; `answers` is whether Kafka acknowledges them."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, ())
        self.records: list[ProducerRecord] = []
        self.answers = True

    @property
    def is_connected(self) -> bool:
        return self.answers

    async def keep_connected(self) -> None:
        await asyncio.Event().wait()

    def write(self, record: ProducerRecord) -> Acknowledgement:
        acknowledgement: Acknowledgement = asyncio.get_running_loop().create_future()
        acknowledgement.set_result(self.answers)
        if self.answers:
            self.records.append(record)
        return acknowledgement


class Site:
    """The application, and what it wrote."""

    def __init__(self, **environment: str) -> None:
        self.settings = load(environment)
        self.writer = WriterInMemory(self.settings)
        proof = proof_of(self.settings)
        addresses = address_limit(self.settings)
        routes = [
            *Tracking(self.settings, proof, self.writer, addresses, tags_of).routes(),
            *Resumes(proof, self.writer, addresses).routes(),
        ]
        self.client = TestClient(application(self.settings, routes, (self.writer.keep_connected,)))
        self._keys = TokenKeys(self.settings.token_secrets, self.settings.token_ms)

    def token(self, person: str, now_ms: int) -> str:
        """A token that was signed then."""
        return self._keys.sign(person, now_ms)

    def post(self, url: str, values: Any, **options: Any) -> Any:
        """Send values as a beacon does: a string of JSON."""
        body = values if isinstance(values, bytes | str) else json.dumps(values)
        headers = {"content-type": "text/plain;charset=UTF-8"} | options.pop("headers", {})
        return self.client.post(url, content=body, headers=headers, **options)

    def interactions(self) -> list[Interaction]:
        """What was written."""
        return [Interaction.loads(record.value or b"") for record in self.writer.records]
