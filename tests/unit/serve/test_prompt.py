"""A limit of time for what has to wait."""

import asyncio

import pytest

from workers.serve.prompt import within


async def test_what_is_there_at_once_is_given() -> None:
    """Without a turn of the event loop."""

    async def there() -> int:
        return 7

    coroutine = within(0.0, there())
    with pytest.raises(StopIteration) as ended:
        coroutine.send(None)
    assert ended.value.value == 7


async def test_what_waits_is_waited_for() -> None:
    """More than once, and its errors are passed on."""

    async def waits(fails: bool) -> int:
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        if fails:
            raise KeyError("a bug")
        return 7

    assert await within(30, waits(fails=False)) == 7
    with pytest.raises(KeyError):
        await within(30, waits(fails=True))


async def test_what_takes_too_long_is_ended() -> None:
    """It can still clean up."""
    ended: list[str] = []

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("cleaned up")

    with pytest.raises(TimeoutError):
        await within(0.001, never())
    assert ended == ["cleaned up"]


async def test_it_can_be_cancelled_from_outside() -> None:
    """Which is no end of the time."""
    began = asyncio.Event()

    async def never() -> None:
        began.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(within(30, never()))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
