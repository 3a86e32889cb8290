"""Whatever times reports and messages claim, nobody gets two mails within the cooldown."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hypothesis import example, given
from hypothesis import strategies as st

from schemas.control import Watermark
from schemas.decision import SendDecision
from schemas.facts import FACT
from schemas.mail import Outcome
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.world import DAY_MS, HOUR_MS, ms
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord

START = ms("2024-02-10")
USER = {"id": "a", "email": "ann@x.jp", "interests": ["tea"], "cuisine_preference": ["Thai"], "age": 34}
POLICY = Policy()
PEOPLE = stage(POLICY)
COOLDOWN_MS, RETRY_MS = POLICY.cooldown_days * DAY_MS, POLICY.retry_hours * HOUR_MS
ARRIVED: tuple[Outcome, ...] = ("sent", "clicked", "complained", "unsubscribed")
OUTCOMES: tuple[Outcome, ...] = ("written", "sent", "failed", "bounced", "clicked")
YEAR_1900 = ms("1900-01-01")
YEAR_1, YEAR_9999 = to_epoch_ms(datetime(1, 1, 1, tzinfo=UTC)), ms("9999-12-31")
CLOCKS = (  # ten senders: what each claims at a true time (epoch ms)
    lambda now: now,
    lambda now: now + 3_000,
    lambda now: now + HOUR_MS,
    lambda now: now + 9 * HOUR_MS,  # Tokyo's local time without a zone
    lambda now: now - 9 * HOUR_MS,
    lambda now: now + 365 * DAY_MS,
    lambda now: now - 730 * DAY_MS,
    lambda now: now // 1000,  # seconds, taken for milliseconds
    lambda now: YEAR_1,
    lambda now: YEAR_9999,
)


class ReportAt(NamedTuple):
    """An outcome of a decision, by its number counted back from the last one (-1: the next one)."""

    back: int
    outcome: Outcome
    at: Any  # the clock of the sender, or a time
    stamp: int


class MessageAt(NamedTuple):
    """A message of the product, under an id of its own or that of a decision; status None: deleted."""

    id: str
    status: str | None
    at: Any
    stamp: int


class UserChange(NamedTuple):
    """The user document is written, or deleted."""

    deleted: bool


class Pause(NamedTuple):
    """So much time passes, then a watermark."""

    ms: int


clocks = st.sampled_from(CLOCKS) | st.integers(YEAR_1, YEAR_9999)
stamps = st.sampled_from(
    (0, 0, 0, 55 * 60_000, -55 * 60_000, -3 * DAY_MS)
)  # the record's clock minus the true time
pauses = st.builds(
    Pause,
    st.sampled_from((1, 1_000, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 25 * HOUR_MS, 3 * DAY_MS, 7 * DAY_MS)),
)
reports = st.builds(
    ReportAt, st.sampled_from((0, 0, 0, 1, 2, 5, -1)), st.sampled_from(OUTCOMES), clocks, stamps
)
ids, statuses = st.sampled_from(("m1", "m2", "a:1", "a:2")), st.sampled_from(("sent", "sent", "queued", None))
messages = st.builds(MessageAt, ids, statuses, clocks, stamps)
changes = st.builds(UserChange, st.sampled_from((False, False, True)))
histories = st.lists(pauses | pauses | reports | reports | messages | changes, min_size=1, max_size=30)


@dataclass
class DecidedMail:
    """A decision to send or ask, and the outcomes that were reported of it."""

    id: str
    at: int
    reported: set[str] = field(default_factory=set)


@dataclass
class ClockedPerson:
    """One person on the stage, at the true time `now`, which no sender changes."""

    now: int = START
    replay: Replay[Any] = field(default_factory=lambda: Replay(PEOPLE))
    decided: list[DecidedMail] = field(default_factory=list)
    contacts: list[int] = field(default_factory=list)  # times of messages of the product
    sent_messages: set[str] = field(default_factory=set)
    offset: int = 0

    def put(self, kind: str, id_: str, value: Any, stamp: int = 0) -> None:
        """Process a fact, whose record has a time that is `stamp` from the true one."""
        body = {"kind": kind, "id": id_, "version": (1, self.offset), "at": self.now + stamp, "value": value}
        self._feed(b"a", FACT.validate_python(body).dumps(), self.now + stamp, ())

    def watermark(self) -> None:
        """Process a watermark at the true time."""
        value = Watermark(at=self.now, wall=self.now).dumps()
        self._feed(WATERMARK_KEY, value, self.now, tuple(watermark_headers("/test", self.now)))

    def apply(self, event: ReportAt | MessageAt | UserChange | Pause) -> None:
        """Process an event of a history."""
        if isinstance(event, Pause):
            self.now += event.ms
            self.watermark()
        elif isinstance(event, ReportAt):
            self.report(event)
        elif isinstance(event, MessageAt):
            self.message(event)
        else:
            self.put("user", "users/a", None if event.deleted else USER)

    def report(self, event: ReportAt) -> None:
        """Process an outcome of a decision that was made."""
        if event.back >= len(self.decided):
            return
        next_one = DecidedMail(f"a:{len(self.decided) + 1}", self.now)  # nobody can know of it
        decided = next_one if event.back < 0 else self.decided[-1 - event.back]
        value = {"decision_id": decided.id, "person": "a", "outcome": event.outcome}
        value["at"] = from_epoch_ms(self.claimed(event.at)).isoformat()
        decided.reported.add(event.outcome)
        self.put("engagement", f"engagements/{decided.id}/{event.outcome}", value, event.stamp)

    def message(self, event: MessageAt) -> None:
        """Process a message; one that was sent is a contact at the time it claims, now if that cannot be."""
        claimed, value = self.claimed(event.at), None
        if event.status is not None:
            value = {"id": event.id, "user_id": "a", "status": event.status}
            value["sent_date"] = from_epoch_ms(claimed).isoformat()
        self.put("message", f"messages/{event.id}", value, event.stamp)
        if event.status != "sent":
            self.sent_messages.discard(event.id)
            return
        if YEAR_1900 <= claimed <= self.now:
            self.contacts.append(claimed)
        elif event.id not in self.sent_messages:  # the same claim again is no other contact
            self.contacts.append(self.now)
        self.sent_messages.add(event.id)
        for decided in self.decided:
            if decided.id == event.id:
                decided.reported.add("sent")

    def claimed(self, clock: Any) -> int:
        """What a clock says now."""
        at: int = clock if isinstance(clock, int) else clock(self.now)
        return min(max(at, YEAR_1), YEAR_9999)

    def _feed(self, key: bytes, value: bytes, at: int, headers: Any) -> None:
        record = ConsumerRecord("inbox", 0, self.offset, key, value, at, headers)
        self.offset += 1
        for output in self.replay.feed([record]):
            assert output.topic != "dead-letters", output.value
            if output.topic == "send-decisions" and output.value is not None:
                decision = SendDecision.loads(output.value)
                if decision.verdict != "wait":
                    self._check(decision)
                    self.decided.append(DecidedMail(decision.id, to_epoch_ms(decision.decided_at)))

    def _check(self, decision: SendDecision) -> None:
        at = to_epoch_ms(decision.decided_at)
        assert at == self.now
        for earlier in self.decided:
            assert at - earlier.at >= least_distance(earlier), (earlier, decision)
        assert all(at - contact >= COOLDOWN_MS for contact in self.contacts), (self.contacts, decision)


def least_distance(earlier: DecidedMail) -> int:
    """How long after a decision none may be made, by what was reported of it, at whatever times."""
    undelivered = earlier.reported & {"failed", "bounced"}
    if earlier.reported & {*ARRIVED} or ("written" in earlier.reported and not undelivered):
        return COOLDOWN_MS
    return RETRY_MS


def cooldown_examples() -> Iterator[list[Any]]:
    """The cases of the field: sent at a wrong time, then a report after each decision."""
    for clock in CLOCKS:
        yield [Pause(1), *[ReportAt(0, "sent", clock, 0), Pause(12_000)] * 3]


@given(histories)
@example(next(cooldown_examples()))
def test_no_two_mails_within_the_cooldown(history: list[Any]) -> None:
    """Measured by the true times of decisions, for any claims, in any order, repeated or late."""
    run(history)


def test_no_second_mail_after_a_report_at_a_wrong_time() -> None:
    """Each of the ten clocks: the slot is given back, the contact counts, and the profile says so."""
    for history in cooldown_examples():
        person = run(history)
        assert [of.id for of in person.decided] == ["a:1"]


def run(history: list[Any]) -> ClockedPerson:
    """A person after a history that begins with the user document and a watermark."""
    person = ClockedPerson()
    person.put("user", "users/a", USER)
    person.watermark()
    for event in history:
        person.apply(event)
    return person
