"""The stage `mail`: leases a decision, has its text written, and emits the mail and its outcome.

Writing is an effect, beside the other decisions: the lease is stored before it starts. After a crash the
decision is read again, its lease has no outcome, and the text is written again; the mail has the same id,
which is the decision's.

Known limit: the state of a decision is never evicted (about 60 bytes per mail). Decisions carry no watermark,
so there is no time after which a late repetition is impossible.

A decision that comes late, because `mail` was down or `people` was, is given back without a mail: `people`
spreads what was not sent in an outage, where a backlog that is written as fast as it can be is a burst.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from schemas.decision import LATE_MS, SendDecision
from schemas.mail import Engagement
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.mail.email_record import email
from workers.mail.lease import Lease, MailOutcome
from workers.mail.mail_outcomes import MEASURE, measured
from workers.mail.writer import MailText, Writer
from workers.runtime.codec import StructCodec
from workers.runtime.stage import (
    Action,
    Effect,
    EffectResult,
    Irregularity,
    Output,
    Record,
    Stage,
    StepMessage,
)
from workers.writing.errors import WritingError

log = structlog.get_logger(__name__)
Withheld = Callable[[SendDecision], Awaitable[str | None]]
AT_ONCE = 64  # mails in work: most of the time each waits for the model
LATE = "it came late, after an outage"
REPEATED = Irregularity("repeated")  # a decision, or the result of writing, that comes again


class WriteResult(NamedTuple):
    """The result of the effect: the text when it was written, one line of detail when that failed."""

    outcome: MailOutcome
    text: MailText | None = None
    detail: str | None = None


async def nothing_withheld(decision: SendDecision) -> str | None:
    """Every mail may be written."""
    return None


def stage(
    writer: Writer,
    clock: Callable[[], int],
    withheld: Withheld = nothing_withheld,
    caught_up_at: Callable[[], int] = lambda: 0,
) -> Stage[Lease]:
    """The stage with this writer.

    `clock` (epoch milliseconds) tells whether a decision is still valid, `withheld` why its mail is not to be
    written now (None: it may be), `caught_up_at` when no decision was waiting last, 0 for an unknown time.
    """

    def stepped(state: Lease | None, message: StepMessage) -> tuple[Lease | None, Sequence[Action]]:
        return step(state, message, caught_up_at())

    return Stage(
        name="mail",
        inputs={"send-decisions": read_decision},
        codec=StructCodec(Lease),
        step=stepped,
        key=key_of,
        act=write_effect(writer, clock, withheld),
        width=AT_ONCE,
        lane=person_of,
        measure=MEASURE,
    )


def read_decision(data: bytes) -> SendDecision:
    """Decode a decision; ValueError for one that holds a slot and has no `valid_until`."""
    decision = SendDecision.loads(data)
    if is_to_be_written(decision) and decision.valid_until is None:
        raise ValueError(f"decision {decision.id}: valid_until is missing, and a {decision.verdict} needs it")
    return decision


def is_to_be_written(decision: SendDecision) -> bool:
    """Whether a decision leads to a mail: one that only was observed has no slot."""
    return decision.verdict != "wait" and decision.slot is not None


def is_to_be_previewed(decision: SendDecision) -> bool:
    """Whether a decision leads to a preview: it only was observed, and says what the mail is written from."""
    return decision.observed and decision.verdict != "wait" and decision.valid_until is not None


def key_of(record: Record) -> str:
    """The key of the state: the decision's id; the person for a tombstone."""
    return record.key if record.value is None else str(record.value.id)


def person_of(decision: SendDecision) -> str:
    """The lane of a mail: the mails of a person are written in the order of their decisions."""
    return decision.person


