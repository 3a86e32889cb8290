"""Reads the fields of a request's body, which may be of any kind and size. Pure.

All methods raise RequestRefused (422), naming the field, for a value that cannot be.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

from workers.product.reading.values import READ_ERRORS, read_boolean, read_id, read_text
from workers.serve.tracking.refusal import impossible

ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
LONGEST_NUMBER = 32  # characters of a number in a form


class BodyFields:
    """The fields of one body; what is null or empty counts as missing, in a text also a word for nothing."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._given = {name: value for name, value in values.items() if value is not None and value != ""}

    def value(self, *names: str) -> Any:
        """The first value under one of these names; None when there is none."""
        for name in names:
            if name in self._given:
                return self._given[name]
        return None

    def message_id(self, *names: str) -> str:
        """The id of a visit or a press: 1 to 100 letters, digits and `.`, `_`, `:`, `-`."""
        value = self._needed(*names)
        if not isinstance(value, str) or not ID.fullmatch(value):
            raise impossible(names[0], "must be 1 to 100 letters, digits or ._:-")
        return value

    def reference(self, longest: int, *names: str) -> str:
        """The id of a document, of at most `longest` characters."""
        value = self._needed(*names)
        try:
            text = None if isinstance(value, bool) else read_id(value)
        except READ_ERRORS:
            text = None
        if text is None or len(text) > longest:
            raise impossible(names[0], f"must be an id of 1 to {longest} characters")
        return text

    def text(self, longest: int, *names: str) -> str | None:
        """A text in single spaces; None when missing."""
        value = self.value(*names)
        if value is None:
            return None
        if not isinstance(value, str):
            raise impossible(names[0], "must be a text")
        text = read_text(value)
        if text is not None and len(text) > longest:
            raise impossible(names[0], f"must be at most {longest} characters")
        return text

    def opaque(self, longest: int, name: str) -> str | None:
        """A text as it is; None when missing."""
        value = self.value(name)
        if value is None:
            return None
        if not isinstance(value, str) or len(value) > longest:
            raise impossible(name, f"must be a text of at most {longest} characters")
        return value

    def number(self, lowest: float, highest: float, *names: str) -> float | None:
        """A number of this range, of which both ends are finite; None when missing."""
        value = self.value(*names)
        if value is None:
            return None
        number = value if type(value) is float else as_number(value)
        if number is None or not lowest <= number <= highest:
            raise impossible(names[0], f"must be a number from {lowest:g} to {highest:g}")
        return number

    def needed_number(self, lowest: float, highest: float, *names: str) -> float:
        """A number of this range; missing is refused."""
        self._needed(*names)
        return self.number(lowest, highest, *names) or 0.0

    def whole_number(self, highest: int, *names: str) -> int | None:
        """A whole number from 0 to `highest`; None when missing."""
        number = self.number(0, highest, *names)
        if number is None:
            return None
        if not number.is_integer():
            raise impossible(names[0], "must be a whole number")
        return int(number)

    def flag(self, name: str) -> bool:
        """True or false, as a boolean or a word; False when missing."""
        try:
            return bool(read_boolean(self.value(name)))
        except READ_ERRORS:
            raise impossible(name, "must be true or false") from None

    def _needed(self, *names: str) -> Any:
        value = self.value(*names)
        if value is None:
            raise impossible(names[0], "is missing")
        return value


def as_number(value: Any) -> float | None:
    """A finite number, also as a text (of a form); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not 0 < len(value) <= LONGEST_NUMBER:
        return None
    try:
        number = float(value)
    except READ_ERRORS:
        return None
    return number if math.isfinite(number) else None
