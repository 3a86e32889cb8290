"""One person over years: what the product, the senders and the person do, and what the stage decides.

The clock jumps between timers. A sender sends within the time of a decision, or not; what it reports comes
late, twice, in any order or never, but that it took a mail is told before its time is over. The fleet stops
for hours or days, and starts again under another policy.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, NamedTuple

from schemas.decision import SendDecision
from schemas.documents import User
from schemas.facts import FACT
from schemas.mail import Outcome
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.people.decision.deciding import Launch
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import PersonState
from workers.runtime.stage import Output, Record, TimerFired

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
START = 1_704_067_200_000  # 2024
MOST_TIMERS = 50_000  # of one wait: without a cooldown a mail is due each hour
PERSON = "a"
LAUNCH = Launch(is_paced=True)


class Sent(NamedTuple):
    """A mail that was really sent: when, and of which decision under which policy.

    `heard` are the contacts of the product that were known when it was decided upon.
    """

    at: int
    decision: SendDecision
    policy: Policy
    heard: tuple[int, ...] = ()


class Sender(NamedTuple):
    """What becomes of a mail: after which share of its time it is sent (None: never), and what is reported.

    `reports` are outcomes with the hours that they need to arrive.
    """

    share: float | None
    reports: tuple[tuple[Outcome, int], ...]


class Step(NamedTuple):
    """Something that happens after some minutes: to the product (a document), or to the fleet."""

    minutes: int
    kind: str
    value: Any = None


@dataclass
class History:
    """Runs the stage over what happens, and keeps what was really sent."""

    zone: str
    policy: Policy
    senders: Sequence[Sender]
    now: int = START
    sent: list[Sent] = field(default_factory=list)
    decisions: list[SendDecision] = field(default_factory=list)
    known: list[int] = field(default_factory=list)  # contacts of the product, as they became known

    def __post_init__(self) -> None:
        self.state: PersonState | None = None
        self._stage = stage(self.policy, LAUNCH)
        self._queue: list[tuple[int, int, str, Any]] = []
        self._number = 0
        self._paused: tuple[str, ...] = ()

    def later(self, at: int, kind: str, value: Any) -> None:
        """Something that will happen at a time."""
        self._number += 1
        heappush(self._queue, (at, self._number, kind, value))

    def run(self, until: int) -> None:
        """Let time pass, from one thing that happens to the next."""
        for _ in range(MOST_TIMERS):
            timer = None if self.state is None else self._stage.timer(self.state)
            arrives = self._queue[0][0] if self._queue else until
            if timer is not None and timer <= min(arrives, until):
                self.now = max(self.now, timer)
                self._fire()
            elif arrives < until:
                at, _, kind, value = heappop(self._queue)
                self.now = max(self.now, at)
                self.hear(kind, value)
            else:
                break
        else:
            raise AssertionError("the timers never end")
        self.now = until

    def restart(self, policy: Policy) -> None:
        """The fleet starts again, under another policy."""
        self.policy, self._stage = policy, stage(policy, LAUNCH)
        if self.state is not None:
            codec = self._stage.codec
            self.state = codec.decode(codec.encode(self.state))

    def pause(self, subject: str, is_on: bool) -> None:
        """All mails, or those of a campaign, are paused or not."""
        self._paused = (subject,) if is_on else ()

    def hear(self, kind: str, value: Any) -> None:
        """A fact arrives now."""
        self._number += 1
        id_ = f"users/{PERSON}" if kind == "user" else f"{kind}s/{self._number}"
        if kind == "answer":
            id_ = f"answers/{PERSON}/{value['field']}"
        body = {"kind": kind, "id": id_, "version": (1, self._number), "at": self.now, "value": value}
        fact = FACT.validate_python(body)
        record = Record("inbox", 0, self._number, PERSON, fact, (1, self._number), self.now, self.now)
        self.state, actions = self._stage.step(self.state, record)
        self._take(actions)

    def answer(self, field: str, value: Any, at: float) -> None:
        """The person answers the question for a field."""
        said = {"decision_id": "a:1", "person": PERSON, "field": field, "value": value, "at": at}
        self.hear("answer", said)

    def _fire(self) -> None:
        assert self.state is not None
        before = self._stage.timer(self.state)
        self.state, actions = self._stage.step(self.state, TimerFired(PERSON, self.now, (), self._paused))
        assert self.state is not None
        after = self._stage.timer(self.state)
        assert after is None or after > self.now, (before, after, self.now)
        self._take(actions)

    def _take(self, actions: Sequence[Any]) -> None:
        for output in actions:
            if isinstance(output, Output) and isinstance(output.value, SendDecision):
                self.decisions.append(output.value)
                if output.value.verdict != "wait" and not output.value.observed:
                    self._send(output.value)

    def _send(self, decision: SendDecision) -> None:
        """A sender takes the mail: that is told in time, if it sends."""
        assert decision.valid_until is not None
        assert decision.slot is not None
        sender = self.senders[decision.slot % len(self.senders)]
        begin, end = to_epoch_ms(decision.decided_at), to_epoch_ms(decision.valid_until)
        at = None if sender.share is None else begin + int((end - begin) * sender.share)
        if at is not None:
            self.sent.append(Sent(at, decision, self.policy, tuple(self.known)))
            self._report(decision, "written", self.now, self.now)
        for outcome, delay in sender.reports:
            if at is None and outcome in ("sent", "clicked"):
                continue  # nobody reports a mail that was not sent
            if at is not None and outcome in ("failed", "bounced", "expired"):
                continue  # nor that one failed which was
            told = end if at is None else at
            self._report(decision, outcome, told, told + delay * HOUR_MS)

    def _report(self, decision: SendDecision, outcome: Outcome, at: int, arrives: int) -> None:
        value = {
            "decision_id": decision.id,
            "person": PERSON,
            "outcome": outcome,
            "at": from_epoch_ms(at).isoformat(),
        }
        self.later(arrives, "engagement", value)


def user(number: int, zone: str) -> dict[str, Any]:
    """A version of the user document: with enough fields for a mail, for a question, or for neither."""
    known = [{"age": 30, "occupation": "cook", "interests": ["tea"]}, {}, {"age": 30, "occupation": "cook"}]
    made = User.model_validate({"id": PERSON, "email": "a@x.jp", "time_zone": zone, **known[number % 3]})
    return made.model_dump(mode="json")


def lived(history: History, drawn: Sequence[Step], others: Iterator[Policy]) -> History:
    """The history after all steps, and some quiet time behind them."""
    history.hear("user", user(0, history.zone))
    for step in drawn:
        until = history.now + step.minutes * 60_000
        if step.kind == "outage":  # nothing is heard and no time passes for the fleet
            history.now = until
        else:
            history.run(until)
        if step.kind == "user":
            history.hear("user", user(step.value, history.zone))
        elif step.kind == "message":
            history.known.append(history.now)
            value = {"id": "m", "user_id": PERSON, "status": "sent", "sent_date": history.now / 1000}
            history.hear("message", value)
        elif step.kind == "policy":
            history.restart(next(others, history.policy))
        elif step.kind == "paused":
            history.pause("all", is_on=True)
            history.run(history.now + 2 * HOUR_MS)
            history.pause("all", is_on=False)
        elif step.kind == "person-paused":
            value = {
                "subject": "person:a",
                "by": "ops",
                "paused": step.value % 2 == 0,
                "at": history.now / 1000,
            }
            history.hear("pause", value)
    history.run(history.now + 40 * DAY_MS)
    return history
