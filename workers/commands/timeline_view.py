"""Formats a timeline, for a terminal and as JSON. Pure."""

import json
from collections.abc import Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.text import Text

from schemas.model import from_epoch_ms
from workers.commands.profile_view import as_text
from workers.runtime.process.terminal import safe
from workers.serve.timeline import TimelineEntry

STYLES = {"fact": "dim", "decision": "bold", "mail": "cyan", "outcome": "green"}


def timeline_page(person: str, entries: Sequence[TimelineEntry]) -> RenderableType:
    """A line per entry, oldest first."""
    return Group(safe(f"{person}, the last {len(entries)} entries", "bold"), *map(entry_text, entries))


def entry_text(entry: TimelineEntry) -> Text:
    """An entry: when, what it is, what it says."""
    parts = (entry.what, entry.note, entry.campaign, "" if entry.kind == "decision" else entry.id)
    said = " ".join(part for part in parts if part)
    return (
        safe(f"{as_text(from_epoch_ms(entry.at))}  ")
        + safe(f"{entry.kind:<10}", STYLES[entry.kind])
        + safe(said)
    )


def timeline_json(entries: Sequence[TimelineEntry]) -> str:
    """The entries for programs, oldest first; `at` is in epoch milliseconds."""
    return json.dumps([msgspec.structs.asdict(entry) for entry in entries], ensure_ascii=False, indent=2)
