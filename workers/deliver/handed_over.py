"""How many mails the fleet has handed over today, from the topic in which it says so, while it warms up."""

from schemas.model import to_epoch_ms
from schemas.returns import HandedOver
from workers.deliver.returned import TOPIC, VALUE
from workers.deliver.warm_up import DAY_MS, NO_DAY, DayCounts, WarmUp
from workers.runtime.kafka.whole_topic import WholeTopic, until_current


class HandedOverToday(WholeTopic[int]):
    """The hand-overs of all workers, also before a restart; with those that were granted here a moment ago.

    Several workers may exceed the number of a day by what is with the mail server at that moment.
    """

    def __init__(self, warm_up: WarmUp) -> None:
        super().__init__(TOPIC, day_of, DayCounts)
        self._warm_up = warm_up
        self._granted: set[str] = set()
        self._day = NO_DAY

    async def wait(self) -> None:
        """Return when all that was handed over is known."""
        await until_current((self,), "the hand-overs of today")

    def grant(self, key: str, now: int) -> int | None:
        """Let the mail of a reference go now (epoch ms): None; or the next day, when today is full."""
        most, day = self._warm_up.most(now), now // DAY_MS
        if most is None:
            return None
        if day != self._day:
            self._granted, self._day = set(), day
        with self.locked() as held:
            known = held.of(day) if isinstance(held, DayCounts) else set()
            used = self._granted | known
        if key not in used and len(used) >= most:
            return (day + 1) * DAY_MS
        self._granted.add(key)
        return None


def day_of(key: str, data: bytes) -> int:
    """The day of a hand-over, NO_DAY of another record. Raises ValueError."""
    value = VALUE.validate_json(data)
    return to_epoch_ms(value.at) // DAY_MS if isinstance(value, HandedOver) else NO_DAY
