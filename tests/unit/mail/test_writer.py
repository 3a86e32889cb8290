"""The writer with a fallback."""

import pytest

from tests.unit.mail.mails import TEXT, CountingWriter, decision
from workers.mail.writer import FallbackWriter
from workers.writing.errors import WritingError


@pytest.mark.parametrize("error", [WritingError("no luck"), TypeError("a bug")])
async def test_the_fallback_writes_when_the_primary_fails(error: Exception) -> None:
    """Whatever error the primary raises."""
    assert await FallbackWriter(CountingWriter(error), CountingWriter()).write(decision()) == TEXT


async def test_the_fallback_is_not_called_without_need() -> None:
    """One text is written by one writer."""
    fallback = CountingWriter()

    assert await FallbackWriter(CountingWriter(), fallback).write(decision()) == TEXT
    assert fallback.count == 0
