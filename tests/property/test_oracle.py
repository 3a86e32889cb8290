"""The stream, the batch function and a third implementation give equal profiles of any product."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.documents import Message
from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.profile import EnrichedProfile
from tests.agreement import agree, at
from tests.oracle import oracle
from tests.property.products import BEGIN, START, Happening, products, remaining
from tests.world import HOUR_MS, World
from workers.people import enrich_user_profiles
from workers.people.bounds import MAX_LATER_CHANGES
from workers.product.reading import read

pytestmark = pytest.mark.timeout(600)  # a thousand products under coverage on a busy machine
Product = dict[str, list[dict[str, Any]]]
DOCUMENTED = ("users", "orders", "events", "messages")
NO_JOBS: Product = {"job-views": [], "job-preferences": []}  # the batch function is told of none
pauses = st.lists(st.integers(0, 40), max_size=4)  # after so many happenings everything is read
some_time = st.integers(0, 90 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
moments = some_time | st.integers(0, 10_000)  # after the last happening; or one of the edges
EDGES = tuple(timedelta(days=days) for days in (0, 7, 180, 181))  # due, cooled down, not yet lapsed, lapsed


@settings(max_examples=1000)
@given(products, pauses, moments)
def test_stream_batch_and_oracle_agree(
    history: list[Happening], pauses: list[int], later: timedelta | int
) -> None:
    """Field by field, at any time after the last happening."""
    world = lived(history, pauses)
    now = moment(history, from_epoch_ms(world.now), later)
    settle(world, now)
    agree(oracle(meant(history), now), at(world.fleet.latest("enriched-profiles"), now))
    agree(oracle(meant(history, now) | NO_JOBS, now), in_batch(history, now))


@settings(max_examples=300)
@given(products, pauses, moments)
def test_stream_and_batch_are_one(
    history: list[Happening], pauses: list[int], later: timedelta | int
) -> None:
    """Every field, the summary and the reasons of notes too, where batch is told what the stream is told."""
    known = [one for one in history if one.topic in DOCUMENTED]
    known = [one for one in known if one.document is None or not at_no_time(one.document.meant)]
    world = lived(known, pauses)
    now = moment(known, from_epoch_ms(world.now), later)
    settle(world, now)
    stream, batch = at(world.fleet.latest("enriched-profiles"), now), in_batch(known, now)
    assert stream == {who: {name: one[name] for name in stream[who]} for who, one in batch.items()}


@settings(max_examples=300)
@given(products, pauses, moments, moments)
def test_a_profile_says_what_it_will_be(
    history: list[Happening], pauses: list[int], later: timedelta | int, more: timedelta | int
) -> None:
    """`at` gives what the stream says at that time, to the byte, and what the oracle says."""
    world = lived(history, pauses)
    now = moment(history, from_epoch_ms(world.now), later)
    settle(world, now)
    said, then = world.fleet.latest("enriched-profiles"), moment(history, now, more)
    exact = {who: data for who, data in said.items() if not EnrichedProfile.loads(data).truncated}
    assert exact.keys() == said.keys() or len(dates(history, now)) >= MAX_LATER_CHANGES
    agree({who: one for who, one in oracle(meant(history), then).items() if who in exact}, at(exact, then))
    settle(world, then)
    found = timeless(world.fleet.latest("enriched-profiles"), then)
    assert timeless(exact, then) == {who: data for who, data in found.items() if who in exact}


def in_batch(history: Sequence[Happening], now: datetime) -> dict[str, Any]:
    """What the batch function makes of the documents there are in the end, by person, in the users' order."""
    raw = {topic: [one.raw for one in some] for topic, some in remaining(history).items()}
    batch = enrich_user_profiles(*(raw[topic] for topic in DOCUMENTED), as_of=now)
    assert [one["id"] for one in batch] == [user["id"] for user in raw["users"]]
    return {one["id"]: one for one in batch}


def at_no_time(document: dict[str, Any]) -> bool:
    """Whether it is a message that was sent, and nobody says when."""
    return document.get("status") == "sent" and not (document["sent_date"] or document["created_date"])


def moment(history: Sequence[Happening], least: datetime, later: timedelta | int) -> datetime:
    """So much after a time, or an edge: when a date of the product, or a birthday, makes a change."""
    if isinstance(later, timedelta):
        return least + later
    after = dates(history, least, EDGES)
    return after[later % len(after)] if after else least


def dates(
    history: Sequence[Happening], least: datetime, edges: Sequence[timedelta] = (timedelta(0),)
) -> list[datetime]:
    """The dates of the documents and the birthdays of 2024, and so long after them, not before a time."""
    values = [value for some in remaining(history).values() for one in some for value in one.meant.values()]
    found = {value + edge for value in values if isinstance(value, datetime) for edge in edges}
    found |= {
        datetime(BEGIN.year, value.month, value.day, tzinfo=UTC) for value in values if type(value) is date
    }
    return sorted(one for one in found if one >= least)


def timeless(profiles: dict[str, bytes], now: datetime) -> dict[str, bytes]:
    """Profiles as they are written, at a time."""
    return {who: EnrichedProfile.loads(data).at(now).dumps() for who, data in profiles.items()}


def lived(history: Sequence[Happening], pauses: Sequence[int]) -> World:
    """The fleet in memory after a history, an hour between two happenings."""
    world = World(BEGIN.date().isoformat())
    for number, (topic, id_, document) in enumerate(history):
        world.now = said_at(number)
        world.say(topic, id_, document)
        if number in pauses:
            world.settle()
    return world


def settle(world: World, now: datetime) -> None:
    """Everything is read, and it is a certain time."""
    world.now = to_epoch_ms(now)
    world.settle()
    assert world.dead() == []


def said_at(number: int) -> int:
    """When something happens, by its place."""
    return START + number * HOUR_MS


def meant(history: Sequence[Happening], now: datetime | None = None) -> Product:
    """What the documents mean that there are in the end; a message sent at no time was sent `now`.

    None: when what it says was first said, which the stream knows.
    """
    found = {topic: [dict(one.meant) for one in some] for topic, some in remaining(history).items()}
    for message in found["messages"]:
        if at_no_time(message):
            message["sent_date"] = now or from_epoch_ms(said_first(history, message["id"]))
    return found


def said_first(history: Sequence[Happening], id_: str) -> int:
    """When the last content of a message came: the same content again says nothing."""
    last, since = None, 0
    for number, (topic, which, document) in enumerate(history):
        if (topic, which) == ("messages", id_):
            content = document and read(Message, document.raw)
            since = since if content == last else said_at(number)
            last = content
    return since
