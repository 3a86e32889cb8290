"""However records are cut into rounds, the dead-letter limit says and remembers the same."""

from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from workers.runtime.dead_letters.limit import BUCKET, DlqLimit, DlqLimitState

# runs of good or bad records, long enough to fill buckets
runs = st.lists(st.tuples(st.booleans(), st.integers(1, 700)), max_size=12)
limits = st.builds(DlqLimit, run=st.integers(1, 300), share=st.sampled_from([0.01, 0.1, 0.2, 0.5, 1.0]))


def count(poison: DlqLimitState, records: list[bool], limit: DlqLimit) -> DlqLimitState:
    """Count one round as an engine does: good records together, dead letters one by one."""
    for good, some in groupby(records):
        if good:
            poison = poison.good(len(list(some)))
        else:
            for _ in some:
                poison = poison.dead(limit)
    return poison


def naive(records: list[bool], limit: DlqLimit) -> int | None:
    """The number of the record at which a limit is exceeded, by looking at all records before each."""
    run = 0
    for number, good in enumerate(records, 1):
        run = 0 if good else run + 1
        start = max(0, number // BUCKET - 1) * BUCKET  # the full bucket before, and the one that is filling
        bad = records[start:number].count(False)
        too_many = number >= BUCKET and bad > limit.share * (number - start)
        if not good and (run > limit.run or too_many):
            return number
    return None


@given(runs, st.lists(st.integers(0, 5_000), max_size=20), limits)
def test_cuts_change_nothing(drawn: list[tuple[bool, int]], cuts: list[int], limit: DlqLimit) -> None:
    """At the end of every round, counts and verdict are those of rounds of one record."""
    records = [good for good, length in drawn for _ in range(length)]
    ends = sorted({min(cut, len(records)) for cut in cuts} | {len(records)})
    rounds, single, start = DlqLimitState(), DlqLimitState(), 0
    for end in ends:
        rounds = count(rounds, records[start:end], limit)
        for good in records[start:end]:
            single = count(single, [good], limit)
        assert rounds == single
        found = naive(records[:end], limit)
        assert bool(rounds.verdict) == (found is not None)
        start = end


@given(runs, runs, limits)
def test_a_restart_changes_no_count(
    before: list[tuple[bool, int]], behind: list[tuple[bool, int]], limit: DlqLimit
) -> None:
    """Packed and unpacked in the middle, the counts go on as if nothing had happened."""
    first = count(DlqLimitState(), [good for good, length in before for _ in range(length)], limit)
    rest = [good for good, length in behind for _ in range(length)]
    again = count(DlqLimitState.unpack(first.pack()), rest, limit)
    assert again.pack() == count(first, rest, limit).pack()
