"""Changes one person's record in a running demo, and times the new profile and decision."""

import random
import time
from contextlib import closing
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from schemas.model import RawDocument, from_epoch_ms
from workers.demo import texts
from workers.demo.database_write import DatabaseWrite, execute
from workers.demo.fleet import DemoError, DemoLocation
from workers.demo.fleet_consumer import FleetConsumer
from workers.demo.fleet_state import OF_A_PERSON, FleetState, ScreenLine
from workers.demo.screen import Screen
from workers.demo.simulator import fill_missing_field
from workers.runtime.process.clock import now_ms

PROFILE_SECONDS = 15.0  # without a new profile for this long the fleet is not working
QUIET_SECONDS = 5.0  # after the profile; a decision, if there is a new one, comes within this time


def time_change(location: DemoLocation, person: str, screen: Screen) -> None:
    """Fill in a missing field of a person, else order a seat for them, and show the results.

    Raises DemoError when there is no such person, or no new profile comes.
    """
    settings = location.settings()
    state = FleetState()
    with (
        closing(FleetConsumer(settings, OF_A_PERSON)) as consumer,
        MongoClient[Any](settings.mongo_url, serverSelectionTimeoutMS=5_000) as client,
    ):
        database = client[settings.mongo_database]
        write = write_for(database, person)
        for record in consumer.read_to_end():
            state.apply(record.topic, record.key, record.value, 0)
        show_current(state, person, screen)
        began = time.monotonic()
        execute(database, write)
        show(screen, ScreenLine("change", person, state.name(person), write.line))
        state.ways.change(person, began * 1000)
        show_results(consumer, state, person, screen, began)


def write_for(database: Database[Any], person: str) -> DatabaseWrite:
    """A write that changes this person's profile; DemoError without such a person."""
    user = database["users"].find_one({"_id": person})
    if user is None:
        known = ", ".join(str(user["_id"]) for user in database["users"].find({}, {"_id": 1}).limit(5))
        raise DemoError(f"there is no user {person}; there are {known} …")
    now = now_ms()
    write = fill_missing_field(random.Random(now), user)
    if write is not None:
        return write
    order: RawDocument = {
        "_id": f"order_{now}",
        "user_id": person,
        "amount": 42.0,
        "date": from_epoch_ms(now),
    }
    return DatabaseWrite("insert", "orders", order["_id"], order, person, "orders a seat for 42")


def show(screen: Screen, line: ScreenLine) -> None:
    """Show a line with the time now."""
    screen.print_event(line, from_epoch_ms(now_ms()))


def show_current(state: FleetState, person: str, screen: Screen) -> None:
    """Show the profile and decision before the write."""
    profile, decision = state.profiles.get(person), state.decisions.get(person)
    name = texts.name_of(profile)
    summary = "no profile yet" if profile is None else f"before: {texts.profile_summary(profile)}"
    verdict = "no decision yet" if decision is None else f"before: {texts.decision_text(decision)}"
    show(screen, ScreenLine("profile", person, name, summary))
    show(screen, ScreenLine("decision", person, name, verdict))


def show_results(
    consumer: FleetConsumer, state: FleetState, person: str, screen: Screen, began: float
) -> None:
    """Show the person's new records until the mail is delivered, or until no more are expected.

    `began` is in monotonic seconds. Raises DemoError when no new profile comes within PROFILE_SECONDS.
    """
    end = began + PROFILE_SECONDS
    has_decision = has_profile = False
    while time.monotonic() < end:
        for record in consumer.poll(50):
            if record.key != person:
                continue
            now = time.monotonic()
            line = state.apply(record.topic, record.key, record.value, now * 1000)
            has_decision = has_decision or record.topic == "send-decisions"
            if line is not None:
                show(screen, line)
            if not has_profile and record.topic == "enriched-profiles":
                has_profile = True
                end = now + QUIET_SECONDS
            if line is not None and line.tag == "delivered":
                return
    if not has_profile:
        raise DemoError(f"no new profile of {person} came within {PROFILE_SECONDS:.0f} s")
    if not has_decision:
        text = "unchanged, so nothing is said"
        show(screen, ScreenLine("decision", person, state.name(person), text))
