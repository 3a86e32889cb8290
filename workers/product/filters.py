"""Which documents count, and which entries of a list inside them: the `where` of `deploy/sources.toml`. Pure.

What cannot be told is None: a value that is missing, or that is no value of the kind that is asked for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.folding import folded
from workers.product.plain_values import MISSING, lookup, plain_or_none
from workers.product.reading.numbers import read_number
from workers.product.reading.values import READ_ERRORS, is_number, number_text, read_boolean

NAMED_ADDRESS = re.compile(r"[^<>]*<([^<>\s]+@[^<>\s]+)>\s*")  # Mia Sato <mia@x.jp>


@dataclass(frozen=True)
class PathCondition:
    """What the values at a path must be; the path leads through lists, and one fitting value is enough.

    `any_of` and `none_of` are texts, numbers or booleans, all of one kind. `same_as` and `not_same_as` are
    paths from the top of the document, also in conditions on an entry of a list in it.
    """

    path: tuple[str, ...]
    any_of: tuple[Any, ...] = ()
    none_of: tuple[Any, ...] = ()
    exists: bool | None = None
    same_as: tuple[str, ...] = ()
    not_same_as: tuple[str, ...] = ()


def holds(conditions: Iterable[PathCondition], value: Any, document: Any) -> bool | None:
    """Whether all conditions hold for a document, or for a value in it, an entry of a list; None: unknown."""
    return every(verdict for each in conditions for verdict in _verdicts(each, value, document))


def every(verdicts: Iterable[bool | None]) -> bool | None:
    """False if one is false, else unknown if one is unknown."""
    known = set(verdicts)
    return False if False in known else None if None in known else True


def some(verdicts: Iterable[bool | None]) -> bool | None:
    """True if one is true, else unknown if one is unknown."""
    known = set(verdicts)
    return True if True in known else None if None in known else False


def opposite(verdict: bool | None) -> bool | None:
    """What is unknown stays unknown."""
    return None if verdict is None else not verdict


def word_key(value: Any) -> str | None:
    """The text under which words are compared: `No-show` and `no show` are one, 1 and 1.0 are `1`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return folded(value) or value.strip()
    try:
        return number_text(value) if is_number(value) else None
    except READ_ERRORS:  # a number of a thousand digits
        return None


def has_value(value: Any) -> bool:
    """Whether there is a value: null, NaN, an empty text, and a list without any value are none."""
    return next(_single_values(value), MISSING) is not MISSING


def _verdicts(condition: PathCondition, value: Any, document: Any) -> Iterator[bool | None]:
    values = [*_single_values(lookup(value, condition.path))]
    if condition.exists is not None:
        yield bool(values) is condition.exists
    if condition.any_of:
        equal = some(_equals(each, wanted) for each in values for wanted in condition.any_of)
        yield equal if values else None
    if condition.none_of:
        # what is missing is none of them: a mark is mostly left out where it does not apply
        yield opposite(some(_equals(each, wanted) for each in values for wanted in condition.none_of))
    if condition.same_as:
        others = [*_single_values(lookup(document, condition.same_as))]
        yield _overlap(values, others) if values and others else None
    if condition.not_same_as:
        others = [*_single_values(lookup(document, condition.not_same_as))]
        yield opposite(_overlap(values, others))


def _single_values(value: Any) -> Iterator[Any]:
    """The values in a value, as JSON, those of lists one by one; a sub-document stays what it is."""
    if isinstance(value, list):
        for item in value:
            yield from _single_values(item)
        return
    simple = None if value is MISSING else plain_or_none(value)
    if simple is MISSING:
        yield value
    elif simple is not None and not (isinstance(simple, str) and not simple.strip()):
        yield simple


def _equals(value: Any, wanted: Any) -> bool | None:
    try:
        if isinstance(wanted, bool):
            mark = read_boolean(value)
            return None if mark is None else mark is wanted
        if is_number(wanted):
            number = value if is_number(value) else read_number(value)
            return None if number is None else bool(number == wanted)
    except READ_ERRORS:
        return None
    key = word_key(value)
    return None if key is None else key == word_key(wanted)


def _overlap(values: list[Any], others: list[Any]) -> bool | None:
    return some(_is_same(one, other) for one in values for other in others)


def _is_same(one: Any, other: Any) -> bool | None:
    """Whether two ids or addresses are the same, regardless of case and of a name before an address."""
    one, other = (each if isinstance(each, str) else word_key(each) for each in (one, other))
    return None if one is None or other is None else _identity(one) == _identity(other)


def _identity(text: str) -> str:
    named = NAMED_ADDRESS.fullmatch(text)
    return (named[1] if named else text).strip().casefold()


def paths_from_top(conditions: Iterable[PathCondition]) -> Iterator[tuple[str, ...]]:
    """The paths of conditions on an entry of a list that begin at the top of its document."""
    for each in conditions:
        yield from (path for path in (each.same_as, each.not_same_as) if path)


def nested(path: tuple[str, ...], value: Any) -> Mapping[str, Any]:
    """A document that has a value at a path of at least one name."""
    for name in reversed(path):
        value = {name: value}
    return value  # type: ignore[no-any-return]