def step(
    state: Lease | None, message: StepMessage, caught_up_at: int = 0
) -> tuple[Lease | None, Sequence[Action]]:
    """Lease a new decision and request its text; on the result, store and emit the outcome.

    One that had been due for LATE_MS when no decision was waiting, at `caught_up_at` (epoch milliseconds), is
    given back. One that has waited here for long is not: a writer that is slow makes no burst. Decisions that
    lead to no mail, tombstones and decisions with an outcome are ignored. Of one that was only observed a
    preview is written, late or not.
    """
    if isinstance(message, EffectResult):
        return on_result(state, message)
    if not isinstance(message, Record) or message.value is None:
        return state, ()
    if is_to_be_previewed(message.value):
        return Lease(message.value.id, message.value.person, leased_at=message.at), (Effect(message.value),)
    if not is_to_be_written(message.value):
        return state, ()
    if state is None:
        lease = Lease(message.value.id, message.value.person, leased_at=message.at)
        if caught_up_at - to_epoch_ms(message.value.decided_at) >= LATE_MS:
            late = WriteResult("expired", detail=LATE)
            return on_result(lease, EffectResult(lease.decision, message.value, late, caught_up_at))
        return lease, (Effect(message.value),)
    if state.outcome is None:
        state.attempt += 1
        return state, (Effect(message.value),)
    return state, (REPEATED,)


def on_result(state: Lease | None, message: EffectResult) -> tuple[Lease | None, Sequence[Action]]:
    """Store the outcome of an effect and emit its records; a second result is ignored.

    Of a preview nothing is stored: the next decision about the person is previewed anew.
    """
    if message.request.observed:
        return None, preview(message.request, message.result, message.ended_at)
    if state is None or state.outcome is not None:
        return state, (REPEATED,)
    result: WriteResult = message.result
    state.outcome = result.outcome
    state.ended_at = message.ended_at
    return state, (
        *outputs_of(message.request, result, message.ended_at),
        measured(message.request, result.outcome, result.text),
    )


def preview(decision: SendDecision, result: WriteResult, at: int) -> Sequence[Output]:
    """The mail of a decision that only was observed, for those who look at it; no outcome."""
    if result.text is None:
        return ()
    mail = email(decision, result.text, at)
    return (Output("email-previews", decision.person, mail, id=f"{decision.id}/{at}"),)


def outputs_of(decision: SendDecision, result: WriteResult, at: int) -> list[Output]:
    """The records of a result: mail and engagement if written, else the engagement alone."""
    value = Engagement(
        decision_id=decision.id,
        person=decision.person,
        outcome=result.outcome,
        at=from_epoch_ms(at),
        detail=result.detail,
        campaign=decision.campaign,
        valid_until=decision.valid_until,
    )
    engagement = Output("engagements", decision.person, value, id=f"{decision.id}/{result.outcome}")
    if result.text is None:
        return [engagement]
    mail = Output("emails", decision.person, email(decision, result.text, at), id=decision.id)
    return [mail, engagement]


def write_effect(
    writer: Writer, clock: Callable[[], int], withheld: Withheld
) -> Callable[[SendDecision], Awaitable[WriteResult]]:
    """The effect: write the text, unless the decision has expired or is withheld.

    That is looked at before the text is asked for, and again when it is there: it may have taken long. What
    is withheld is not held here: `people` hears of it, and decides anew when the reason is gone, so that
    nothing late goes out and nothing comes in a burst. Errors of the writer become results.
    """

    async def obstacle(decision: SendDecision) -> WriteResult | None:
        reason = await withheld(decision)  # may wait, so it comes first
        if decision.valid_until is not None and clock() > to_epoch_ms(decision.valid_until):
            log.info("expired, not written", decision=decision.id)
            return WriteResult("expired")
        if reason is not None:
            log.info("withheld, not written", decision=decision.id, reason=reason)
            return WriteResult("withdrawn", detail=reason)
        return None

    async def act(decision: SendDecision) -> WriteResult:
        if (hindered := await obstacle(decision)) is not None:
            return hindered
        try:
            text = await writer.write(decision)
        except WritingError as error:
            log.error("not written", decision=decision.id, detail=str(error))
            return WriteResult("failed", detail=str(error))
        except Exception as error:
            # a bug in the writer must not stop the mails of other decisions
            log.exception("not written", decision=decision.id)
            return WriteResult("failed", detail=f"the writer raised {type(error).__name__}")
        return await obstacle(decision) or WriteResult("written", text)

    return act
