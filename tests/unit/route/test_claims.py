"""Whoever claims which address when: what people know in the end is what a naive look at the product says."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.documents import User
from schemas.facts import FACT
from schemas.model import Version
from tests.fleet import Fleet
from tests.world import event
from workers.route.stage import STAGES

PEOPLE = ("a", "b", "c")
ADDRESSES = ("x@x.jp", "y@x.jp")
CONTENTS = [
    None,
    (None, None),
    *((email, made) for email in (*ADDRESSES, " X@x.jp") for made in ("2023-01-01", "2024-01-01", None)),
]
users = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(CONTENTS))
events = st.tuples(st.sampled_from(["e1", "e2"]), st.none() | st.lists(st.sampled_from(ADDRESSES)))
happenings = st.lists(users | users | events, min_size=4, max_size=20)
Holds = set[tuple[str, str]]  # person, id of the fact


def document(content: Any, id_: str) -> Any:
    """The document of a happening; None: it is deleted."""
    if content is None:
        return None
    if id_ in PEOPLE:
        return User.model_validate({"id": id_, "email": content[0], "created_at": content[1]})
    return event(id_, None, *content)


def told(fleet: Fleet) -> Holds:
    """What holds, of all that people were told: of each fact the newest version, of equal ones the last."""
    newest: dict[tuple[str, str], tuple[Version, bool]] = {}
    for raw in fleet.records("inbox"):
        fact = FACT.validate_json(raw.value or b"")
        place, said = ((raw.key or b"").decode(), fact.id), (fact.version, fact.value is not None)
        if place not in newest or said[0] >= newest[place][0]:
            newest[place] = said
    return {place for place, (_, holds) in newest.items() if holds}


def naive(product: dict[str, Any]) -> Holds:
    """What should hold: by nested loops over the documents that there are."""
    holds = {(id_, f"users/{id_}") for id_ in PEOPLE if product.get(id_)}
    for address in ADDRESSES:
        claims = []
        for id_ in PEOPLE:
            email, created = product.get(id_) or (None, None)
            if email is not None and email.strip().lower() == address:
                claims.append((created or "9999", id_))
        for _, id_ in sorted(claims)[1:]:
            holds.add((id_, f"claims/{id_}/{address}"))
        for _, owner in sorted(claims)[:1]:
            holds |= {
                (owner, f"events/{e}/{address}") for e in ("e1", "e2") if address in (product.get(e) or ())
            }
    return holds


@settings(deadline=None, max_examples=200)
@given(happenings, st.integers(1, 5), st.data())
def test_in_the_end_everybody_knows_what_is_theirs(story: Any, cut: int, data: st.DataObject) -> None:
    """However the stages' batches are cut, and whenever they run between the changes."""
    fleet = Fleet(STAGES)
    for version, (id_, content) in enumerate(story, 1):
        topic = "users" if id_ in PEOPLE else "events"
        fleet.put(topic, id_, document(content, id_), version=(1, version), at=version)
        if data.draw(st.booleans()):
            fleet.run(lambda waiting: min(cut, waiting))
    fleet.run(lambda waiting: min(cut, waiting))

    assert fleet.records("dead-letters") == []
    assert told(fleet) == naive(dict(story))
