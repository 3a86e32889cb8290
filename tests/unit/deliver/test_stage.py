"""The stage `deliver`: no path of messages leads to two hand-overs of one mail."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms
from schemas.parked import ParkedMail
from schemas.permissions import Suppression, address_hash
from tests.unit.deliver.outgoing import ADDRESS, AT, email
from workers.deliver.handover import FinalOutcome, Hand, HandOver, Prepare, Ready, ToPark, TryLater
from workers.deliver.stage import INTERRUPTED, REPEATED, read_mail, stage, step
from workers.product.returns.references import mail_key
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import RoundResult
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.stage import Effect, EffectResult, Output, Record

MAIL = email()
HASHED = address_hash(ADDRESS)


def record(value: Email | None = MAIL, at: int = AT) -> Record:
    """A record of the topic."""
    return Record("emails", 0, 7, "mia", value, (0, 7), at)


def ended(request: Any, result: Any) -> EffectResult:
    """The result of an effect, a second after AT."""
    return EffectResult("mia:1", request, result, AT + 1000)


def handing(**fields: Any) -> HandOver:
    """A mail that is being handed over."""
    return HandOver("mia:1", "mia:1", "mia", AT, "handing", **fields)


def test_a_mail_is_prepared_first_and_handed_over_when_that_is_stored() -> None:
    """Two effects; the second one is asked for with the phase that parks it after a crash."""
    state, asked = step(None, record())
    assert (state, asked) == (HandOver("mia:1", "mia:1", "mia", AT, "preparing"), (Effect(Prepare(MAIL)),))

    state, (noted, hand) = step(state, ended(Prepare(MAIL), Ready(HASHED)))
    assert (state, hand) == (handing(), Effect(Hand(MAIL, HASHED)))
    assert isinstance(noted, Output)
    assert (noted.topic, noted.key) == ("mail-returns", mail_key("mia:1"))


@pytest.mark.parametrize(
    ("decision", "id_", "is_read"),
    [
        ("mia:1", "mia:1", True),
        ("mia:1", "mia:1#2", True),
        ("m#a:1", "m#a:1", True),
        ("mia:1", "mia:2", False),
        ("mia:1", "mia:1#x", False),
        ("mia:1", "mia:12", False),
        ("mia:1", "2", False),
    ],
)
def test_a_mail_has_the_id_of_its_decision(decision: str, id_: str, is_read: bool) -> None:
    """Two mails of one decision under other ids would be handed over twice."""
    data = email(decision_id=decision, id=id_).dumps()
    if is_read:
        assert read_mail(data).id == id_
    else:
        with pytest.raises(ValueError, match="not that of its decision"):
            read_mail(data)


def test_a_tombstone_is_ignored() -> None:
    """It makes no state."""
    assert step(None, record(None)) == (None, ())


def test_read_again_it_is_prepared_again_or_parked() -> None:
    """Parked when the server may have heard of it; a person who looks finds the whole mail."""
    prepared, _ = step(None, record())
    assert step(prepared, record()) == (prepared, (Effect(Prepare(MAIL)),))

    state, emitted = step(handing(), record(at=AT + 5))
    parked = ParkedMail(
        id="mia:1", decision_id="mia:1", person="mia", at=from_epoch_ms(AT + 5), why=INTERRUPTED, mail=MAIL
    )
    assert emitted == (Output("parked-mails", "mia:1", parked, id="mia:1/parked"),)
    assert state is not None
    assert state.phase == "parked"
    assert step(state, record()) == (state, (REPEATED,))
    assert step(state, ended(Hand(MAIL, HASHED), FinalOutcome("sent"))) == (state, (REPEATED,))


def test_what_nobody_knows_is_parked() -> None:
    """With the reason; no outcome is told, so that it counts as sent."""
    state, (parked,) = step(handing(), ended(Hand(MAIL, HASHED), ToPark("no answer")))

    assert isinstance(parked, Output)
    assert isinstance(parked.value, ParkedMail)
    assert (parked.topic, parked.value.why) == ("parked-mails", "no answer")
    assert state is not None
    assert (state.phase, state.outcome) == ("parked", None)


@pytest.mark.parametrize("counts", [True, False])
def test_another_attempt_is_prepared_anew(counts: bool) -> None:
    """Not before its time; the result of the attempt before is not waited for any more."""
    late = FinalOutcome("failed", "450, 1 attempts")
    state, asked = step(handing(), ended(Hand(MAIL, HASHED), TryLater(AT + 60_000, "450", counts, late)))

    attempt = 1 + counts
    assert state == HandOver("mia:1", "mia:1", "mia", AT, "preparing", attempt)
    assert asked == (Effect(Prepare(MAIL, attempt, AT + 60_000, late)),)
    assert step(state, ended(Hand(MAIL, HASHED), FinalOutcome("sent"))) == (state, (REPEATED,))


@pytest.mark.parametrize("outcome", ["sent", "failed", "bounced", "withdrawn", "expired"])
@pytest.mark.parametrize("phase", ["preparing", "handing"])
def test_an_outcome_is_told_once(outcome: Any, phase: Any) -> None:
    """To whoever hears the senders, with the decision that it is the outcome of."""
    request = Hand(MAIL, HASHED) if phase == "handing" else Prepare(MAIL)
    state = HandOver("mia:1", "mia:1", "mia", AT, phase)
    state_after, (told,) = step(state, ended(request, FinalOutcome(outcome, "why")))

    assert isinstance(told, Output)
    value = {"decision_id": "mia:1", "person": "mia", "outcome": outcome, "at": from_epoch_ms(AT + 1000)}
    assert told == Output(
        "engagements", "mia", Engagement.model_validate(value | {"detail": "why"}), id=f"mia:1/{outcome}"
    )
    assert state_after is not None
    assert (state_after.phase, state_after.outcome, state_after.ended_at) == ("ended", outcome, AT + 1000)
    assert step(state_after, record()) == (state_after, (REPEATED,))


def test_an_address_that_nobody_has_is_suppressed() -> None:
    """Under its hash, for everybody who has it."""
    final = FinalOutcome("bounced", "550 5.1.1 no (to RCPT)", "ab" * 32)
    _, (told, suppression) = step(handing(), ended(Hand(MAIL, HASHED), final))

    assert isinstance(told, Output)
    assert isinstance(suppression, Output)
    assert isinstance(suppression.value, Suppression)
    assert (suppression.topic, suppression.key) == ("suppressions", f"address:{'ab' * 32}")
    assert (suppression.value.subject, suppression.value.reason) == (suppression.key, "bounced")
    assert told.topic == "engagements"


MESSAGES = st.lists(
    st.sampled_from(["record", "crash"])
    | st.tuples(
        st.just("result"),
        st.sampled_from(
            [
                Ready(HASHED),
                TryLater(AT),
                TryLater(AT, counts=False),
                ToPark("?"),
                FinalOutcome("sent"),
                FinalOutcome("failed"),
            ]
        ),
    ),
    max_size=30,
)


@given(MESSAGES)
def test_no_order_of_messages_hands_a_mail_over_twice(messages: list[Any]) -> None:
    """A hand-over may follow one of which the result was that nothing was handed over; never another one.

    A crash loses the open effects, and what was stored is read again with the record.
    """
    state, open_effects, at_risk = None, list[Any](), False
    for message in ["record", *messages]:
        if message == "crash":
            open_effects = []
        found = next_message(message, open_effects)
        if found is None:
            continue
        if isinstance(found, EffectResult):
            open_effects = []
            at_risk = at_risk and not isinstance(found.result, TryLater)
        state, actions = step(state, found)
        asked = [action.request for action in actions if isinstance(action, Effect)]
        assert len(asked) + len(open_effects) <= 1
        hands = sum(isinstance(request, Hand) for request in asked)
        assert not (hands and at_risk)
        at_risk = at_risk or bool(hands)
        open_effects += asked


def next_message(message: Any, open_effects: list[Any]) -> Record | EffectResult | None:
    """The message that the engine gives the stage; None for one that cannot come now."""
    if message in {"record", "crash"}:
        return None if open_effects else record()  # while an effect is open, the engine defers it
    if not open_effects:
        return None
    (request,), (_, result) = open_effects, message
    impossible: tuple[type, ...] = (Ready,) if isinstance(request, Hand) else (ToPark, TryLater)
    return None if isinstance(result, impossible) else ended(request, result)


async def no_act(request: Any) -> Any:
    """Perform nothing: the test gives the results."""
    raise AssertionError(request)


def raw(offset: int, mail: Email = MAIL) -> ConsumerRecord:
    """A record as it is fetched."""
    headers = tuple(cloud_headers(event_type("emails"), "/kairos/mail", mail.id, AT))
    return ConsumerRecord("emails", 0, offset, mail.person.encode(), mail.dumps(), AT, headers)


def fed(engine: Engine, *records: ConsumerRecord) -> RoundResult:
    """One round of records."""
    current = Round(engine)
    for _ in current.feed("emails", records):
        pass
    for _ in current.encode_states():
        pass
    return current.close()


def settled(engine: Engine, effect: Any, result: Any) -> RoundResult:
    """One round of a result."""
    current = Round(engine)
    current.settle([(effect, result, AT + 1000)])
    return current.close()


def test_through_the_engine_the_phase_is_stored_before_the_hand_over_begins() -> None:
    """What a worker that takes over finds in the changelog parks the mail."""
    engine = Engine(stage(no_act), "deliver", 0)
    (prepare,) = fed(engine, raw(5)).effects
    result = settled(engine, prepare, Ready(HASHED))
    (hand,) = result.effects
    stored = dict(engine.store)
    assert isinstance(hand.request, Hand)
    assert stored.keys() >= {b"mia:1"} <= result.changes.keys()
    assert engine.first_open() == {"emails": 5}

    successor = Engine(stage(no_act), "deliver", 0, store=stored)
    again = fed(successor, raw(5))
    assert again.effects == []
    assert [output.topic for output in again.outputs] == ["parked-mails"]
    assert settled(engine, hand, FinalOutcome("sent")).effects == []
    assert engine.first_open() == {}
