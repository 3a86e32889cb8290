"""What an answer of Airtable means: it may pass by itself, or somebody has to do something. Pure."""

import json
from enum import Enum
from typing import Any

TOO_MANY, BILLING = 429, "BILLING_LIMIT"
PASSING = {408, 500, 502, 503, 504}
KIND_LENGTH = 100


class AnswerKind(Enum):
    """Answered; to be asked again after a wait of this process, or of all; refused."""

    ANSWERED = "answered"
    PASSING = "passing"
    TOO_MANY = "too many"
    REFUSED = "refused"


class AirtableRefusal(Exception):
    """Airtable refuses a request; `status` is that of HTTP, `kind` Airtable's own word for the reason."""

    def __init__(self, status: int, kind: str) -> None:
        super().__init__(f"{status} {kind}".strip())
        self.status, self.kind = status, kind

    @property
    def is_forbidden(self) -> bool:
        """Whether the token lacks a right, or there is no such base or table: Airtable does not say which."""
        return self.status in (403, 404)


def answer_kind(status: int, body: bytes) -> AnswerKind:
    """What an answer means."""
    if status == TOO_MANY:
        return AnswerKind.REFUSED if BILLING in kind_of(body) else AnswerKind.TOO_MANY
    if status in PASSING or status >= 500:
        return AnswerKind.PASSING
    return AnswerKind.ANSWERED if status < 400 else AnswerKind.REFUSED


def kind_of(body: bytes) -> str:
    """Airtable's word for an error, of the three forms of its bodies; empty for another body."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    errors = said.get("errors")
    error = said.get("error") or (errors[0] if isinstance(errors, list) and errors else None)
    if isinstance(error, dict):
        error = error.get("type") or error.get("error")
    return error[:KIND_LENGTH] if isinstance(error, str) else ""


def sentence(refusal: AirtableRefusal, base: str, table: str) -> str:
    """The line that says what is refused, and what somebody has to do."""
    place = f"{base}/{table}"
    if refusal.status == 401:
        return "Airtable does not accept AIRTABLE_TOKEN: make a new token at airtable.com/create/tokens"
    if refusal.is_forbidden:
        return (
            f"Airtable does not let the token read {place}, or there is none: the token needs the scope "
            "data.records:read and access to the base; check base and table in KAIROS_SOURCES"
        )
    if BILLING in refusal.kind:
        return (
            f"Airtable takes no more requests to {place} this month: the plan's monthly limit of calls is "
            "used up; a longer AIRTABLE_POLL_SECONDS needs fewer"
        )
    return f"Airtable refuses to read {place}: {refusal}"


def write_sentence(refusal: AirtableRefusal, base: str, table: str) -> str:
    """The same for a request that was to write records."""
    if refusal.is_forbidden:
        return (
            f"Airtable does not let the token write into {base}/{table}: it needs the scopes "
            "data.records:read and data.records:write, of a user who may edit; AIRTABLE_WRITE_BACK=false "
            "leaves the table as it is"
        )
    if refusal.status == 422:
        return (
            f"Airtable does not take what is written into {base}/{table}: {refusal}; a column was renamed or "
            "deleted: correct the names in KAIROS_SOURCES"
        )
    return sentence(refusal, base, table)
