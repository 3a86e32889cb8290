"""`enrich_user_profiles`: what the document promises, and the same profiles as the stream's."""

import json
import subprocess
import sys
from typing import Any

import pytest

from schemas.documents import Event, Message, Order, User
from schemas.model import RawDocument
from schemas.notes import Noted
from schemas.profile import EnrichedProfile
from tests.contract.readme import program
from tests.unit.source_tree import ROOT
from tests.unit.test_architecture import CLIENTS
from tests.world import World
from workers.demo import sample
from workers.people import enrich_user_profiles
from workers.people.batch import as_of as when
from workers.people.policy import Policy
from workers.product.reading import read

DAY = "2024-02-10"
MODELS: dict[str, type[Noted]] = {"users": User, "orders": Order, "events": Event, "messages": Message}
# the document's expected output, word for word
EXPECTED = {
    "friends": ["Mike Jones", "Jenny Kim"],
    "event_history_hosts": ["Chef Mario", "Chef Ploy"],
    "event_history": [
        {"name": "Italian Wine Tasting", "date": "2024-01-15", "venue": "The Vault"},
        {"name": "Thai Cooking Class", "date": "2024-01-22", "venue": "Culinary Studio"},
        {"name": "Farm to Table Dinner", "date": "2024-02-05", "venue": "The Vault"},
    ],
    "venue_history": ["The Vault", "Culinary Studio"],
    "number_of_events_attended": 3,
    "last_event_date": "2024-02-05",
    "days_since_last_event": 5,
    "has_queued_messages": True,
    "queued_message_count": 1,
    "has_sent_messages": True,
    "last_message_sent_date": "2024-01-25",
    "days_since_last_message": 16,
    "total_messages_sent": 1,
    "can_send_new_message": True,
    "has_enough_fields_to_personalize": True,
    "is_first_time_user": False,
    "should_request_more_details": False,
    "is_healthy_active_user": True,
    "is_on_team": False,
    "personalization_score": 85,
    "total_orders": 2,
    "summary": (
        "Sarah is a 32-year-old software engineer living in Mission District who works in SOMA. She's a"
        " vegetarian interested in hiking, photography, and cooking, preferring communal table"
        " experiences. She's an active user who has attended 3 events, most recently 5 days ago at The"
        " Vault. She frequently attends events hosted by Chef Mario and enjoys Italian and Thai cuisine"
        " venues. She often attends with her friends Mike Jones and Jenny Kim."
    ),
}


def own(documents: tuple[RawDocument, ...]) -> list[RawDocument]:
    """The demo's sample as the document has it, with `id`."""
    return [{"id": one["_id"], **{name: one[name] for name in one if name != "_id"}} for one in documents]


SAMPLE = [own(some) for some in (sample.USERS, sample.ORDERS, sample.EVENTS, sample.MESSAGES)]


def enrich(
    users: list[Any], orders: Any = (), events: Any = (), messages: Any = (), **more: Any
) -> dict[str, dict[str, Any]]:
    """The profiles by id."""
    found = enrich_user_profiles(users, orders, events, messages, **{"as_of": DAY, **more})
    return {one["id"]: one for one in found}


def event(id_: str | None, *participants: Any, **more: Any) -> RawDocument:
    """An event on a day in January."""
    return {"id": id_, "name": id_, "date": "2024-01-15", "participants": list(participants), **more}


def test_the_sample_gives_the_expected_output() -> None:
    """Field by field what the document says, beside the user's own fields."""
    (found,) = enrich_user_profiles(*SAMPLE, as_of=DAY)

    assert {name: found[name] for name in EXPECTED} == EXPECTED
    assert {name: found[name] for name in SAMPLE[0][0]} == SAMPLE[0][0]
    assert list(found)[: len(SAMPLE[0][0])] == list(SAMPLE[0][0])


def test_all_fields_of_the_profile_are_there_as_json() -> None:
    """A program can write a profile to a file and read it as one."""
    (found,) = enrich_user_profiles(*SAMPLE, as_of=DAY)

    assert set(EnrichedProfile.model_fields) <= set(found)
    assert EnrichedProfile.loads(json.dumps(found).encode()).number_of_events_attended == 3


