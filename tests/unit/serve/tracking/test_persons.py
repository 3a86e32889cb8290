"""Whom a request may speak for."""

from typing import Any

import pytest

from workers.serve.tracking.messages import TrackedMessage
from workers.serve.tracking.persons import PersonProof
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.tracking.tokens import TokenKeys

NOW = 1_707_523_200_000
KEYS = TokenKeys({"k": "secret"}, 1_000_000)
MESSAGE = TrackedMessage("id", 0, 0.0, None, None, {"kind": "viewed"}, False)
APPLIED = MESSAGE._replace(content={"kind": "applied"})
DEVELOPMENT, PRODUCTION = PersonProof(KEYS, bare_ids=True), PersonProof(KEYS, bare_ids=False)
BEHIND_A_PROXY = PersonProof(KEYS, bare_ids=False, header="X-Person", origins=["https://jobs.example"])
ALLOWED = {"X-Person": "mia", "origin": "https://jobs.example"}


def status(proof: PersonProof, message: TrackedMessage, headers: Any) -> int:
    """The status with which a message is refused."""
    with pytest.raises(RequestRefused) as refused:
        proof.person(message, headers, NOW)
    return refused.value.status


def test_a_token_is_believed_in_every_mode() -> None:
    """A bare id beside it is not looked at, and cookies never are."""
    message = MESSAGE._replace(token=KEYS.sign("mia", NOW), person="eve", is_form=True)

    for proof in (DEVELOPMENT, PRODUCTION, BEHIND_A_PROXY):
        assert proof.person(message, {"X-Person": "eve", "cookie": "session=eve"}, NOW) == "mia"


def test_a_bare_id_is_believed_in_development_only() -> None:
    """And not in a form, which any page can send."""
    message = MESSAGE._replace(person="mia")

    assert DEVELOPMENT.person(message, {}, NOW) == "mia"
    assert status(PRODUCTION, message, {}) == 401
    assert status(DEVELOPMENT, message._replace(is_form=True), {}) == 401
    assert status(DEVELOPMENT, MESSAGE, {"cookie": "session=mia"}) == 401


def test_a_header_of_the_products_proxy_is_believed_by_setting() -> None:
    """From an allowed page, and never for a form."""
    assert BEHIND_A_PROXY.person(MESSAGE, ALLOWED, NOW) == "mia"
    assert status(BEHIND_A_PROXY, MESSAGE, ALLOWED | {"origin": "https://evil.example"}) == 403
    assert status(BEHIND_A_PROXY, MESSAGE, {"X-Person": "mia"}) == 403
    assert status(BEHIND_A_PROXY, MESSAGE._replace(is_form=True), ALLOWED) == 401
    assert status(BEHIND_A_PROXY, MESSAGE, ALLOWED | {"X-Person": " "}) == 401
    assert status(PRODUCTION, MESSAGE, ALLOWED) == 401


def test_who_may_say_that_somebody_applied_is_a_setting() -> None:
    """T5: by default browsers too, else only a token for a server."""
    by_server = PersonProof(KEYS, bare_ids=True, applied_by_server=True)
    browser, server = KEYS.sign("mia", NOW), KEYS.sign("mia", NOW, for_server=True)

    assert DEVELOPMENT.person(APPLIED._replace(token=browser), {}, NOW) == "mia"
    assert by_server.person(APPLIED._replace(token=server), {}, NOW) == "mia"
    assert status(by_server, APPLIED._replace(token=browser), {}) == 403
    assert status(by_server, APPLIED._replace(person="mia"), {}) == 403
    assert by_server.person(MESSAGE._replace(token=browser), {}, NOW) == "mia"
