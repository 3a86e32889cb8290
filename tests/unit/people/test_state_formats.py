"""States in format 1 are decoded, and encoded in the current format."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from schemas.model import to_epoch_ms
from schemas.profile import EnrichedProfile
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state import Contact, Slot, StoredPerson
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
