"""What a record changes in the read model."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.profile import EnrichedProfile
from topics.catalog import CATALOG
from workers.serve.changes import (
    KINDS,
    RULES,
    KeyMissing,
    Members,
    ReadModelChange,
    latest,
    memberships,
    read,
)

PROFILE = EnrichedProfile.model_validate(EnrichedProfile.EXAMPLES[0]).dumps()
MAIL = Email.model_validate(Email.EXAMPLES[0]).dumps()


def decided(person: str, **fields: Any) -> ReadModelChange:
    """The change of a decision."""
    value = SendDecision.model_validate(SendDecision.EXAMPLES[0] | fields).dumps()
    return read("send-decisions", person.encode(), value, 5)


def test_the_topics_are_those_that_the_catalogue_lets_it_read() -> None:
    """Every topic of the kinds is serve's; what it may read and does not yet is named."""
    allowed = {topic.name for topic in CATALOG if "serve" in topic.consumers}

    assert allowed - set(KINDS) == {"job-trends"}
    assert set(KINDS) <= allowed


@pytest.mark.parametrize(
    ("topic", "kind", "value"), [("enriched-profiles", "profile", PROFILE), ("emails", "mail", MAIL)]
)
def test_a_record_is_kept_as_it_came(topic: str, kind: Any, value: bytes) -> None:
    """The bytes are not written anew."""
    assert read(topic, b"u1", value + b" ", 7) == ReadModelChange(kind, "u1", value + b" ", 7)
    assert read(topic, b"u1", None, 7) == ReadModelChange(kind, "u1", None, 7)


def test_a_decision_says_its_verdict_and_reason() -> None:
    """They decide about the sets."""
    change = decided("u1", verdict="wait", reason="cooldown")

    assert (change.verdict, change.reason) == ("wait", "cooldown")


@pytest.mark.parametrize("key", [None, b"", b"\xff"])
def test_a_record_of_nobody_is_refused(key: bytes | None) -> None:
    """A key that names no person has its own error, deletions included."""
    with pytest.raises(KeyMissing):
        read("enriched-profiles", key, None, 0)


@pytest.mark.parametrize("topic", sorted(KINDS))
def test_a_value_of_another_kind_is_refused(topic: str) -> None:
    """Each topic has its own model."""
    with pytest.raises(ValidationError):
        read(topic, b"u1", b'{"id": "u1"}', 0)


def test_the_last_change_counts() -> None:
    """Of one person and kind, only the last is written."""
    changes = [
        decided("u1"),
        decided("u2"),
        ReadModelChange("profile", "u1", None, 1),
        decided("u1", verdict="ask"),
    ]

    assert latest(changes) == [changes[3], changes[1], changes[2]]


def test_a_decision_leaves_every_other_set() -> None:
    """Whatever was said before, the person is in one verdict and at most one reason afterwards."""
    found = memberships([decided("u1", verdict="wait", reason="cooldown"), decided("u2", verdict="send")])

    assert found["verdict:wait"] == Members(["u1"], ["u2"])
    assert found["verdict:send"] == Members(["u2"], ["u1"])
    assert found["verdict:ask"] == Members([], ["u1", "u2"])
    assert found["reason:cooldown"] == Members(["u1"], ["u2"])
    assert {name for name in found if name.startswith("reason:")} == {f"reason:{rule}" for rule in RULES}


def test_a_deletion_leaves_all_sets() -> None:
    """A person who is gone is not counted."""
    found = memberships(
        [ReadModelChange("profile", "u1", None, 1), ReadModelChange("decision", "u1", None, 1)]
    )

    assert all(members == Members([], ["u1"]) for members in found.values())
    assert "people" in found


def test_a_mail_is_in_no_set() -> None:
    """Mails are looked up, not counted."""
    assert memberships([ReadModelChange("mail", "u1", MAIL, 1)]) == {}
