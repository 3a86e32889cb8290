"""The stage `deliver`: hands each mail over to a mail server, at most once.

Two effects: to prepare, which may be repeated, and to hand over, which may not. That a mail is being handed
over is stored before the server hears of it; read again in that phase, after whatever ended the worker, it
is parked for a person to decide, and never handed over again by itself.

Known limits: the state of a mail is never evicted (about 80 bytes), as in `mail`. While mails wait for their
turn they are open effects, of which a worker has 4,096 (at 20 KB each 80 MB): a group of domains holds the
others up only when so many of its mails wait at once, and those whose turn comes too late do not wait.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms
from schemas.parked import AGAIN, ParkedMail
from schemas.returns import HandedOver
from workers.deliver.full_mailboxes import full_mailbox
from workers.deliver.handover import (
    DeliveryResult,
    FinalOutcome,
    Hand,
    HandOver,
    Prepare,
    Ready,
    ToPark,
    TryLater,
)
from workers.deliver.suppressing import suppression
from workers.product.returns.references import mail_key
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

NAME = "deliver"
AT_ONCE = 4_096
REPEATED = Irregularity("repeated")  # a mail, or the result of an effect, that comes again
INTERRUPTED = "the worker ended while the mail was handed over"


def stage(act: Callable[[Any], Awaitable[DeliveryResult]]) -> Stage[HandOver]:
    """The stage with what performs a `Prepare` or a `Hand`."""
    return Stage(
        name=NAME,
        inputs={"emails": read_mail},
        codec=StructCodec(HandOver),
        step=step,
        key=key_of,
        act=act,
        width=AT_ONCE,
        most_open=AT_ONCE,
        is_provisional=is_ready,
    )


def is_ready(result: DeliveryResult) -> bool:
    """Whether a result leads to the hand-over: it is not stored when that would not begin."""
    return isinstance(result, Ready)


def read_mail(data: bytes) -> Email:
    """Decode a mail; ValueError for one that is not its decision's, nor one that a person had sent again."""
    mail = Email.loads(data)
    number = mail.id.removeprefix(f"{mail.decision_id}{AGAIN}")
    if mail.id != mail.decision_id and (number == mail.id or not number.isdecimal()):
        raise ValueError(f"mail {mail.id[:80]}: its id is not that of its decision")
    return mail


def key_of(record: Record) -> str:
    """The key of the state: the mail's id; the person for a tombstone."""
    return record.key if record.value is None else str(record.value.id)


def step(state: HandOver | None, message: StepMessage) -> tuple[HandOver | None, Sequence[Action]]:
    """Prepare a new mail; hand over what is ready; store and emit what became of it.

    A mail that comes again is prepared again if nothing was handed over, and parked if something may have
    been. One that is parked or has an outcome stays as it is.
    """
    if isinstance(message, EffectResult):
        return on_result(state, message)
    if not isinstance(message, Record) or message.value is None:
        return state, ()
    mail: Email = message.value
    if state is None:
        return HandOver(mail.id, mail.decision_id, mail.person, message.at), (Effect(Prepare(mail)),)
    if state.phase == "preparing":
        return state, (Effect(Prepare(mail, state.attempt)),)
    if state.phase == "handing":
        return park(state, mail, INTERRUPTED, message.at)
    return state, (REPEATED,)


def on_result(state: HandOver | None, message: EffectResult) -> tuple[HandOver | None, Sequence[Action]]:
    """What follows from the result of an effect; one that is not waited for changes nothing."""
    request, result, at = message.request, message.result, message.ended_at
    waited_for = "handing" if isinstance(request, Hand) else "preparing"
    if state is None or state.phase != waited_for or state.attempt != request.attempt:
        return state, (REPEATED,)
    mail: Email = request.mail
    if isinstance(result, Ready):
        state.phase = "handing"
        return state, (
            handed_over(mail, result.address, at),
            Effect(Hand(mail, result.address, state.attempt, request.late)),
        )
    if isinstance(result, TryLater):
        state.phase = "preparing"
        state.attempt += result.counts
        late = result.late or request.late
        return state, (Effect(Prepare(mail, state.attempt, result.not_before, late)),)
    if isinstance(result, ToPark):
        return park(state, mail, result.why, at)
    return end(state, mail, result, at)


def handed_over(mail: Email, address: str, at: int) -> Output:
    """What has to be known of a mail when it comes back; in Kafka before the server hears of it."""
    value = HandedOver(
        mail=mail.id,
        decision_id=mail.decision_id,
        person=mail.person,
        address=address,
        campaign=mail.campaign,
        at=from_epoch_ms(at),
    )
    return Output("mail-returns", mail_key(mail.decision_id), value, id=f"{mail.id}/handed-over/{at}")


def park(state: HandOver, mail: Email, why: str, at: int) -> tuple[HandOver, Sequence[Action]]:
    """Keep a mail of which nobody knows what became; for caps and cooldown it counts as sent."""
    state.phase, state.ended_at = "parked", at
    parked = ParkedMail(
        id=mail.id,
        decision_id=mail.decision_id,
        person=mail.person,
        at=from_epoch_ms(at),
        why=why,
        mail=mail,
    )
    return state, (Output("parked-mails", mail.id, parked, id=f"{mail.id}/parked"),)


def end(state: HandOver, mail: Email, result: FinalOutcome, at: int) -> tuple[HandOver, Sequence[Action]]:
    """Store the outcome of a mail and tell it; of an address that nobody has, that nobody writes to it."""
    state.phase, state.outcome, state.ended_at = "ended", result.outcome, at
    told = Engagement(
        decision_id=mail.decision_id,
        person=mail.person,
        outcome=result.outcome,
        at=from_epoch_ms(at),
        detail=result.detail,
        campaign=mail.campaign,
    )
    outputs = [Output("engagements", mail.person, told, id=f"{mail.id}/{result.outcome}")]
    if result.suppress is not None:
        outputs.append(suppression(mail.id, result.suppress, "bounced", at, result.detail))
    if result.full is not None:
        outputs.append(full_mailbox(mail.id, result.full, at))
    return state, tuple(outputs)
