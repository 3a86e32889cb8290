"""Finds out whose request it is: by a token in the body, or as the settings allow it otherwise. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workers.product.reading.values import READ_ERRORS, read_id
from workers.serve.tracking.messages import LONGEST_REFERENCE, TrackedMessage
from workers.serve.tracking.refusal import RequestRefused
from workers.serve.tracking.tokens import TokenKeys


@dataclass(frozen=True)
class PersonProof:
    """Whom a request may speak for. No cookie is ever read, so there is nothing to forge a request with.

    With `bare_ids` (in development) a request may just name a person. With a `header` the product's own
    proxy, which checks its session, names the person: then any page could make a browser send a request, so
    the page's origin must be one of `origins`, and a form needs the token as well. With `applied_by_server`
    only a token for a server may say that somebody applied.
    """

    keys: TokenKeys
    bare_ids: bool
    header: str = ""
    origins: Collection[str] = ()
    applied_by_server: bool = False

    def person(self, message: TrackedMessage, headers: Mapping[str, str], now_ms: int) -> str:
        """The person of a message; raises RequestRefused (401 or 403)."""
        token = None if message.token is None else self.keys.read(message.token, now_ms)
        is_by_server = token is not None and token.for_server
        if message.content["kind"] == "applied" and self.applied_by_server and not is_by_server:
            raise RequestRefused(403, "applied is told by the product's server only", "kind")
        if token is not None:
            return token.person
        return self.sender(None, message.person, headers, now_ms, is_form=message.is_form)

    def sender(
        self, token: str | None, person: str | None, headers: Mapping[str, str], now_ms: int, *, is_form: bool
    ) -> str:
        """The person who sends something; raises RequestRefused (401 or 403)."""
        if token is not None:
            return self.keys.read(token, now_ms).person
        if is_form:
            raise RequestRefused(401, "is missing, which a form needs", "token")
        if self._named(headers) is not None:
            self._check_origin(headers)
        return self._without_token(person, headers)

    def reader(self, token: str | None, person: str | None, headers: Mapping[str, str], now_ms: int) -> str:
        """The person who asks to see something; raises RequestRefused (401 or 403)."""
        return self._without_token(person, headers) if token is None else self.keys.read(token, now_ms).person

    def _without_token(self, person: str | None, headers: Mapping[str, str]) -> str:
        """The person that the header names, else the bare id where one is allowed."""
        if (named := self._named(headers)) is not None:
            return named
        if self.bare_ids and (bare := given_id(person)) is not None:
            return bare
        raise RequestRefused(401, "is missing", "token")

    def _named(self, headers: Mapping[str, str]) -> str | None:
        """The person that the product's own proxy names."""
        return given_id(headers.get(self.header)) if self.header else None

    def _check_origin(self, headers: Mapping[str, str]) -> None:
        if headers.get("origin") not in self.origins:
            raise RequestRefused(403, "the page's origin is not allowed")


def given_id(value: str | None) -> str | None:
    """The id of a person that a header or a query gives; None for one that is missing or no id."""
    try:
        person = read_id(value)
    except READ_ERRORS:
        return None
    return person if person is not None and len(person) <= LONGEST_REFERENCE else None
