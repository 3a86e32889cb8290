"""Signed tokens: whose they are, how long they hold, and what is none."""

import pytest
from itsdangerous import URLSafeTimedSerializer

from workers.serve.tracking.refusal import RequestRefused
from workers.serve.tracking.tokens import PersonToken, TokenKeys

NOW, HOUR_MS = 1_707_523_200_000, 3_600_000
SALT = "kairos-person"  # as the README shows it
KEYS = TokenKeys({"k2": "a new secret", "k1": "an old secret"}, HOUR_MS)
OLD = TokenKeys({"k1": "an old secret"}, HOUR_MS)


def status(token: str, now_ms: int = NOW, keys: TokenKeys = KEYS) -> int:
    """The status with which a token is refused."""
    with pytest.raises(RequestRefused) as refused:
        keys.read(token, now_ms)
    assert refused.value.field == "token"
    assert token not in str(refused.value)
    return refused.value.status


def test_a_token_says_whose_it_is_until_it_expires() -> None:
    """To the second."""
    token = KEYS.sign("mia", NOW)

    assert KEYS.read(token, NOW) == PersonToken("mia", NOW, False)
    assert KEYS.read(token, NOW + HOUR_MS).person == "mia"
    assert status(token, NOW + HOUR_MS + 1) == 401


def test_any_key_reads_and_the_first_one_signs() -> None:
    """So a secret can be replaced while its tokens are in use."""
    assert KEYS.read(OLD.sign("mia", NOW), NOW).person == "mia"
    assert KEYS.sign("mia", NOW).startswith("k2.")
    assert status(KEYS.sign("mia", NOW), keys=OLD) == 401


def test_a_token_for_a_server_says_so() -> None:
    """It may tell of applications where browsers may not."""
    assert KEYS.read(KEYS.sign("mia", NOW, for_server=True), NOW).for_server


def test_a_product_can_sign_with_the_library_alone() -> None:
    """As the README shows."""
    token = "k1." + URLSafeTimedSerializer("an old secret", salt=SALT).dumps({"person": 7})

    assert KEYS.read(token, NOW).person == "7"


def test_what_was_not_signed_with_its_key_is_403() -> None:
    """Forged, cut, altered, of another key's secret, of another salt, no token at all."""
    token = KEYS.sign("mia", NOW)
    key, _, signed = token.partition(".")
    forged = [
        token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
        token[:-5],
        f"k1.{signed}",
        f"{key}.{URLSafeTimedSerializer('a new secret', salt='other').dumps({'person': 'mia'})}",
        f"{key}.x.y.z",
        "mia token",
        "k2.",
        "k2." + "é" * 5,
        "k2.\ud800",
        "k2." + "x" * 2_000,
    ]

    assert {status(each) for each in forged} == {403}


@pytest.mark.parametrize(
    "content", [7, None, [], {}, {"person": None}, {"person": ""}, {"person": ["a", "b"]}]
)
def test_a_signed_token_without_a_person_is_403(content: object) -> None:
    """A mistake of whoever signed it."""
    signed = URLSafeTimedSerializer("a new secret", salt=SALT).dumps(content)

    assert status(f"k2.{signed}") == 403
