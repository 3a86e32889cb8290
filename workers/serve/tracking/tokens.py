"""Signed tokens that say who a person is, for the body of a request: no header survives a beacon. Pure.

A token is the id of a key, a dot, and what `itsdangerous.URLSafeTimedSerializer(secret, salt=SALT)` makes of
`{"person": ID}`. So a product can sign with that library alone, and a key can be replaced: give the new one
first, keep the old one behind it until its tokens have expired. Times are epoch milliseconds.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from itsdangerous import BadData, BadSignature, TimestampSigner, URLSafeTimedSerializer

from schemas.model import to_epoch_ms
from workers.product.reading.values import READ_ERRORS, read_id
from workers.serve.tracking.refusal import RequestRefused

SALT = "kairos-person"
SHAPE = re.compile(r"([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9._-]{1,900})")
CACHED = 10_000  # tokens whose signature was checked; a page sends the same one again and again


class PersonToken(NamedTuple):
    """Whose token it is, when it was signed, and whether it was signed for a server of the product."""

    person: str
    signed_ms: int
    for_server: bool


class TokenKeys:
    """Signs with the first key and reads with all; `secrets` by the id of the key, the newest first."""

    def __init__(self, secrets: Mapping[str, str], longest_ms: int) -> None:
        self._secrets = secrets
        self._longest_ms = longest_ms
        self._serializers = {key: URLSafeTimedSerializer(secrets[key], salt=SALT) for key in secrets}
        self._verified = lru_cache(CACHED)(self._verify)

    def sign(self, person: str, now_ms: int, *, for_server: bool = False) -> str:
        """A token of a person."""
        key = next(iter(self._secrets))
        signer: Any = URLSafeTimedSerializer(
            self._secrets[key], salt=SALT, signer=SignerAt, signer_kwargs={"seconds": now_ms // 1000}
        )
        content: dict[str, Any] = {"person": person} | ({"for": "server"} if for_server else {})
        return f"{key}.{signer.dumps(content)}"

    def read(self, token: str, now_ms: int) -> PersonToken:
        """Whose a token is.

        Raises RequestRefused: 401 where a fresh token helps (it has expired, its key is gone), 403 for one
        that was never signed with its key.
        """
        found = self._verified(token)
        if now_ms - found.signed_ms > self._longest_ms:
            raise RequestRefused(401, "has expired", "token")
        return found

    def _verify(self, token: str) -> PersonToken:
        shape = SHAPE.fullmatch(token)
        if shape is None:
            raise RequestRefused(403, "is no token", "token")
        serializer = self._serializers.get(shape[1])
        if serializer is None:
            raise RequestRefused(401, "was signed with a key that is not known", "token")
        try:
            content, signed_at = serializer.loads(shape[2], return_timestamp=True)
        except BadSignature:
            raise RequestRefused(403, "was not signed with its key", "token") from None
        except BadData:
            raise RequestRefused(403, "cannot be read", "token") from None
        if (person := person_of(content)) is None:
            raise RequestRefused(403, "names no person", "token")
        return PersonToken(person, to_epoch_ms(signed_at), content.get("for") == "server")


class SignerAt(TimestampSigner):
    """A signer with the time as an argument, in epoch seconds."""

    def __init__(self, *arguments: Any, seconds: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._seconds = seconds

    def get_timestamp(self) -> int:
        """The time of the signature."""
        return self._seconds


def person_of(content: Any) -> str | None:
    """The person that the content of a token names; None when it names none."""
    try:
        return read_id(content.get("person")) if isinstance(content, dict) else None
    except READ_ERRORS:
        return None
