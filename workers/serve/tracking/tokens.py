"""Signed tokens that say who a person is, for the body of a request: no header survives a beacon. Pure.

Their object is `{"person": ID}`; see runtime/process/signed_tokens.py. Times are epoch milliseconds.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from workers.product.reading.values import READ_ERRORS, read_id
from workers.runtime.process.signed_tokens import SignedTokens, TokenError
from workers.serve.tracking.refusal import RequestRefused

PURPOSE = "person"


class PersonToken(NamedTuple):
    """Whose token it is, when it was signed, and whether it was signed for a server of the product."""

    person: str
    signed_ms: int
    for_server: bool


class TokenKeys:
    """Signs with the first key and reads with all; `secrets` by the id of the key, the newest first."""

    def __init__(self, secrets: Mapping[str, str], longest_ms: int) -> None:
        self._longest_ms = longest_ms
        self._tokens = SignedTokens(secrets, PURPOSE)

    def sign(self, person: str, now_ms: int, *, for_server: bool = False) -> str:
        """A token of a person."""
        return self._tokens.sign({"person": person} | ({"for": "server"} if for_server else {}), now_ms)

    def read(self, token: str, now_ms: int) -> PersonToken:
        """Whose a token is.

        Raises RequestRefused: 401 where a fresh token helps (it has expired, its key is gone), 403 for one
        that was never signed with its key.
        """
        try:
            content, signed_ms = self._tokens.read(token)
        except TokenError as error:
            raise RequestRefused(401 if error.is_outdated else 403, str(error), "token") from None
        person = person_of(content)
        if person is None:
            raise RequestRefused(403, "names no person", "token")
        if now_ms - signed_ms > self._longest_ms:
            raise RequestRefused(401, "has expired", "token")
        return PersonToken(person, signed_ms, content.get("for") == "server")


def person_of(content: Any) -> str | None:
    """The person that the content of a token names; None when it names none."""
    try:
        return read_id(content.get("person")) if isinstance(content, dict) else None
    except READ_ERRORS:
        return None
