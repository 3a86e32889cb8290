"""The one error of this package, and the type of the function that hears of progress."""

from collections.abc import Callable

Report = Callable[[str], None]


class ServicesError(RuntimeError):
    """A service cannot be started, reached or stopped; the message is one line that says what to do."""


def silent(_line: str) -> None:
    """Hears progress and says nothing."""
