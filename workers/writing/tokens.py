"""Tokens in texts, such as `{{count}}`, which code fills with what the records say. Pure."""

import re
from collections.abc import Mapping

MOCK = "[MOCK] "  # before the subject of a mail that is not to be sent
TOKEN = re.compile(r"\{\{([a-z0-9_.]+)\}\}")


def tokens_of(text: str) -> frozenset[str]:
    """The names of the tokens in a text."""
    return frozenset(TOKEN.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with the values of its tokens; KeyError for a token without a value."""
    return TOKEN.sub(lambda match: values[match[1]], text)
