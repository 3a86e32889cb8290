"""Answers of people beside any documents of theirs: the stream and the oracle give equal profiles."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.answers import Answer
from schemas.model import to_epoch_ms
from tests.agreement import agree, at
from tests.oracle import oracle
from tests.property.messy import PEOPLE
from tests.property.products import BEGIN, KINDS, DocumentChange, new_contents
from tests.property.test_oracle import meant
from tests.world import DAY_MS, World

# values as they are read, which test_answers.py of the readers tests
VALUES: dict[str, tuple[Any, ...]] = {
    "interests": (["tea"], ["tea", "art"]),
    "dietary_restrictions": (["vegan"], []),
    "age": (34, 71),
    "occupation": ("Nurse", "Cook"),
    "home_neighborhood": ("SOMA",),
}
fields = st.sampled_from([(field, value) for field, values in VALUES.items() for value in values])
users = st.sampled_from(PEOPLE).flatmap(lambda person: new_contents("users", person))
times = st.integers(0, 5_000)  # of an answer, in minutes; no two are the same
answers = st.lists(
    st.tuples(st.sampled_from(PEOPLE), fields, times), max_size=12, unique_by=lambda row: row[2]
)


@given(st.lists(users, min_size=1, max_size=8), answers, st.booleans())
def test_answers_in_any_order_fill_what_the_documents_lack(
    history: list[DocumentChange], said: list[tuple[str, tuple[str, Any], int]], first: bool
) -> None:
    """Before the documents or after them, the newest answer first or last."""
    world = World(BEGIN.date().isoformat())
    world.now += 10 * DAY_MS
    product = meant(history) | {"answers": [stated(*row) for row in said]}
    if first:
        tell(world, product["answers"])
    for topic, id_, document in history:
        world.write(topic, id_, document)
    if not first:
        tell(world, product["answers"])
    world.settle()

    assert world.dead_letters() == []
    now = BEGIN + timedelta(days=10)
    agree(oracle(product, now), at(world.fleet.latest("enriched-profiles"), now))
    assert set(product) == {*KINDS, "answers"}


def stated(person: str, said: tuple[str, Any], minutes: int) -> dict[str, Any]:
    """An answer with its meaning."""
    field, value = said
    return {"user_id": person, "field": field, "value": value, "at": BEGIN + timedelta(minutes=minutes)}


def tell(world: World, answers: list[dict[str, Any]]) -> None:
    """Write the answers."""
    for said in answers:
        answer = Answer(decision_id=f"{said['user_id']}:1", person=said["user_id"], **without_owner(said))
        world.fleet.put("answers", said["user_id"], answer, at=to_epoch_ms(BEGIN) + 9 * DAY_MS)
    world.fleet.run()


def without_owner(said: dict[str, Any]) -> dict[str, Any]:
    """Field, value and time."""
    return {name: said[name] for name in ("field", "value", "at")}
