"""The texts of profiles, decisions, mails and totals."""

from typing import Any

import pytest

from schemas.learning import VariationOutcome
from schemas.mail import MailVariation
from tests.unit.demo.values import MAIL, SEND, WAIT, profile
from workers.demo import texts


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({"total_orders": 2}, {"total_orders": 3}, "orders 2→3"),
        (
            {},
            {"age": 41, "personalization_score": 6},
            "age: 41, score 0→6",
        ),
        ({"interests": ["hiking"]}, {"interests": []}, "interests: none"),
        ({"friends": ["Mike Jones"]}, {"friends": ["Mike Jones", "葵"]}, "new friends: 葵"),
        ({}, {"upcoming_events": [{"name": "月見の会"}]}, "will attend: 月見の会"),
        ({}, {"days_since_last_event": 3}, None),
    ],
)
def test_the_text_of_a_profile_is_what_changed(
    before: dict[str, Any], after: dict[str, Any], line: str | None
) -> None:
    """Counts as from→to, other values as they are now, nothing for fields that only time changes."""
    assert texts.profile_text(profile(**before), profile(**after)) == line


def test_a_new_profile_has_a_summary_and_a_deleted_one_a_word() -> None:
    """A tombstone for a person who was never seen has no text."""
    assert texts.profile_text(None, profile(total_orders=2)) == "new: events 0, orders 2, score 0"
    assert texts.profile_text(profile(), None) == "deleted"
    assert texts.profile_text(None, None) is None


def test_the_text_of_a_decision_has_its_reason() -> None:
    """The verdict, the rule that stopped a mail, the reason in words, and until when."""
    until = texts.local_time(WAIT.until) if WAIT.until else ""

    assert texts.decision_text(SEND) == f"send: {SEND.because}"
    assert texts.decision_text(WAIT) == f"wait (cooldown): {WAIT.because}; until {until}"
    assert texts.decision_text(None) == "withdrawn"


def test_the_text_of_a_mail_is_its_subject() -> None:
    """A language other than English precedes it."""
    japanese = MAIL.model_copy(update={"language": "ja", "subject": "またお会いしましょう"})

    assert texts.mail_text(MAIL) == MAIL.subject
    assert texts.mail_text(japanese) == "(ja) またお会いしましょう"
    assert (
        texts.mail_text(MAIL.model_copy(update={"model": "gpt-5-nano"})) == f"{MAIL.subject} (by gpt-5-nano)"
    )


def test_what_is_learnt_is_told_in_words() -> None:
    """The subject and the arms that have names, or that somebody is for comparison only."""
    chosen = MailVariation.model_validate(VariationOutcome.EXAMPLES[0]["variation"])
    tone = chosen.model_copy(update={"type": "tone", "arm": "tone:warm"})
    mail = MAIL.model_copy(update={"variation": chosen, "variations": [tone]})

    assert texts.learnt_text(chosen, mail) == f"a click for “{MAIL.subject}” (tone:warm) in en"
    assert texts.learnt_text(tone, MAIL) == f"a click for “{MAIL.subject}” in en"
    assert texts.learnt_text(tone, None) == "a click for tone:warm in en"
    for reason in ("control", "hold-out"):
        forced = chosen.model_copy(update={"reason": reason})
        text = f"a click of somebody in the {reason} group, for comparison only"
        assert texts.learnt_text(forced, mail) == text


def test_totals_count_verdicts_and_reasons() -> None:
    """The most frequent reason comes first."""
    thin = WAIT.model_copy(update={"reason": "enough-fields"})

    assert texts.totals_text([SEND, WAIT, WAIT, thin]) == (
        "4 people: 1 send, 0 ask, 3 wait (cooldown 2, enough-fields 1)"
    )
    assert texts.totals_text([]) == "0 people: 0 send, 0 ask, 0 wait"
