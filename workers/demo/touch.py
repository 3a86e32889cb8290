"""Changes one person's record in a running demo, and times the new profile and decision."""

import random
import time
from contextlib import closing
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from schemas.model import RawDocument, from_epoch_ms
from workers.demo import tell
from workers.demo.change import DatabaseWrite, write
from workers.demo.fleet import DemoError, DemoLocation
from workers.demo.live import fill
from workers.demo.screen import Screen
from workers.demo.tally import TOPICS, News, Tally
from workers.demo.watch import Watch
from workers.runtime.process.clock import now_ms

PROFILE_SECONDS = 15.0  # a fleet that says nothing for so long is not well
QUIET_SECONDS = 1.0  # after the profile: a decision that comes at all comes within this


def touch(place: DemoLocation, person: str, screen: Screen) -> None:
    """Fill in what is missing of a person, else order a seat for them, and show what comes of it.

    Raises DemoError when there is no such person, or nothing comes.
    """
    settings, tally = place.settings(), Tally()
    with (
        closing(Watch(settings, TOPICS[:3])) as watch,
        MongoClient[Any](settings.mongo_url, serverSelectionTimeoutMS=5_000) as client,
    ):
        database = client[settings.mongo_database]
        change = change_for(database, person)
        for heard in watch.all_so_far():
            tally.hear(heard.topic, heard.key, heard.value, 0)
        before(tally, person, screen)
        began = time.monotonic()
        write(database, change)
        screen.news(News("change", person, tally.name(person), change.line), from_epoch_ms(now_ms()))
        tally.changed(person, began * 1000)
        follow(watch, tally, person, screen, began)


def change_for(database: Database[Any], person: str) -> DatabaseWrite:
    """A change of this person's record; DemoError without such a person."""
    user = database["users"].find_one({"_id": person})
    if user is None:
        known = ", ".join(str(one["_id"]) for one in database["users"].find({}, {"_id": 1}).limit(5))
        raise DemoError(f"there is no user {person}; there are {known} …")
    now = now_ms()
    change = fill(random.Random(now), user)
    if change is not None:
        return change
    order: RawDocument = {
        "_id": f"order_{now}",
        "user_id": person,
        "amount": 42.0,
        "date": from_epoch_ms(now),
    }
    return DatabaseWrite("insert", "orders", order["_id"], order, person, "orders a seat for 42")


def before(tally: Tally, person: str, screen: Screen) -> None:
    """Show how things stand."""
    profile, decision = tally.profiles.get(person), tally.decisions.get(person)
    name = tell.name_of(profile)
    portrait = "no profile yet" if profile is None else f"before: {tell.portrait(profile)}"
    verdict = "no decision yet" if decision is None else f"before: {tell.decision_text(decision)}"
    screen.news(News("profile", person, name, portrait), from_epoch_ms(now_ms()))
    screen.news(News("decision", person, name, verdict), from_epoch_ms(now_ms()))


def follow(watch: Watch, tally: Tally, person: str, screen: Screen, began: float) -> None:
    """Show what is said of the person until nothing more is to come; `began` in monotonic seconds."""
    end, decided, seen = began + PROFILE_SECONDS, False, False
    while time.monotonic() < end:
        for heard in watch.poll(50):
            if heard.key != person:
                continue
            now = time.monotonic()
            news = tally.hear(heard.topic, heard.key, heard.value, now * 1000)
            decided = decided or heard.topic == "send-decisions"
            if news is not None:
                screen.news(news, from_epoch_ms(now_ms()))
            if not seen and heard.topic == "enriched-profiles":
                seen, end = True, now + QUIET_SECONDS
            if heard.topic == "emails":
                return
    if not seen:
        raise DemoError(f"no new profile of {person} came within {PROFILE_SECONDS:.0f} s")
    if not decided:
        screen.news(
            News("decision", person, tally.name(person), "unchanged, so nothing is said"),
            from_epoch_ms(now_ms()),
        )
