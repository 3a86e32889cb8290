"""Signed tokens for every purpose: whose request it is, which question a link in a mail answers. Pure.

A token is the id of a key, a dot, and what `itsdangerous.URLSafeTimedSerializer(secret, salt=SALT)` makes of
a JSON object, with SALT `kairos-` and the purpose. So a product can sign with that library alone, no token
serves another purpose, and a key can be replaced: give the new one first, keep the old one behind it until
its tokens have expired. Times are epoch milliseconds.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from itsdangerous import BadData, BadSignature, TimestampSigner, URLSafeTimedSerializer

from schemas.model import to_epoch_ms

SHAPE = re.compile(r"([A-Za-z0-9_-]{1,32})\.([A-Za-z0-9._-]{1,2000})")
CACHED = 10_000  # tokens whose signature was checked; a page sends the same one again and again


class TokenError(ValueError):
    """A token that proves nothing. `is_outdated`: a fresh one helps, as it has expired or its key is gone."""

    def __init__(self, reason: str, *, is_outdated: bool = False) -> None:
        super().__init__(reason)
        self.is_outdated = is_outdated


class SignedContent(NamedTuple):
    """The JSON object in a token, and when it was signed."""

    content: Mapping[str, Any]
    signed_ms: int


class SignedTokens:
    """Tokens for one purpose: signed with the first of the `secrets` (by the key's id), read with all."""

    def __init__(self, secrets: Mapping[str, str], purpose: str) -> None:
        self._secrets = secrets
        self._salt = f"kairos-{purpose}"
        self._serializers = {key: URLSafeTimedSerializer(secrets[key], salt=self._salt) for key in secrets}
        self._verified = lru_cache(CACHED)(self._verify)

    def sign(self, content: Mapping[str, Any], now_ms: int) -> str:
        """A token of an object of JSON; the same one for the same second."""
        key = next(iter(self._secrets))
        signer: Any = URLSafeTimedSerializer(
            self._secrets[key], salt=self._salt, signer=SignerAt, signer_kwargs={"seconds": now_ms // 1000}
        )
        return f"{key}.{signer.dumps(dict(content))}"

    def read(self, token: str) -> SignedContent:
        """What a token says; raises TokenError. How long it holds is a matter of its purpose."""
        return self._verified(token)

    def _verify(self, token: str) -> SignedContent:
        shape = SHAPE.fullmatch(token)
        if shape is None:
            raise TokenError("is no token")
        serializer = self._serializers.get(shape[1])
        if serializer is None:
            raise TokenError("was signed with a key that is not known", is_outdated=True)
        try:
            content, signed_at = serializer.loads(shape[2], return_timestamp=True)
        except BadSignature:
            raise TokenError("was not signed with its key") from None
        except BadData:
            raise TokenError("cannot be read") from None
        if not isinstance(content, dict):
            raise TokenError("cannot be read")
        return SignedContent(content, to_epoch_ms(signed_at))


class SignerAt(TimestampSigner):
    """A signer with the time as an argument, in epoch seconds."""

    def __init__(self, *arguments: Any, seconds: int, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._seconds = seconds

    def get_timestamp(self) -> int:
        """The time of the signature."""
        return self._seconds
