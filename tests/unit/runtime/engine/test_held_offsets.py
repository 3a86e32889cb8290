"""The first records that open effects hold back, beside a look at all of them."""

from hypothesis import given
from hypothesis import strategies as st

from workers.runtime.engine import held_offsets
from workers.runtime.engine.held_offsets import HeldOffsets

Held = dict[bytes, set[tuple[str, int]]]
KEYS, TOPICS = (b"a", b"b", b"c"), ("emails", "controls")
steps = st.lists(
    st.tuples(
        st.sampled_from(KEYS), st.sets(st.tuples(st.sampled_from(TOPICS), st.integers(0, 9)), max_size=3)
    ),
    max_size=60,
)


def first_of(held: Held) -> dict[str, int]:
    """The first offset of each topic, by a look at all."""
    offsets = sorted((each for records in held.values() for each in records), reverse=True)
    return dict(offsets)


@given(steps)
def test_the_first_offsets_are_those_of_all_that_is_held(changes: list[tuple[bytes, set]]) -> None:  # type: ignore[type-arg]
    """Whatever keys hold more, hold something else, or hold nothing any more."""
    offsets, held = HeldOffsets(), Held()
    for key, records in changes:
        held[key] = records
        offsets.add(key, records)
        found = offsets.first(lambda topic, offset, by: (topic, offset) in held.get(by, ()))
        assert found == first_of(held)
    offsets.clear()
    assert offsets.first(lambda *each: True) == {}


def test_what_is_held_no_longer_is_thrown_out_behind_one_that_is() -> None:
    """A mail waits for hours, and millions go out behind it."""
    offsets, open_keys = HeldOffsets(), {b"waits"}
    offsets.add(b"waits", [("emails", 0)])
    for number in range(1, 10_000):
        offsets.add(b"%d" % number, [("emails", number)])
        assert offsets.first(lambda topic, offset, key: key in open_keys) == {"emails": 0}
    assert len(offsets._heaps["emails"]) <= held_offsets.LEAST + 2
