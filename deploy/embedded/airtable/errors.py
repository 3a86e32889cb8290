"""The errors of the API, as its clients see them. Pure."""

from typing import Any


class TableError(Exception):
    """An answer that is an error: its status and body."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status, self.body = status, body


def table_error(status: int, kind: str, message: str) -> TableError:
    """An error with a type and a message."""
    return TableError(status, {"error": {"type": kind, "message": message}})


def unprocessable(kind: str, message: str) -> TableError:
    """A request that is understood and cannot be done."""
    return table_error(422, kind, message)


def not_there() -> TableError:
    """What is not there."""
    return TableError(404, {"error": "NOT_FOUND"})


def forbidden() -> TableError:
    """What the token may not do, or a base or table that it may not know of."""
    return table_error(
        403,
        "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND",
        "Invalid permissions, or the requested model was not found. Check that both your user and your token"
        " have the required permissions, and that the model names and/or ids are correct.",
    )


def too_many_requests() -> TableError:
    """More requests than a base takes."""
    message = "Rate limit exceeded. Please try again later"
    return TableError(429, {"errors": [{"error": "RATE_LIMIT_REACHED", "message": message}]})


def iterator_gone() -> TableError:
    """A page of a list that was begun too long ago."""
    message = "The iterator is no longer available. Please restart listing records from the beginning."
    return unprocessable("LIST_RECORDS_ITERATOR_NOT_AVAILABLE", message)
