"""A model whose answers take long and sometimes fail, and which knows what each key is waiting for."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.standins.openai import Reply, completed, failed, refused, truncated
from tests.standins.served import served
from tests.standins.written_texts import written

LOOK_SECONDS = 0.02  # between two looks whether the asker is still there
FAULTS = (failed(500), failed(429, retry_after="1"), refused(), truncated('{"subj'), completed(""))


class SlowModel:
    """Answers after a time that is drawn by seed; one answer of `faulty` is a fault (0: none).

    `waiting` counts by API key the requests that are not answered yet, `cut` those whose asker went away.
    Requests whose text has one of the words in `held` are not answered before the word is removed.
    """

    def __init__(self, seed: int, longest: float, faulty: int = 0, shortest: float = 0.2) -> None:
        self._random, self._faulty = Random(seed), faulty
        self._seconds = shortest, longest
        self.waiting: Counter[str] = Counter()
        self.held: set[str] = set()
        self.asked = self.cut = 0

    @contextmanager
    def serve(self) -> Iterator[str]:
        """Answer until the block ends; yields the base URL for a client."""
        routes = [Route("/v1/responses", self._answer, methods=["POST"])]
        with served(Starlette(routes=routes)) as url:
            yield f"{url}/v1"

    def is_asked(self, key: str, seconds: float) -> bool:
        """Whether a request of a key is not answered yet, now or within some seconds."""
        deadline = time.monotonic() + seconds
        while not self.waiting[key] and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return self.waiting[key] > 0

    def has_cut(self, before: int, seconds: float) -> bool:
        """Whether more requests than `before` were cut off, now or within some seconds."""
        deadline = time.monotonic() + seconds
        while self.cut <= before and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
        return self.cut > before

    async def _answer(self, request: Request) -> JSONResponse:
        try:
            asked = await request.json()
        except ClientDisconnect:
            self.cut += 1
            raise HTTPException(400) from None
        key = request.headers["authorization"].removeprefix("Bearer ")
        self.asked += 1
        reply = self._reply(asked)
        self.waiting[key] += 1
        try:
            await self._wait(request, asked["input"])
        finally:
            self.waiting[key] -= 1
        return JSONResponse(reply.body, reply.status, reply.headers)

    async def _wait(self, request: Request, text: str) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._random.uniform(*self._seconds)
        while loop.time() < end or any(word in text for word in self.held):
            await asyncio.sleep(LOOK_SECONDS)
            if await request.is_disconnected():
                self.cut += 1
                return

    def _reply(self, asked: dict[str, Any]) -> Reply:
        if self._faulty and self._random.randrange(self._faulty) == 0:
            return self._random.choice(FAULTS)
        return written(asked)
