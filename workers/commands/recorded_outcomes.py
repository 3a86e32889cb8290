"""The stage `people` over a recorded inbox, under a policy that may have decided otherwise.

The outcomes in the inbox belong to the mails of the recorded run. Of what another policy decides, they say
only this (a row is checked before those below it):

the outcome was read while the decision of its number was open    it is the outcome of that decision
a later outcome of such a decision                                 it is one, too
an unsubscription or a complaint                                   it holds for the person all the same
any other                                                          it is left out: that mail was not decided
a decision that ends without an outcome                            its mail counts as sent when it was decided

Without the last row the slot would be freed, and the same mail be decided and counted once more.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from workers.people.decision.case import slot_end
from workers.people.decision.slots import apply_engagement, decision_id
from workers.people.state import PersonState, StoredPerson
from workers.runtime.stage import Action, Codec, Irregularity, Output, Record, Stage, StepMessage, TimerFired

FOR_THE_PERSON = ("unsubscribed", "complained")  # outcomes that say more than what became of one mail
LEFT_OUT = Irregularity("outcome-of-another-decision")
ADOPTED = 16  # decisions whose outcomes are remembered as theirs; later ones come within days


class ReplayedPerson:
    """The state of a person, and the last decisions (ids) that have recorded outcomes: `adopted`."""

    __slots__ = ("adopted", "state")

    def __init__(self, state: PersonState, adopted: list[str] | None = None) -> None:
        self.state = state
        self.adopted = adopted or []


class ReplayedCodec:
    """The codec of ReplayedPerson: the ids, and the bytes of the state."""

    def __init__(self, codec: Codec[PersonState]) -> None:
        self._codec = codec
        self._decoder = msgspec.msgpack.Decoder(tuple[list[str], bytes])
        self._encoder = msgspec.msgpack.Encoder()

    def encode(self, person: ReplayedPerson, /) -> bytes:
        """The bytes of a person; equal for equal ones."""
        return self._encoder.encode((person.adopted, self._codec.encode(person.state)))

    def decode(self, data: bytes, /) -> ReplayedPerson:
        """The person of some bytes."""
        adopted, state = self._decoder.decode(data)
        return ReplayedPerson(self._codec.decode(state), adopted)


def with_recorded_outcomes(stage: Stage[PersonState], topics: frozenset[str]) -> Stage[ReplayedPerson]:
    """The stage with outcomes treated as said above; it writes to `topics` only, and has no `view`.

    A record that fails only because its profile cannot be written is therefore used.
    """

    def step(
        person: ReplayedPerson | None, message: StepMessage
    ) -> tuple[ReplayedPerson | None, Sequence[Action]]:
        if person is not None and isinstance(message, TimerFired):
            count_as_sent(person.state.stored, message)
        elif isinstance(message, Record) and is_left_out(person, message):
            return person, (LEFT_OUT,)
        state, actions = stage.step(None if person is None else person.state, message)
        if actions:
            actions = [item for item in actions if not isinstance(item, Output) or item.topic in topics]
        if state is None:
            return None, actions
        if person is None:
            return ReplayedPerson(state), actions
        person.state = state
        return person, actions

    return Stage(
        name=stage.name,
        inputs=stage.inputs,
        codec=ReplayedCodec(stage.codec),
        step=step,
        timer=lambda person: stage.timer(person.state),
    )


def is_left_out(person: ReplayedPerson | None, record: Record) -> bool:
    """Whether a record is an outcome that is none of this run; a decision that has one is noted."""
    fact: Any = record.value
    outcome: Engagement | None = fact.value if fact is not None and fact.kind == "engagement" else None
    if outcome is None:
        return False
    if person is not None:
        id_, slot = outcome.decision_id, person.state.stored.contact.slot
        if id_ in person.adopted:
            return False
        if slot is not None and id_ == decision_id(person.state.stored, slot):
            person.adopted = [*person.adopted[1 - ADOPTED :], id_]
            return False
    return outcome.outcome not in FOR_THE_PERSON


def count_as_sent(stored: StoredPerson, timer: TimerFired) -> None:
    """Report a decision as sent when it was made, if its time is over and it has no outcome."""
    slot, end = stored.contact.slot, slot_end(stored)
    if slot is None or end is None or timer.watermark < end or slot.written_at is not None or timer.waiting:
        return
    at = from_epoch_ms(slot.decided_at)
    id_ = decision_id(stored, slot)
    apply_engagement(stored, Engagement(decision_id=id_, person=stored.id, outcome="sent", at=at))
