"""Which programs may ask: those that have one of the tokens of KAIROS_API_TOKENS. Pure."""

from collections.abc import Collection
from hmac import compare_digest

from workers.serve.tracking.refusal import RequestRefused


class ProgramAccess:
    """Compares a bearer token with all that there are, in the same time whichever it is.

    Without tokens everybody may ask who can reach the address: in development only this machine can, and in
    production there are no such routes then.
    """

    def __init__(self, tokens: Collection[str]) -> None:
        self._tokens = [token.encode() for token in tokens]

    def check(self, token: str | None) -> None:
        """Raises RequestRefused (401) unless the token is one of them."""
        if not self._tokens:
            return
        if token is None:
            raise RequestRefused(401, "a token is needed: Authorization: Bearer TOKEN")
        given = token.encode("utf-8", "replace")
        if not sum(compare_digest(given, known) for known in self._tokens):  # all are compared
            raise RequestRefused(401, "the token is not known")
