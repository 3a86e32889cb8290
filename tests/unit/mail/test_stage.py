"""The stage `mail`: a lease, an effect, an outcome."""

from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms
from tests.unit.mail.mails import AT, VALID_UNTIL, decision
from workers.mail.lease import Lease
from workers.mail.stage import Result, stage, step
from workers.mail.writer import FallbackWriter, Text, WritingError
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import RoundResult
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Effect, EffectResult, Output, Record

TEXT = Text("Hello again", "Hi Sarah,", ("It was good to have you.",), "See you", "gpt", "model-1")


class Pen:
    """A writer that gives TEXT, or raises what it is told to; it counts."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.count = 0

    async def write(self, decision: SendDecision) -> Text:
        """TEXT, or the error."""
        self.count += 1
        if self.error:
            raise self.error
        return TEXT


def record(value: SendDecision | None, at: int = AT) -> Record:
    """A record of the topic."""
    return Record("send-decisions", 0, 7, "user_001", value, (0, 7), at)


def done(result: Result, verdict: Any = "send") -> EffectResult:
    """The end of an effect, a second after AT."""
    return EffectResult("user_001:1", decision(verdict), result, AT + 1000)


async def act(pen: Any, now: int = AT, **fields: Any) -> Result:
    """What the effect of the stage gives for a decision."""
    row = stage(pen, lambda: now)
    assert row.act is not None
    result = await row.act(decision(**fields))
    assert isinstance(result, Result)
    return result


@pytest.mark.parametrize("verdict", ["send", "ask"])
def test_a_mail_is_leased_and_asked_for(verdict: Any) -> None:
    """The state is the lease, the only emission the effect."""
    asked = decision(verdict)

    assert step(None, record(asked)) == (Lease("user_001:1", "user_001", AT), (Effect(asked),))


def test_a_wait_and_a_deletion_ask_for_nothing() -> None:
    """Neither makes a state nor an emission."""
    assert step(None, record(decision("wait"))) == (None, ())
    assert step(None, record(None)) == (None, ())


def test_a_lease_without_an_outcome_is_tried_again() -> None:
    """After a crash the record comes again: the attempt is counted, the effect asked for."""
    lease, _ = step(None, record(decision()))

    state, emitted = step(lease, record(decision(), at=AT + 5))

    assert state == Lease("user_001:1", "user_001", AT, attempt=2)
    assert emitted == (Effect(decision()),)


def test_the_outcome_says_mail_and_engagement_once() -> None:
    """Both are keyed by person and have ids that a repetition has too; a second outcome is not heard."""
    state, emitted = step(Lease("user_001:1", "user_001", AT), done(Result("written", TEXT), "ask"))

    mail, news = emitted
    assert isinstance(mail, Output)
    assert isinstance(news, Output)
    assert (mail.topic, mail.key, mail.id) == ("emails", "user_001", "user_001:1")
    assert mail.value == Email(
        id="user_001:1",
        decision_id="user_001:1",
        person="user_001",
        outcome="ask",
        language="en",
        subject="Hello again",
        greeting="Hi Sarah,",
        body=["It was good to have you."],
        closing="See you",
        written_at=from_epoch_ms(AT + 1000),
        valid_until=from_epoch_ms(VALID_UNTIL),
        writer="gpt",
        model="model-1",
    )
    assert (news.topic, news.key, news.id) == ("engagements", "user_001", "user_001:1/written")
    assert news.value == Engagement(
        decision_id="user_001:1", person="user_001", outcome="written", at=from_epoch_ms(AT + 1000)
    )
    assert state is not None
    assert (state.outcome, state.ended_at) == ("written", AT + 1000)
    assert step(state, done(Result("failed"))) == (state, ())
    assert step(state, record(decision())) == (state, ())


def test_a_failed_writing_is_said_without_a_mail() -> None:
    """The engagement says why."""
    state, emitted = step(
        Lease("user_001:1", "user_001", AT), done(Result("failed", detail="the model refused"))
    )

    (news,) = emitted
    assert isinstance(news, Output)
    assert isinstance(news.value, Engagement)
    assert (news.value.outcome, news.value.detail) == ("failed", "the model refused")
    assert state is not None
    assert state.outcome == "failed"


def test_what_expired_is_silent() -> None:
    """The slot is freed by time; nobody is told of a mail."""
    state, emitted = step(Lease("user_001:1", "user_001", AT), done(Result("expired")))

    assert emitted == ()
    assert state is not None
    assert state.outcome == "expired"


async def test_the_effect_writes_while_the_decision_holds() -> None:
    """Up to `valid_until` the text is written, after it the writer is not even asked."""
    pen = Pen()

    assert await act(pen, VALID_UNTIL) == Result("written", TEXT)
    assert await act(pen, VALID_UNTIL + 1) == Result("expired")
    assert pen.count == 1


async def test_the_effect_turns_errors_into_an_outcome() -> None:
    """A writer's own error gives its words; a bug gives only its class, since its words may hold anything."""
    assert await act(Pen(WritingError("no luck"))) == Result("failed", detail="no luck")
    assert await act(Pen(KeyError("sarah@email.com"))) == Result(
        "failed", detail="the writer raised KeyError"
    )


@pytest.mark.parametrize("error", [WritingError("no luck"), TypeError("a bug")])
async def test_the_second_writer_takes_over(error: Exception) -> None:
    """Whatever happened to the first."""
    assert await FallbackWriter(Pen(error), Pen()).write(decision()) == TEXT


async def test_the_second_writer_is_not_asked_without_need() -> None:
    """One text, one writer."""
    second = Pen()

    assert await FallbackWriter(Pen(), second).write(decision()) == TEXT
    assert second.count == 0


def feed(engine: Engine, *values: SendDecision) -> tuple[Any, RoundResult]:
    """Decisions of one person, through the engine."""
    headers = tuple(cloud_headers(event_type("send-decisions"), "/test", "1", AT))
    current = Round(engine)
    records = [
        ConsumerRecord("send-decisions", 0, offset, b"user_001", value.dumps(), AT, headers)
        for offset, value in enumerate(values)
    ]
    assert not any(current.feed("send-decisions", records))  # takes all steps
    return current, current.close()


def test_through_the_engine_a_crash_repeats_the_writing() -> None:
    """A lease in the store, then a restart: the same record asks again, the mail has the same id."""
    row = stage(Pen(), lambda: AT)
    first = Engine(row, "mail", 0)
    _, leased = feed(first, decision("wait"), decision())
    assert [pending.key for pending in leased.effects] == [b"user_001:1"]
    assert leased.outputs == []

    again = Engine(row, "mail", 0, store=dict(first.store))
    current, work = feed(again, decision("wait"), decision())
    (pending,) = work.effects
    current.resume([(pending, Result("written", TEXT), AT + 1000)])
    outputs = current.close().outputs

    assert [(each.topic, dict(each.headers)["ce_id"]) for each in outputs] == [
        ("emails", b"user_001:1"),
        ("engagements", b"user_001:1/written"),
    ]
    _, after = feed(Engine(row, "mail", 0, store=dict(again.store)), decision("wait"), decision())
    assert (after.effects, after.outputs) == ([], [])


def test_a_mail_without_an_end_is_a_dead_letter() -> None:
    """The reason names the decision and the field."""
    _, work = feed(Engine(stage(Pen(), lambda: AT), "mail", 0), decision(valid_until=None))

    (dead,) = work.outputs
    assert dead.topic == "dead-letters"
    assert b"user_001:1: valid_until is missing" in dict(dead.headers)["kairos_error"]
