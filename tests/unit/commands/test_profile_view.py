"""The pages of `kairos profile` and `kairos explain`."""

import io
from typing import Any

import pytest
from rich.console import Console, RenderableType

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.world import ms
from workers.commands import profile_view as view
from workers.serve.changes import Totals

NOW = from_epoch_ms(ms("2024-02-10T12:00:00"))
MAIL = Email.model_validate(Email.EXAMPLES[0])
RULES = [
    {"rule": "address", "input": "yes", "passed": True},
    {"rule": "cooldown", "input": "2 days", "threshold": "7 days", "passed": False},
]


def decision(number: int = 0, **fields: Any) -> SendDecision:
    """One of the examples, with other fields."""
    return SendDecision.model_validate(SendDecision.EXAMPLES[number] | fields)


def text(page: RenderableType, width: int = 120) -> str:
    """A page as plain text, without the spaces at the ends of its lines."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(page)
    assert isinstance(console.file, io.StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def test_every_field_of_a_profile_is_in_one_section() -> None:
    """Once; a field without a section of its own would stand under "Other"."""
    shown = [field for _, fields in view.sections() for field in fields]

    assert sorted([*shown, *view.NOT_IN_A_SECTION]) == sorted(EnrichedProfile.model_fields)


def test_a_profile_page_has_the_head_the_summary_and_every_field() -> None:
    """Name, id and time, the summary, then the fields; an unknown one is a dash."""
    profile = EnrichedProfile.model_validate(
        EnrichedProfile.EXAMPLES[0]
        | {
            "interests": ["hiking", "[bold]odd"],
            "event_history": [{"name": "Wine", "date": "2024-01-15", "venue": "The Vault"}, {"name": "Tea"}],
            "is_on_team": True,
            "affinities": {"event_type": [{"name": "tea", "weight": 0.831}, {"name": "wine", "weight": 0.5}]},
            "data_quality": {
                "missing": ["age", "gender"],
                "malformed": [
                    {"document": "orders/1", "field": "date", "problem": "malformed", "reason": "no date"}
                ],
            },
        }
    )

    lines = text(view.profile_page(profile)).splitlines()

    assert lines[0] == "Sarah Chen  user_001, as of 2024-02-10 00:00 UTC"
    assert lines[2] == profile.summary
    fields = [" ".join(line.split()) for line in lines]
    assert "interests hiking, [bold]odd" in fields
    assert fields[fields.index("event history Wine, 2024-01-15, The Vault") + 1] == "Tea"
    assert "is on team yes" in fields
    assert "affinities event type: tea 0.83, wine 0.50" in fields
    assert fields[fields.index("data quality missing: age, gender") + 1] == "orders/1: date: no date"
    assert "is first time user yes" in fields
    assert "occupation –" in fields


def test_a_profile_without_a_name_has_a_title() -> None:
    """It is `somebody without a name`."""
    profile = EnrichedProfile(id="u9", as_of=NOW)

    assert text(view.profile_page(profile)).startswith("somebody without a name  u9, as of")


def test_a_wait_is_explained() -> None:
    """Verdict, reason, every rule with its numbers, and until when."""
    page = text(view.decision_page(decision(1, rules=RULES, policy="p1"), None, NOW))

    assert page.startswith("user_002: wait, because the last message is 2 days old, 7 are needed")
    rows = [tuple(part.strip() for part in line.split("│")[1:-1]) for line in page.splitlines()]
    assert ("cooldown", "2 days", "7 days", "no") in rows
    assert ("address", "yes", "–", "yes") in rows
    fields = [" ".join(line.split()) for line in page.splitlines()]
    assert "stopped by cooldown" in fields
    assert "until 2024-02-15 00:00 UTC" in fields
    assert "policy p1" in fields
    assert not any(field.startswith(("slot", "valid until", "mail")) for field in fields)


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"until": "2024-02-10T12:00:00Z"}, "until 2024-02-10 12:00 UTC (that is over)"),
        ({"until": None}, "until something changes"),
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
    subject = fields.index("[MOCK] Another evening at The Vault?")
    assert fields[subject + 1 : subject + 4] == ["Hi Sarah,", "Chef Mario cooks again.", "See you there"]


def test_a_mail_of_an_earlier_decision_is_marked() -> None:
    """After a mail comes the cooldown: the wait is shown with the mail before it."""
    assert "user_001:1, an earlier one, written" in text(view.decision_page(decision(1), MAIL, NOW))


def test_an_unknown_person_gets_a_hint() -> None:
    """An empty read model and a wrong id have different hints."""
    empty = view.unknown("u9", "profile", Totals(0, {}, {}))
    full = view.unknown("u9", "decision", Totals(200, {"send": 3}, {}))

    assert empty.startswith(
        "the read model has no profile of u9; it is empty: does `kairos worker serve` run"
    )
    assert full == (
        "the read model has no decision of u9; it holds 200 people; ids are those of your users, as text"
    )
