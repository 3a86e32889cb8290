"""Reads what a person answered to a question, as the field of their document that it fills. Pure."""

from collections.abc import Mapping
from typing import Any

from schemas.documents import User
from schemas.questions import QUESTIONS
from workers.product.reading.fields import READERS
from workers.product.reading.values import FieldReader, PartialRead, UnreadableError

LONGEST_TEXT = 200  # characters
MOST_WORDS, LONGEST_WORD = 20, 80  # of a list
MAY_BE_NOTHING = frozenset({"dietary_restrictions"})  # "no" is an answer to these; it fills nothing
READER_OF: Mapping[str, FieldReader] = {name: reader for name, reader in READERS[User] if name in QUESTIONS}


def read_answered(field: str, value: Any) -> Any:
    """The value that an answer gives a field of QUESTIONS: a text, a number, or a list of words.

    An empty list is the answer that there is nothing (see MAY_BE_NOTHING). Raises UnreadableError, and the
    other READ_ERRORS, for an answer that means nothing else, and for a field that nobody is asked for.
    """
    if field not in READER_OF:
        raise UnreadableError("nobody is asked for this field")
    read = READER_OF[field](value)
    if isinstance(read, PartialRead):
        read = read.value
    if isinstance(read, list):
        return _words(field, read)
    if not read:
        raise UnreadableError("is empty")
    if isinstance(read, str) and len(read) > LONGEST_TEXT:
        raise UnreadableError(f"is longer than {LONGEST_TEXT} characters")
    return read


def _words(field: str, words: list[str]) -> list[str]:
    if not words and field not in MAY_BE_NOTHING:
        raise UnreadableError("is empty")
    if len(words) > MOST_WORDS:
        raise UnreadableError(f"has more than {MOST_WORDS} entries")
    if any(len(word) > LONGEST_WORD for word in words):
        raise UnreadableError(f"has an entry of more than {LONGEST_WORD} characters")
    return words
