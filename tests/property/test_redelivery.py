"""Batches of any size and repetitions of any suffix of the inbox change no profile, decision or state."""

from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from tests.fleet import Fleet
from tests.property.products import DAY_MS, START, DocumentChange, Report, WatermarkAfter, sequences
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.route.stage import STAGES
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

PEOPLE = stage(Policy())


class Batch(NamedTuple):
    """A batch of `size` records; `lost`: the process dies before the state is stored, and they are repeated.

    `repeated` records before the next batch are delivered again although their state was stored.
    """

    size: int
    lost: bool
    repeated: int


batches = st.lists(st.builds(Batch, st.integers(1, 9), st.booleans(), st.integers(0, 12)), max_size=40)


def inbox(sequence: Sequence[DocumentChange | WatermarkAfter | Report]) -> list[ConsumerRecord]:
    """The inbox of one partition that `route` writes for a sequence of changes, watermarks and reports."""
    fleet, now = Fleet(STAGES, partitions=1), START
    for number, event in enumerate(sequence):
        now += 1000
        if isinstance(event, DocumentChange):
            fleet.put(event.topic, event.id, event.document, version=(1, number + 1), at=now)
        elif isinstance(event, Report):
            decision = f"{event.person}:{event.slot}"
            engagement = Engagement(
                decision_id=decision, person=event.person, outcome=event.outcome, at=from_epoch_ms(now)
            )
            fleet.put("engagements", event.person, engagement, at=now)
        else:
            now += event.days * DAY_MS
            fleet.run()
            fleet.watermark(now, waiting=event.waiting)
    fleet.run()
    fleet.watermark(now)
    fleet.watermark(now + 9 * DAY_MS)
    return fleet.records("inbox")


class Results(NamedTuple):
    """The latest profiles, every decision once and in order, and the stored states."""

    profiles: dict[bytes | None, bytes | None]
    decisions: dict[tuple[bytes | None, bytes], bytes | None]
    order: list[tuple[bytes | None, bytes]]
    states: dict[bytes, bytes]


def results_of(written: Sequence[ProducerRecord], states: dict[bytes, bytes]) -> Results:
    """The results for a reader that ignores a record with an id it has read before."""
    profiles = {output.key: output.value for output in written if output.topic == "enriched-profiles"}
    decisions: dict[tuple[bytes | None, bytes], bytes | None] = {}
    for output in written:
        if output.topic == "send-decisions":
            name = (output.key, dict(output.headers)["ce_id"])
            assert decisions.setdefault(name, output.value) == output.value, "one id, two decisions"
    assert not [output for output in written if output.topic == "dead-letters"]
    return Results(profiles, decisions, list(decisions), states)


def in_one_batch(records: Sequence[ConsumerRecord]) -> Results:
    """The results of the whole inbox as one batch."""
    engine = Engine(PEOPLE, "people", 0)
    return results_of(process(engine, [("inbox", records)]).outputs, engine.store)


def in_batches(records: Sequence[ConsumerRecord], plan: Sequence[Batch]) -> Results:
    """The results of the batches of a plan, each processed by a new worker, and of the remaining records."""
    store: dict[bytes, bytes] = {}
    written: list[ProducerRecord] = []
    position = 0
    for batch in (*plan, *[Batch(len(records), False, 0)] * 2):
        engine = Engine(PEOPLE, "people", 0, store=dict(store))
        polled = records[position : position + batch.size]
        written += process(engine, [("inbox", polled)]).outputs
        if not batch.lost:
            store = engine.store
            position = max(0, min(position + batch.size, len(records)) - batch.repeated)
    return results_of(written, store)


@given(sequences, batches)
def test_batches_and_repetitions_change_nothing(
    sequence: list[DocumentChange | WatermarkAfter | Report], plan: list[Batch]
) -> None:
    """Latest profiles, all decisions by id and in order, and states are the same bytes."""
    records = inbox(sequence)
    expected, actual = in_one_batch(records), in_batches(records, plan)
    assert actual.profiles == expected.profiles
    assert actual.decisions == expected.decisions
    assert by_person(actual) == by_person(expected)
    assert actual.states == expected.states


def by_person(results: Results) -> dict[bytes | None, list[bytes]]:
    """The ids of the decisions about each person, in order."""
    order: dict[bytes | None, list[bytes]] = {}
    for person, id_ in results.order:
        order.setdefault(person, []).append(id_)
    return order
