"""HTML from templates in which every value is escaped. Pure."""

from collections.abc import Iterable
from html import escape
from typing import Any


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(template: str, /, **values: Any) -> Markup:
    """A template with `{name}` places; values that are not Markup are escaped, None is empty."""
    return Markup(template.format_map({name: escaped(value) for name, value in values.items()}))


def escaped(value: Any) -> Markup:
    """A value as HTML, also within a quoted attribute; several of them in a row for a list or generator."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup("")
    if isinstance(value, str):
        return Markup(escape(value))
    if isinstance(value, Iterable):
        return joined(value)
    return Markup(escape(str(value)))


def joined(parts: Iterable[Any], between: str = "") -> Markup:
    """Parts in a row, each escaped; `between` is HTML."""
    return Markup(between.join(escaped(part) for part in parts))
