"""What is read of a file: entries with their places, and the two ways in which a file fails."""

from typing import Any, NamedTuple

STANDARD_STREAM = "-"  # as the name of a file


class FileEntry(NamedTuple):
    """The value that begins on a line, or the error there.

    `lines` is how many lines are lost by the error. `record` is the number in a list, from 1, where the line
    does not tell which entry it is. `remark` is on something odd in the file or in a record that is read.
    """

    line: int
    value: Any = None
    error: str | None = None
    lines: int = 1
    record: int = 0
    remark: str | None = None

    @property
    def place(self) -> str:
        """The line, and the number in a list if there is one, as they stand behind the name of a file."""
        return f"{self.line}: record {self.record:,}" if self.record else f"{self.line}"

    @property
    def where(self) -> str:
        """The same in a sentence."""
        return f"line {self.line:,}, record {self.record:,}" if self.record else f"line {self.line:,}"


class RefusedFile(ValueError):
    """A file of which nothing is read; the text says why, and what to do."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"{line}: {reason}" if line else f" {reason}")


class BrokenFile(ValueError):
    """A file that cannot be read from some line on; the text is `LINE: REASON`."""

    def __init__(self, place: int | str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
