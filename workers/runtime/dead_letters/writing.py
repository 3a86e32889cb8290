"""Dead letters to be written: a record that could not be used, as it came, with position and reason.

Nothing here raises for any record or error: a letter about a failure must not fail for the same reason.
"""

from hashlib import sha256
from typing import Any, Literal, get_args

import msgspec
from pydantic import ValidationError

from schemas.model import Version
from workers.runtime.dead_letters.reading import ADDED, AT, CUT, HEADERS_CUT, KEY_CUT, REPLAYED, TOPIC
from workers.runtime.kafka.headers import Header, Headers, clamped, cloud_headers, encoded, event_type
from workers.runtime.kafka.records import FetchedRecord, ProducerRecord, claimed_time
from workers.runtime.kafka.sizes import DEFAULT_LIMIT, LIMIT_BYTES, record_size
from workers.runtime.metrics.records import DEAD_LETTERS
from workers.runtime.process.explain import TEXT, explain
from workers.runtime.stage import ContentError

__all__ = ["TEXT", "explain"]  # used with letters
Reason = Literal["undecodable", "schema", "key", "step", "too-large", "mapping"]
RESERVED = ADDED | {REPLAYED}  # headers that mean something in a letter, and would be believed
KEPT_KEY = 500  # bytes of a key, where the whole one leaves no room


def announce_dead_letters(worker: str) -> None:
    """Serve the counters of a worker's dead letters before there are any, or the first would be missed."""
    for reason in get_args(Reason):
        DEAD_LETTERS.labels(worker, reason)


def reason_of(error: Exception) -> Reason:
    """Whether a decoder failed on the bytes or on their content."""
    if isinstance(error, ValidationError):
        return "undecodable" if error.errors()[0]["type"] == "json_invalid" else "schema"
    return "schema" if isinstance(error, (ContentError, msgspec.ValidationError)) else "undecodable"


def dead_letter(
    raw: FetchedRecord,
    topic: str,
    partition: int,
    worker: str,
    reason: Reason,
    error: Exception,
    key: str | None = None,
    *,
    written_at: int | None = None,
    limit: int = DEFAULT_LIMIT,
) -> ProducerRecord:
    """The record for the topic `dead-letters`: bytes and headers as they came, position and error added.

    The original headers come first; ours are `kairos_*` and the CloudEvents id is the position, so that a
    repetition after a crash can be recognised. `key` names whose timer failed (the record is a watermark).
    `written_at` is the time of writing in epoch milliseconds (None: that of the record, as in memory); the
    record's own time is in the header `kairos_at`. `limit` is the size that the topic takes: see `fit`.
    """
    id_ = f"{worker}/{topic}/{partition}/{raw.offset}"
    id_ = id_ if key is None else f"{id_}/{short(key)}"
    at = claimed_time(raw)
    position = {"kairos_partition": str(partition), "kairos_offset": str(raw.offset), AT: str(at)}
    ours = dead_letter_headers(worker, topic, id_, at, reason, explain(error), None, **position)
    if key is not None:
        ours.append(("kairos_key", encoded(short(key))))
    value = raw.value
    if value is not None and len(value) > LIMIT_BYTES:
        ours.append((CUT, b"%d" % len(value)))
        value = value[:LIMIT_BYTES]
    # a header without a value is kept as one, whatever the type of written headers says
    original: Any = [header for header in raw.headers if header[0] not in RESERVED]
    time = max(0, clamped(at)) if written_at is None else written_at
    return fit(ProducerRecord(TOPIC, raw.key, value, (*original, *ours), time), limit)


def short(key: str) -> str:
    """A key, or of a long one the beginning and a hash."""
    if len(key) <= KEPT_KEY:
        return key
    return f"{key[:KEPT_KEY]}…{sha256(encoded(key)).hexdigest()[:16]}"


def fit(letter: ProducerRecord, limit: int = DEFAULT_LIMIT) -> ProducerRecord:
    """The letter, cut so that its topic takes it: first the value, then the foreign headers, then its key.

    Headers of ours say what was cut, and how much there was. `limit` is in bytes, as Kafka measures a record.
    """
    excess = record_size(letter) - limit
    if excess <= 0:
        return letter
    value = letter.value
    if value is not None:
        headers = letter.headers if _has(letter.headers, CUT) else (*letter.headers, _number(CUT, len(value)))
        kept = value[: max(0, len(value) - excess - 100)] or None  # 100: the header that was added
        letter = letter._replace(value=kept, headers=headers)
    return letter if record_size(letter) <= limit else bare(letter)


def bare(letter: ProducerRecord) -> ProducerRecord:
    """The letter without its value and the headers it came with, and with the beginning of its key."""
    headers = tuple(header for header in letter.headers if header[0] in ADDED)
    if letter.value is not None and not _has(headers, CUT):
        headers = (*headers, _number(CUT, len(letter.value)))
    if len(headers) < len(letter.headers):
        headers = (*headers, _number(HEADERS_CUT, len(letter.headers)))
    if len(letter.key or b"") > KEPT_KEY:
        headers = (*headers, _number(KEY_CUT, len(letter.key or b"")))
    return letter._replace(key=letter.key and letter.key[:KEPT_KEY], value=None, headers=headers)


def _has(headers: Headers, name: str) -> bool:
    return any(each == name for each, _ in headers)


def _number(name: str, value: int) -> Header:
    return name, b"%d" % value


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
        event_type(TOPIC),
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
