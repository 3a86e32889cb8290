"""While the mail server is away nobody asks it, and no mail fails."""

import asyncio
from collections.abc import Callable

import structlog

from workers.deliver.message import without_addresses
from workers.runtime.process.backoff import Backoff

FIRST_AWAY, LONGEST_AWAY = 1.0, 60.0  # seconds without an attempt to reach the server
LONGEST_SLEEP = 5.0
log = structlog.get_logger(__name__)


class ServerAbsence:
    """Until when the server is not asked. `clock` gives epoch milliseconds."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._backoff = Backoff(float("inf"), FIRST_AWAY, LONGEST_AWAY)
        self._until = 0

    def note(self, why: str) -> None:
        """The server was not reached; the first mail that says so counts."""
        if self._clock() < self._until:
            return
        seconds = self._backoff.failed()
        self._until = self._clock() + int(seconds * 1000)
        log.warning(
            "no mails while the mail server is away", seconds=round(seconds, 1), why=without_addresses(why)
        )

    def end(self) -> None:
        """The server is there."""
        self._backoff.reset()

    async def over(self, latest: int) -> None:
        """Return when the server may be asked again, or after a time (epoch ms)."""
        while (now := self._clock()) < self._until and now <= latest:
            await sleep_until(min(self._until, latest + 1), self._clock)


async def sleep_until(at: int, clock: Callable[[], int]) -> None:
    """Return when a clock shows a time (epoch milliseconds), even where it is set meanwhile."""
    while True:
        rest = (at - clock()) / 1000
        if rest <= 0:
            return
        await asyncio.sleep(min(rest, LONGEST_SLEEP))
