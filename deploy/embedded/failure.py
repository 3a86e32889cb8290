"""The error of this package, and the type of the function that reports progress."""

from collections.abc import Callable

Report = Callable[[str], None]


class ServicesError(RuntimeError):
    """A service cannot be started, reached or stopped; the message is one line."""


def silent(_line: str) -> None:
    """Report nothing."""
