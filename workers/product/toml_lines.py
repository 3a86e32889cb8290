"""The lines at which entries stand in a text of TOML. Pure.

The parser tells no lines. An entry stands where longer and longer beginnings of the text first have it.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple


class Statement(NamedTuple):
    """Some lines that are whole entries: their first and last number, and all content up to there."""

    first: int
    last: int
    content: Mapping[str, Any]


def with_lines(text: str, problems: Iterable[str]) -> list[str]:
    """Problems (`users.fields.age: …`), by line and with it; without one where the file has no such entry."""
    statements, lines = [*_statements(text)], text.split("\n")
    content = statements[-1].content if statements else {}
    found = [(_line(_keys(each.partition(": ")[0], content), statements, lines), each) for each in problems]
    found.sort(key=lambda each: each[0])
    return [f"line {line}: {each}" if line else each for line, each in found]


def _statements(text: str) -> Iterator[Statement]:
    lines = text.split("\n")
    begun = 0
    for number in range(1, len(lines) + 1):
        try:
            content = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue  # an entry of several lines goes on
        blank = (each.lstrip()[:1] in ("", "#") for each in lines[begun : number - 1])
        first = (
            begun + 1 + next((at for at, is_blank in enumerate(blank) if not is_blank), number - 1 - begun)
        )
        yield Statement(first, number, content)
        begun = number


def _keys(place: str, content: Any) -> tuple[str, ...]:
    """The keys of the content that a place names, as far as there are any; a key may itself have dots."""
    for name in sorted(content, key=len, reverse=True) if isinstance(content, Mapping) else ():
        if place == name or place.startswith(f"{name}."):
            return (name, *_keys(place[len(name) + 1 :], content[name]))
    return ()


def _line(keys: tuple[str, ...], statements: list[Statement], lines: list[str]) -> int:
    """The line at which an entry begins, 0 for one that is not there."""
    for statement in statements:
        if keys and _has(statement.content, keys):
            inner = range(statement.first, statement.last + 1)
            return next((number for number in inner if keys[-1] in lines[number - 1]), statement.first)
    return 0


def _has(content: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(content, Mapping) or key not in content:
            return False
        content = content[key]
    return True
