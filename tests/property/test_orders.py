"""Any order that the document topics allow gives equal profiles at rest."""

from collections import defaultdict
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.fleet import Fleet
from tests.property.products import SPAN_MS, START, Happening, histories
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.route.stage import STAGES

PEOPLE = stage(Policy())
END = START + SPAN_MS


def at(number: int) -> int:
    """Things happen an hour apart."""
    return START + number * 3_600_000


def profiles(history: Sequence[tuple[int, Happening]], batch: int) -> dict[str, EnrichedProfile]:
    """The profiles at rest, at one time, after a history was read in batches of a size."""
    fleet = Fleet((*STAGES, PEOPLE), partitions=2)
    for number, (topic, id_, document) in history:
        fleet.put(topic, id_, document, version=(1, number + 1), at=at(number))
        if number % 7 == 6:
            fleet.run(lambda waiting: batch)
            fleet.watermark(at(number))
    fleet.run(lambda waiting: batch)
    fleet.watermark(END)
    fleet.run(lambda waiting: batch)
    assert fleet.records("dead-letters") == []
    found = fleet.latest("enriched-profiles")
    return {key: EnrichedProfile.loads(value).at(from_epoch_ms(END)) for key, value in found.items()}


Numbered = list[tuple[int, Happening]]


@st.composite
def interleaved(draw: st.DrawFn, history: list[Happening]) -> Numbered:
    """The same history in another order: every document's own order is kept, all else is mixed."""
    waiting: dict[tuple[str, str], Numbered] = defaultdict(list)
    for number, happening in enumerate(history):
        waiting[happening.topic, happening.id].append((number, happening))
    queues = list(waiting.values())
    order = draw(st.permutations([place for place, queue in enumerate(queues) for _ in queue]))
    return [queues[place].pop(0) for place in order]


@st.composite
def repeated(draw: st.DrawFn, history: Numbered) -> Numbered:
    """The same, but now and then a source goes back: the last records of a topic come again, in order."""
    found: Numbered = []
    backs = draw(st.lists(st.tuples(st.integers(0, len(history)), st.integers(1, 9)), max_size=3))
    for place, one in enumerate(history):
        found.append(one)
        for _, back in (each for each in backs if each[0] == place):
            found += [each for each in found if each[1].topic == one[1].topic][-back:]
    return found


@settings(max_examples=400, deadline=None)
@given(st.data(), histories, st.integers(1, 8), st.integers(1, 8))
def test_any_order_gives_equal_profiles_at_rest(
    data: st.DataObject, history: list[Happening], one: int, other: int
) -> None:
    """Registrations, attendances, corrections and deletions may arrive in any order between documents."""
    mixed = data.draw(interleaved(history).flatmap(repeated))
    assert profiles(list(enumerate(history)), one) == profiles(mixed, other)
