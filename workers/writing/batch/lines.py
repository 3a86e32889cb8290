"""The lines of a batch: requests as they are sent, and what came of each. Pure."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from workers.writing.errors import WritingError
from workers.writing.model_answers import Usage, answer_of, usage_of
from workers.writing.pace.prices import batch_cost
from workers.writing.request import CHARACTERS_A_TOKEN, OUTPUT_TOKENS

ENDPOINT = "/v1/responses"
MOST_LINES, MOST_BYTES = 50_000, 200_000_000  # of a file, as the API allows
NO_CREDIT = "insufficient_quota"
NEVER_RUN = {"batch_expired": "batch", "batch_cancelled": "batch", "request_timeout": "timeout"}
FINGERPRINT = 16  # hex digits


class BatchCall(NamedTuple):
    """A request of a batch: a name that no other one has, and its body."""

    custom_id: str
    body: Mapping[str, Any]


class LineOutcome(NamedTuple):
    """What came of a request: the text of its answer, or why there is none; and the tokens it took."""

    text: str | None = None
    error: WritingError | None = None
    usage: Usage = Usage()


Outcomes = dict[str, LineOutcome]  # by custom id
RequestLines = Mapping[str, bytes]  # by custom id


def lines_of(calls: Iterable[BatchCall]) -> dict[str, bytes]:
    """The lines of some requests, with their ends; ValueError for a name that stands twice."""
    lines: dict[str, bytes] = {}
    for custom_id, body in calls:
        if custom_id in lines:
            raise ValueError(f"two requests of a batch are called {custom_id}")
        whole = {"custom_id": custom_id, "method": "POST", "url": ENDPOINT, "body": body}
        # only ASCII: some readers take U+2028 in a text for the end of the line
        lines[custom_id] = json.dumps(whole, separators=(",", ":")).encode() + b"\n"
    return lines


def file_parts(
    lines: RequestLines, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES
) -> Iterator[dict[str, bytes]]:
    """The lines in as few files as the limits of the API allow, in their order.

    A line that is larger than a file may be has one of its own, which the API refuses.
    """
    part: dict[str, bytes] = {}
    size = 0
    for custom_id, line in lines.items():
        if part and (len(part) == most_lines or size + len(line) > most_bytes):
            yield part
            part, size = {}, 0
        part[custom_id] = line
        size += len(line)
    if part:
        yield part


def fingerprint(line: bytes) -> str:
    """A short name of a line, the same for the same request under the same custom id."""
    return sha256(line).hexdigest()[:FINGERPRINT]


def dearest(model: str, lines: RequestLines) -> int:
    """The most that the lines may cost together, in micro-dollars."""
    return sum(
        batch_cost(model, int(len(line) / CHARACTERS_A_TOKEN), 0, OUTPUT_TOKENS) for line in lines.values()
    )


def outcomes_of(contents: Iterable[bytes], asked: Collection[str]) -> tuple[Outcomes, int]:
    """What the files of a batch say of the lines that were asked for, and how many other lines they have.

    Others cannot be read, or name nobody. Of a line that is there twice an answer beats an error, and the
    first of two counts; its tokens are those of both.
    """
    found: Outcomes = {}
    others = 0
    for row in (row for content in contents for row in content.splitlines() if row.strip()):
        read = _read(row)
        if read is None or read[0] not in asked:
            others += 1
            continue
        custom_id, outcome = read
        before = found.get(custom_id)
        if before is not None:
            usage = Usage(*map(sum, zip(before.usage, outcome.usage, strict=True)))
            kept = outcome if before.text is None and outcome.text is not None else before
            outcome = kept._replace(usage=usage)
        found[custom_id] = outcome
    return found, others


def _read(row: bytes) -> tuple[str, LineOutcome] | None:
    """A line of a file, by its custom id; None if it cannot be read."""
    try:
        line = msgspec.json.decode(row)
    except (ValueError, RecursionError):
        return None
    custom_id = line.get("custom_id") if isinstance(line, dict) else None
    return (custom_id, _outcome(line)) if isinstance(custom_id, str) else None


def _outcome(line: Mapping[str, Any]) -> LineOutcome:
    """The answer of a line, or its error: that of the line itself, or within the body of its response."""
    response = line.get("response")
    response = response if isinstance(response, Mapping) else {}
    body, status = response.get("body"), response.get("status_code")
    usage = usage_of(body.get("usage")) if isinstance(body, Mapping) else Usage()
    if status == 200 and line.get("error") is None:
        try:
            return LineOutcome(answer_of(body).text, None, usage)
        except WritingError as error:
            return LineOutcome(None, error, usage)
    code = _code(line.get("error")) or (_code(body.get("error")) if isinstance(body, Mapping) else "")
    reason = "no-credit" if code == NO_CREDIT else NEVER_RUN.get(code, "status")
    said = f"status {status}" if isinstance(status, int) else "no status"
    return LineOutcome(
        None, WritingError(f"the line of a batch: {said} ({code or 'no code'})", reason), usage
    )


def _code(error: object) -> str:
    code = error.get("code") or error.get("type") if isinstance(error, Mapping) else None
    return code[:40] if isinstance(code, str) else ""
