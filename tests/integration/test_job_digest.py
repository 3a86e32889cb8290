"""A digest of jobs on real Kafka: the worker `mail` with the jobs of the board and a model."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from schemas.decision import SendDecision
from schemas.documents import Job
from schemas.mail import Email
from schemas.model import from_epoch_ms
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.standins.served import served
from tests.standins.written_texts import written
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
DAY_MS = 86_400_000


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    """A stand-in for the model in a thread: its address, and what it was asked."""
    asked: list[str] = []

    async def answer(request: Request) -> JSONResponse:
        body = await request.json()
        asked.append(json.dumps(body, ensure_ascii=False))
        return JSONResponse(written(body).body)

    with served(Starlette(routes=[Route("/v1/responses", answer, methods=["POST"])])) as url:
        yield f"{url}/v1", asked


def test_a_digest_has_the_jobs_of_the_board_and_the_prose_of_the_model(
    services: Addressed, model: tuple[str, list[str]], tmp_path: Path
) -> None:
    """Two calls write the mails of everybody; nobody's name and no title is told to the model."""
    url, asked = model
    wire = Wire.create(services, openai_api_key="not-a-key", openai_base_url=url)
    now = now_ms()
    for number in range(10):
        posted_at = from_epoch_ms(now - number * DAY_MS)
        fields = {"title": f"Sous Chef {number}", "company": f"Table {number}", "location": "Tokyo"}
        wire.put("jobs", f"j{number}", Job(id=f"j{number}", posted_at=posted_at, **fields), now)
    for person in ("ann", "bob"):
        decision = SendDecision.model_validate(
            SendDecision.EXAMPLES[0]
            | {"id": f"{person}:1", "person": person, "campaign": "job-digest"}
            | {"decided_at": now, "valid_until": now + DAY_MS, "brief": {"first_name": person.title()}}
        )
        wire.send("send-decisions", person.encode(), decision.dumps(), [], now)
    wire.producer.flush()
    with workers(["mail"], wire.settings, tmp_path):
        until(lambda: len(wire.records("emails")) == 2)
    mails = [Email.loads(record.value or b"") for record in wire.records("emails")]
    wire.close()

    for mail in mails:
        assert (mail.writer, mail.campaign) == ("gpt", "job-digest")
        assert {job.job_id for job in mail.jobs} == {f"j{number}" for number in range(10)}
        assert mail.html is not None
        assert mail.text is not None
        assert all(f"Sous Chef {number}" in mail.text for number in range(10))
    assert len(asked) == 2
    assert not any(word in text for text in asked for word in ("Sous", "Table", "Ann", "Bob"))
