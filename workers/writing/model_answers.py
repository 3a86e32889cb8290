"""Answers of the Responses API: their text and what they have cost, or why there is no text. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from workers.writing.errors import RetryableError, TruncatedError, WritingError

LONGEST_CODE = 40
RETRIED_CODES = {"server_error", "rate_limit_exceeded"}  # of answers that failed: another attempt may help


class Usage(NamedTuple):
    """The tokens of a call; `cached_tokens` are part of `input_tokens`."""

    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


class ModelAnswer(NamedTuple):
    """The text of an answer, and its tokens."""

    text: str
    usage: Usage


def answer_of(body: object) -> ModelAnswer:
    """The answer of the body of a response; WritingError for one that is failed, incomplete, empty or none.

    The body is looked at as it came: a proxy may send anything, and an older service leaves fields out.
    """
    if not isinstance(body, Mapping):
        raise WritingError("the answer is not JSON", "schema")
    if body.get("status") != "completed":
        raise _unfinished(body)
    parts = [part for item in _list(body.get("output")) for part in _list(item.get("content"))]
    if any(part.get("type") == "refusal" for part in parts):
        raise WritingError("the model refused", "refused")
    texts = [part.get("text") for part in parts if part.get("type") == "output_text"]
    text = "".join(text for text in texts if isinstance(text, str))
    if not text.strip():
        raise WritingError("the answer is empty", "empty")
    return ModelAnswer(text, usage_of(body.get("usage")))


def _unfinished(body: Mapping[str, object]) -> WritingError:
    """The error for an answer that is not completed: out of tokens, stopped, failed, or none."""
    status = body.get("status")
    if not isinstance(status, str):
        return WritingError("the answer is no response", "schema")
    if status == "incomplete":
        why = _name(body.get("incomplete_details"), "reason")
        error = TruncatedError if why == "max_output_tokens" else WritingError
        detail = f"the answer is incomplete ({why or 'no reason'})"
        return error(detail, "refused" if why == "content_filter" else "truncated")
    code = _name(body.get("error"), "code")
    detail = f"the answer is {status[:LONGEST_CODE]} ({code or 'no code'})"
    return RetryableError(detail) if code in RETRIED_CODES else WritingError(detail, "status")


def _name(value: object, key: str) -> str | None:
    """A short text of an object; None when it is not there."""
    name = value.get(key) if isinstance(value, Mapping) else None
    return name[:LONGEST_CODE] if isinstance(name, str) else None


def _list(value: object) -> list[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def usage_of(value: object) -> Usage:
    """The tokens of a call; 0 for what is not said."""
    if not isinstance(value, Mapping):
        return Usage()
    details = value.get("input_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else 0
    return Usage(_count(value.get("input_tokens")), _count(cached), _count(value.get("output_tokens")))


def _count(value: object) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
