"""Reads paths and the conditions of a `where` from `deploy/sources.toml`. Pure.

What is wrong is added to `problems`, each as `place: what is wrong`; the place is the entry's key with dots.
"""

import math
from collections.abc import Mapping
from typing import Any

from workers.product.filters import PathCondition

OPERATORS = ("is", "not", "exists", "same_as", "not_same_as")
WORDS = "a text, a number, true or false, or a list of one kind of them"


def path_parts(entry: Any) -> tuple[str, ...] | None:
    """The names in a path like `profile.name`; None for what is no path."""
    parts = tuple(entry.split(".")) if isinstance(entry, str) else ()
    wrong = not parts or any(not part or part.startswith("$") or "\x00" in part for part in parts)
    return None if wrong else parts


def read_path(place: str, entry: Any, problems: list[str]) -> tuple[str, ...]:
    """The names in a path; one without a name when it is none."""
    parts = path_parts(entry)
    if parts is None:
        problems.append(f"{place}: must be a path like `lines.total`, not {entry!r}")
    return parts or ("",)


def read_conditions(place: str, entry: Any, problems: list[str]) -> tuple[PathCondition, ...]:
    """The conditions in a `where`, a table of paths with what must be there."""
    if not isinstance(entry, Mapping):
        problems.append(f'{place}: must be a table like {{ status = ["paid", "shipped"] }}, not {entry!r}')
        return ()
    return tuple(_condition(f"{place}.{path}", path, said, problems) for path, said in entry.items())


def _condition(place: str, path: str, entry: Any, problems: list[str]) -> PathCondition:
    parts = read_path(place, path, problems)
    if not isinstance(entry, Mapping):
        return PathCondition(parts, any_of=_words(place, entry, problems))
    for name in (name for name in entry if name not in OPERATORS):
        problems.append(
            f"{place}.{name}: unknown condition, there are {', '.join(OPERATORS)};"
            " a path with dots stands in quotes"
        )
    if not entry:
        problems.append(f"{place}: is empty, say one of {', '.join(OPERATORS)}")
    exists = entry.get("exists")
    if "exists" in entry and not isinstance(exists, bool):
        problems.append(f"{place}.exists: must be true or false, not {exists!r}")
    elif exists is False and len(entry) > 1:
        problems.append(f"{place}: what does not exist is nothing else; say exists = false alone")
    is_, not_ = (
        _words(f"{place}.{name}", entry[name], problems) if name in entry else () for name in ("is", "not")
    )
    same, other = (
        read_path(f"{place}.{name}", entry[name], problems) if name in entry else ()
        for name in ("same_as", "not_same_as")
    )
    return PathCondition(parts, is_, not_, exists, same, other)


def _words(place: str, entry: Any, problems: list[str]) -> tuple[Any, ...]:
    """One or more texts, numbers or booleans."""
    words = tuple(entry) if isinstance(entry, list) else (entry,)
    kinds = {kind_of(word) for word in words}
    if len(kinds) != 1 or None in kinds:
        problems.append(f"{place}: must be {WORDS}, not {entry!r}")
        return ()
    return words


def kind_of(word: Any) -> str | None:
    """Whether a value is a text (with letters in it), a number or a boolean; None for another one."""
    if isinstance(word, bool):
        return "boolean"
    if isinstance(word, int) or (isinstance(word, float) and math.isfinite(word)):
        return "number"
    return "text" if isinstance(word, str) and word.strip() else None
