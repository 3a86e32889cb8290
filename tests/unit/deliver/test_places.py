"""Places for mails that are with the server."""

import asyncio

from workers.deliver import places
from workers.deliver.places import Places


async def test_so_many_at_once_and_the_next_when_one_is_free() -> None:
    """A mail that is handed over keeps its place; freeing one that has none frees nothing."""
    few, order = Places(2), list[str]()
    group_of = {"a": "one", "b": "two", "c": "one", "d": "two"}

    async def take(mail: str) -> None:
        await few.take(mail, group_of[mail])
        few.keep(mail, group_of[mail])
        order.append(mail)

    waiting = [asyncio.create_task(take(mail)) for mail in "abcd"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert order == ["a", "b"]
    few.free("x")
    few.free("a")
    await asyncio.wait_for(waiting[2], 5)
    assert order == ["a", "b", "c"]
    few.free("b")
    await asyncio.wait_for(waiting[3], 5)


async def test_a_place_that_nobody_uses_is_free_after_a_while() -> None:
    """Its mail left with its partition, and nobody says so."""
    one = Places(1)
    places_seconds = places.TAKEN_SECONDS
    try:
        places.TAKEN_SECONDS = 0.01
        await one.take("a", "one")
    finally:
        places.TAKEN_SECONDS = places_seconds
    await asyncio.wait_for(one.take("b", "two"), 5)


async def test_one_group_never_gets_all_places() -> None:
    """Its server answers slowly; another group's mail goes on at once."""
    places_of_both = Places(4)
    for mail in "abc":
        await asyncio.wait_for(places_of_both.take(mail, "slow"), 5)
        places_of_both.keep(mail, "slow")
    fourth = asyncio.create_task(places_of_both.take("d", "slow"))
    await asyncio.wait_for(places_of_both.take("e", "other"), 5)
    assert not fourth.done()
    places_of_both.free("a")
    await asyncio.wait_for(fourth, 5)
