"""Documents that changed their owner within a batch."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from workers.people.batch import owner_log
from workers.people.batch.owner_log import OwnerLog

ids, owners = st.sampled_from("abcdef"), st.sampled_from(("mia", "ken", "tom", None))


@given(st.lists(st.tuples(ids, owners)), st.sampled_from((8, 64, owner_log.FILTER_BITS)))
def test_former_owners_are_those_before_the_last(entries: list[tuple[str, str | None]], bits: int) -> None:
    """Also where the filter takes many ids for repeated ones."""
    log, history = OwnerLog(bits), defaultdict(list)
    for id_, owner in entries:
        log.append(id_, owner)
        history[id_].append(owner)
    expected: dict[int, set[int]] = defaultdict(set)
    for id_, found in history.items():
        for owner in {*found[:-1]} - {found[-1], None}:
            expected[hash(owner)].add(hash(id_))
    assert log.former_owners() == expected
