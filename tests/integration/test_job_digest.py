"""A digest of jobs on real Kafka: the worker `mail` with the jobs of the board and a model."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.decision import SendDecision
from schemas.documents import Job
from schemas.mail import Email
from schemas.model import from_epoch_ms
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.standins.served_model import served_model
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
DAY_MS = 86_400_000


@pytest.fixture
def model() -> Iterator[tuple[str, list[str]]]:
    """A stand-in for the model in a thread: its address, and what it was asked."""
    with served_model() as served:
        yield served


def test_a_digest_has_the_jobs_of_the_board_and_the_prose_of_the_model(
    services: Addressed, model: tuple[str, list[str]], tmp_path: Path
) -> None:
    """One call writes what all mails share, and one the prose of a style; no name and no title is told."""
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
        assert {job.version for job in mail.jobs} == {(1, number + 1) for number in range(10)}
        assert mail.signature
        assert mail.html is not None
        assert mail.text is not None
        assert all(f"Sous Chef {number}" in mail.text for number in range(10))
        assert {each.type for each in mail.choices} >= {"subject", "opening", "tone", "length"}
        for choice in mail.choices:
            assert choice.segment == f"digest:{mail.language}"
            assert choice.probabilities[choice.arm] > 0
        assert mail.variation is not None
        assert "subject:as_written" in mail.variation.probabilities  # that of the model
    assert 2 <= len(asked) <= 3  # people whose variation is written in one style share a text
    assert not any(word in text for text in asked for word in ("Sous", "Table", "Ann", "Bob"))
