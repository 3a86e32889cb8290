"""The stand-in for Airtable in a thread of a test, and pyairtable's view of it."""

import asyncio
import json
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pyairtable import Api

from deploy.embedded.airtable.server import serving
from deploy.embedded.airtable.service import BASE, TABLE
from deploy.embedded.airtable.settings import TableSettings


class ThreadedAirtable:
    """A stand-in that runs in a thread, with pyairtable's view of it. `now` is its clock, in epoch ms."""

    def __init__(self) -> None:
        self.now = 1_707_523_200_000
        self.url = ""

    @property
    def api(self) -> Api:
        """A client that tries once."""
        return Api("a-token", endpoint_url=self.url, retry_strategy=None, timeout=(1, 1))

    @property
    def messages(self) -> Any:
        """The table that is there from the beginning."""
        return self.api.table(BASE, TABLE)

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer of a control path."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.url}/control/{path}", data, timeout=5) as answer:
            return json.load(answer)

    def edit(self, **changes: Any) -> Any:
        """What somebody does in Airtable."""
        return self.control("edits", {"base": BASE, "table": TABLE} | changes)


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[ThreadedAirtable]:
    """A stand-in while the block runs, fast and without a limit unless `settings` say so."""
    found, started, stop = ThreadedAirtable(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        start = TableSettings(**{"answer_seconds": 0, "requests_per_second": 1_000} | settings)
        async with serving(folder, start, clock=lambda: found.now) as found.url:
            started.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert started.wait(10)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
