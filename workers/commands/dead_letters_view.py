"""Formats dead letters for a terminal, and as JSON for programs. Pure."""

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from schemas.model import from_epoch_ms
from workers.commands.dead_letters_choice import why_not_replayable
from workers.runtime.dead_letters.reading import DeadLetter, fetched_headers, text
from workers.runtime.kafka.headers import has_date
from workers.runtime.process.logs import redact_text
from workers.runtime.process.terminal import STEERING, safe

COLUMNS = ("time", "worker", "place", "key", "reason", "error")
LEAST_WIDTH = 8  # characters of a key and of an error that a narrow terminal shows
NOTHING = "–"


def table(letters: Iterable[DeadLetter], width: int) -> Table:
    """One line per letter, without addresses; keys and errors are cut to what the terminal's width leaves."""
    rows = [list(map(line, cells(letter))) for letter in letters]
    longest = [
        max(text.cell_len for text in column) for column in zip(map(Text, COLUMNS), *rows, strict=True)
    ]
    key, error = COLUMNS.index("key"), COLUMNS.index("error")
    room = width - sum(longest) + longest[key] + longest[error] - 2 * len(COLUMNS)
    for row in rows:
        row[key].truncate(max(LEAST_WIDTH, room // 3), overflow="ellipsis")
        row[error].truncate(max(LEAST_WIDTH, room - min(longest[key], room // 3)), overflow="ellipsis")
    result = Table(*COLUMNS, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        result.add_row(*row)
    return result


def cells(letter: DeadLetter) -> tuple[str, ...]:
    """The cells of a letter, one for each of COLUMNS."""
    error = letter.error if letter.replayed is None else f"replayed at {letter.replayed}; {letter.error}"
    position = redact_text(letter.position)
    return time(letter.at), letter.worker, position, key(letter), letter.reason, redact_text(error)


def summary(chosen: Sequence[DeadLetter], shown: int) -> str:
    """How many letters there are, by reason, and how many of them were replayed."""
    if not chosen:
        return "no dead letters"
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in by_reason(chosen).items())
    replayed = sum(letter.replayed is not None for letter in chosen)
    letters = "1 dead letter" if len(chosen) == 1 else f"{len(chosen):,} dead letters"
    last = f"; the last {shown:,} are shown" if shown < len(chosen) else ""
    return f"{letters}: {reasons}; {replayed:,} replayed{last}"


def by_reason(letters: Iterable[DeadLetter]) -> dict[str, int]:
    """How many letters have each reason, most first."""
    return dict(Counter(letter.reason for letter in letters).most_common())


def skipped(letter: DeadLetter, reason: str) -> str:
    """The line about a letter that is not replayed."""
    key_text = "" if letter.key is None else f" ({key(letter)})"
    return line(f"left: {letter.worker}/{redact_text(letter.position)}{key_text}: {reason}").plain


def page(letter: DeadLetter) -> RenderableType:
    """Everything about one letter."""
    facts, headers = Table.grid(padding=(0, 2)), Table.grid(padding=(0, 2))
    reason = why_not_replayable(letter)
    rows = (
        ("worker", letter.worker),
        ("reason", letter.reason),
        ("error", letter.error),
        ("time", time(letter.at)),
        ("written", time(letter.record.timestamp)),
        ("key", printable(letter.key)),
        ("replayed", letter.replayed or NOTHING),
        ("replay", "can be put back" if reason is None else f"stays: {reason}"),
    )
    for name, fact in rows:
        facts.add_row(Text(name, "dim"), safe(fact))
    for name, value in fetched_headers(letter.record):
        headers.add_row(safe(name, "dim"), safe(printable(value)))
    size = f"Value, {len(letter.record.value or b''):,} bytes"
    heading = Text(f"\n{size}", "bold")
    body = safe(value_text(letter.record.value))
    return Group(safe(letter.position, "bold"), facts, Text("\nHeaders", "bold"), headers, heading, body)


def value_text(value: bytes | None) -> str:
    """A value in readable form: JSON indented, other text as it is, bytes that are no text escaped."""
    if value is None:
        return "none: a deletion"
    try:
        return json.dumps(json.loads(value), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return printable(value)


def printable(data: bytes | None) -> str:
    """Bytes as text; bytes that are no text and control characters are escaped."""
    if data is None:
        return NOTHING
    return STEERING.sub(lambda match: f"\\x{ord(match[0]):02x}", text(data))


def key(letter: DeadLetter) -> str:
    """The key of the record, with addresses redacted."""
    return redact_text(printable(letter.key))


def time(at_ms: int) -> str:
    """A time in epoch milliseconds as date and time; the number itself where no date can name it."""
    return f"{from_epoch_ms(at_ms):%Y-%m-%d %H:%M:%S}" if has_date(at_ms) else str(at_ms)


def iso(at_ms: int) -> str:
    """A time in epoch milliseconds in ISO form; the number itself where no date can name it."""
    return from_epoch_ms(at_ms).isoformat(timespec="milliseconds") if has_date(at_ms) else str(at_ms)


def line(content: str) -> Text:
    """A text on one line: any white space becomes one space."""
    return safe(" ".join(content.split()))


def data(letter: DeadLetter) -> dict[str, Any]:
    """One letter for programs, without its value; keys and errors without addresses."""
    return {
        "place": redact_text(letter.position),
        "time": iso(letter.at),
        "written": iso(letter.record.timestamp),
        "worker": letter.worker,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "key": None if letter.key is None else key(letter),
        "reason": letter.reason,
        "error": redact_text(letter.error),
        "replayed": letter.replayed,
        "stays": why_not_replayable(letter),
    }


def whole(letter: DeadLetter) -> dict[str, Any]:
    """One letter for programs, with its headers and value; bytes are base64."""
    record = letter.record
    return data(letter) | {
        "id": letter.id,
        "error": letter.error,
        "key": base64(record.key),
        "headers": [[name, base64(value)] for name, value in fetched_headers(record)],
        "value": base64(record.value),
    }


def base64(value: bytes | None) -> str | None:
    """Bytes as base64; None stays None."""
    return None if value is None else b64encode(value).decode()
