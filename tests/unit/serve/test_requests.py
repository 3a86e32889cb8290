"""A body is bounded in size and time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from workers.serve.requests import bounded_body
from workers.serve.tracking.refusal import RequestRefused

Received = list[dict[str, Any]]


def receiving(messages: Received) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Gives messages one after the other, then nothing more."""
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        for message in waiting:
            return message
        await asyncio.Event().wait()
        raise AssertionError

    return receive


def part(body: bytes, more: bool = True) -> dict[str, Any]:
    """A part of a body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_may_come_in_parts() -> None:
    """As many as it likes."""
    parts = [part(b"a"), part(b""), part(b"bc"), part(b"d", more=False)]

    assert await bounded_body(receiving(parts), "4", 4) == b"abcd"


@pytest.mark.parametrize(
    ("messages", "length", "status"),
    [
        ([part(b"ab")], "5", 413),
        ([part(b"ab"), part(b"cde", more=False)], "", 413),
        ([part(b"ab"), {"type": "http.disconnect"}], "4", 400),
        ([part(b"ab")], "4", 408),
        ([], "", 408),
    ],
)
async def test_what_is_too_long_or_never_comes_is_refused(
    messages: Received, length: str, status: int
) -> None:
    """Whatever the header says."""
    with pytest.raises(RequestRefused) as refused:
        await bounded_body(receiving(messages), length, longest=4, seconds=0.001)
    assert refused.value.status == status