def test_own_fields_stay_and_known_ones_are_read() -> None:
    """What we do not know comes back as it was given; what we know comes back as it is meant."""
    found = enrich([{"id": 7, "age": "32 years", "interests": "tea, art", "club": {"since": 2019}}])["7"]

    assert (found["club"], found["age"], found["interests"]) == ({"since": 2019}, 32, ["tea", "art"])


def test_users_keep_their_order_and_any_iterable_will_do() -> None:
    """One dict per user; inputs are read once."""
    users = ({"id": f"u{number}"} for number in (3, 1, 2))

    found = enrich_user_profiles(users, iter(()), iter(()), iter(()), as_of=DAY)

    assert [one["id"] for one in found] == ["u3", "u1", "u2"]


@pytest.mark.parametrize("given", ["2024-02-10", "2024-02-10T00:00:00Z", 1_707_523_200])
def test_the_time_may_be_written_in_many_ways(given: Any) -> None:
    """A date is its midnight in UTC."""
    assert enrich(*SAMPLE, as_of=given)["user_001"]["days_since_last_event"] == 5


def test_without_a_time_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is read when nothing else says what time it is."""
    monkeypatch.setattr(when, "now_ms", lambda: 1_707_609_600_000)

    assert enrich(*SAMPLE, as_of=None)["user_001"]["days_since_last_event"] == 6


def test_what_is_no_time_is_an_error() -> None:
    """Nobody gets the profiles of another day."""
    with pytest.raises(ValueError, match="as_of: 'soon' is no date"):
        enrich([], as_of="soon")


def test_the_policy_counts() -> None:
    """Another threshold, another answer."""
    found = enrich(*SAMPLE, policy=Policy(cooldown_days=30, active_events=4))["user_001"]

    assert (found["can_send_new_message"], found["is_healthy_active_user"]) == (False, False)


@pytest.mark.parametrize(
    ("collection", "document", "wrong"),
    [
        ("users", {"email": "ann@x.jp"}, r"users\[1\]: id: missing"),
        ("users", ["u1"], r"users\[1\]: is no object but list"),
        ("orders", None, r"orders\[1\]: is no object but NoneType"),
    ],
)
def test_what_is_no_document_is_named(collection: str, document: Any, wrong: str) -> None:
    """The error says which one, and why."""
    given: dict[str, Any] = {"users": [{"id": "u1"}], "orders": [{"id": "o1"}]}
    given[collection] = [*given[collection], document]

    with pytest.raises(ValueError, match=wrong):
        enrich(**given)


def test_batch_and_stream_agree() -> None:
    """The same documents, through all stages of the fleet: the same profiles."""
    given: dict[str, list[RawDocument]] = {
        "users": [*SAMPLE[0], {"id": "u2", "email": "Mike.Jones@email.com", "age": "old", "name": "Mike"}],
        "orders": [*SAMPLE[1], {"id": "o3", "user_id": "u2", "amount": "$75.00", "date": "2024-01-03"}],
        "events": [*SAMPLE[2], event("e4", {"email": "MIKE.jones@email.com"}, date="2024-03-01")],
        "messages": [*SAMPLE[3], {"id": "m3", "user_id": "u2", "status": "sent", "sent_date": "2024-02-09"}],
    }
    world = World(DAY)
    for topic, documents in given.items():
        for one in documents:
            world.put(topic, read(MODELS[topic], one))
    world.settle()

    for id_, found in enrich(*given.values()).items():
        assert EnrichedProfile.model_validate(found) == world.profile(id_)


def test_the_program_in_the_readme_works() -> None:
    """It can be pasted, and reads strings for numbers, one string for a list."""
    command = [sys.executable, "-c", program("batch.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.startswith("22 True Mia is 34 years old. ")


def test_nothing_heavy_is_imported() -> None:
    """The worker starts without the batch, and the batch works without any service's client."""
    program = (
        "import sys, workers.people; early = {'pydantic', 'msgspec'} & set(sys.modules)\n"
        "from workers.people import enrich_user_profiles\n"
        f"print(early, {set(CLIENTS)!r} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set() set()"
