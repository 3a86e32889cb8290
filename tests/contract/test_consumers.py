"""Every consumer processes every example, and producers and consumers are those of the catalogue."""

import json
from typing import Any

import msgspec
import pytest

from schemas.decision import SendDecision
from schemas.model import Model
from schemas.permissions import address_hash
from topics.catalog import BY_NAME, CATALOG
from workers.board.board_changes import TOPICS as BOARD_TOPICS
from workers.deliver import stage as deliver
from workers.deliver.full_mailboxes import full_mailboxes
from workers.deliver.handover import DeliveryResult
from workers.deliver.returned import returns
from workers.jobs.stage import stages as jobs
from workers.mail import stage as mail
from workers.mail.held_scores import SCORES
from workers.mail.writer import MailText
from workers.people import stage as people
from workers.people.policy import Policy
from workers.recommend.policy import FeedPolicy
from workers.route.decoding import ReadDocument
from workers.route.permissions import PERMISSIONS
from workers.route.ramp import ramp_stage
from workers.route.stage import STAGES as ROUTE
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Stage

AT = 1_707_523_200_000


class NoWriter:
    """A mail writer that must not be called: decoding and stepping write no text."""

    async def write(self, decision: SendDecision) -> MailText:
        """Fail: an effect is not performed here."""
        raise AssertionError(f"a text was asked for: {decision.id}")


async def no_hand_over(request: Any) -> DeliveryResult:
    """Fail: an effect is not performed here."""
    raise AssertionError(f"an effect was performed: {request}")


STAGES: tuple[tuple[str, Stage[Any]], ...] = (
    *(("route", stage) for stage in (*ROUTE, ramp_stage(()))),
    ("people", people.stage(Policy())),
    *(("jobs", stage) for stage in jobs(FeedPolicy())),
    ("mail", mail.stage(NoWriter(), lambda: AT)),
    ("deliver", deliver.stage(no_hand_over)),
    ("deliver", returns()),
    ("deliver", full_mailboxes()),
)
INPUTS = [
    pytest.param(worker, stage, topic, id=f"{stage.name}-{topic}")
    for worker, stage in STAGES
    for topic in stage.inputs
]
EXAMPLES = [
    pytest.param(worker, stage, topic, model, example, id=f"{stage.name}-{topic}-{model.__name__}-{number}")
    for worker, stage in STAGES
    for topic in stage.inputs
    for model in BY_NAME[topic].payload
    if issubclass(model, Model)
    for number, example in enumerate(model.EXAMPLES)
]

every_input = pytest.mark.parametrize(("worker", "stage", "topic"), INPUTS)
every_example = pytest.mark.parametrize(("worker", "stage", "topic", "model", "example"), EXAMPLES)


def written(
    stage: Stage[Any], topic: str, *values: bytes | None, key: str = "user_001"
) -> list[ProducerRecord]:
    """The records that a new stage writes for records of one key."""
    headers = tuple(cloud_headers(event_type(topic), "/test", "1", AT, (1, 7)))
    return Replay(stage).feed(
        ConsumerRecord(topic, 0, offset, key.encode(), value, AT, headers)
        for offset, value in enumerate(values)
    )


def key_of(topic: str, example: dict[str, Any]) -> str:
    """The key of the record of an example."""
    if topic in PERMISSIONS:
        return f"{example['subject']} {example['purpose']}" if topic == "consents" else example["subject"]
    if topic == "addresses" and example["kind"] in ("suppression", "consent"):
        return f"address:{address_hash('mike.jones@email.com')}"
    return str(example["job_id"] if topic == "job-signals" else example.get("id", "user_001"))


def dead_letters(records: list[ProducerRecord]) -> list[Any]:
    """The headers of the dead letters among the records."""
    return [record.headers for record in records if record.topic == "dead-letters"]


@every_example
def test_a_decoder_reads_every_example(
    worker: str, stage: Stage[Any], topic: str, model: type[Model], example: dict[str, Any]
) -> None:
    """As the fleet writes it and as a program from outside may write it, with the same payload."""
    expected = model.model_validate(example)

    assert content(stage.inputs[topic](expected.dumps())) == content(expected)
    assert content(stage.inputs[topic](json.dumps(example).encode())) == content(expected)


@every_example
def test_a_step_accepts_every_example(
    worker: str, stage: Stage[Any], topic: str, model: type[Model], example: dict[str, Any]
) -> None:
    """An example, its repetition, and the tombstone of its key: none becomes a dead letter."""
    value = json.dumps(example).encode()

    assert dead_letters(written(stage, topic, value, value, None, key=key_of(topic, example))) == []


@every_example
def test_a_stage_writes_only_to_topics_of_which_it_is_a_producer(
    worker: str, stage: Stage[Any], topic: str, model: type[Model], example: dict[str, Any]
) -> None:
    """And each payload is one of its topic's."""
    for record in written(stage, topic, json.dumps(example).encode(), key=key_of(topic, example)):
        row = BY_NAME[record.topic]

        assert worker in row.producers
        assert record.value is None or any(reads(payload, record.value) for payload in row.payload)


@every_input
def test_a_value_that_is_no_json_becomes_a_dead_letter(worker: str, stage: Stage[Any], topic: str) -> None:
    """So the tests above would detect an example that is refused."""
    assert len(dead_letters(written(stage, topic, b"{"))) == 1


@pytest.mark.parametrize("worker", sorted({worker for worker, _ in STAGES}))
def test_the_inputs_of_a_worker_are_the_topics_that_name_it_as_a_consumer(worker: str) -> None:
    """But for topics that no stage reads: `watermarks`, and those that a worker holds in memory."""
    inputs = {topic for name, stage in STAGES if name == worker for topic in stage.inputs}

    topics = {row.name for row in CATALOG if worker in row.consumers} - {"watermarks"}
    assert inputs <= topics
    in_memory = {
        "mail": {"controls", "suppressions", "events", SCORES, *BOARD_TOPICS},
        "deliver": {"controls", "suppressions", "consents", "enriched-profiles"},
    }.get(worker, set())
    assert topics - inputs - in_memory == set()


def content(payload: Any) -> Any:
    """The content of a payload, which is read as a model, as a document with its own id, or as a struct."""
    payload = payload.document if isinstance(payload, ReadDocument) else payload
    return json.loads(payload.dumps() if isinstance(payload, Model) else msgspec.json.encode(payload))


def reads(payload: type[Any], value: bytes) -> bool:
    """Whether the bytes are valid for a payload."""
    try:
        payload.loads(value)
    except ValueError:
        return False
    return True
