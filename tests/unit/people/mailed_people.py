"""People who get mails, in memory: the stages of `route`, `people` and `mail`, on a virtual clock.

Time passes in steps of TICK_MS. In an outage it passes for some of the fleet, or for nobody.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import Any, NamedTuple

from schemas.documents import Message, User
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.fleet import ROUTE, Fleet
from tests.world import DAY_MS, World
from workers.mail.lease import Lease
from workers.mail.stage import stage as mail_stage
from workers.mail.templates import TemplateWriter
from workers.people.decision.deciding import Launch
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.route.ramp import ramp_stage
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Effect, EffectResult, Output, Record

TICK_MS, MINUTE_MS = 1_800_000, 60_000
ZONES = ("UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe")


async def awaited(result: Awaitable[Any]) -> Any:
    """The result, as a coroutine."""
    return await result


class Mail(NamedTuple):
    """A mail that was handed over: to whom, when, and of which decision."""

    person: str
    at: int
    decision: str


class MailedPeople(World):
    """A fleet with `mail`, whose mails are handed over at once unless their decision ends within a minute."""

    def __init__(self, start: int, policy: Policy, limits: Sequence[int] = (), is_paced: bool = True) -> None:
        super().__init__()
        self.now = start
        launch = Launch(is_ramped=bool(limits), is_paced=is_paced)
        stages = (*ROUTE, ramp_stage(limits), stage(policy, launch))
        self.fleet = Fleet(stages, partitions=1)  # as the topic of the ramp has
        self.mails: list[Mail] = []
        self.outcomes: dict[str, list[str]] = defaultdict(list)  # by decision
        self._mail = mail_stage(TemplateWriter(), lambda: self.now, caught_up_at=lambda: self.now)
        self._leases: dict[str, Lease | None] = {}
        self._read: dict[int, int] = defaultdict(int)  # offsets by partition

    def register(self, number: int, *sent: int) -> str:
        """A person in one of ZONES of whom enough is known, and who was written to at these times."""
        fields = {"interests": ["tea"], "age": 30, "occupation": "cook", "cuisine_preference": ["Thai"]}
        person, zone = f"p{number}", ZONES[number % len(ZONES)]
        user = {"id": person, "email": f"{person}@x.jp", "time_zone": zone} | fields
        self.put("users", User.model_validate(user))
        for at in sent:
            message = {"id": f"{person}-{at}", "user_id": person, "status": "sent", "sent_date": at / 1000}
            self.put("messages", Message.model_validate(message))
        return person

    def pass_time(self, until: int, people: bool = True, mail: bool = True) -> None:
        """Let time pass up to a time; `people` and `mail` read meanwhile or not, watermarks are written."""
        while self.now < until:
            self.now += TICK_MS
            self.fleet.watermark(self.now)
            if people:
                self.fleet.run()
            if mail:
                self.write_mails()

    def stand_still(self, until: int, waiting: Sequence[str] = ()) -> None:
        """Nothing is read up to a time, and no watermark is written; then comes the next one.

        Before it there is one that waits for sources, as long as they are behind.
        """
        self.now = until
        if waiting:
            self.fleet.watermark(self.now - TICK_MS, waiting=waiting)
            self.fleet.run()
        self.fleet.watermark(self.now)
        self.fleet.run()
        self.write_mails()

    def write_mails(self) -> None:
        """What `mail` does with the decisions that it has not read, and the mail program with the mails."""
        for record in self.fleet.records("send-decisions"):
            if record.offset >= self._read[record.partition] and record.value is not None:
                self._decide(record)
        for partition, end in self.ends("send-decisions").items():
            self._read[partition] = end
        self.fleet.run()

    def ends(self, topic: str) -> dict[int, int]:
        """The offset behind the last record of each partition."""
        return {record.partition: record.offset + 1 for record in self.fleet.records(topic)}

    def _decide(self, raw: ConsumerRecord) -> None:
        value = self._mail.inputs["send-decisions"](raw.value or b"")
        key, place = (raw.key or b"").decode(), (raw.topic, raw.partition, raw.offset)
        record = Record(*place, key, value, (0, raw.offset), raw.timestamp)
        state, actions = self._mail.step(self._leases.get(value.id), record)
        self._take(actions)
        for effect in actions:
            if isinstance(effect, Effect):
                assert self._mail.act is not None
                result: Any = asyncio.run(awaited(self._mail.act(effect.request)))
                ended = EffectResult(value.id, effect.request, result, self.now)
                state, outputs = self._mail.step(state, ended)
                self._take(outputs)
        self._leases[value.id] = state

    def _take(self, outputs: Sequence[object]) -> None:
        values = [output.value for output in outputs if isinstance(output, Output)]
        for value in values:
            if isinstance(value, Engagement):
                self._tell(value)
        for value in values:
            if isinstance(value, Email):
                self._hand_over(value)

    def _hand_over(self, email: Email) -> None:
        assert email.valid_until is not None
        is_late = self.now + MINUTE_MS > to_epoch_ms(email.valid_until)
        if not is_late:
            self.mails.append(Mail(email.person, self.now, email.decision_id))
        outcome = "expired" if is_late else "sent"
        at = from_epoch_ms(self.now)
        value = {"decision_id": email.decision_id, "person": email.person, "outcome": outcome, "at": at}
        self._tell(Engagement.model_validate(value))

    def _tell(self, engagement: Engagement) -> None:
        self.outcomes[engagement.decision_id].append(engagement.outcome)
        self.fleet.put("engagements", engagement.person, engagement, at=self.now)


__all__ = ["DAY_MS", "MINUTE_MS", "TICK_MS", "ZONES", "Mail", "MailedPeople"]
