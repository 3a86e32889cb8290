"""What a field holds that is not read at one path: a constant, a choice, a join, a sum, a count. Pure.

`of` gives the value for a document, or for a sub-document in it (`value`); None where there is none. A sum or
a count of which a part is unknown is a text that says so: no reader takes it for a number, and the note tells
it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from workers.product.filters import PathCondition, has_value, holds, word_key
from workers.product.plain_values import MISSING, UNREADABLE, lookup, number_of, plain_or_none
from workers.product.reading.numbers import read_amount
from workers.product.reading.values import READ_ERRORS, UnreadableError, is_number, number_text, single_value

DIGITS = 60  # in which sums and products are exact
UNKNOWN_ENTRY = "an unknown entry in {}"  # in place of a sum or a count


@dataclass(frozen=True)
class Constant:
    """The same value in every document."""

    value: Any

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """Nothing is read."""
        return ()

    def of(self, value: Any, document: Any) -> Any:
        """The value."""
        return self.value


@dataclass(frozen=True)
class FirstOf:
    """The value at the first of some paths at which there is one."""

    paths: tuple[tuple[str, ...], ...]

    def of(self, value: Any, document: Any) -> Any:
        """The first value that is there, None when there is none."""
        values = (lookup(value, path) for path in self.paths)
        return next((each for each in values if has_value(each)), None)


@dataclass(frozen=True)
class JoinOf:
    """The texts at some paths as one, with a separator between them; those that are missing are left out."""

    paths: tuple[tuple[str, ...], ...]
    separator: str

    def of(self, value: Any, document: Any) -> Any:
        """The text; None when no part is there, UNREADABLE when one is no text."""
        parts = [part for path in self.paths if has_value(part := lookup(value, path))]
        try:
            texts = [_text(part) for part in parts]
        except READ_ERRORS:
            return UNREADABLE
        if None in texts:
            return UNREADABLE
        return self.separator.join(text for text in texts if text) or None


@dataclass(frozen=True)
class SumOf:
    """The sum of the numbers at a path, or of the products of the `factors` in each entry of the list there.

    With conditions, only of the entries for which they hold.
    """

    path: tuple[str, ...]
    factors: tuple[tuple[str, ...], ...] = ()
    where: tuple[PathCondition, ...] = ()

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The path of the list."""
        return (self.path,)

    def of(self, value: Any, document: Any) -> Any:
        """The number; None without a list."""
        entries = _entries(lookup(value, self.path))
        if entries is None:
            return None
        try:
            with localcontext() as context:
                context.prec = DIGITS
                total = sum(map(self._number, _counted(entries, self.where, document)), Decimal())
            number = number_of(total)
        except READ_ERRORS:
            number = None
        return UNKNOWN_ENTRY.format(".".join(self.path)) if number is None else number

    def _number(self, entry: Any) -> Decimal:
        factors = (
            [_number(lookup(entry, path)) for path in self.factors] if self.factors else [_number(entry)]
        )
        product = Decimal(1)
        for factor in factors:
            product *= factor
        return product


@dataclass(frozen=True)
class CountOf:
    """How many entries the list at a path has; with conditions, how many for which they hold."""

    path: tuple[str, ...]
    where: tuple[PathCondition, ...] = ()

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The path of the list."""
        return (self.path,)

    def of(self, value: Any, document: Any) -> Any:
        """The number; None without a list. A text or a number is no list."""
        held = lookup(value, self.path)
        entries = _entries(held)
        if entries is None:
            return None
        if not isinstance(held, list | Mapping):
            return UNKNOWN_ENTRY.format(".".join(self.path))
        try:
            return len([*_counted(entries, self.where, document)])
        except UnreadableError:
            return UNKNOWN_ENTRY.format(".".join(self.path))


Computation = Constant | FirstOf | JoinOf | SumOf | CountOf


def translated(values: tuple[tuple[str, Any], ...], value: Any) -> Any:
    """What stands for a value in an enumeration, by its `word_key`; a value that is not in it stays.

    Of a list each entry is translated.
    """
    if isinstance(value, list):
        return [translated(values, item) for item in value]
    key = word_key(plain_or_none(value))
    return next((ours for theirs, ours in values if theirs == key), value)


def _entries(value: Any) -> list[Any] | None:
    """The entries of a list, flat and without null; a value alone is a list of one."""
    if value is MISSING or value is None:
        return None
    if not isinstance(value, list):
        return [value]
    return [entry for item in value if item is not None for entry in _entries(item) or ()]


def _counted(entries: list[Any], where: tuple[PathCondition, ...], document: Any) -> Iterator[Any]:
    """The entries for which conditions hold; raises UnreadableError when that is unknown of one."""
    for entry in entries:
        verdict = holds(where, entry, document)
        if verdict is None:
            raise UnreadableError("it is unknown whether it counts")
        if verdict:
            yield entry


def _number(value: Any) -> Decimal:
    """A number, also a negative one, or an amount in a text; raises one of READ_ERRORS for anything else."""
    simple = None if value is MISSING else single_value(_simple(value))
    sign, read = 1, simple
    if isinstance(simple, str):
        text = simple.strip()
        sign, read = (-1, read_amount(text[1:])) if text[:1] == "-" else (1, read_amount(text))
    if not is_number(read):
        raise UnreadableError("is no number")
    return sign * (Decimal(read) if isinstance(read, int) else Decimal(repr(read)))


def _text(value: Any) -> str | None:
    simple = single_value(_simple(value))
    if isinstance(simple, str):
        return simple.strip()
    return number_text(simple) if is_number(simple) else None


def _simple(value: Any) -> Any:
    """A value as JSON, the entries of a list too; a sub-document stays."""
    if isinstance(value, list):
        return [_simple(item) for item in value if item is not None]
    simple = plain_or_none(value)
    return value if simple is MISSING else simple
