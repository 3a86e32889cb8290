"""Formats the status of capture's sources for a terminal, and as JSON for programs. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.model import from_epoch_ms
from workers.capture.history import ALARM_SECONDS, History, is_alarming
from workers.commands.capture_status import SourceStatus

UNKNOWN = "unknown"
UNITS = ((86_400, "days"), (3_600, "h"), (60, "min"), (1, "s"))
LEAST = 2  # of a unit, or the next smaller one is used


def lines(statuses: Sequence[SourceStatus], now: int) -> Iterator[str]:
    """A block of lines for each source; `now` in epoch ms."""
    for number, status in enumerate(statuses):
        if number:
            yield ""
        yield f"{status.source}: {status.state}"
        yield from (f"  {name:<13} {text}" for name, text in rows(status, now))


def rows(status: SourceStatus, now: int) -> Iterator[tuple[str, str]]:
    """What is known of a source, by name."""
    yield "topics", ", ".join(status.topics)
    if status.reached is not None:
        yield "read up to", f"{from_epoch_ms(status.reached):%Y-%m-%d %H:%M:%S} UTC"
    if status.stored_at is not None:
        yield "stored", f"{span((now - status.stored_at) / 1000)} ago"
    if status.history is not None:
        yield "behind", behind(status.history)
    if status.problem:
        yield "not reached", status.problem
    if status.documents is not None:
        yield "documents", f"about {status.documents:,}"
    if status.dead_letters:
        yield "dead letters", f"{status.dead_letters:,} (kairos dead-letters list --worker capture)"


def behind(history: History) -> str:
    """How far a position is behind its server, and how much history is left."""
    warning = "TOO FAR: " if is_alarming(history) else ""
    if history.window is None or history.left is None:
        return (
            f"{warning}{span(history.lag)}; how much history MongoDB keeps is unknown (this user may not "
            f"read local.oplog.rs), more than {span(ALARM_SECONDS)} is told"
        )
    left = f"{span(history.left)} are left" if history.left > 0 else "nothing is left"
    if history.left >= history.window:
        left = "all of it is left"
    return f"{warning}{span(history.lag)}; MongoDB keeps {span(history.window)} of history, {left}"


def span(seconds: float) -> str:
    """A length of time in its largest unit of which there are at least two: `3 h`, `90 min`."""
    whole = max(0, round(seconds))
    length, unit = next(((each, name) for each, name in UNITS if whole >= LEAST * each), UNITS[-1])
    return f"{whole // length:,} {unit}"


def data(status: SourceStatus) -> dict[str, Any]:
    """A status as JSON-able values; times in ISO, lengths in seconds, null for what is unknown."""
    history = status.history
    return {
        "source": status.source,
        "topics": list(status.topics),
        "state": status.state,
        "read_up_to": iso(status.reached),
        "stored_at": iso(status.stored_at),
        "lag_seconds": history.lag if history else None,
        "history_seconds": history.window if history else None,
        "history_left_seconds": history.left if history else None,
        "documents": status.documents,
        "dead_letters": status.dead_letters,
        "problem": status.problem or None,
    }


def iso(at: int | None) -> str | None:
    """A time in epoch ms as ISO 8601."""
    return None if at is None else from_epoch_ms(at).isoformat()
