"""Dead letters to be written: a record that could not be used, as it came, with position and reason."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec
from pydantic import ValidationError

from schemas.model import Version
from workers.runtime.kafka.headers import Header, Headers, cloud_headers, event_type
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord

Reason = Literal["undecodable", "schema", "key", "step", "too-large", "mapping"]
LIMIT_BYTES = 900_000
TEXT = 500


class TooLarge(ValueError):
    """A state or an output is larger than a record may be."""


def reason_of(error: Exception) -> Reason:
    """Whether a decoder failed on the bytes or on their content."""
    if isinstance(error, ValidationError):
        return "undecodable" if error.errors()[0]["type"] == "json_invalid" else "schema"
    return "schema" if isinstance(error, msgspec.ValidationError) else "undecodable"


def explain(error: Exception) -> str:
    """One line on an error; for a schema's refusal every field and what is wrong, without its value."""
    if isinstance(error, ValidationError):
        problems = error.errors(include_url=False, include_input=False, include_context=False)
        text = "; ".join(
            f"{'.'.join(map(str, item['loc'])) or 'record'}: {_problem(item)}" for item in problems
        )
    else:
        text = f"{type(error).__name__}: {error}"
    return text[:TEXT]


def _problem(item: Mapping[str, Any]) -> str:
    """What is wrong with a field; pydantic repeats the value of a tag, so that one gets another text."""
    return "is of no known kind" if item["type"] == "union_tag_invalid" else str(item["msg"])


def dead_letter(
    raw: FetchedRecord,
    topic: str,
    partition: int,
    worker: str,
    reason: Reason,
    error: Exception,
    key: str | None = None,
) -> ProducerRecord:
    """The record for the topic `dead-letters`: bytes and headers as they came, position and error added.

    The original headers come first; ours are `kairos_*` and the CloudEvents id is the position, so that a
    repetition after a crash can be recognised. `key` names whose timer failed (the record is a watermark).
    Of a value that leaves no room for our headers only the beginning is kept.
    """
    id_ = f"{worker}/{topic}/{partition}/{raw.offset}"
    id_ = id_ if key is None else f"{id_}/{key}"
    position = {"kairos_partition": str(partition), "kairos_offset": str(raw.offset)}
    ours = dead_letter_headers(worker, topic, id_, raw.timestamp, reason, explain(error), None, **position)
    if key is not None:
        ours.append(("kairos_key", key.encode()))
    value = raw.value
    if value is not None and len(value) > LIMIT_BYTES:
        ours.append(("kairos_cut_from", b"%d" % len(value)))
        value = value[:LIMIT_BYTES]
    names = {name for name, _ in ours}
    original: Headers = tuple((name, value) for name, value in raw.headers if name not in names)
    return ProducerRecord("dead-letters", raw.key, value, (*original, *ours), raw.timestamp)


def dead_letter_headers(
    worker: str,
    topic: str,
    id_: str,
    at: int,
    reason: Reason,
    error: str,
    version: Version | None = None,
    **position: str,
) -> list[Header]:
    """The headers that every dead letter has: who could not use what, and why.

    `id_` is the CloudEvents id, `at` the time of the record in epoch milliseconds, `position` says where a
    record stood (a document has none).
    """
    return cloud_headers(
        event_type("dead-letters"),
        f"/kairos/{worker}",
        id_,
        at,
        version,
        kairos_reason=reason,
        kairos_error=error,
        kairos_worker=worker,
        kairos_topic=topic,
        **position,
    )
