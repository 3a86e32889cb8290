"""The link of a question: what it says, how long it holds, and which decisions have none."""

from typing import Any

import pytest

from schemas.decision import SendDecision
from workers.product.answer_links import (
    VALID_MS,
    AnswerToken,
    answer_link,
    answer_tokens,
    read_answer_token,
)
from workers.runtime.process.settings import Settings, SettingsError, load
from workers.runtime.process.signed_tokens import TokenError

AT = 1_707_523_200_000
PUBLIC = load({"KAIROS_PUBLIC_URL": "https://kairos.example/k/"})
QUESTION = "Which cuisines do you like best?"


def asking(**fields: Any) -> SendDecision:
    """A decision to ask mia."""
    brief = {"language": "en", "question": QUESTION} | fields.pop("brief", {})
    values = {
        "id": "mia:3",
        "person": "mia",
        "verdict": "ask",
        "because": "",
        "decided_at": AT,
        "brief": brief,
    }
    return SendDecision.model_validate(values | fields)


def token_of(settings: Settings, decision: SendDecision) -> str:
    """The token in the link of a decision."""
    link = answer_link(settings, decision)
    assert link is not None
    return link.removeprefix("https://kairos.example/k/answer/")


def test_a_link_says_who_answers_what() -> None:
    """In the language of the mail; a decision has one link, whenever it is made."""
    token = token_of(PUBLIC, asking())
    japanese = token_of(
        PUBLIC, asking(brief={"language": "ja", "question": "ご年齢を教えていただけますか。"})
    )
    tokens = answer_tokens(PUBLIC)

    assert read_answer_token(tokens, token, AT) == AnswerToken(
        "mia", "mia:3", "cuisine_preference", "en", AT + VALID_MS
    )
    assert read_answer_token(tokens, japanese, AT)[2:4] == ("age", "ja")
    assert token_of(PUBLIC, asking()) == token


def test_it_holds_for_thirty_days() -> None:
    """To the millisecond."""
    tokens, token = answer_tokens(PUBLIC), token_of(PUBLIC, asking())

    assert read_answer_token(tokens, token, AT + VALID_MS - 1).person == "mia"
    with pytest.raises(TokenError) as error:
        read_answer_token(tokens, token, AT + VALID_MS)
    assert error.value.is_outdated


@pytest.mark.parametrize(
    ("settings", "decision"),
    [
        (load({}), asking()),
        (PUBLIC, asking(verdict="send")),
        (PUBLIC, asking(brief={"question": None})),
        (PUBLIC, asking(brief={"question": "What is your favourite colour?"})),
        (
            PUBLIC,
            asking(brief=None)
            if False
            else SendDecision.model_validate(asking().model_dump() | {"brief": None}),
        ),
    ],
)
def test_without_an_address_or_a_question_there_is_no_link(
    settings: Settings, decision: SendDecision
) -> None:
    """The mail is as before."""
    assert answer_link(settings, decision) is None


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"person": "mia"},
        {"person": "mia", "decision": "mia:3", "field": "email", "language": "en", "until_ms": AT},
        {"person": 7, "decision": "mia:3", "field": "age", "language": "en", "until_ms": AT},
        {"person": "mia", "decision": "mia:3", "field": ["age"], "language": {}, "until_ms": "x"},
    ],
)
def test_a_signed_object_of_another_form_is_refused(content: dict[str, Any]) -> None:
    """Of another version, or of whoever has the secret."""
    tokens = answer_tokens(PUBLIC)
    with pytest.raises(TokenError):
        read_answer_token(tokens, tokens.sign(content, AT), AT - 1)


@pytest.mark.parametrize(
    "url", ["kairos.example", "ftp://kairos.example", "https://k.example/?a", "https://k e"]
)
def test_the_public_address_is_checked(url: str) -> None:
    """At the start."""
    with pytest.raises(SettingsError, match="KAIROS_PUBLIC_URL"):
        load({"KAIROS_PUBLIC_URL": url})
