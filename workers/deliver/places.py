"""Places for mails that are with the mail server: so many at once, the others wait where nothing is lost."""

import asyncio
import math
from collections import deque
from typing import NamedTuple

TAKEN_SECONDS = 30.0  # of a place whose mail was not asked to be handed over: its partition has left
LEFT_FREE = 4  # of so many places one is left to other groups of domains


class TakenPlace(NamedTuple):
    """Whose place it is, and until when, by the loop's clock."""

    group: str
    until: float


class WaitingMail(NamedTuple):
    """A mail that waits for a place, and what tells it that it has one."""

    mail: str
    granted: asyncio.Future[None]


class Places:
    """Up to `most` places, taken by the ids of mails, in the order of each group of domains.

    No group gets them all: one whose server answers slowly leaves some to the others. Thousands may wait: one
    that is freed wakes no more than it can take.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._most_of_group = max(1, most - -(-most // LEFT_FREE))
        self._taken: dict[str, TakenPlace] = {}
        self._waiting: dict[str, deque[WaitingMail]] = {}

    async def take(self, mail: str, group: str) -> None:
        """Return when there is a place for a group; it is the mail's for a while."""
        waiting = WaitingMail(mail, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(group, deque()).append(waiting)
        self._grant()
        try:
            await waiting.granted
        except asyncio.CancelledError:
            if waiting.granted.done() and not waiting.granted.cancelled():
                self.free(mail)
            raise

    def keep(self, mail: str, group: str) -> None:
        """Let a mail of a group keep its place until it is freed."""
        self._taken[mail] = TakenPlace(group, math.inf)

    def free(self, mail: str) -> None:
        """Free the place of a mail, if it has one."""
        self._taken.pop(mail, None)
        self._grant()

    def _grant(self) -> None:
        """Give free places to those who wait, one group after the other."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._taken = {each: taken for each, taken in self._taken.items() if taken.until > now}
        for group in [*self._waiting]:
            waiting = self._waiting.pop(group)
            while waiting and self._has_room(group):
                mail, granted = waiting.popleft()
                if not granted.done():
                    self._taken[mail] = TakenPlace(group, now + TAKEN_SECONDS)
                    granted.set_result(None)
                    loop.call_later(TAKEN_SECONDS, self._grant)
            if waiting:
                self._waiting[group] = waiting  # behind the other groups

    def _has_room(self, group: str) -> bool:
        of_group = sum(taken.group == group for taken in self._taken.values())
        return len(self._taken) < self._most and of_group < self._most_of_group
