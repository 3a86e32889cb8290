"""Conditions of campaigns: what they say, what is refused, and what is unknown."""

from typing import Any

import pytest

from schemas.model import from_epoch_ms
from tests.world import DAY_MS, ms
from workers.people.condition import FieldCondition, is_met, next_flip, truth

NOW = ms("2024-02-10")
FIELDS: dict[str, Any] = {
    "age": 30,
    "is_on_team": False,
    "interests": ["Wine", "tea"],
    "occupation": "Line Cook",
    "last_contact_at": from_epoch_ms(NOW - 3 * DAY_MS),
    "changes_at": from_epoch_ms(NOW + 2 * DAY_MS),
    "last_event_date": from_epoch_ms(NOW - 9 * DAY_MS).date(),
    "resume": None,
    "orders": [],
}


def condition(value: dict[str, Any]) -> FieldCondition:
    return FieldCondition.model_validate(value)


@pytest.mark.parametrize(
    ("value", "met"),
    [
        ({}, True),
        ({"has": "age"}, True),
        ({"has": "resume"}, False),
        ({"field": "age", "equals": 30}, True),
        ({"field": "age", "one_of": [29, 30]}, True),
        ({"field": "age", "at_least": 30}, True),
        ({"field": "age", "above": 30}, False),
        ({"field": "age", "at_most": 30}, True),
        ({"field": "age", "below": 30}, False),
        ({"field": "is_on_team", "equals": False}, True),
        ({"field": "is_on_team", "equals": 0}, False),
        ({"field": "interests", "contains": "wine"}, True),
        ({"field": "interests", "contains": "win"}, False),
        ({"field": "occupation", "contains": "cook"}, True),
        ({"field": "last_contact_at", "within_days": 3}, True),
        ({"field": "last_contact_at", "within_days": 2.9}, False),
        ({"field": "changes_at", "within_days": 3}, False),
        ({"field": "changes_at", "within_days": -3}, True),
        ({"field": "last_event_date", "within_days": 9}, True),
        ({"field": "gender", "equals": "x"}, None),
        ({"not": {"field": "gender", "equals": "x"}}, None),
        ({"not": {"has": "gender"}}, True),
        ({"any": [{"field": "gender", "equals": "x"}, {"has": "age"}]}, True),
        ({"any": [{"field": "gender", "equals": "x"}, {"has": "resume"}]}, None),
        ({"all": [{"field": "gender", "equals": "x"}, {"has": "resume"}]}, False),
        ({"all": [{"field": "gender", "equals": "x"}, {"has": "age"}]}, None),
        ({"all": []}, True),
        ({"any": []}, False),
    ],
)
def test_what_a_condition_says(value: dict[str, Any], met: bool | None) -> None:
    """What has no value is neither so nor not so; only what is true is met."""
    assert truth(condition(value), FIELDS, NOW) is met
    assert is_met(condition(value), FIELDS, NOW) is (met is True)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        ({"has": "shoe_size"}, "a profile has no field 'shoe_size'"),
        ({"field": "age"}, "one comparison"),
        ({"field": "age", "equals": 1, "above": 2}, "one comparison"),
        ({"equals": 1}, "one comparison"),
        ({"has": "age", "any": []}, "is one of"),
        ({"field": "age", "contains": "3"}, "contains does not fit age; equals, one_of"),
        ({"field": "interests", "above": 3}, "above does not fit interests; contains"),
        ({"field": "later", "contains": "x"}, "only has is possible"),
        ({"field": "age", "within_days": 3}, "within_days does not fit age"),
        ({"field": "age", "over": 3}, "Extra inputs"),
        ({"all": [{"has": "shoe_size"}]}, "shoe_size"),
    ],
)
def test_what_is_no_condition_is_refused(value: dict[str, Any], wrong: str) -> None:
    """When the policy is read, with what is possible."""
    with pytest.raises(ValueError, match=wrong):
        condition(value)


def test_when_time_alone_changes_a_condition() -> None:
    """The moment after the last day counts, and before it nothing changes."""
    within = condition({"not": {"field": "last_contact_at", "within_days": 5}})
    flip = next_flip(within, FIELDS, NOW)
    assert flip is not None
    assert truth(within, FIELDS, flip) == truth(within, FIELDS, NOW) or flip == NOW + 2 * DAY_MS
    later = next_flip(within, FIELDS, flip)
    assert later is not None
    assert (truth(within, FIELDS, flip), truth(within, FIELDS, later)) == (False, True)
    assert next_flip(within, FIELDS, later) is None
    assert next_flip(condition({"has": "age"}), FIELDS, NOW) is None
