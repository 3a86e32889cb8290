"""The dead-letter limit: when it says stop, with which numbers, and what is remembered."""

from itertools import accumulate
from typing import Any

import pytest

from workers.runtime.dead_letters.limit import BUCKET, DlqLimit, DlqLimitState

LIMIT = DlqLimit(run=100, share=0.2)


def after(*counts: int, limit: DlqLimit = LIMIT, before: DlqLimitState | None = None) -> DlqLimitState:
    """So many good records, then so many dead letters, and so on in turn."""
    poison = before or DlqLimitState()
    for number, count in enumerate(counts):
        if number % 2 == 0:
            poison = poison.good(count)
        else:
            for _ in range(count):
                poison = poison.dead(limit)
    return poison


def test_a_hundred_in_a_row_are_allowed_and_one_more_is_not() -> None:
    """Even at the very beginning of a partition."""
    assert after(0, 100).verdict == ""
    assert after(0, 101).verdict == (
        "101 dead letters in a row, at most 100 are allowed (KAIROS_DEAD_LETTER_RUN)"
    )


def test_a_good_record_ends_a_row() -> None:
    """What comes behind it is counted anew."""
    assert after(0, 100, 1, 100).verdict == ""
    assert after(0, 100, 1, 100).run == 100


@pytest.mark.parametrize("good", [0, 1, 700])
def test_no_share_is_taken_of_a_few_records(good: int) -> None:
    """The first record of a partition may be a dead letter, and so may a quarter of the first 900."""
    assert after(good, 90, 1, 90, 1, 90).verdict == ""


def test_a_share_above_the_limit_is_told_with_its_numbers() -> None:
    """Every second record is never a row, and half of all."""
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


def test_old_dead_letters_are_forgotten() -> None:
    """After two buckets of good records nothing is left of them."""
    assert after(850, 100, 2 * BUCKET) == after(2 * BUCKET + 950)
    assert after(850, 100, 2 * BUCKET).bad_before == 0


def test_the_first_verdict_stays() -> None:
    """A round that ends with good records has exceeded the limit all the same."""
    assert after(0, 150, 5_000).verdict.startswith("101 dead letters in a row")


def test_a_restart_remembers_the_counts() -> None:
    """The worker that stopped and was started again stops at its first dead letter, not after 100 more."""
    replay_record = DlqLimitState.unpack(after(0, 101).pack())
    assert replay_record.verdict == ""
    assert replay_record.dead(LIMIT).verdict.startswith("102 dead letters in a row")
    assert replay_record.good(1).dead(LIMIT).verdict == ""


def test_the_layout_is_fixed() -> None:
    """What is in a changelog today can be read tomorrow; other bytes are refused."""
    poison = DlqLimitState(2**40, 999, 999, 1_000, 1_000)
    assert poison.pack().hex() == "01" + "0000010000000000" + "03e7" * 2 + "03e8" * 2
    assert DlqLimitState.unpack(poison.pack()) == poison
    for wrong in (b"", b"\x02" + poison.pack()[1:], poison.pack() + b"\0"):
        with pytest.raises(ValueError, match="layout 1"):
            DlqLimitState.unpack(wrong)


def test_counting_costs_the_same_for_any_number() -> None:
    """A million good records at once are what they are one by one."""
    one_by_one: Any = list(accumulate([1] * 4_321, lambda poison, n: poison.good(n), initial=after(3, 7)))
    assert one_by_one[-1] == after(3, 7, 4_321)
    assert after(3, 7, 10**12).seen == (10 + 10**12) % BUCKET
