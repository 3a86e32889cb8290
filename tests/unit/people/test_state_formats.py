"""States in format 1 are decoded, and encoded in the current format."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from schemas.model import to_epoch_ms
from schemas.profile import EnrichedProfile
from tests.world import ms
from workers.people.contact_state import Contact, Slot
from workers.people.job_state import StoredJobInteraction
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state import (
    Evicted,
    StoredAttendance,
    StoredMessage,
    StoredOrder,
    StoredPerson,
    StoredUser,
)
from workers.people.state_formats import FORMAT, PersonCodec

OLD = json.loads(Path(__file__).with_name("person_format_1.json").read_text("utf-8"))
CHANGED_SINCE = {"summary", "changes_at"}  # fields whose text or rule has changed since


def test_the_old_format_gives_the_old_profile() -> None:
    """Bytes that were written in format 1 give every field of the profile that was emitted for them."""
    stored = PersonCodec().decode(bytes.fromhex(OLD["state"])).stored
    emitted = EnrichedProfile.model_validate(OLD["profile"])
    built = build_profile(stored, to_epoch_ms(emitted.as_of), Policy())
    names = set(OLD["profile"]) - CHANGED_SINCE
    assert {name: getattr(built, name) for name in names} == {name: getattr(emitted, name) for name in names}
    assert built.at(datetime(2024, 3, 2, tzinfo=UTC)).friends == ["Mika K.", "Mike Jones", "Jenny Kim"]
    assert len(stored.retracted) == 1


def test_a_state_in_format_1_is_encoded_in_the_current_format() -> None:
    """It is shorter, and decodes to the same person."""
    codec, old = PersonCodec(), bytes.fromhex(OLD["state"])
    person = codec.decode(old)
    new = codec.encode(person)
    assert (old[0], new[0]) == (1, FORMAT)
    assert len(new) < len(old)
    assert codec.decode(new).stored == person.stored


def test_a_contact_of_before_released_decisions_were_stored_is_decoded() -> None:
    """Fields that were added to format 2 have their defaults."""
    stored = StoredPerson("a", contact=Contact(2, Slot(2, 5, 6), {"a:1": 4}, {}, 3, None))
    *before, contact = msgspec.to_builtins(stored)[:12]
    data = bytes([FORMAT]) + msgspec.msgpack.encode([*before, contact[:6]])
    assert PersonCodec().decode(data).stored == stored


def test_states_of_before_days_had_zones_keep_their_days() -> None:
    """They were cut in UTC, and stay so until the document comes again."""
    late = ms("2024-02-09T23:30:00")
    stored = StoredPerson(
        "a",
        orders={"1": StoredOrder((1, 1), late)},
        attendances={"a@x.jp": {"1": StoredAttendance((1, 1), None, late, *(None,) * 3, (), None, b"", ())}},
        messages={"1": StoredMessage((1, 1), False, late)},
        user=StoredUser((1, 1), "a@x.jp", None, [], [], [], *(None,) * 9, time_zone="Asia/Tokyo"),
        evicted=Evicted(first_event=late),
    )
    values = msgspec.to_builtins(stored, builtin_types=(bytes,))
    for items in (values[4], values[5]["a@x.jp"], values[6]):
        items["1"].pop()
    values[13].pop()
    person = PersonCodec().decode(bytes([FORMAT]) + msgspec.msgpack.encode(values))
    profile = build_profile(person.stored, ms("2024-02-10T12:00:00"), Policy())

    assert person.stored == stored
    days = (profile.last_order_date, profile.last_event_date, profile.last_message_sent_date)
    assert {*days, profile.first_event_date} == {date(2024, 2, 9)}


def test_states_of_before_the_job_site_are_decoded() -> None:
    """Interactions without undo, source and words, users without a résumé, and nothing of evicted ones."""
    stored = StoredPerson(
        "a",
        user=StoredUser((1, 1), "a@x.jp", None, [], [], [], *(None,) * 9),
        jobs={"v1": StoredJobInteraction((1, 2), "j", "viewed", 60.0, ms("2024-02-09"), ("art",))},
    )
    values = msgspec.to_builtins(stored)
    del values[3][-2:], values[14:]
    values[7]["v1"] = values[7]["v1"][:7]
    person = PersonCodec().decode(bytes([FORMAT]) + msgspec.msgpack.encode(values))

    assert person.stored == stored
    (job,) = build_profile(person.stored, ms("2024-02-10"), Policy()).jobs
    assert (job.job_id, job.viewed_seconds, job.source) == ("j", 60.0, None)
