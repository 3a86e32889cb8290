"""Which offsets of inputs are committed while effects are open."""

import asyncio
from typing import Any

import faust.transport.drivers.aiokafka as driver
import pytest

from tests.unit.runtime.runner.test_consumer import INBOX, OTHER_INBOX, Case


async def test_offsets_are_committed_up_to_the_first_open_effect() -> None:
    """And behind it as soon as what came of the effect is stored; never back."""
    case = Case()
    case.consumer.mark_committable(INBOX, 9)
    case.consumer.mark_committable(OTHER_INBOX, 4)
    case.first_open[INBOX] = 6
    assert case.consumer._filter_committable_offsets([]) == {INBOX: 6, OTHER_INBOX: 5}
    case.consumer._committed_offset = {INBOX: 6, OTHER_INBOX: 5}
    assert case.consumer._filter_committable_offsets([]) == {}
    case.first_open.clear()
    assert case.consumer._filter_committable_offsets([]) == {INBOX: 10}


async def test_partitions_leave_with_a_commit_up_to_what_is_still_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Effects that are cancelled come again: they are forgotten after the commit only."""
    case, done = Case(), list[object]()
    case.consumer.mark_committable(INBOX, 9)
    case.first_open[INBOX] = 3

    async def end_effects() -> None:
        done.append("ended")
        case.first_open[INBOX] = 6

    async def committed(consumer: Any) -> None:
        done.append(consumer._filter_committable_offsets([]))

    owner = case.consumer.app.owner
    owner.end_effects, owner.forget_effects = end_effects, lambda: done.append("forgotten")
    case.consumer.app.revoking = asyncio.Event()
    monkeypatch.setattr(driver.Consumer, "wait_empty", committed)
    await case.consumer.wait_empty()
    assert done == ["ended", {INBOX: 6}, "forgotten"]
    assert case.consumer._committable == {}
    assert not case.consumer.app.revoking.is_set()
