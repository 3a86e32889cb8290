"""The token under which a reader unsubscribes: what it says, and what proves nothing."""

from typing import Any

import pytest

from schemas.decision import SendDecision
from workers.product.answer_links import answer_tokens
from workers.product.unsubscribe_links import (
    UnsubscribeToken,
    read_unsubscribe_token,
    unsubscribe_link,
    unsubscribe_token,
    unsubscribe_tokens,
)
from workers.runtime.process.settings import Settings, load
from workers.runtime.process.signed_tokens import SignedTokens, TokenError

AT = 1_707_523_200_000
SETTINGS: Settings = load({})
MIA = UnsubscribeToken("mia", "mia:1", "ja")


def tokens() -> SignedTokens:
    """The tokens of a process."""
    return unsubscribe_tokens(SETTINGS)


def test_a_token_names_person_mail_and_language_and_is_the_same_again() -> None:
    """Whoever makes it, and however late it is read."""
    token = unsubscribe_token(tokens(), MIA, AT)
    assert token == unsubscribe_token(tokens(), MIA, AT)
    assert read_unsubscribe_token(tokens(), token) == MIA


@pytest.mark.parametrize(
    "content",
    [{}, {"person": "mia"}, {"person": 7, "decision": "mia:1"}, {"person": "", "decision": "mia:1"}],
)
def test_a_token_of_another_form_unsubscribes_nobody(content: dict[str, Any]) -> None:
    with pytest.raises(TokenError, match="names nobody"):
        read_unsubscribe_token(tokens(), tokens().sign(content, AT))


def test_an_unknown_language_is_that_of_the_browser() -> None:
    """Of a token of another version."""
    token = tokens().sign({"person": "mia", "decision": "mia:1", "language": "fr"}, AT)
    assert read_unsubscribe_token(tokens(), token).language is None


def test_a_token_for_another_purpose_is_none() -> None:
    """A link to answer unsubscribes nobody."""
    other = answer_tokens(SETTINGS).sign(MIA._asdict(), AT)
    with pytest.raises(TokenError):
        read_unsubscribe_token(tokens(), other)


def test_the_link_of_a_mail_needs_a_public_address() -> None:
    """It is the same for each decision, in the language of the mail."""
    decision = SendDecision.model_validate(
        {"id": "mia:3", "person": "mia", "verdict": "send", "because": "", "decided_at": AT}
    )
    public = load({"KAIROS_PUBLIC_URL": "https://kairos.example/k/"})
    link = unsubscribe_link(public, decision, "ja")
    assert link is not None
    assert link == unsubscribe_link(public, decision, "ja")
    before, _, token = link.rpartition("/")
    assert before == "https://kairos.example/k/unsubscribe"
    assert read_unsubscribe_token(unsubscribe_tokens(public), token) == ("mia", "mia:3", "ja")
    assert unsubscribe_link(SETTINGS, decision, "ja") is None
