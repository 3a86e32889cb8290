"""The stage `mail`: a lease on the decision, the text, the outcome.

Writing is an effect: the lease is durable before it begins. After a crash the decision comes again, meets
its lease without an outcome and is written again; that is allowed, because the mail has the decision's id.

Known limit: an outcome is kept for ever (some 60 bytes per mail). Decisions carry no watermark, so there is
no time at which a late repetition is impossible.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from schemas.decision import SendDecision
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.mail.lease import Lease, MailOutcome
from workers.mail.writer import Text, Writer, WritingError
from workers.runtime.codec import StructCodec
from workers.runtime.stage import Action, Effect, EffectResult, Message, Output, Record, Stage

log = structlog.get_logger(__name__)


class Result(NamedTuple):
    """What became of a writing: the text when it was written, a line when it failed."""

    outcome: MailOutcome
    text: Text | None = None
    detail: str | None = None


def stage(writer: Writer, now: Callable[[], int]) -> Stage[Lease]:
    """The row: who writes, and the clock (epoch milliseconds) that says whether a decision still holds."""
    return Stage(
        name="mail",
        inputs={"send-decisions": decision},
        codec=StructCodec(Lease),
        step=step,
        key=key,
        act=writing(writer, now),
    )


def decision(data: bytes) -> SendDecision:
    """Read a decision; one to write a mail must say until when it holds (ValueError)."""
    found = SendDecision.loads(data)
    if found.verdict != "wait" and found.valid_until is None:
        raise ValueError(f"decision {found.id}: valid_until is missing, and a {found.verdict} needs it")
    return found


def key(record: Record) -> str:
    """The decision's id; the person for a deletion."""
    return record.key if record.value is None else str(record.value.id)


def step(state: Lease | None, message: Message) -> tuple[Lease | None, Sequence[Action]]:
    """Lease a decision and ask for its text; note the outcome and say the mail. A wait asks for nothing."""
    if isinstance(message, EffectResult):
        return ended(state, message)
    if not isinstance(message, Record) or message.value is None or message.value.verdict == "wait":
        return state, ()
    if state is None:
        lease = Lease(message.value.id, message.value.person, leased_at=message.at)
        return lease, (Effect(message.value),)
    if state.outcome is None:
        state.attempt += 1
        return state, (Effect(message.value),)
    return state, ()


def ended(state: Lease | None, done: EffectResult) -> tuple[Lease | None, Sequence[Action]]:
    """The writing has ended: keep the outcome and say what there is to say, once."""
    if state is None or state.outcome is not None:
        return state, ()
    result: Result = done.result
    state.outcome, state.ended_at = result.outcome, done.now
    return state, tuple(said(done.request, result, done.now))


def said(decision: SendDecision, result: Result, at: int) -> list[Output]:
    """The records on an outcome: mail and engagement when written, an engagement when failed, or none."""
    if result.outcome == "expired":
        return []
    engagement = Engagement(
        decision_id=decision.id,
        person=decision.person,
        outcome=result.outcome,
        at=from_epoch_ms(at),
        detail=result.detail,
    )
    news = Output("engagements", decision.person, engagement, id=f"{decision.id}/{result.outcome}")
    if result.text is None:
        return [news]
    return [Output("emails", decision.person, email(decision, result.text, at), id=decision.id), news]


def email(decision: SendDecision, text: Text, at: int) -> Email:
    """The mail of a decision; its id is the decision's, so that a repetition is the same mail."""
    return Email.model_validate(
        {
            "id": decision.id,
            "decision_id": decision.id,
            "person": decision.person,
            "outcome": decision.verdict,
            "language": decision.brief.language if decision.brief else "en",
            "subject": text.subject,
            "greeting": text.greeting,
            "body": list(text.body),
            "closing": text.closing,
            "written_at": from_epoch_ms(at),
            "valid_until": decision.valid_until,
            "writer": text.writer,
            "model": text.model,
        }
    )


def writing(writer: Writer, now: Callable[[], int]) -> Callable[[SendDecision], Awaitable[Result]]:
    """The effect: write the text, unless the decision no longer holds. It never raises for a text."""

    async def act(decision: SendDecision) -> Result:
        if decision.valid_until is not None and now() > to_epoch_ms(decision.valid_until):
            log.info("expired, not written", decision=decision.id)
            return Result("expired")
        try:
            return Result("written", await writer.write(decision))
        except WritingError as error:
            log.error("not written", decision=decision.id, detail=str(error))
            return Result("failed", detail=str(error))
        except Exception as error:
            # a writer with a bug must not stop the mails of everybody else
            log.exception("not written", decision=decision.id)
            return Result("failed", detail=f"the writer raised {type(error).__name__}")

    return act
