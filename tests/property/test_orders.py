"""Any order of records that the document topics allow gives equal profiles in the end."""

from collections import defaultdict
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.fleet import Fleet
from tests.property.products import SPAN_MS, START, DocumentChange, histories
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.route.stage import STAGES

PEOPLE = stage(Policy())
END = START + SPAN_MS


def time_of(number: int) -> int:
    """The time of a change, an hour after the one before."""
    return START + number * 3_600_000


def profiles(history: Sequence[tuple[int, DocumentChange]], batch: int) -> dict[str, EnrichedProfile]:
    """The profiles at one time after a history was processed in batches of a size."""
    fleet = Fleet((*STAGES, PEOPLE), partitions=2)
    for number, (topic, id_, document) in history:
        fleet.put(topic, id_, document, version=(1, number + 1), at=time_of(number))
        if number % 7 == 6:
            fleet.run(lambda waiting: batch)
            fleet.watermark(time_of(number))
    fleet.run(lambda waiting: batch)
    fleet.watermark(END)
    fleet.run(lambda waiting: batch)
    assert fleet.records("dead-letters") == []
    latest = fleet.latest("enriched-profiles")
    return {key: EnrichedProfile.loads(value).at(from_epoch_ms(END)) for key, value in latest.items()}


Numbered = list[tuple[int, DocumentChange]]


@st.composite
def interleaved(draw: st.DrawFn, history: list[DocumentChange]) -> Numbered:
    """The same history in another order that keeps the order of each document's changes."""
    by_document: dict[tuple[str, str], Numbered] = defaultdict(list)
    for number, change in enumerate(history):
        by_document[change.topic, change.id].append((number, change))
    queues = list(by_document.values())
    order = draw(st.permutations([index for index, queue in enumerate(queues) for _ in queue]))
    return [queues[index].pop(0) for index in order]


@st.composite
def repeated(draw: st.DrawFn, history: Numbered) -> Numbered:
    """The same history with redeliveries: the last records of a topic are repeated, in order."""
    records: Numbered = []
    repeats = draw(st.lists(st.tuples(st.integers(0, len(history)), st.integers(1, 9)), max_size=3))
    for index, numbered in enumerate(history):
        records.append(numbered)
        for _, count in (repeat for repeat in repeats if repeat[0] == index):
            records += [record for record in records if record[1].topic == numbered[1].topic][-count:]
    return records


@given(st.data(), histories, st.integers(1, 8), st.integers(1, 8))
def test_any_order_gives_equal_profiles_in_the_end(
    data: st.DataObject, history: list[DocumentChange], batch: int, other_batch: int
) -> None:
    """Registrations, attendances, corrections and deletions of different documents arrive in any order."""
    mixed = data.draw(interleaved(history).flatmap(repeated))
    assert profiles(list(enumerate(history)), batch) == profiles(mixed, other_batch)
