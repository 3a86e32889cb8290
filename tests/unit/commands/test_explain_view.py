"""The page of `kairos explain`: the decision, whatever rules it has, and what was decided before."""

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import Field

from schemas.decision import RuleResult, SendDecision
from schemas.mail import Email
from schemas.model import from_epoch_ms
from tests.unit.commands.test_profile_view import text
from tests.world import ms
from workers.commands import explain_view as view
from workers.serve.timeline import entry_of_decision

NOW = from_epoch_ms(ms("2024-02-10T12:00:00"))
MAIL = Email.model_validate(Email.EXAMPLES[0])
RULES = [
    {"rule": "address", "input": "yes", "passed": True},
    {"rule": "cooldown", "input": "2 days", "threshold": "7 days", "passed": False},
]


def decision(number: int = 0, **fields: Any) -> SendDecision:
    """One of the examples, with other fields."""
    return SendDecision.model_validate(SendDecision.EXAMPLES[number] | fields)


def test_a_wait_is_explained() -> None:
    """Verdict, reason, every rule with its numbers, and until when."""
    page = text(view.decision_page(decision(1, rules=RULES, policy="p1"), None, NOW))

    assert page.startswith("user_002: wait, because the last message is 2 days old, 7 are needed")
    rows = [tuple(part.strip() for part in line.split("│")[1:-1]) for line in page.splitlines()]
    assert ("cooldown", "2 days", "7 days", "no, so wait") in rows
    assert ("address", "yes", "–", "yes") in rows
    fields = [" ".join(line.split()) for line in page.splitlines()]
    assert "stopped by cooldown" in fields
    assert "looked at again when something changes, or at 2024-02-15 00:00 UTC" in fields
    assert "policy p1" in fields
    assert not any(field.startswith(("slot", "valid until", "mail")) for field in fields)


def test_what_was_said_then_is_right_now() -> None:
    """The age of the last message is that of now, times are as everywhere, and no question was due."""
    rules = [
        {"rule": "cooldown", "input": "2024-02-08T00:00:00.5+00:00", "threshold": "7 days", "passed": False},
        {"rule": "question", "threshold": "below 2", "passed": False},
    ]
    page = text(view.decision_page(decision(1, rules=rules), None, NOW + timedelta(days=2)))

    assert page.startswith("user_002: wait, because the last message is 4 days old, 7 are needed\n")
    rows = [tuple(part.strip() for part in line.split("│")[1:-1]) for line in page.splitlines()]
    assert ("cooldown", "2024-02-08 00:00 UTC", "7 days", "no, so wait") in rows
    assert ("question", "–", "below 2", "not asked") in rows


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"until": "2024-02-10T12:00:00Z"},
            "looked at again when something changes, or at 2024-02-10 12:00 UTC (that is over)",
        ),
        ({"until": None}, "looked at again when something changes"),
    ],
)
def test_the_end_of_a_wait_is_shown(fields: dict[str, Any], line: str) -> None:
    """A past time is marked; no time means until something changes."""
    page = text(view.decision_page(decision(1, **fields), None, NOW))

    assert line in [" ".join(each.split()) for each in page.splitlines()]


def test_a_send_is_explained_with_its_mail() -> None:
    """Slot, how long it is valid, and the whole mail: text in brackets is not markup."""
    page = text(view.decision_page(decision(), MAIL, NOW))

    fields = [" ".join(line.split()) for line in page.splitlines()]
    assert "slot 1" in fields
    assert "valid until 2024-02-11 00:00 UTC" in fields
    assert "mail for decision user_001:1, written 2024-02-10 00:00 UTC by template" in fields
    subject = fields.index("Another evening at The Vault?")
    assert fields[subject + 1 : subject + 4] == ["Hi Sarah,", "Chef Mario cooks again.", "See you there"]


def test_a_mail_of_an_earlier_decision_is_marked() -> None:
    """After a mail comes the cooldown: the wait is shown with the mail before it."""
    assert "user_001:1, an earlier one, written" in text(view.decision_page(decision(1), MAIL, NOW))


class RichRule(RuleResult):
    """A rule with a field more than there are now."""

    detail: str | None = None


class RichDecision(SendDecision):
    """A decision with such rules."""

    rules: list[RichRule] = Field(default=[])  # type: ignore[assignment]


def test_every_list_of_rows_is_a_table_with_the_columns_that_are_used() -> None:
    """Fields that are added to rules later are shown, empty ones are not; so are campaigns that lost."""
    lost = [{"campaign": "event-invite", "reason": "priority", "because": "another is more urgent"}]
    rules = [{"rule": "cooldown", "passed": False, "detail": "too early"}]
    fields = {"rules": rules, "lost": lost, "observed": True}
    decision = RichDecision.model_validate(SendDecision.EXAMPLES[1] | fields)
    page = text(view.decision_page(decision, None, NOW))
    rows = [tuple(part.strip() for part in line.split("│")[1:-1]) for line in page.splitlines()]

    assert ("cooldown", "no, so wait", "too early") in rows
    assert ("event-invite", "priority", "another is more urgent") in rows
    assert "observed yes" in [" ".join(line.split()) for line in page.splitlines()]


def test_the_last_decisions_and_the_nearest_change_follow() -> None:
    """Oldest first, with reason or campaign."""
    past = [entry_of_decision(decision()), entry_of_decision(decision(1))]
    explanation = view.Explanation("user_002", decision(1), None, None, past, "a day passes", is_cut=True)
    lines = text(view.explanation_page(explanation, NOW)).splitlines()

    assert "Nearest change: a day passes" in lines
    assert lines[lines.index("The last decisions") + 1 :][:2] == [
        "2024-02-10 00:00 UTC  decision  send default",
        "2024-02-10 00:00 UTC  decision  wait cooldown",
    ]
    assert lines[-1] == view.CUT
    document = json.loads(view.as_json(explanation))
    assert document["nearest_change"] == "a day passes"
    assert [each["what"] for each in document["last_decisions"]] == ["send", "wait"]
    assert document["decision"]["person"] == "user_002"


def test_somebody_without_a_decision_is_explained() -> None:
    """In one sentence, and in JSON."""
    explanation = view.Explanation("u9", None, "there is no user document", None, [])

    assert (
        text(view.explanation_page(explanation, NOW)) == "u9: no decision, because there is no user document"
    )
    document = json.loads(view.as_json(explanation))
    assert (document["decision"], document["because"]) == (None, "there is no user document")
