"""The stage `returns`: what a report about a mail means, once it is known of which mail it is.

Its state, by the key of a mail's reference, is what was handed over, and what was reported of it. A report of
a mail that is not known is counted and changes nothing. Records of both kinds are in one topic, and that of
the hand-over is written before the mail server hears of the mail, so it stands before every report.

Known limit: the state of a mail is never evicted (about 200 bytes), as in `deliver`.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from pydantic import Field, TypeAdapter

from schemas.mail import Engagement, Outcome
from schemas.model import from_epoch_ms
from schemas.returns import HandedOver, MailReturn, ReturnKind
from workers.deliver.full_mailboxes import full_mailbox
from workers.deliver.suppressing import suppression
from workers.runtime.codec import StructCodec
from workers.runtime.stage import Action, Irregularity, Output, Record, Stage, StepMessage

NAME = "returns"
TOPIC = "mail-returns"
UNKNOWN = Irregularity("unknown-mail")  # a report of a mail that was not handed over here
REPORTED_AGAIN = Irregularity("reported-again")
VALUE: TypeAdapter[HandedOver | MailReturn] = TypeAdapter(
    Annotated[HandedOver | MailReturn, Field(discriminator="kind")]
)
# what is not here is no outcome: the mail is still under way, or has arrived
OUTCOME_OF_RETURN: Mapping[ReturnKind, Outcome] = {
    "bounced": "bounced",
    "full": "bounced",
    "suppress": "bounced",
    "refused": "failed",
    "blocked": "failed",
    "unfit": "failed",
    "complained": "complained",
}


class ReturnState(msgspec.Struct, array_like=True):
    """A mail that was handed over, the hash of its address, and what was said of it since."""

    mail: str
    decision: str
    person: str
    address: str
    campaign: str | None = None
    said: list[ReturnKind] = []


def returns() -> Stage[ReturnState]:
    """The stage."""
    codec = StructCodec(ReturnState)
    return Stage(name=NAME, inputs={TOPIC: VALUE.validate_json}, codec=codec, step=returns_step)


def returns_step(
    state: ReturnState | None, message: StepMessage
) -> tuple[ReturnState | None, Sequence[Action]]:
    """Remember what was handed over; tell what came of it, each thing once."""
    if not isinstance(message, Record) or message.value is None:
        return state, ()
    value: HandedOver | MailReturn = message.value
    if isinstance(value, HandedOver):
        known = ReturnState(value.mail, value.decision_id, value.person, value.address, value.campaign)
        if state is not None and (state.mail, state.address) == (known.mail, known.address):
            return state, ()
        return known, ()
    if state is None:
        return None, (UNKNOWN,)
    says = said_of(value, state.address)
    if says in state.said:
        return state, (REPORTED_AGAIN,)
    outputs = outputs_of(state, says, value.detail, message.at)
    state.said.append(says)
    return state, outputs


def said_of(value: MailReturn, address: str) -> ReturnKind:
    """What a report says of the address of a hash: that another one, to which it forwards, is dead, does not
    say that this one is.
    """
    is_other = bool(value.recipients) and address not in value.recipients
    return "bounced" if value.says in {"suppress", "full"} and is_other else value.says


def outputs_of(state: ReturnState, says: ReturnKind, detail: str, at: int) -> tuple[Output, ...]:
    """What is told of a mail, after what was told before."""
    outcome = OUTCOME_OF_RETURN.get(says)
    if outcome is None:
        return ()
    outputs = []
    if outcome not in {OUTCOME_OF_RETURN.get(each) for each in state.said}:
        told = Engagement(
            decision_id=state.decision,
            person=state.person,
            outcome=outcome,
            at=from_epoch_ms(at),
            detail=detail or None,
            campaign=state.campaign,
        )
        outputs.append(Output("engagements", state.person, told, id=f"{state.mail}/{outcome}"))
    if says == "full":
        outputs.append(full_mailbox(state.mail, state.address, at))
    elif says == "complained":
        outputs.append(suppression(state.mail, state.address, "complained", at, detail))
    elif says == "suppress":
        outputs.append(suppression(state.mail, state.address, "bounced", at, detail))
    return tuple(outputs)
