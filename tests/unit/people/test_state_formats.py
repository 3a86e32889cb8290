"""Stored states: what the format before this one held is read, and becomes this one's."""

import json
from datetime import UTC, datetime
from pathlib import Path

from schemas.model import to_epoch_ms
from schemas.profile import EnrichedProfile
from workers.people.policy import Policy
from workers.people.profile.build import build_profile
from workers.people.state_formats import FORMAT, PersonCodec

OLD = json.loads(Path(__file__).with_name("person_format_1.json").read_text("utf-8"))
TOLD_ANEW = {"summary", "changes_at"}  # said in other words, or by another rule, today


def test_the_old_format_gives_the_old_profile() -> None:
    """Bytes that were written in format 1 give every field of the profile that was said of them."""
    stored = PersonCodec().decode(bytes.fromhex(OLD["state"])).stored
    said = EnrichedProfile.model_validate(OLD["profile"])
    now = build_profile(stored, to_epoch_ms(said.as_of), Policy())
    names = set(OLD["profile"]) - TOLD_ANEW
    assert {name: getattr(now, name) for name in names} == {name: getattr(said, name) for name in names}
    assert now.at(datetime(2024, 3, 2, tzinfo=UTC)).friends == ["Mika K.", "Mike Jones", "Jenny Kim"]
    assert len(stored.retracted) == 1


def test_an_old_state_is_written_anew() -> None:
    """It becomes shorter, and reads as the same person."""
    codec, old = PersonCodec(), bytes.fromhex(OLD["state"])
    person = codec.decode(old)
    new = codec.encode(person)
    assert (old[0], new[0]) == (1, FORMAT)
    assert len(new) < len(old)
    assert codec.decode(new).stored == person.stored
