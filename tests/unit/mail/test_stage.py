"""The stage `mail`: the lease, the effect, and the records of its outcome."""

from typing import Any

import pytest

from schemas.decision import LATE_MS, SendDecision
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms
from tests.unit.mail.mails import AT, TEXT, VALID_UNTIL, CountingWriter, decision
from workers.mail.lease import Lease
from workers.mail.stage import REPEATED, WriteResult, stage, step
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import RoundResult
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Effect, EffectResult, Measured, Output, Record
from workers.writing.errors import WritingError


def record(value: SendDecision | None, at: int = AT) -> Record:
    """A record of the topic."""
    return Record("send-decisions", 0, 7, "user_001", value, (0, 7), at)


def effect_result(result: WriteResult, verdict: Any = "send") -> EffectResult:
    """The result of an effect, a second after AT."""
    return EffectResult("user_001:1", decision(verdict), result, AT + 1000)


async def act(writer: Any, now: int = AT, **fields: Any) -> WriteResult:
    """The result of the stage's effect for a decision."""
    mail_stage = stage(writer, lambda: now)
    assert mail_stage.act is not None
    result = await mail_stage.act(decision(**fields))
    assert isinstance(result, WriteResult)
    return result


@pytest.mark.parametrize("verdict", ["send", "ask"])
def test_a_decision_is_leased_and_its_text_requested(verdict: Any) -> None:
    """The state is the lease, the only action the effect."""
    new = decision(verdict)

    assert step(None, record(new)) == (Lease("user_001:1", "user_001", AT), (Effect(new),))


def test_a_wait_and_a_tombstone_are_ignored() -> None:
    """Neither makes a state or an action."""
    assert step(None, record(decision("wait"))) == (None, ())
    assert step(None, record(None)) == (None, ())


def test_a_lease_without_an_outcome_is_tried_again() -> None:
    """After a crash the record is read again: the attempt is counted, the effect requested."""
    lease, _ = step(None, record(decision()))

    state, emitted = step(lease, record(decision(), at=AT + 5))

    assert state == Lease("user_001:1", "user_001", AT, attempt=2)
    assert emitted == (Effect(decision()),)


def test_a_written_text_emits_mail_and_engagement_once() -> None:
    """Both are keyed by person and have ids that a repetition has too; a second result is ignored."""
    state, emitted = step(
        Lease("user_001:1", "user_001", AT), effect_result(WriteResult("written", TEXT), "ask")
    )

    mail, engagement, _ = emitted
    assert isinstance(mail, Output)
    assert isinstance(engagement, Output)
    assert (mail.topic, mail.key, mail.id) == ("emails", "user_001", "user_001:1")
    assert mail.value == Email(
        id="user_001:1",
        decision_id="user_001:1",
        person="user_001",
        verdict="ask",
        language="en",
        subject="Hello again",
        greeting="Hi Sarah,",
        body=["It was good to have you."],
        closing="See you",
        written_at=from_epoch_ms(AT + 1000),
        valid_until=from_epoch_ms(VALID_UNTIL),
        writer="gpt",
        model="model-1",
        campaign="default",
    )
    assert (engagement.topic, engagement.key, engagement.id) == (
        "engagements",
        "user_001",
        "user_001:1/written",
    )
    at, end = from_epoch_ms(AT + 1000), from_epoch_ms(VALID_UNTIL)
    told = {"outcome": "written", "at": at, "campaign": "default", "valid_until": end}
    assert engagement.value == Engagement.model_validate(
        {"decision_id": "user_001:1", "person": "user_001"} | told
    )
    assert state is not None
    assert (state.outcome, state.ended_at) == ("written", AT + 1000)
    assert step(state, effect_result(WriteResult("failed"))) == (state, (REPEATED,))
    assert step(state, record(decision())) == (state, (REPEATED,))


def test_a_written_text_is_measured_since_its_decision() -> None:
    """By outcome, language and writer."""
    lease = Lease("user_001:1", "user_001", AT)
    *_, counted = step(lease, effect_result(WriteResult("written", TEXT)))[1]
    assert counted == Measured(("written", "en", "gpt"), AT)


def test_a_failed_text_emits_an_engagement_and_no_mail() -> None:
    """The engagement has the reason."""
    state, emitted = step(
        Lease("user_001:1", "user_001", AT), effect_result(WriteResult("failed", detail="the model refused"))
    )

    engagement, counted = emitted
    assert counted == Measured(("failed", "en", ""))
    assert isinstance(engagement, Output)
    assert isinstance(engagement.value, Engagement)
    assert (engagement.value.outcome, engagement.value.detail) == ("failed", "the model refused")
    assert state is not None
    assert state.outcome == "failed"


@pytest.mark.parametrize("outcome", ["expired", "withdrawn"])
def test_what_was_not_written_is_told(outcome: Any) -> None:
    """So that its slot is free, and `people` decides anew."""
    result = WriteResult(outcome, detail="why")
    state, emitted = step(Lease("user_001:1", "user_001", AT), effect_result(result))

    engagement, _ = emitted
    assert isinstance(engagement, Output)
    assert isinstance(engagement.value, Engagement)
    assert (engagement.topic, engagement.id) == ("engagements", f"user_001:1/{outcome}")
    assert (engagement.value.outcome, engagement.value.detail) == (outcome, "why")
    assert state is not None
    assert state.outcome == outcome


