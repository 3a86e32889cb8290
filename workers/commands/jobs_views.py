"""`kairos jobs report --views`: the views and preferences themselves, the newest first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.table import Table

from schemas.jobs import JobSignal
from workers.runtime.process.terminal import safe

UNKNOWN = "–"


def held(signals: Iterable[JobSignal], person: str | None, kinds: Sequence[str]) -> list[JobSignal]:
    """The signals that still hold, of a person (None: of everybody) and of some kinds (none: of all)."""
    found: dict[tuple[str, str, str], JobSignal] = {}
    for signal in signals:
        if (person is not None and signal.person != person) or (kinds and signal.kind not in kinds):
            continue
        key = signal.person, signal.id, signal.job_id
        if signal.retracted:
            found.pop(key, None)
        else:
            found[key] = signal
    return list(found.values())


def views_of(signals: Iterable[JobSignal], last: int) -> list[dict[str, Any]]:
    """The last signals as plain values, the newest first; one without a time comes behind all others."""
    newest = sorted(
        signals, key=lambda each: (each.at is None, -(each.at.timestamp() if each.at else 0), each.id)
    )
    return [
        {
            "at": None if signal.at is None else signal.at.isoformat(),
            "person": signal.person,
            "job_id": signal.job_id,
            "kind": signal.kind,
            "seconds": signal.seconds if signal.kind == "viewed" else None,
            "weight": signal.weight,
            "id": signal.id,
        }
        for signal in newest[:last]
    ]


def views_table(rows: Iterable[Mapping[str, Any]]) -> Table:
    """The rows for a terminal."""
    table = Table("when", "person", "job", "what", "seconds", "weight")
    for row in rows:
        seconds = UNKNOWN if row["seconds"] is None else f"{row['seconds']:,.1f}"
        when = UNKNOWN if row["at"] is None else row["at"][:19].replace("T", " ")
        named = (row["person"], row["job_id"], row["kind"], seconds, f"{row['weight']:+.3f}")
        table.add_row(when, *(safe(text) for text in named))
    return table
