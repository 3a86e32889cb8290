"""A limit of time that costs nothing where nothing is waited for."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")


async def within(seconds: float, coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine; raises TimeoutError when it has to wait for longer.

    `asyncio.timeout` takes as long as all of what is done in it here, so only a coroutine that does wait, for
    a `future`, is put under it.
    """
    try:
        future = coroutine.send(None)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]
    async with asyncio.timeout(seconds):
        return await _resumed(coroutine, future)


@types.coroutine
def _resumed(coroutine: Coroutine[Any, Any, T], future: Any) -> Generator[Any, Any, T]:
    """Go on with a coroutine that waits for a future."""
    while True:
        try:
            try:
                sent = yield future
            except BaseException as error:
                future = coroutine.throw(error)
            else:
                future = coroutine.send(sent)
        except StopIteration as ended:
            return ended.value  # type: ignore[no-any-return]
