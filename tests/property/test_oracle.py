"""The stream, the batch function and an independent implementation give equal profiles of any product."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.documents import Message
from schemas.model import from_epoch_ms, to_epoch_ms
from schemas.profile import EnrichedProfile
from tests.agreement import agree, at
from tests.oracle import NOT_SENT, oracle
from tests.property.products import BEGIN, SITE, START, DocumentChange, products, remaining
from tests.world import HOUR_MS, World
from workers.people import enrich_user_profiles
from workers.people.bounds import MAX_LATER_CHANGES
from workers.product.reading import read

Product = dict[str, list[dict[str, Any]]]
DOCUMENTED = ("users", "orders", "events", "messages")
NO_JOBS: Product = {"job-views": [], "job-preferences": [], SITE: []}  # the batch function has no jobs
pauses = st.lists(st.integers(0, 40), max_size=4)  # after so many changes everything is processed
durations = st.integers(0, 90 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))
moments = durations | st.integers(0, 10_000)  # after the last change; or the index of an edge
EDGES = tuple(
    timedelta(days=days, milliseconds=ms)
    for days, ms in ((0, 0), (7, 0), (90, 0), (90, 1), (180, 0), (181, 0))
)  # due, end of the cooldown, end of the window of jobs and after it, not yet lapsed, lapsed


@given(products, pauses, moments)
def test_stream_batch_and_oracle_agree(
    history: list[DocumentChange], pauses: list[int], later: timedelta | int
) -> None:
    """Field by field, at any time after the last change."""
    world = world_after(history, pauses)
    now = moment(history, from_epoch_ms(world.now), later)
    settle(world, now)
    agree(oracle(meant(history), now), at(world.fleet.latest("enriched-profiles"), now))
    agree(oracle(meant(history, now) | NO_JOBS, now), in_batch(history, now))


@given(products, pauses, moments)
def test_stream_and_batch_give_equal_profiles(
    history: list[DocumentChange], pauses: list[int], later: timedelta | int
) -> None:
    """In every field, with summary and reasons of notes, if both have the same documents."""
    documented = [change for change in history if change.topic in DOCUMENTED]
    documented = [
        change
        for change in documented
        if change.document is None or not is_sent_undated(change.document.meant, BEGIN)
    ]
    world = world_after(documented, pauses)
    now = moment(documented, from_epoch_ms(world.now), later)
    settle(world, now)
    stream, batch = at(world.fleet.latest("enriched-profiles"), now), in_batch(documented, now)
    assert stream == {
        person: {name: profile[name] for name in stream[person]} for person, profile in batch.items()
    }


@given(products, pauses, moments, moments)
def test_at_gives_the_profile_that_is_emitted_later(
    history: list[DocumentChange], pauses: list[int], later: timedelta | int, longer: timedelta | int
) -> None:
    """The bytes of the stream's profile at that time, and the fields of the oracle's."""
    world = world_after(history, pauses)
    now = moment(history, from_epoch_ms(world.now), later)
    settle(world, now)
    emitted, then = world.fleet.latest("enriched-profiles"), moment(history, now, longer)
    exact = {person: data for person, data in emitted.items() if not EnrichedProfile.loads(data).truncated}
    assert exact.keys() == emitted.keys() or len(dates(history, now)) >= MAX_LATER_CHANGES
    expected = oracle(meant(history), then)
    agree({person: expected[person] for person in expected if person in exact}, at(exact, then))
    settle(world, then)
    later_emitted = encoded_at(world.fleet.latest("enriched-profiles"), then)
    assert encoded_at(exact, then) == {
        person: data for person, data in later_emitted.items() if person in exact
    }


def in_batch(history: Sequence[DocumentChange], now: datetime) -> dict[str, Any]:
    """The profiles of the batch function for the documents at the end, by person, in the users' order."""
    raw = {topic: [document.raw for document in documents] for topic, documents in remaining(history).items()}
    batch = enrich_user_profiles(*(raw[topic] for topic in DOCUMENTED), as_of=now)
    assert [profile["id"] for profile in batch] == [user["id"] for user in raw["users"]]
    return {profile["id"]: profile for profile in batch}


def is_sent_undated(document: dict[str, Any], latest: datetime | None = None) -> bool:
    """Whether a document is a message that was sent and has no date, or one after the latest possible."""
    if "sent_date" not in document or document["status"] in NOT_SENT:
        return False
    date = document["sent_date"]
    if document["status"] == "sent":
        date = date or document["created_date"]
        return not date or (latest is not None and date > latest)
    return bool(date and latest is not None and date > latest)


def moment(history: Sequence[DocumentChange], least: datetime, later: timedelta | int) -> datetime:
    """A time after `least`, or an edge: when a date of the product or a birthday makes a change."""
    if isinstance(later, timedelta):
        return least + later
    after = dates(history, least, EDGES)
    return after[later % len(after)] if after else least


def dates(
    history: Sequence[DocumentChange], least: datetime, edges: Sequence[timedelta] = (timedelta(0),)
) -> list[datetime]:
    """The dates of the documents and the birthdays of 2024, plus the edges, from `least` on, sorted."""
    documents = [document for by_id in remaining(history).values() for document in by_id]
    values = [value for document in documents for value in document.meant.values()]
    times = {
        value.astimezone(UTC) + edge for value in values if isinstance(value, datetime) for edge in edges
    }
    times |= {
        datetime(BEGIN.year, value.month, value.day, tzinfo=UTC) for value in values if type(value) is date
    }
    return sorted(time for time in times if time >= least)


def encoded_at(profiles: dict[str, bytes], now: datetime) -> dict[str, bytes]:
    """The bytes of profiles that are computed for a time."""
    return {person: EnrichedProfile.loads(data).at(now).dumps() for person, data in profiles.items()}


def world_after(history: Sequence[DocumentChange], pauses: Sequence[int]) -> World:
    """The fleet in memory after a history, with an hour between two changes."""
    world = World(BEGIN.date().isoformat())
    for number, (topic, id_, document) in enumerate(history):
        world.now = time_of(number)
        world.write(topic, id_, document)
        if number in pauses:
            world.settle()
    return world


def settle(world: World, now: datetime) -> None:
    """Process everything, then a watermark at a time."""
    world.now = to_epoch_ms(now)
    world.settle()
    assert world.dead_letters() == []


def time_of(number: int) -> int:
    """The time of a change, by its index in the history."""
    return START + number * HOUR_MS


def meant(history: Sequence[DocumentChange], now: datetime | None = None) -> Product:
    """The documents at the end with the meanings of their fields.

    Interactions are all that were told. A message that was sent and has no date was sent `now` for the batch
    (None: at the time of its change, as the stream knows it; so was one with a date after that).
    """
    product = {
        topic: [dict(document.meant) for document in documents]
        for topic, documents in remaining(history).items()
    }
    for message in product["messages"]:
        changed = now or from_epoch_ms(last_changed(history, message["id"]))
        if is_sent_undated(message, changed if now is None else None):
            message["sent_date"] = changed
    product[SITE] = [
        {**document.meant, "version": number}
        for number, (topic, _, document) in enumerate(history)
        if topic == SITE and document
    ]
    return product


def last_changed(history: Sequence[DocumentChange], id_: str) -> int:
    """When the content of a message last changed; the same content again is no change."""
    last, since = None, 0
    for number, (topic, document_id, document) in enumerate(history):
        if (topic, document_id) == ("messages", id_):
            content = document and read(Message, document.raw)
            since = since if content == last else time_of(number)
            last = content
    return since
