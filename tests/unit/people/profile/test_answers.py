"""What a person answered fills a field until the product's own document has it."""

from typing import Any

import pytest

from schemas.answers import Answer
from schemas.documents import User
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile, FieldsView
from tests.world import DAY_MS, World, ms
from workers.commands.rebuild_states import decoded
from workers.commands.verify_compare import differing_fields
from workers.commands.verify_documents import PersonDocuments
from workers.people.contact_state import StoredAnswer
from workers.people.decision.brief import brief_of
from workers.people.policy import Policy
from workers.people.profile.answers import answered_user
from workers.people.profile.build import brief_fields
from workers.people.stage import stage
from workers.people.state import StoredPerson, StoredUser
from workers.people.stored_facts import USER_FIELDS

FIELDS: dict[str, Any] = {
    "interests": ["hiking", "wine"],
    "cuisine_preference": ["Thai"],
    "dietary_restrictions": ["vegan"],
    "age": 34,
    "gender": "Female",
    "occupation": "Nurse",
    "relationship_status": "Single",
    "table_type_preference": "communal",
    "home_neighborhood": "Mission District",
    "work_neighborhood": "SOMA",
}


class Asked(World):
    """A product that says little of mia, who answers; every record is a day after the last one."""

    def document(self, **fields: Any) -> None:
        self.now += DAY_MS
        self.put("users", User.model_validate({"id": "mia", "email": "mia@x.jp"} | fields))

    def answer(self, field: str, value: Any, at: int | None = None) -> None:
        self.now += DAY_MS
        given = from_epoch_ms(self.now if at is None else at)
        said = {"decision_id": "mia:1", "person": "mia", "field": field, "value": value, "at": given}
        self.fleet.put("answers", "mia", Answer.model_validate(said), at=self.now)

    def known(self) -> EnrichedProfile:
        self.settle()
        profile = self.profile("mia")
        assert profile is not None
        return profile

    def state(self) -> StoredPerson:
        self.settle()
        stored: StoredPerson = decoded(stage(Policy()), self.fleet.replays[-1].stored()[b"mia"]).stored
        return stored


@pytest.fixture
def world() -> Asked:
    world = Asked()
    world.document()
    return world


@pytest.mark.parametrize(("field", "value"), FIELDS.items())
def test_an_answer_fills_each_field(world: Asked, field: str, value: Any) -> None:
    """The field, its place among the missing ones, and the score say the same."""
    before = world.known()
    world.answer(field, value)
    after = world.known()

    assert (getattr(before, field), getattr(after, field)) == (
        ([] if isinstance(value, list) else None),
        value,
    )
    assert set(before.data_quality.missing) - set(after.data_quality.missing) == {field}
    assert after.personalization_score == before.personalization_score + 6


def test_a_list_may_be_given_as_words_and_a_number_as_text(world: Asked) -> None:
    """As the page, or another program, has them."""
    world.answer("interests", "hiking、 wine, Hiking")
    world.answer("age", "34歳")
    profile = world.known()

    assert (profile.interests, profile.age) == (["hiking", "wine"], 34)


def test_the_products_document_counts_as_soon_as_it_has_the_field(world: Asked) -> None:
    """And no longer when it loses it again."""
    world.answer("occupation", "Nurse")
    world.document(occupation="Head Nurse")
    stated = world.known().occupation
    world.document()

    assert (stated, world.known().occupation) == ("Head Nurse", "Nurse")


def test_a_birth_date_is_an_age(world: Asked) -> None:
    """No answer contradicts it."""
    world.answer("age", 70)
    world.document(birth_date="1990-01-01")
    profile = world.known()

    assert (profile.age, profile.stated_age, profile.data_quality.contradictory) == (34, None, [])


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (3, 1, 2)])
def test_of_several_answers_the_last_in_time_counts(world: Asked, order: tuple[int, ...]) -> None:
    """In whatever order they come."""
    first = world.now
    for number in order:
        world.answer("occupation", f"Job {number}", at=first + number)

    assert world.known().occupation == "Job 3"


def test_an_answer_of_the_future_is_one_of_its_record(world: Asked) -> None:
    """Else no later one would ever count."""
    world.answer("occupation", "Nurse", at=ms("2100-01-01"))
    world.answer("occupation", "Cook")

    assert world.known().occupation == "Cook"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("age", "old"),
        ("age", 0),
        ("age", 400),
        ("interests", []),
        ("interests", [str(number) for number in range(21)]),
        ("interests", ["x" * 81]),
        ("occupation", "なし"),
        ("occupation", "x" * 201),
        ("email", "eve@x.jp"),
        ("is_team_member", "yes"),
    ],
)
def test_what_is_no_answer_is_a_dead_letter(world: Asked, field: str, value: Any) -> None:
    """Programs from outside may write anything; it changes nothing."""
    before = world.known()
    world.answer(field, value)

    assert world.known().model_copy(update={"as_of": before.as_of}) == before
    assert len(world.dead_letters()) == 1
    assert world.state().answers == {}


def test_no_is_an_answer_to_what_nobody_eats(world: Asked) -> None:
    """It fills nothing, and is known."""
    world.answer("dietary_restrictions", "no")

    assert world.known().dietary_restrictions == []
    assert list(world.state().answers) == ["mia/dietary_restrictions"]


def test_with_the_user_the_answers_go(world: Asked) -> None:
    """Nothing else would ever take them back."""
    world.answer("occupation", "Nurse")
    world.settle()
    world.delete("users", "mia")
    world.settle()
    world.document()

    assert (world.known().occupation, world.state().answers) == (None, {})


def test_an_answer_before_the_user_waits(world: Asked) -> None:
    """As every fact does."""
    early = Asked()
    early.answer("occupation", "Nurse")
    early.settle()
    assert early.profile("mia") is None
    early.document()

    assert early.known().occupation == "Nurse"


def test_the_brief_of_a_mail_has_the_answer(world: Asked) -> None:
    """It is made of the same fields."""
    world.answer("interests", ["hiking"])
    brief = brief_of(FieldsView(brief_fields(world.state(), world.now, Policy())), "en", None)

    assert brief.interests == ["hiking"]


def test_verify_knows_that_no_document_tells_it(world: Asked) -> None:
    """The live profile is as it should be."""
    world.answer("occupation", "Nurse")
    documents = PersonDocuments({"mia": User(id="mia", email="mia@x.jp")}, {}, [])

    assert differing_fields(world.known(), documents, world.state(), Policy()) == ()
    assert differing_fields(world.known(), documents, StoredPerson("mia"), Policy()) != ()


def test_what_is_stored_and_cannot_be_read_changes_nothing() -> None:
    """Bytes of another version may hold anything."""
    values: dict[str, Any] = dict.fromkeys(USER_FIELDS) | {"email": "mia@x.jp", "interests": []}
    user = StoredUser(version=(1, 1), **values)
    answers = {f"mia/{field}": StoredAnswer((0, 1), 1, "old", "mia:1") for field in ("age", "email", "x")}

    assert answered_user(StoredPerson("mia", user=user, answers=answers)) is user
    assert answered_user(StoredPerson("mia", answers=answers)) is None
