"""The documented functions one by one: their signatures, and the documented values of the sample."""

from typing import Any

import pytest

from schemas.model import RawDocument
from tests.unit.people.batch.test_enrich import DAY, EXPECTED, SAMPLE, enrich
from workers import people
from workers.people import (
    calculate_enriched_profile,
    calculate_event_derived_fields,
    calculate_message_derived_fields,
    calculate_personalization_fields,
    filter_events_by_user_email,
    filter_messages_by_user,
    filter_orders_by_user,
    generate_summary,
)

USER, EMAIL = SAMPLE[0][0], "sarah.chen@email.com"
ORDERS, EVENTS, MESSAGES = SAMPLE[1:]


def expected(fields: dict[str, Any]) -> dict[str, Any]:
    """The documented values of the fields."""
    return {name: EXPECTED[name] for name in fields if name in EXPECTED}


def documented(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that have documented values."""
    return {name: fields[name] for name in fields if name in EXPECTED}


def test_orders_and_messages_are_selected_by_user_id() -> None:
    """They are returned as they were given; ids of different types are compared as text."""
    others: list[RawDocument] = [{"id": 1, "user_id": 42}, {"id": 2}]

    assert filter_orders_by_user([*others, *ORDERS], "user_001") == ORDERS
    assert filter_messages_by_user([*others, *MESSAGES], "user_001") == MESSAGES
    assert filter_orders_by_user(others, "42") == others[:1]


def test_events_are_selected_by_address() -> None:
    """In any spelling in the list; without an address there are none."""
    named = {"id": "e9", "participants": [{"email": " Sarah.Chen@email.com", "name": "Sarah"}]}
    others: list[RawDocument] = [{"id": "e8", "participants": ["mike.jones@email.com"]}, {"id": "e7"}]

    assert filter_events_by_user_email([*others, named, *EVENTS], EMAIL) == [named, *EVENTS]
    assert filter_events_by_user_email([*others, *EVENTS], None) == []
    assert filter_events_by_user_email([*others, *EVENTS], "") == []


def test_fields_of_events() -> None:
    """The nine documented ones; without an address, the one in every event is the user's."""
    fields = calculate_event_derived_fields(EVENTS, as_of=DAY)

    assert documented(fields) == expected(fields)
    assert fields["favorite_event_types"] == ["wine_tasting", "cooking_class", "dinner"]
    assert fields["average_events_per_month"] == 3.0
    assert len(fields) == 9
    assert calculate_event_derived_fields(EVENTS, user_email=EMAIL, as_of=DAY) == fields
    assert calculate_event_derived_fields([], as_of=DAY)["number_of_events_attended"] == 0


def test_fields_of_messages() -> None:
    """The seven documented ones."""
    fields = calculate_message_derived_fields(MESSAGES, as_of=DAY)

    assert fields == expected(fields)
    assert len(fields) == 7
    assert calculate_message_derived_fields(MESSAGES, as_of="2024-01-31")["can_send_new_message"] is False


def test_fields_of_readiness() -> None:
    """The six documented ones; the score counts the orders that are given."""
    fields = calculate_personalization_fields(USER, EVENTS, user_orders=ORDERS, as_of=DAY)

    assert fields == expected(fields)
    assert len(fields) == 6
    assert calculate_personalization_fields(USER, EVENTS, as_of=DAY)["personalization_score"] == 75
    assert calculate_personalization_fields({}, [], as_of=DAY)["should_request_more_details"] is True


def test_the_profile_of_one_user_is_that_of_the_batch() -> None:
    """The same dict as from the documents of all users."""
    fields = calculate_enriched_profile(USER, ORDERS, EVENTS, MESSAGES, as_of=DAY)

    assert fields == enrich(*SAMPLE)["user_001"]


def test_the_summary_is_generated_from_enriched_fields() -> None:
    """From all fields the documented one; from a few those only; in the given language."""
    fields = calculate_enriched_profile(USER, ORDERS, EVENTS, MESSAGES, as_of=DAY)

    assert generate_summary(USER, fields) == EXPECTED["summary"]
    few = calculate_event_derived_fields(EVENTS, as_of=DAY)
    assert "most recently 5 days ago" in generate_summary(USER, few, as_of=DAY)
    assert "サラ" in generate_summary({**USER, "name": "サラ"}, fields | {"name": "サラ"}, language="ja")


@pytest.mark.parametrize("name", people.__all__)
def test_every_documented_function_can_be_imported(name: str) -> None:
    """From the package, and has a docstring."""
    assert getattr(people, name).__doc__


def test_every_documented_function_has_its_module() -> None:
    """The names that are exported are those that can be imported."""
    assert sorted(people.MODULES) == people.__all__


def test_other_names_are_no_attributes() -> None:
    """A typing error is an AttributeError, as everywhere."""
    with pytest.raises(AttributeError, match="enrich_users"):
        people.enrich_users  # noqa: B018
