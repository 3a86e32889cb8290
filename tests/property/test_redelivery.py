"""Cutting batches anywhere and repeating any suffix of the inbox changes no profile, decision or state."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from tests.fleet import Fleet
from tests.property.products import DAY_MS, START, Happening, Mark, Report, lives
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.route.stage import STAGES
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

PEOPLE = stage(Policy())


class Batch(NamedTuple):
    """So many records are taken; `lost`: the process dies before the state is kept, and they come again.

    `back` records before the next batch come again although their state was kept.
    """

    size: int
    lost: bool
    back: int


batches = st.lists(st.builds(Batch, st.integers(1, 9), st.booleans(), st.integers(0, 12)), max_size=40)


def inbox(life: Sequence[Happening | Mark | Report]) -> list[ConsumerRecord]:
    """The inbox, of one partition, that `route` makes of a product's life."""
    fleet, now = Fleet(STAGES, partitions=1), START
    for number, one in enumerate(life):
        now += 1000
        if isinstance(one, Happening):
            fleet.put(one.topic, one.id, one.document, version=(1, number + 1), at=now)
        elif isinstance(one, Report):
            decision = f"{one.person}:{one.slot}"
            report = Engagement(
                decision_id=decision, person=one.person, outcome=one.outcome, at=from_epoch_ms(now)
            )
            fleet.put("engagements", one.person, report, at=now)
        else:
            now += one.days * DAY_MS
            fleet.run()
            fleet.watermark(now, waiting=one.waiting)
    fleet.run()
    fleet.watermark(now)
    fleet.watermark(now + 9 * DAY_MS)
    return fleet.records("inbox")


class Outcome(NamedTuple):
    """What remains: the latest profiles, every decision once and in order, the stored states."""

    profiles: dict[bytes | None, bytes | None]
    decisions: dict[tuple[bytes | None, bytes], bytes | None]
    order: list[tuple[bytes | None, bytes]]
    states: dict[bytes, bytes]


def outcome(written: Sequence[ProducerRecord], states: dict[bytes, bytes]) -> Outcome:
    """What a reader has in the end who takes a record with an id it has seen as a repetition."""
    profiles = {out.key: out.value for out in written if out.topic == "enriched-profiles"}
    decisions: dict[tuple[bytes | None, bytes], bytes | None] = {}
    for out in written:
        if out.topic == "send-decisions":
            name = (out.key, dict(out.headers)["ce_id"])
            assert decisions.setdefault(name, out.value) == out.value, "one id, two decisions"
    assert not [out for out in written if out.topic == "dead-letters"]
    return Outcome(profiles, decisions, list(decisions), states)


def at_once(records: Sequence[ConsumerRecord]) -> Outcome:
    """The whole inbox as one batch."""
    engine = Engine(PEOPLE, "people", 0)
    return outcome(process(engine, [("inbox", records)]).outputs, engine.store)


def in_pieces(records: Sequence[ConsumerRecord], plan: Sequence[Batch]) -> Outcome:
    """The inbox in the batches of a plan, by workers that die after each; what remains is read at the end."""
    store: dict[bytes, bytes] = {}
    written: list[ProducerRecord] = []
    place = 0
    for batch in (*plan, *[Batch(len(records), False, 0)] * 2):
        engine = Engine(PEOPLE, "people", 0, store=dict(store))
        taken = records[place : place + batch.size]
        written += process(engine, [("inbox", taken)]).outputs
        if not batch.lost:
            store = engine.store
            place = max(0, min(place + batch.size, len(records)) - batch.back)
    return outcome(written, store)


@settings(max_examples=500, deadline=None)
@given(lives, batches)
def test_batches_and_repetitions_change_nothing(
    life: list[Happening | Mark | Report], plan: list[Batch]
) -> None:
    """Byte for byte: latest profiles, all decisions by id and in order, states."""
    records = inbox(life)
    whole, pieces = at_once(records), in_pieces(records, plan)
    assert pieces.profiles == whole.profiles
    assert pieces.decisions == whole.decisions
    assert by_person(pieces) == by_person(whole)
    assert pieces.states == whole.states


def by_person(found: Outcome) -> dict[bytes | None, list[bytes]]:
    """The ids of the decisions about each person, in order."""
    order: dict[bytes | None, list[bytes]] = {}
    for person, id_ in found.order:
        order.setdefault(person, []).append(id_)
    return order
