"""From the actions of a stage to records: bytes, headers, sizes, ids that a repetition does not change."""

from collections.abc import Sequence
from typing import Any

from schemas.model import Model
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.entry import Delivery
from workers.runtime.engine.round_result import PendingEffect
from workers.runtime.engine.state_header import NEVER, NO_TOPIC, pack
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.kafka.sizes import LEAST_LIMIT, record_excess, value_excess
from workers.runtime.stage import Action, Effect, EffectResult, Output, Record, Stage, TooLarge

SMALL_BYTES = LEAST_LIMIT // 2  # what has less fits into any topic for certain, so that it is not measured


def check_size(data: bytes) -> None:
    """Raise TooLarge for a value that is larger than any may be."""
    if text := value_excess(data):
        raise TooLarge(text)


def check_record(engine: Engine, record: ProducerRecord) -> None:
    """Raise TooLarge for a record that its topic does not take, measured with key and headers."""
    if text := record_excess(record, engine.sizes):
        raise TooLarge(text)


def check_state(engine: Engine, key: bytes, body: bytes) -> None:
    """Raise TooLarge when a state is larger than a record of the changelog may be."""
    if len(body) + len(key) < SMALL_BYTES:
        return
    check_size(body)
    header = (fencing_header(engine.partition, engine.generation, NEVER),)
    check_record(engine, ProducerRecord(engine.changelog, key, pack(NO_TOPIC, 0, 0, body), header, 0))


def encode(engine: Engine, output: Output, id_: str, raw: FetchedRecord, at: int) -> ProducerRecord:
    """The record of one output that `raw` has caused, of a time (epoch milliseconds).

    `id_` is used unless the output has its own.
    """
    value = output.value.dumps() if isinstance(output.value, Model) else output.value
    id_ = output.id or id_
    source = f"/kairos/{engine.stage.name}"
    headers = cloud_headers(event_type(output.topic), source, id_, at, output.version)
    headers.append(fencing_header(engine.partition, engine.generation, raw.offset))
    record = ProducerRecord(output.topic, output.key.encode(), value, tuple(headers), at)
    if len(value or b"") + 4 * (len(output.key) + len(id_)) >= SMALL_BYTES:  # a character has up to 4 bytes
        check_size(value or b"")
        check_record(engine, record)
    return record


def encode_outputs(engine: Engine, delivery: Delivery, actions: Sequence[Action]) -> list[ProducerRecord]:
    """The records of a step; their ids are the input's position, the key (for timers) and a number.

    Their time is that of the input, or when an effect has ended: what it did has not been done before.
    """
    message, raw, topic = delivery
    position = f"{engine.stage.name}/{topic}/{engine.partition}/{raw.offset}"
    if not isinstance(message, Record):
        position = f"{position}/{message.key}"
    at = max(raw.timestamp, message.ended_at) if isinstance(message, EffectResult) else raw.timestamp
    outputs = [item for item in actions if isinstance(item, Output)]
    return [encode(engine, output, f"{position}/{n}", raw, at) for n, output in enumerate(outputs)]


def encode_view(
    engine: Engine, key: bytes, outputs: Sequence[Output], raw: FetchedRecord
) -> list[ProducerRecord]:
    """The records of a key's latest values; their id is stage, key and the last offset it has seen."""
    position = f"{engine.stage.name}/{key.decode()}@{raw.offset}"
    return [encode(engine, output, f"{position}/{n}", raw, raw.timestamp) for n, output in enumerate(outputs)]


def effects_of(stage: Stage[Any], key: bytes, actions: Sequence[Action]) -> list[PendingEffect]:
    """The effects among the actions of a step; none for a stage that cannot act."""
    if stage.act is None:
        return []
    return [PendingEffect(key, item.request) for item in actions if isinstance(item, Effect)]
