"""The headers of our records: CloudEvents in binary mode, the document's version, control records."""

from collections.abc import Iterable
from functools import lru_cache

from schemas.model import Version, from_epoch_ms

Header = tuple[str, bytes]
Headers = tuple[Header, ...]
CONTROL = "kairos_control"
WATERMARK = b"watermark"
WATERMARK_KEY = b"~watermark"
VERSION = "kairos_version"
FENCE = "kairos_fence"
_SPEC = (("ce_specversion", b"1.0"), ("content-type", b"application/json"))


def event_type(topic: str) -> str:
    """The CloudEvents type of the records of a topic."""
    return f"kairos.{topic}.v1"


def cloud_headers(
    type_: str, source: str, id_: str, at_ms: int, version: Version | None = None, **extra: str
) -> list[Header]:
    """CloudEvents headers (specification 1.0, Kafka binding, binary mode), then ours.

    `at_ms` is the time of what happened, in epoch milliseconds; `extra` are further headers by name.
    """
    headers = [*_fixed(type_, source), ("ce_id", id_.encode()), ("ce_time", _time(at_ms))]
    if version is not None:
        headers.append((VERSION, b"%d.%d" % version))
    if extra:
        headers.extend((name, value.encode()) for name, value in extra.items())
    return headers


@lru_cache(1000)
def _fixed(type_: str, source: str) -> tuple[Header, ...]:
    """The headers that all records of a topic and a source share."""
    return (*_SPEC, ("ce_type", type_.encode()), ("ce_source", source.encode()))


def _time(at_ms: int) -> bytes:
    second, millisecond = divmod(at_ms, 1000)
    return b"%b.%03dZ" % (_second(second), millisecond)


@lru_cache(1000)
def _second(at: int) -> bytes:
    return from_epoch_ms(at * 1000).isoformat(timespec="seconds").removesuffix("+00:00").encode()


def watermark_headers(source: str, at_ms: int) -> list[tuple[str, bytes]]:
    """Headers of a control record that carries a watermark."""
    return [*cloud_headers("kairos.watermark.v1", source, f"watermark/{at_ms}", at_ms), (CONTROL, WATERMARK)]


def version_of(headers: Iterable[tuple[str, bytes]]) -> Version | None:
    """The document's version, None for a record without; raises ValueError for a malformed one."""
    for name, value in headers:
        if name == VERSION:
            epoch, time = value.split(b".")
            return int(epoch), int(time)
    return None


def is_watermark(headers: Iterable[tuple[str, bytes]]) -> bool:
    """Whether a record is a watermark rather than a payload."""
    return any(name == CONTROL and value == WATERMARK for name, value in headers)
