"""The change that a record makes to the read model."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from topics.catalog import CATALOG
from workers.serve.changes import (
    KINDS,
    RULES,
    TOPICS,
    KeyMissing,
    MembershipChange,
    ReadModelChange,
    decode_change,
    latest,
    membership_changes,
)

PROFILE = EnrichedProfile.model_validate(EnrichedProfile.EXAMPLES[0]).dumps()
MAIL = Email.model_validate(Email.EXAMPLES[0]).dumps()


def decision_change(person: str, **fields: Any) -> ReadModelChange:
    """The change of a decision."""
    value = SendDecision.model_validate(SendDecision.EXAMPLES[0] | fields).dumps()
    return decode_change("send-decisions", person.encode(), value, 5)


def test_the_topics_are_those_that_the_catalogue_lets_it_read() -> None:
    """Every topic that is read is one of serve's; the one that the feed reads is named."""
    allowed = {topic.name for topic in CATALOG if "serve" in topic.consumers}

    assert allowed - set(TOPICS) == {"job-trends"}
    assert set(TOPICS) <= allowed


@pytest.mark.parametrize(
    ("topic", "kind", "value"), [("enriched-profiles", "profile", PROFILE), ("emails", "mail", MAIL)]
)
def test_a_value_is_stored_byte_for_byte(topic: str, kind: Any, value: bytes) -> None:
    """The bytes are not encoded again."""
    change = decode_change(topic, b"u1", value + b" ", 7)
    assert change._replace(entry=None) == ReadModelChange(kind, "u1", value + b" ", 7)
    assert (change.entry is None) == (kind == "profile")
    assert decode_change(topic, b"u1", None, 7) == ReadModelChange(kind, "u1", None, 7)


def test_the_change_of_a_decision_has_its_verdict_and_reason() -> None:
    """They decide about the sets that the person is in."""
    change = decision_change("u1", verdict="wait", reason="cooldown")

    assert (change.verdict, change.reason) == ("wait", "cooldown")


@pytest.mark.parametrize("key", [None, b"", b"\xff"])
def test_a_record_without_a_person_is_refused(key: bytes | None) -> None:
    """A key that names no person has its own error, tombstones included."""
    with pytest.raises(KeyMissing):
        decode_change("enriched-profiles", key, None, 0)


@pytest.mark.parametrize("topic", sorted(KINDS))
def test_a_value_of_another_payload_is_refused(topic: str) -> None:
    """Each topic has its own model."""
    with pytest.raises(ValidationError):
        decode_change(topic, b"u1", b'{"id": "u1"}', 0)


def test_the_last_change_counts() -> None:
    """Of one person and kind, only the last is written."""
    changes = [
        decision_change("u1"),
        decision_change("u2"),
        ReadModelChange("profile", "u1", None, 1),
        decision_change("u1", verdict="ask"),
    ]

    assert latest(changes) == [changes[3], changes[1], changes[2]]


def test_a_decision_removes_the_person_from_every_other_set() -> None:
    """Whatever the last decision was, the person is in one verdict and at most one reason afterwards."""
    changes_by_set = membership_changes(
        [decision_change("u1", verdict="wait", reason="cooldown"), decision_change("u2", verdict="send")]
    )

    assert changes_by_set["verdict:wait"] == MembershipChange(["u1"], ["u2"])
    assert changes_by_set["verdict:send"] == MembershipChange(["u2"], ["u1"])
    assert changes_by_set["verdict:ask"] == MembershipChange([], ["u1", "u2"])
    assert changes_by_set["reason:cooldown"] == MembershipChange(["u1"], ["u2"])
    assert {name for name in changes_by_set if name.startswith("reason:")} == {
        f"reason:{rule}" for rule in RULES
    }


def test_a_tombstone_removes_the_person_from_all_sets() -> None:
    """A deleted person is not counted."""
    changes_by_set = membership_changes(
        [ReadModelChange("profile", "u1", None, 1), ReadModelChange("decision", "u1", None, 1)]
    )

    assert all(members == MembershipChange([], ["u1"]) for members in changes_by_set.values())
    assert "people" in changes_by_set


def test_a_mail_is_in_no_set() -> None:
    """Mails are looked up, not counted."""
    assert membership_changes([ReadModelChange("mail", "u1", MAIL, 1)]) == {}


def test_a_pause_is_in_the_set_of_pauses_until_it_is_ended() -> None:
    """Under its subject; a value of another subject is refused."""
    pause = MailPause.model_validate(MailPause.EXAMPLES[0])
    ended = pause.model_copy(update={"paused": False})
    changes = [decode_change("controls", b"all", value, 5) for value in (pause.dumps(), ended.dumps(), None)]

    assert [membership_changes([change])["paused"].added for change in changes] == [["all"], [], []]
    assert [membership_changes([change])["paused"].removed for change in changes] == [[], ["all"], ["all"]]
    with pytest.raises(ValueError, match="not that of the value"):
        decode_change("controls", b"campaign:x", pause.dumps(), 5)
