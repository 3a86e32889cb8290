"""The check of the sample person."""

from schemas.mail import Engagement
from tests.unit.demo.values import MAIL, SEND
from tests.world import profile_of, sample
from workers.demo import check
from workers.demo.fleet_state import FleetState


def test_each_failed_expectation_is_a_line() -> None:
    """Without any records of the person all expectations fail."""
    state = FleetState()
    assert len(check.problems(state)) == len(check.EXPECTED)

    state.apply("enriched-profiles", "user_001", profile_of(sample()).dumps(), 0)
    state.apply("send-decisions", "user_001", SEND.dumps(), 0)
    state.apply("emails", "user_001", MAIL.dumps(), 0)
    sent = Engagement.model_validate(Engagement.EXAMPLES[0] | {"outcome": "sent"})
    state.apply("engagements", "user_001", sent.dumps(), 0)
    assert check.problems(state) == []

    state.apply("emails", "user_001", MAIL.model_copy(update={"language": "ja"}).dumps(), 0)
    assert check.problems(state) == ["user_001: mail's language: 'ja', expected 'en'"]


def test_with_gpt_a_mail_must_be_written_by_it() -> None:
    """One is enough: in the others the templates may have taken over."""
    state = FleetState()
    state.apply("emails", "user_002", MAIL.dumps(), 0)
    assert "no mail was written by GPT" in check.problems(state, gpt=True)
    assert "no mail was written by GPT" not in check.problems(state)
    state.apply("emails", "user_003", MAIL.model_copy(update={"writer": "gpt", "model": "gpt-5"}).dumps(), 0)
    assert "no mail was written by GPT" not in check.problems(state, gpt=True)
    assert state.mails_text() == "2 written (2 in English, 0 in Japanese, 1 by gpt-5)"
