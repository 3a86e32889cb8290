"""The stored form of facts: the fields of the user document, amounts, dates of messages."""

from datetime import datetime
from typing import Any

import pytest

from schemas.documents import User
from schemas.profile import EnrichedProfile
from tests.unit.people.person_facts import START, fact
from workers.people.profile.build import NOT_IN_PROFILE, PROFILE_FIELDS
from workers.people.state import StoredUser
from workers.people.stored_facts import LARGEST_AMOUNT, USER_FIELDS, stored_message, stored_order, stored_user

DAY = "2024-02-01"


def test_every_stored_field_is_one_of_the_user_document() -> None:
    """With the values of the document, in the order in which they are stored."""
    document: dict[str, Any] = {
        name: [name] if field.annotation == list[str] else name
        for name, field in User.model_fields.items()
        if name in USER_FIELDS
    }
    document |= {"age": 30, "birth_date": "1992-02-29", "is_team_member": True, "mail_consent": True}
    stored = stored_user(fact("user", 0, document, 7))

    assert set(USER_FIELDS) <= set(User.model_fields)
    assert StoredUser.__struct_fields__[0] == "version"
    assert stored.version == (1, 7)
    user = User.model_validate({"id": "a", **document})
    assert {name: getattr(stored, name) for name in USER_FIELDS} == {
        name: getattr(user, name) for name in USER_FIELDS
    }


def test_every_stored_field_of_the_user_is_in_the_profile() -> None:
    """Except those from which only other fields are computed."""
    assert set(PROFILE_FIELDS) <= set(EnrichedProfile.model_fields)
    assert set(USER_FIELDS) - set(PROFILE_FIELDS) == set(NOT_IN_PROFILE)


def test_fields_of_the_first_format_have_no_default_and_later_ones_do() -> None:
    """A state that was stored before a field existed decodes with its default."""
    required = len(StoredUser.__struct_fields__) - len(StoredUser.__struct_defaults__)

    assert StoredUser.__struct_fields__[required:][:4] == ("birth_date", "role", "time_zone", "notes")


@pytest.mark.parametrize(
    ("amount", "stored"),
    [(None, None), (75.5, 75.5), (-5.0, -5.0), (LARGEST_AMOUNT, LARGEST_AMOUNT), (LARGEST_AMOUNT * 2, None)],
)
def test_an_amount_whose_sums_would_not_be_exact_is_none(amount: float | None, stored: float | None) -> None:
    """Up to 10^15 they are."""
    assert stored_order(fact("order", 1, {"amount": amount}, 1)).amount == stored


@pytest.mark.parametrize(
    ("document", "sent"),
    [
        ({"status": "sent", "sent_date": DAY, "created_date": "2024-01-01"}, DAY),
        ({"status": " Sent", "created_date": DAY}, DAY),
        ({"status": "sent"}, None),
    ],
)
def test_a_message_was_sent_at_its_dates_or_when_its_record_changed(
    document: dict[str, Any], sent: str | None
) -> None:
    """The date of sending counts first, then that of creation, then the time of the change."""
    changed_at = START + 3
    expected = changed_at if sent is None else datetime.fromisoformat(f"{sent}T00:00:00Z").timestamp() * 1000

    assert stored_message(fact("message", 1, document, 3)).sent_at == expected


@pytest.mark.parametrize(
    ("status", "queued"), [("QUEUED ", True), ("draft", False), ("failed", False), ("cancelled", False)]
)
def test_a_message_that_was_not_sent_has_no_date(status: str | None, queued: bool) -> None:
    """Whatever its dates are."""
    stored = stored_message(fact("message", 1, {"status": status, "sent_date": DAY}, 1))

    assert (stored.queued, stored.sent_at) == (queued, None)
