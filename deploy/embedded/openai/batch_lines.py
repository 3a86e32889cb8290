"""The lines of a batch's input file, read and checked, and those of its outputs. Pure."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from deploy.embedded.openai.bodies import Json

MOST_LINES, MOST_BYTES = 50_000, 200_000_000
NAMES = ("custom_id", "method", "url", "body")
REASONS = {
    "batch_expired": "This request could not be executed before the completion window expired.",
    "batch_cancelled": "This request was not executed because the batch was cancelled.",
    "request_timeout": "This request timed out.",
}


class BatchLine(NamedTuple):
    """One request of a batch."""

    custom_id: str
    body: dict[str, Any]


def read_lines(content: bytes, endpoint: str) -> tuple[list[BatchLine], list[Json]]:
    """The requests of an input file for an endpoint, and what is wrong with it: then the batch fails."""
    rows = content.decode("utf-8", "replace").splitlines()
    rows = [row for row in rows if row.strip()]
    if not rows:
        return [], [_error("empty_file", "The input file has no requests.")]
    if len(rows) > MOST_LINES or len(content) > MOST_BYTES:
        return [], [_error("too_many_tasks", f"A batch has at most {MOST_LINES} requests and 200 MB.")]
    lines: list[BatchLine] = []
    errors: list[Json] = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        line = _read_line(row, number, endpoint)
        if isinstance(line, BatchLine) and line.custom_id in seen:
            line = _error("duplicate_custom_id", f"The custom_id '{line.custom_id}' is not unique.", number)
        if isinstance(line, BatchLine):
            seen.add(line.custom_id)
            lines.append(line)
        else:
            errors.append(line)
    return lines, errors or _mixed_models(lines)


def _read_line(row: str, number: int, endpoint: str) -> BatchLine | Json:
    try:
        asked = json.loads(row)
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        return _error("invalid_json_line", "This line is not parseable as valid JSON.", number)
    if missing := next((name for name in NAMES if not asked.get(name)), None):
        return _error(
            "missing_required_parameter", f"Missing required parameter: '{missing}'.", number, missing
        )
    if not isinstance(asked["custom_id"], str) or not isinstance(asked["body"], dict):
        return _error("invalid_request", "custom_id is a text, body an object.", number)
    if asked["method"] != "POST":
        return _error("invalid_method", "Only POST is supported.", number, "method")
    if asked["url"] != endpoint:
        message = f"The URL does not match the endpoint of the batch, {endpoint}."
        return _error("url_mismatch", message, number, "url")
    return BatchLine(asked["custom_id"], asked["body"])


def _mixed_models(lines: list[BatchLine]) -> list[Json]:
    """All lines have the model of the first one."""
    models = [line.body.get("model") for line in lines]
    message = "All requests of a batch have the same model."
    return [
        _error("model_mismatch", message, number, "body.model")
        for number, model in enumerate(models, 1)
        if model != models[0]
    ]


def _error(code: str, message: str, line: int | None = None, param: str | None = None) -> Json:
    return {"code": code, "message": message, "param": param, "line": line}


def answered_line(number: str, custom_id: str, status: int, body: Json) -> Json:
    """The line of a request that was answered, with an error or without."""
    response = {"status_code": status, "request_id": f"req_{number}", "body": body}
    return {"id": f"batch_req_{number}", "custom_id": custom_id, "response": response, "error": None}


def unanswered_line(number: str, custom_id: str, code: str) -> Json:
    """The line of a request that got no answer."""
    error = {"code": code, "message": REASONS[code]}
    return {"id": f"batch_req_{number}", "custom_id": custom_id, "response": None, "error": error}


def is_good(line: Json) -> bool:
    """Whether a line belongs into the output file; all others are in the error file."""
    return line["response"] is not None and line["response"]["status_code"] == 200


def as_file(lines: Iterable[Json]) -> bytes:
    """Lines as the content of a file."""
    return "".join(json.dumps(line) + "\n" for line in lines).encode()