def test_a_decision_that_comes_an_hour_late_is_given_back() -> None:
    """It is told with the time at which nothing else was waiting, and read a second time it is ignored."""
    came_at = AT + LATE_MS
    state, emitted = step(None, record(decision()), came_at)

    engagement, _ = emitted
    assert isinstance(engagement, Output)
    assert isinstance(engagement.value, Engagement)
    assert (engagement.value.outcome, engagement.value.at) == ("expired", from_epoch_ms(came_at))
    assert step(state, record(decision()), came_at) == (state, (REPEATED,))


@pytest.mark.parametrize("caught_up_at", [0, AT + LATE_MS - 1])
def test_a_decision_that_has_waited_here_is_written(caught_up_at: int) -> None:
    """However long ago it was made: when nothing was waiting last, it was not late."""
    assert step(None, record(decision()), caught_up_at)[1] == (Effect(decision()),)


def test_a_mail_that_may_have_been_written_before_a_crash_is_not_given_back() -> None:
    """It is written again under the same id, so that it stays one mail."""
    lease, _ = step(None, record(decision()), AT)

    assert step(lease, record(decision()), AT + 2 * LATE_MS)[1] == (Effect(decision()),)


async def test_the_effect_writes_while_the_decision_is_valid() -> None:
    """Up to `valid_until` the text is written, after it the writer is not called."""
    writer = CountingWriter()

    assert await act(writer, VALID_UNTIL) == WriteResult("written", TEXT)
    assert await act(writer, VALID_UNTIL + 1) == WriteResult("expired")
    assert writer.count == 1


@pytest.mark.parametrize(("reasons", "calls"), [(["paused: all"], 0), ([None, "paused: all"], 1)])
async def test_what_is_withheld_is_not_written(reasons: list[str | None], calls: int) -> None:
    """Nor handed over, if it is withheld only when the text is there."""
    left, writer = list(reasons), CountingWriter()

    async def withheld(decision: SendDecision) -> str | None:
        return left.pop(0)

    mail_stage = stage(writer, lambda: AT, withheld)
    assert mail_stage.act is not None
    assert await mail_stage.act(decision()) == WriteResult("withdrawn", detail="paused: all")
    assert (writer.count, left) == (calls, [])


async def test_a_text_that_comes_too_late_is_not_handed_over() -> None:
    """The decision was valid when the text was asked for."""
    times = [VALID_UNTIL, VALID_UNTIL + 1]
    mail_stage = stage(CountingWriter(), lambda: times.pop(0))
    assert mail_stage.act is not None

    assert await mail_stage.act(decision()) == WriteResult("expired")


async def test_the_effect_turns_errors_into_an_outcome() -> None:
    """A WritingError gives its message; any other error only its class, as its message may hold anything."""
    assert await act(CountingWriter(WritingError("no luck"))) == WriteResult("failed", detail="no luck")
    assert await act(CountingWriter(KeyError("sarah@email.com"))) == WriteResult(
        "failed", detail="the writer raised KeyError"
    )


def feed(engine: Engine, *values: SendDecision) -> RoundResult:
    """Process decisions of one person in a round of the engine."""
    headers = tuple(cloud_headers(event_type("send-decisions"), "/test", "1", AT))
    current = Round(engine)
    records = [
        ConsumerRecord("send-decisions", 0, offset, b"user_001", value.dumps(), AT, headers)
        for offset, value in enumerate(values)
    ]
    assert not any(current.feed("send-decisions", records))  # takes all steps
    return current.close()


def test_a_crash_before_the_outcome_repeats_the_effect() -> None:
    """A lease in the store, then a restart: the record requests the text again, the mail has the same id."""
    mail_stage = stage(CountingWriter(), lambda: AT)
    first = Engine(mail_stage, "mail", 0)
    leased = feed(first, decision("wait"), decision())
    assert [pending.key for pending in leased.effects] == [b"user_001:1"]
    assert leased.outputs == []

    restarted = Engine(mail_stage, "mail", 0, store=dict(first.store))
    work = feed(restarted, decision("wait"), decision())
    (pending,) = work.effects
    current = Round(restarted)
    current.settle([(pending, WriteResult("written", TEXT), AT + 1000)])
    outputs = current.close().outputs

    assert [(each.topic, dict(each.headers)["ce_id"]) for each in outputs] == [
        ("emails", b"user_001:1"),
        ("engagements", b"user_001:1/written"),
    ]
    after = feed(Engine(mail_stage, "mail", 0, store=dict(restarted.store)), decision("wait"), decision())
    assert (after.effects, after.outputs) == ([], [])


def test_a_decision_without_valid_until_is_a_dead_letter() -> None:
    """Its error names the decision and the field."""
    work = feed(Engine(stage(CountingWriter(), lambda: AT), "mail", 0), decision(valid_until=None))

    (dead,) = work.outputs
    assert dead.topic == "dead-letters"
    assert b"user_001:1: valid_until is missing" in dict(dead.headers)["kairos_error"]
