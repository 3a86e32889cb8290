"""Every consumer eats every example, and the catalogue says who consumes and produces what."""

import json
from typing import Any

import msgspec
import pytest

from schemas.decision import SendDecision
from schemas.model import Model
from topics.catalog import BY_NAME, CATALOG
from workers.mail import stage as mail
from workers.mail.writer import MailText
from workers.people import stage as people
from workers.people.policy import Policy
from workers.route.stage import STAGES as ROUTE
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Stage

AT = 1_707_523_200_000


class NoWriter:
    """Decoding and stepping write no text."""

    async def write(self, decision: SendDecision) -> MailText:
        """Fail: an effect is not performed here."""
        raise AssertionError(f"a text was asked for: {decision.id}")


STAGES: tuple[tuple[str, Stage[Any]], ...] = (
    *(("route", stage) for stage in ROUTE),
    ("people", people.stage(Policy())),
    ("mail", mail.stage(NoWriter(), lambda: AT)),
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


def fed(stage: Stage[Any], topic: str, *values: bytes | None) -> list[ProducerRecord]:
    """What a fresh stage writes on records of one key."""
    headers = tuple(cloud_headers(event_type(topic), "/test", "1", AT, (1, 7)))
    return Replay(stage).feed(
        ConsumerRecord(topic, 0, offset, b"user_001", value, AT, headers)
        for offset, value in enumerate(values)
    )


def reasons(written: list[ProducerRecord]) -> list[Any]:
    """The headers of what went to the dead letters."""
    return [record.headers for record in written if record.topic == "dead-letters"]


@every_example
def test_a_decoder_reads_every_example(
    worker: str, stage: Stage[Any], topic: str, model: type[Model], example: dict[str, Any]
) -> None:
    """As we write it and as a program from outside may write it, the same payload comes out."""
    expected = model.model_validate(example)

    assert content(stage.inputs[topic](expected.dumps())) == content(expected)
    assert content(stage.inputs[topic](json.dumps(example).encode())) == content(expected)


@every_example
def test_a_step_takes_every_example(
    worker: str, stage: Stage[Any], topic: str, model: type[Model], example: dict[str, Any]
) -> None:
    """An example, its repetition, and the deletion of its key: none is a dead letter."""
    value = json.dumps(example).encode()

    assert reasons(fed(stage, topic, value, value, None)) == []


@every_example
def test_a_stage_writes_only_where_the_catalogue_says(
    worker: str, stage: Stage[Any], topic: str, model: type[Model], example: dict[str, Any]
) -> None:
    """The worker is among the producers of each topic, and the payload is one of the topic's."""
    for record in fed(stage, topic, json.dumps(example).encode()):
        row = BY_NAME[record.topic]

        assert worker in row.producers
        assert record.value is None or any(reads(payload, record.value) for payload in row.payload)


@every_input
def test_what_is_no_json_is_a_dead_letter(worker: str, stage: Stage[Any], topic: str) -> None:
    """The tests above would notice a refusal."""
    assert len(reasons(fed(stage, topic, b"{"))) == 1


@pytest.mark.parametrize("worker", sorted({worker for worker, _ in STAGES}))
def test_the_catalogue_knows_who_reads(worker: str) -> None:
    """A worker's inputs are the topics that name it as a consumer; `watermarks` is read by the clock."""
    inputs = {topic for who, stage in STAGES if who == worker for topic in stage.inputs}

    rows = {row.name for row in CATALOG if worker in row.consumers} - {"watermarks"}
    assert inputs <= rows
    assert rows - inputs <= {"job-trends", "variation-scores"}, "topics of planned workers"


def content(payload: Model | msgspec.Struct) -> Any:
    """What a payload says, whether it is read as a model or, faster, as a struct."""
    return json.loads(payload.dumps() if isinstance(payload, Model) else msgspec.json.encode(payload))


def reads(payload: type[Any], value: bytes) -> bool:
    """Whether a payload takes the bytes."""
    try:
        payload.loads(value)
    except ValueError:
        return False
    return True
