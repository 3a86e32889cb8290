"""From what a stage says to records: bytes, headers, ids that are the same after a repetition, and sizes."""

from collections.abc import Sequence
from typing import Any

from schemas.model import Model
from workers.runtime.dead_letters.writing import LIMIT_BYTES, TooLarge
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.entry import Delivery
from workers.runtime.engine.round_result import Pending
from workers.runtime.kafka.fencing import fencing_header
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord
from workers.runtime.stage import Action, Effect, Output, Record, Stage


def check_size(data: bytes) -> None:
    """Raise TooLarge for bytes that would not pass through the broker."""
    if len(data) > LIMIT_BYTES:
        raise TooLarge(f"{len(data)} bytes, at most {LIMIT_BYTES} are allowed")


def encode(engine: Engine, output: Output, id_: str, raw: FetchedRecord) -> ProducerRecord:
    """The record of one output that `raw` has caused; `id_` is used unless the output has its own."""
    value = output.value.dumps() if isinstance(output.value, Model) else output.value
    if value is not None:
        check_size(value)
    source = f"/kairos/{engine.stage.name}"
    headers = cloud_headers(event_type(output.topic), source, output.id or id_, raw.timestamp, output.version)
    headers.append(fencing_header(engine.partition, engine.generation, raw.offset))
    return ProducerRecord(output.topic, output.key.encode(), value, tuple(headers), raw.timestamp)


def encode_outputs(engine: Engine, said: Delivery, emitted: Sequence[Action]) -> list[ProducerRecord]:
    """The records a step said; their ids are the input's place, the key (for ticks) and a number."""
    message, raw, topic = said
    place = f"{engine.stage.name}/{topic}/{engine.partition}/{raw.offset}"
    if not isinstance(message, Record):
        place = f"{place}/{message.key}"
    outputs = [item for item in emitted if isinstance(item, Output)]
    return [encode(engine, output, f"{place}/{n}", raw) for n, output in enumerate(outputs)]


def encode_view(
    engine: Engine, key: bytes, outputs: Sequence[Output], raw: FetchedRecord
) -> list[ProducerRecord]:
    """The records of a key's latest values; their id is stage, key and the last offset it has seen."""
    place = f"{engine.stage.name}/{key.decode()}@{raw.offset}"
    return [encode(engine, output, f"{place}/{n}", raw) for n, output in enumerate(outputs)]


def effects_of(stage: Stage[Any], key: bytes, emitted: Sequence[Action]) -> list[Pending]:
    """The effects among what a step said; none for a stage that cannot act."""
    if stage.act is None:
        return []
    return [Pending(key, item.request) for item in emitted if isinstance(item, Effect)]


def report(engine: Engine, topic: str, raw: FetchedRecord) -> ProducerRecord:
    """A watermark passed on, under the name of who says it: stage, topic, partition."""
    stage = engine.stage
    who = f"{stage.name}/{topic}/{engine.partition}"
    headers = cloud_headers(
        "kairos.watermark.v1", f"/kairos/{stage.name}", f"{who}/{raw.offset}", raw.timestamp
    )
    return ProducerRecord(
        stage.reports or "", who.encode(), raw.value, tuple(headers), raw.timestamp, partition=0
    )
