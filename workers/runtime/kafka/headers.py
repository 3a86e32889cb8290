"""The headers of our records: CloudEvents in binary mode, the document's version, control records."""

import re
from collections.abc import Iterable
from functools import lru_cache

from schemas.model import Version, from_epoch_ms

Header = tuple[str, bytes]
FetchedHeader = tuple[str, bytes | None]  # any client may write a header without a value
Headers = tuple[Header, ...]
CONTROL = "kairos_control"
WATERMARK = b"watermark"
WATERMARK_KEY = b"~watermark"
VERSION = "kairos_version"
FENCE = "kairos_fence"
EARLIEST, LATEST = -62_135_596_800_000, 253_402_300_799_999  # epoch milliseconds: the years 1 to 9999
_VERSION = re.compile(rb"(\d{1,19})\.(\d{1,19})")
_INT64 = 2**63
_SPEC = (("ce_specversion", b"1.0"), ("content-type", b"application/json"))


def event_type(topic: str) -> str:
    """The CloudEvents type of the records of a topic."""
    return f"kairos.{topic}.v1"


def cloud_headers(
    type_: str, source: str, id_: str, at_ms: int, version: Version | None = None, **extra: str
) -> list[Header]:
    """CloudEvents headers (specification 1.0, Kafka binding, binary mode), then ours.

    `at_ms` is the time of what happened, in epoch milliseconds; one that no date can name becomes the nearest
    that can. `extra` are further headers by name. Half an emoji and the like in a text is escaped.
    """
    headers: list[Header] = [*_fixed(type_, source), ("ce_id", encoded(id_)), ("ce_time", _time(at_ms))]
    if version is not None:
        headers.append((VERSION, b"%d.%d" % version))
    if extra:
        headers.extend((name, encoded(value)) for name, value in extra.items())
    return headers


def encoded(text: str) -> bytes:
    """A text as UTF-8, with what UTF-8 cannot hold (half an emoji) escaped; never raises."""
    return text.encode("utf-8", "backslashreplace")


def has_date(at_ms: int) -> bool:
    """Whether a date of the years 1 to 9999 can name a time in epoch milliseconds."""
    return EARLIEST <= at_ms <= LATEST


def clamped(at_ms: int) -> int:
    """A time in epoch milliseconds, or the nearest one that a date of the years 1 to 9999 can name."""
    return min(max(at_ms, EARLIEST), LATEST)


@lru_cache(1000)
def _fixed(type_: str, source: str) -> tuple[Header, ...]:
    """The headers that all records of a topic and a source share."""
    return (*_SPEC, ("ce_type", encoded(type_)), ("ce_source", encoded(source)))


def _time(at_ms: int) -> bytes:
    second, millisecond = divmod(at_ms if EARLIEST <= at_ms <= LATEST else clamped(at_ms), 1000)
    return b"%b.%03dZ" % (_second(second), millisecond)


@lru_cache(1000)
def _second(at: int) -> bytes:
    return from_epoch_ms(at * 1000).isoformat(timespec="seconds").removesuffix("+00:00").encode()


def watermark_headers(source: str, at_ms: int) -> list[Header]:
    """Headers of a control record that carries a watermark."""
    return [*cloud_headers("kairos.watermark.v1", source, f"watermark/{at_ms}", at_ms), (CONTROL, WATERMARK)]


def version_of(headers: Iterable[FetchedHeader]) -> Version | None:
    """The document's version, None for a record without; raises ValueError for a malformed one."""
    for name, value in headers:
        if name == VERSION:
            return _version(value)
    return None


@lru_cache(1000)  # all records of a snapshot have the same
def _version(value: bytes | None) -> Version:
    found = _VERSION.fullmatch(value) if value else None
    if found and (epoch := int(found[1])) < _INT64 and (time := int(found[2])) < _INT64:
        return epoch, time
    raise ValueError(f"the header {VERSION} is not EPOCH.TIME in whole numbers: {shown(value)}")


def shown(value: bytes | None) -> str:
    """The beginning of a header's value, for an error's text."""
    return "it has no value" if value is None else repr(value[:40])


def is_watermark(headers: Iterable[FetchedHeader]) -> bool:
    """Whether a record is a watermark rather than a payload."""
    return (CONTROL, WATERMARK) in headers
