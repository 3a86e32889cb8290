"""The process of a stand-in: its settings from the command line, as JSON, and its end on a signal."""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import reduce
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec


class FaultySettings(Protocol):
    """Settings of a stand-in, among which are the shares of requests that fail."""

    @property
    def faults(self) -> dict[Any, float]:
        """The shares, by the kind of the fault."""


S = TypeVar("S", bound=FaultySettings)
Serving = Callable[[Path, S, int], AbstractAsyncContextManager[str]]


def with_changes(settings: S, body: bytes) -> S:
    """The settings with those that a JSON object names; ValueError, in one line, for what is no setting."""
    news = msgspec.json.decode(body)
    if not isinstance(news, dict):
        raise ValueError("settings are a JSON object")
    after = msgspec.convert({**msgspec.to_builtins(settings), **news}, type(settings))
    if sum(after.faults.values()) > 1:
        raise ValueError("the shares of all faults together are more than 1")
    return after


def run(serving: Serving[S], default: S, port: str, folder: str, *settings: str) -> int:
    """Serve on a port until a signal, with a folder for the data; returns the exit code.

    Of several settings the later ones count.
    """
    try:
        read = reduce(with_changes, [text.encode() for text in settings], default)
    except ValueError as error:
        print(f"the settings cannot be used: {error}", file=sys.stderr)
        return 1
    asyncio.run(_serve(serving(Path(folder), read, int(port))))
    return 0


async def _serve(server: AbstractAsyncContextManager[str]) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with server:
        await stopped.wait()
