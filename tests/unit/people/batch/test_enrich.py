"""`enrich_user_profiles`: the documented output, and the same profiles as the stream's."""

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
from workers.people.batch import as_of
from workers.people.policy import Policy
from workers.product.reading import read

DAY = "2024-02-10"
MODELS: dict[str, type[Noted]] = {"users": User, "orders": Order, "events": Event, "messages": Message}
# the documented output, word for word
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


def with_id(documents: tuple[RawDocument, ...]) -> list[RawDocument]:
    """Documents of the demo's sample with `id` instead of `_id`."""
    return [
        {"id": document["_id"], **{name: document[name] for name in document if name != "_id"}}
        for document in documents
    ]


SAMPLE = [with_id(documents) for documents in (sample.USERS, sample.ORDERS, sample.EVENTS, sample.MESSAGES)]


def enrich(
    users: list[Any], orders: Any = (), events: Any = (), messages: Any = (), **options: Any
) -> dict[str, dict[str, Any]]:
    """The profiles by id."""
    profiles = enrich_user_profiles(users, orders, events, messages, **{"as_of": DAY, **options})
    return {profile["id"]: profile for profile in profiles}


def event(id_: str | None, *participants: Any, **fields: Any) -> RawDocument:
    """An event on a day in January."""
    return {"id": id_, "name": id_, "date": "2024-01-15", "participants": list(participants), **fields}


def test_the_sample_gives_the_documented_output() -> None:
    """Every documented field, after the user's own fields."""
    (profile,) = enrich_user_profiles(*SAMPLE, as_of=DAY)

    assert {name: profile[name] for name in EXPECTED} == EXPECTED
    assert {name: profile[name] for name in SAMPLE[0][0]} == SAMPLE[0][0]
    assert list(profile)[: len(SAMPLE[0][0])] == list(SAMPLE[0][0])


def test_a_profile_has_all_fields_as_json() -> None:
    """It can be written to a file and decoded by the model."""
    (profile,) = enrich_user_profiles(*SAMPLE, as_of=DAY)

    assert set(EnrichedProfile.model_fields) <= set(profile)
    assert EnrichedProfile.loads(json.dumps(profile).encode()).number_of_events_attended == 3


def test_unknown_fields_are_returned_as_given_and_known_ones_are_read() -> None:
    """A field of the profile has the value that was read from the text."""
    profile = enrich([{"id": 7, "age": "32 years", "interests": "tea, art", "club": {"since": 2019}}])["7"]

    assert (profile["club"], profile["age"], profile["interests"]) == ({"since": 2019}, 32, ["tea", "art"])


def test_profiles_are_in_the_order_of_the_users_from_any_iterables() -> None:
    """One dict per user; each iterable is read once."""
    users = ({"id": f"u{number}"} for number in (3, 1, 2))

    profiles = enrich_user_profiles(users, iter(()), iter(()), iter(()), as_of=DAY)

    assert [profile["id"] for profile in profiles] == ["u3", "u1", "u2"]


@pytest.mark.parametrize("given", ["2024-02-10", "2024-02-10T00:00:00Z", 1_707_523_200])
def test_the_time_may_be_a_date_a_text_or_a_number(given: Any) -> None:
    """A date is its midnight in UTC."""
    assert enrich(*SAMPLE, as_of=given)["user_001"]["days_since_last_event"] == 5


def test_without_a_time_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is read if no time is given."""
    monkeypatch.setattr(as_of, "now_ms", lambda: 1_707_609_600_000)

    assert enrich(*SAMPLE, as_of=None)["user_001"]["days_since_last_event"] == 6


@pytest.mark.parametrize(
    ("sent", "as_of_", "can_send", "days"),
    [
        ("2024-02-11T09:00:00", None, False, 0),  # ahead of the clock: it counts as now
        ("9999-12-31", None, False, 0),
        ("0001-01-01", None, False, 0),  # no date: it may have been sent now
        ("2024-02-09", None, False, 2),
        ("2024-02-09", "2024-02-05", True, None),  # not sent yet at that time
        ("9999-12-31", "2024-02-05", False, 0),
    ],
)
def test_a_message_that_claims_an_impossible_time_counts_as_now(
    monkeypatch: pytest.MonkeyPatch, sent: str, as_of_: str | None, can_send: bool, days: int | None
) -> None:
    """Measured by the clock, not by the time of the profile: what comes after that has not happened yet."""
    monkeypatch.setattr(as_of, "now_ms", lambda: 1_707_609_600_000)  # 2024-02-11
    message = {"id": "m", "user_id": "u", "status": "sent", "sent_date": sent}
    (profile,) = enrich_user_profiles([{"id": "u"}], [], [], [message], as_of=as_of_)
    assert (profile["can_send_new_message"], profile["days_since_last_message"]) == (can_send, days)


def test_a_value_that_is_no_time_is_an_error() -> None:
    """It never becomes another day."""
    with pytest.raises(ValueError, match="as_of: 'soon' is no date"):
        enrich([], as_of="soon")


def test_the_policy_can_be_given() -> None:
    """Other thresholds give other fields."""
    profile = enrich(*SAMPLE, policy=Policy(cooldown_days=30, active_events=4))["user_001"]

    assert (profile["can_send_new_message"], profile["is_healthy_active_user"]) == (False, False)


@pytest.mark.parametrize(
    ("collection", "document", "wrong"),
    [
        ("users", {"email": "ann@x.jp"}, r"users\[1\]: id: missing"),
        ("users", ["u1"], r"users\[1\]: is no object but list"),
        ("orders", None, r"orders\[1\]: is no object but NoneType"),
    ],
)
def test_a_value_that_is_no_document_is_named_in_the_error(
    collection: str, document: Any, wrong: str
) -> None:
    """By collection and index, with the reason."""
    given: dict[str, Any] = {"users": [{"id": "u1"}], "orders": [{"id": "o1"}]}
    given[collection] = [*given[collection], document]

    with pytest.raises(ValueError, match=wrong):
        enrich(**given)


def test_batch_and_stream_agree() -> None:
    """The same documents through all stages of the fleet give the same profiles."""
    given: dict[str, list[RawDocument]] = {
        "users": [*SAMPLE[0], {"id": "u2", "email": "Mike.Jones@email.com", "age": "old", "name": "Mike"}],
        "orders": [*SAMPLE[1], {"id": "o3", "user_id": "u2", "amount": "$75.00", "date": "2024-01-03"}],
        "events": [*SAMPLE[2], event("e4", {"email": "MIKE.jones@email.com"}, date="2024-03-01")],
        "messages": [*SAMPLE[3], {"id": "m3", "user_id": "u2", "status": "sent", "sent_date": "2024-02-09"}],
    }
    world = World(DAY)
    for topic, documents in given.items():
        for document in documents:
            world.put(topic, read(MODELS[topic], document))
    world.settle()

    for id_, profile in enrich(*given.values()).items():
        assert EnrichedProfile.model_validate(profile) == world.profile(id_)


def test_the_program_in_the_readme_works() -> None:
    """It runs as it is, with texts for numbers and one text for a list."""
    command = [sys.executable, "-c", program("batch.py")]
    process = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert process.stdout.startswith("22 True Mia is 34 years old. ")


def test_neither_clients_nor_models_are_imported_with_the_package() -> None:
    """The package imports no models, and the batch imports no client of a service."""
    program = (
        "import sys, workers.people; early = {'pydantic', 'msgspec'} & set(sys.modules)\n"
        "from workers.people import enrich_user_profiles\n"
        f"print(early, {set(CLIENTS)!r} & set(sys.modules))"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert process.stdout.strip() == "set() set()"
