"""Suppressions, consents and pauses: which records are refused, and who is told what."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.contact_facts import SuppressionFact
from schemas.control import Sighting
from schemas.facts import FACT
from schemas.permissions import Consent, MailPause, Suppression, address_hash
from tests.fleet import Fleet
from tests.unit.route.test_reemit import Routed, user
from workers.route.stage import STAGES

ANN, BOB, AT = "ann@x.jp", "bob@x.jp", 1_707_523_200_000
HASH = f"address:{address_hash(ANN)}"


def suppression(subject: str, **fields: Any) -> Suppression:
    return Suppression.model_validate({"subject": subject, "at": AT, **fields})


def consent(subject: str, given: bool = True, purpose: str = "mail") -> Consent:
    return Consent.model_validate({"subject": subject, "given": given, "purpose": purpose, "at": AT})


def pause(subject: str, paused: bool = True) -> MailPause:
    return MailPause.model_validate({"subject": subject, "paused": paused, "by": "ops", "at": AT})


def told(fleet: Fleet) -> dict[str, dict[str, Any]]:
    """What is in force for each person in the end: the values by id of the fact, newest version first."""
    newest: dict[tuple[str, str], Any] = {}
    for record in fleet.records("inbox"):
        fact, person = FACT.validate_json(record.value or b""), (record.key or b"").decode()
        known = newest.get((person, fact.id))
        if known is None or fact.version >= known.version:
            newest[person, fact.id] = fact
    facts: dict[str, dict[str, Any]] = {}
    for (person, id_), fact in newest.items():
        if fact.value is not None and not id_.startswith(("users/", "claims/")):
            facts.setdefault(person, {})[id_] = fact.value
    return facts


def written(topic: str, key: str, *values: Any) -> Fleet:
    """A fleet behind some records of one key."""
    fleet = Fleet(STAGES)
    for number, value in enumerate(values):
        fleet.put(topic, key, value, at=AT + number)
    fleet.run()
    return fleet


@pytest.mark.parametrize(
    ("topic", "key", "value"),
    [
        ("suppressions", "person:ann", suppression("person:ann")),
        ("consents", "person:ann mail", consent("person:ann")),
        ("consents", "person:ann b mail", consent("person:ann b")),
        ("controls", "person:ann", pause("person:ann")),
    ],
)
def test_what_is_said_of_a_person_is_in_their_inbox_until_it_is_deleted(
    topic: str, key: str, value: Any
) -> None:
    person = value.subject.removeprefix("person:")
    assert told(written(topic, key, value)) == {person: {f"{topic}/{key}": value}}
    assert told(written(topic, key, value, None)) == {}
    assert told(written(topic, key, value, None, value)) == {person: {f"{topic}/{key}": value}}


def test_the_id_of_a_person_is_read_as_references_are() -> None:
    """So that 7.0 is the person 7."""
    assert list(told(written("suppressions", "person:7.0", suppression("person:7.0")))) == ["7"]


@pytest.mark.parametrize(
    ("topic", "key", "value"),
    [
        ("suppressions", "ann", suppression("ann")),
        ("suppressions", "person:", suppression("person:")),
        ("suppressions", "all", suppression("all")),
        ("suppressions", "campaign:x", suppression("campaign:x")),
        ("suppressions", f"address:{ANN}", suppression(f"address:{ANN}")),
        ("suppressions", "person:ann", suppression("person:bob")),
        ("consents", "person:ann", consent("person:ann")),
        ("consents", "person:ann news", consent("person:ann")),
        ("consents", "all mail", consent("all")),
        ("controls", HASH, pause(HASH)),
        ("controls", "campaign:", pause("campaign:")),
        ("suppressions", "all", None),
    ],
)
def test_a_key_or_subject_that_does_not_fit_becomes_a_dead_letter(topic: str, key: str, value: Any) -> None:
    fleet = written(topic, key, value)

    assert [record.key for record in fleet.records("dead-letters")] == [key.encode()]
    assert fleet.records("inbox") == fleet.records("addresses") == []


@pytest.mark.parametrize("key", ["all", "campaign:job-digest"])
def test_pauses_of_more_than_one_person_concern_nobody_in_particular(key: str) -> None:
    fleet = written("controls", key, pause(key), None)

    assert fleet.records("inbox") == fleet.records("addresses") == fleet.records("dead-letters") == []
    assert fleet.replays[0].states() == {}


@pytest.mark.parametrize("registered_first", [True, False])
def test_a_suppressed_address_is_told_to_everybody_who_has_it(registered_first: bool) -> None:
    """Whoever registers with it later, too; not only to its owner."""
    routed = Routed()
    steps: list[Callable[[], None]] = [
        lambda: routed.put(suppression(HASH), "suppressions", HASH, epoch=0),
        lambda: routed.put(user("a", " ANN@x.jp"), "users", "a"),
        lambda: routed.put(user("b", ANN), "users", "b"),
        lambda: routed.put(user("c", BOB), "users", "c"),
    ]
    for step in steps[::-1] if registered_first else steps:
        step()

    fact = f"suppressions/{HASH}"
    assert told(routed.fleet) == {person: {fact: suppression(HASH)} for person in ("a", "b")}
    assert routed.fleet.records("dead-letters") == []


def test_it_goes_with_the_address_and_with_its_own_end() -> None:
    """Whoever gives the address up may be written to; so may everybody once it is removed."""
    routed, fact = Routed(), f"suppressions/{HASH}"
    routed.put(suppression(HASH), "suppressions", HASH)
    routed.put(user("a", ANN), "users", "a")
    routed.put(user("b", ANN), "users", "b")
    routed.put(user("a", BOB), "users", "a")
    assert told(routed.fleet) == {"b": {fact: suppression(HASH)}}
    routed.put(user("a", ANN), "users", "a")
    assert list(told(routed.fleet)) == ["a", "b"]
    routed.put(None, "suppressions", HASH)
    assert told(routed.fleet) == {}
    routed.put(suppression(HASH, reason="complained"), "suppressions", HASH)
    assert told(routed.fleet) == {
        person: {fact: suppression(HASH, reason="complained")} for person in ("a", "b")
    }
    routed.put(None, "users", "b")
    assert list(told(routed.fleet)) == ["a"]


def test_consents_of_an_address_are_told_by_purpose() -> None:
    routed = Routed()
    routed.put(consent(HASH), "consents", f"{HASH} mail")
    routed.put(consent(HASH, False, "news"), "consents", f"{HASH} news")
    routed.put(user("a", ANN), "users", "a")

    assert told(routed.fleet) == {
        "a": {
            f"consents/{HASH} mail": consent(HASH),
            f"consents/{HASH} news": consent(HASH, False, "news"),
        }
    }


def test_an_older_record_of_a_source_with_versions_is_ignored() -> None:
    fleet = Fleet(STAGES)
    fleet.put("suppressions", "person:a", suppression("person:a"), version=(1, 5), at=AT)
    fleet.put("suppressions", "person:a", None, version=(1, 4), at=AT)
    fleet.run()

    assert list(told(fleet)) == ["a"]


def test_what_is_in_force_is_reemitted() -> None:
    """As it was emitted, for a rebuild of `people`."""
    routed = Routed()
    routed.put(suppression(HASH), "suppressions", HASH)
    routed.put(suppression("person:a"), "suppressions", "person:a")
    routed.put(pause("person:b"), "controls", "person:b")
    routed.put(None, "controls", "person:b")
    routed.put(user("a", ANN), "users", "a")
    emitted = {record.value for record in routed.fleet.records("inbox") if record.key == b"a"}

    assert {fact.dumps() for person, fact in routed.reemitted() if person == "a"} == emitted
    assert {person for person, _ in routed.reemitted()} == {"a"}


def test_what_does_not_belong_under_a_hash_or_an_address_becomes_a_dead_letter() -> None:
    """It would never meet those whom it concerns."""
    fact = SuppressionFact(id=f"suppressions/{HASH}", version=(0, 1), at=AT, value=suppression(HASH))
    fleet = Fleet(STAGES)
    fleet.put("addresses", ANN, fact, at=AT)
    fleet.put("addresses", HASH, Sighting.model_validate(Sighting.EXAMPLES[0]), at=AT)
    fleet.run()

    assert len(fleet.records("dead-letters")) == 2
