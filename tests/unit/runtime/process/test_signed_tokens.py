"""Tokens for several purposes under the same keys."""

import pytest

from workers.runtime.process.signed_tokens import SignedTokens, TokenError

NOW = 1_707_523_200_000
SECRETS = {"k2": "a new secret", "k1": "an old secret"}


def test_a_token_serves_its_purpose_only() -> None:
    """A link in a mail is no proof of a person, though the same secret signed it."""
    token = SignedTokens(SECRETS, "answer").sign({"person": "mia"}, NOW)

    assert SignedTokens(SECRETS, "answer").read(token) == ({"person": "mia"}, NOW)
    with pytest.raises(TokenError) as error:
        SignedTokens(SECRETS, "person").read(token)
    assert not error.value.is_outdated


def test_a_key_that_is_gone_is_outdated() -> None:
    """A fresh token helps."""
    old = SignedTokens({"k1": "an old secret"}, "answer")
    token = old.sign({}, NOW)

    assert SignedTokens(SECRETS, "answer").read(token).signed_ms == NOW
    with pytest.raises(TokenError) as error:
        old.read(SignedTokens(SECRETS, "answer").sign({}, NOW))
    assert error.value.is_outdated


def test_the_same_content_at_the_same_second_is_the_same_token() -> None:
    """A mail that is written again has the same link."""
    tokens = SignedTokens(SECRETS, "answer")

    assert tokens.sign({"a": 1}, NOW) == tokens.sign({"a": 1}, NOW + 999)
    assert tokens.sign({"a": 1}, NOW) != tokens.sign({"a": 1}, NOW + 1_000)
