"""The dead-letter limit: which counts exceed it, the text of the verdict, and the stored counts."""

from itertools import accumulate
from typing import Any

import pytest

from workers.runtime.dead_letters.limit import BUCKET, DlqLimit, DlqLimitState

LIMIT = DlqLimit(run=100, share=0.2)


def after(*counts: int, limit: DlqLimit = LIMIT, before: DlqLimitState | None = None) -> DlqLimitState:
    """The counts after so many good records, then so many dead letters, and so on in turn."""
    state = before or DlqLimitState()
    for number, count in enumerate(counts):
        if number % 2 == 0:
            state = state.good(count)
        else:
            for _ in range(count):
                state = state.dead(limit)
    return state


def test_a_hundred_in_a_row_are_allowed_and_one_more_is_not() -> None:
    """Even at the very beginning of a partition."""
    assert after(0, 100).verdict == ""
    assert after(0, 101).verdict == (
        "101 dead letters in a row, at most 100 are allowed (KAIROS_DEAD_LETTER_RUN)"
    )


def test_a_good_record_ends_a_run() -> None:
    """The dead letters after it are counted from one again."""
    assert after(0, 100, 1, 100).verdict == ""
    assert after(0, 100, 1, 100).run == 100


@pytest.mark.parametrize("good", [0, 1, 700])
def test_a_few_records_have_no_share(good: int) -> None:
    """The first record of a partition may be a dead letter, and so may a quarter of the first 900."""
    assert after(good, 90, 1, 90, 1, 90).verdict == ""


def test_a_share_above_the_limit_is_a_verdict_with_its_numbers() -> None:
    """Every second record: the run is never longer than 1, the share is one half."""
    assert after(*(1, 1) * (BUCKET // 2 - 1)).verdict == ""
    assert after(*(1, 1) * BUCKET).verdict == (
        "500 of the last 1000 records are dead letters, a share of at most 0.2 is allowed "
        "(KAIROS_DEAD_LETTER_SHARE)"
    )


def test_exactly_the_share_is_allowed() -> None:
    """200 of 1,000 pass, 201 do not."""
    limit = DlqLimit(run=1_000, share=0.2)
    assert after(800, 200, limit=limit).verdict == ""
    assert after(799, 201, limit=limit).verdict.startswith("201 of the last 1000 records")


def test_old_dead_letters_no_longer_count() -> None:
    """After two buckets of good records the counts are those without them."""
    assert after(850, 100, 2 * BUCKET) == after(2 * BUCKET + 950)
    assert after(850, 100, 2 * BUCKET).bad_before == 0


def test_the_first_verdict_stays() -> None:
    """A round that ends with good records has exceeded the limit all the same."""
    assert after(0, 150, 5_000).verdict.startswith("101 dead letters in a row")


def test_the_counts_are_restored_after_a_restart() -> None:
    """The worker that stopped and was started again stops at its first dead letter, not after 100 more."""
    restarted = DlqLimitState.unpack(after(0, 101).pack())
    assert restarted.verdict == ""
    assert restarted.dead(LIMIT).verdict.startswith("102 dead letters in a row")
    assert restarted.good(1).dead(LIMIT).verdict == ""


def test_the_layout_is_fixed() -> None:
    """The bytes stored in a changelog do not change between versions; other bytes are refused."""
    state = DlqLimitState(2**40, 999, 999, 1_000, 1_000)
    assert state.pack().hex() == "01" + "0000010000000000" + "03e7" * 2 + "03e8" * 2
    assert DlqLimitState.unpack(state.pack()) == state
    for wrong in (b"", b"\x02" + state.pack()[1:], state.pack() + b"\0"):
        with pytest.raises(ValueError, match="layout 1"):
            DlqLimitState.unpack(wrong)


def test_counting_many_records_at_once_equals_counting_each() -> None:
    """Good records counted in one call give the same counts as one call for each."""
    counted_singly: Any = list(accumulate([1] * 4_321, lambda state, n: state.good(n), initial=after(3, 7)))
    assert counted_singly[-1] == after(3, 7, 4_321)
    assert after(3, 7, 10**12).seen == (10 + 10**12) % BUCKET
