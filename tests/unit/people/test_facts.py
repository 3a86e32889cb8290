"""The stores of facts: one per kind, with the same promises of get, put and remove."""

from typing import Any, get_args

import pytest

from schemas.facts import Fact
from tests.unit.people.person_facts import OWN, PERSON, VALUES, fact
from workers.people.fact_stores import FACT_STORES
from workers.people.facts import OLDER, FactChange, apply_fact
from workers.people.state import PersonState, StoredPerson
from workers.people.state_formats import PersonCodec

DOCUMENTS: dict[str, dict[str, Any]] = {
    "user": {"email": OWN},
    "order": {"amount": 5.0},
    "attendance": {"name": "Dinner", "companions": [{"email": "b@x.jp"}]},
    "message": {"status": "queued"},
    "job-view": {"job_id": "j"},
    "job-preference": {"job_id": "j", "preference_type": "saved"},
    "interaction": {"person": PERSON, "job_id": "j", "kind": "saved", "at": 1},
    "resume": {"person": PERSON, "text": "Nurse"},
    "claim": {"owns": False},
    "suppression": {"subject": "person:a", "at": 1},
    "consent": {"subject": "person:a", "given": True, "at": 1},
    "pause": {"subject": "person:a", "by": "ops", "at": 1},
    "answer": {"decision_id": "a:1", "person": PERSON, "field": "age", "value": 30, "at": 1},
    "grant": {"person": PERSON, "number": 1, "granted": True, "until": 1},
}
every_kind = pytest.mark.parametrize("kind", list(FACT_STORES))


def encoded(stored: StoredPerson) -> bytes:
    return PersonCodec().encode(PersonState(stored))


def test_every_kind_of_fact_has_a_store() -> None:
    """Except engagements, which are applied to slots."""
    kinds = {model.model_fields["kind"].default for model in get_args(get_args(Fact)[0])}

    assert set(FACT_STORES) == kinds - {"engagement"} == set(VALUES) == set(DOCUMENTS)


@every_kind
def test_an_item_that_is_put_can_be_got_and_removed(kind: str) -> None:
    """After it is removed the state has the bytes of one in which it never was."""
    store, stored = FACT_STORES[kind], StoredPerson(PERSON)
    put = fact(kind, 1, DOCUMENTS[kind], 1)
    key, item = store.key(put.id), store.convert(put)

    assert store.get(stored, key) is None
    store.put(stored, key, item)
    assert store.get(stored, key) == item
    store.remove(stored, key)
    assert store.get(stored, key) is None
    assert encoded(stored) == encoded(StoredPerson(PERSON))


@every_kind
def test_removing_an_item_that_is_not_stored_changes_nothing(kind: str) -> None:
    """A retraction may arrive before the fact."""
    store, stored = FACT_STORES[kind], StoredPerson(PERSON)

    store.remove(stored, store.key(fact(kind, 1, None, 1).id))

    assert encoded(stored) == encoded(StoredPerson(PERSON))


@every_kind
def test_a_change_has_the_items_before_and_after(kind: str) -> None:
    """A new fact, the same again, a retraction of it, and an older one that is ignored."""
    stored, store = StoredPerson(PERSON), FACT_STORES[kind]
    new, retraction = fact(kind, 1, DOCUMENTS[kind], 2), fact(kind, 1, None, 3)
    item = store.convert(new)

    assert apply_fact(stored, new) == FactChange(None, item)
    assert apply_fact(stored, new) == FactChange(item, item)
    assert apply_fact(stored, retraction) == FactChange(item, None)
    assert apply_fact(stored, new) is OLDER
    assert apply_fact(stored, retraction) == FactChange(None, None)


def test_keys_of_different_kinds_in_one_dict_differ() -> None:
    """Views and preferences of jobs are stored together."""
    keys = {FACT_STORES[kind].key(fact(kind, 1, None, 1).id) for kind in ("job-view", "job-preference")}

    assert keys == {"v1", "p1"}
