"""Claims to addresses in any order: the facts in force in the end are those of a naive computation."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.documents import User
from schemas.facts import FACT
from schemas.model import Version
from tests.fleet import Fleet
from tests.world import event
from workers.route.stage import STAGES

PEOPLE = ("a", "b", "c")
ADDRESSES = ("x@x.jp", "y@x.jp")
CREATION_DAYS = ("2023-01-01", "2024-01-01", None)
CONTENTS = [
    None,
    (None, None),
    *((email, created) for email in (*ADDRESSES, " X@x.jp") for created in CREATION_DAYS),
]
users = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CONTENTS))
events = st.tuples(st.sampled_from(["e1", "e2"]), st.none() | st.lists(st.sampled_from(ADDRESSES)))
histories = st.lists(users | users | events, min_size=4, max_size=20)
FactIds = set[tuple[str, str]]  # person, id of the fact


def document(content: Any, id_: str) -> Any:
    """The document with some content; None: it is deleted."""
    if content is None:
        return None
    if id_ in PEOPLE:
        return User.model_validate({"id": id_, "email": content[0], "created_at": content[1]})
    return event(id_, None, *content)


def facts_in_force(fleet: Fleet) -> FactIds:
    """The facts in the inbox that are not retracted: the newest version counts, of equal ones the last."""
    newest: dict[tuple[str, str], tuple[Version, bool]] = {}
    for record in fleet.records("inbox"):
        fact = FACT.validate_json(record.value or b"")
        id_ = ((record.key or b"").decode(), fact.id)
        if id_ not in newest or fact.version >= newest[id_][0]:
            newest[id_] = (fact.version, fact.value is not None)
    return {id_ for id_, (_, in_force) in newest.items() if in_force}


def expected_facts(product: dict[str, Any]) -> FactIds:
    """The facts that should be in force, by nested loops over the documents in the end."""
    expected = {(id_, f"users/{id_}") for id_ in PEOPLE if product.get(id_)}
    for address in ADDRESSES:
        claims = []
        for id_ in PEOPLE:
            email, created = product.get(id_) or (None, None)
            if email is not None and email.strip().lower() == address:
                claims.append((created or "9999", id_))
        for _, id_ in sorted(claims)[1:]:
            expected.add((id_, f"claims/{id_}/{address}"))
        for _, owner in sorted(claims)[:1]:
            expected |= {
                (owner, f"events/{e}/{address}") for e in ("e1", "e2") if address in (product.get(e) or ())
            }
    return expected


@given(histories, st.integers(1, 5), st.data())
def test_the_facts_in_force_are_those_of_the_latest_documents(
    history: Any, cut: int, data: st.DataObject
) -> None:
    """For any size of the stages' batches, and whenever they run between the changes."""
    fleet = Fleet(STAGES)
    for version, (id_, content) in enumerate(history, 1):
        topic = "users" if id_ in PEOPLE else "events"
        fleet.put(topic, id_, document(content, id_), version=(1, version), at=version)
        if data.draw(st.booleans()):
            fleet.run(lambda waiting: min(cut, waiting))
    fleet.run(lambda waiting: min(cut, waiting))

    assert fleet.records("dead-letters") == []
    assert facts_in_force(fleet) == expected_facts(dict(history))
