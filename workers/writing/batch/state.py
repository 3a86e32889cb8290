"""A batch as the API tells of it. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from workers.writing.errors import RetryableError, WritingError

OVER = {"completed", "failed", "expired", "cancelled"}


class BatchState(NamedTuple):
    """How far a batch is, the files that have its answers, all its files, and what is wrong with it."""

    batch_id: str
    status: str
    outputs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    wrong: str = ""

    @property
    def is_over(self) -> bool:
        """Whether it stays as it is."""
        return self.status in OVER

    def missing(self) -> WritingError:
        """Why a line is in none of its files."""
        if self.status == "completed":
            return WritingError("the batch is completed without an answer to this line", "batch")
        return WritingError(f"the batch is {self.status[:40]}{self.wrong and f' ({self.wrong})'}", "batch")


def batch_state(body: object) -> BatchState:
    """The state of the body of an answer; RetryableError for one that tells of no batch."""
    batch_id = body.get("id") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(batch_id, str) or not batch_id:
        raise RetryableError("the answer tells of no batch", "schema")
    outputs = _names(body, "output_file_id", "error_file_id")
    files = (*_names(body, "input_file_id"), *outputs)
    return BatchState(batch_id, str(body.get("status")), outputs, files, _wrong(body.get("errors")))


def _names(body: Mapping[str, object], *fields: str) -> tuple[str, ...]:
    names = (body.get(field) for field in fields)
    return tuple(name for name in names if isinstance(name, str) and name)


def _wrong(errors: object) -> str:
    """The first error of a file, by its code and line."""
    data = errors.get("data") if isinstance(errors, Mapping) else None
    first = data[0] if isinstance(data, list) and data else None
    if not isinstance(first, Mapping):
        return ""
    line = first.get("line")
    return str(first.get("code"))[:40] + (f", line {line}" if isinstance(line, int) else "")
