"""The link in a mail under which its question can be answered: a signed token, and how it is read. Pure."""

from typing import Any, NamedTuple, get_args

from schemas.decision import SendDecision
from schemas.mail import Language
from schemas.model import to_epoch_ms
from schemas.questions import AskedField, asked_field
from workers.runtime.process.http_settings import HttpSettings
from workers.runtime.process.signed_tokens import SignedTokens, TokenError

PURPOSE = "answer"
PATH = "/answer/"
VALID_MS = 30 * 86_400_000  # after the decision; `answers` keeps its records longer
FIELDS, LANGUAGES = get_args(AskedField), get_args(Language)


class AnswerToken(NamedTuple):
    """Who may answer which question, in the language of the mail, and until when (epoch milliseconds)."""

    person: str
    decision: str
    field: AskedField
    language: Language
    until_ms: int


def answer_tokens(settings: HttpSettings) -> SignedTokens:
    """The tokens of links, with the secrets of the settings."""
    return SignedTokens(settings.token_secrets, PURPOSE)


def answer_link(settings: HttpSettings, decision: SendDecision) -> str | None:
    """The address under which the question of a decision to ask is answered: the same for each decision.

    None without KAIROS_PUBLIC_URL, and for a decision that asks nothing that a page can take.
    """
    brief = decision.brief
    field = None if brief is None or decision.verdict != "ask" else asked_field(brief.question)
    if not settings.kairos_public_url or field is None or brief is None:
        return None
    at = to_epoch_ms(decision.decided_at)
    token = AnswerToken(decision.person, decision.id, field, brief.language, at + VALID_MS)
    return f"{settings.kairos_public_url}{PATH}{answer_tokens(settings).sign(token._asdict(), at)}"


def read_answer_token(tokens: SignedTokens, token: str, now_ms: int) -> AnswerToken:
    """What a token of a link allows at a time; raises TokenError, outdated for one that has expired."""
    found = token_of(tokens.read(token).content)
    if found is None:
        raise TokenError("names no question")
    if now_ms >= found.until_ms:
        raise TokenError("has expired", is_outdated=True)
    return found


def token_of(content: Any) -> AnswerToken | None:
    """The token of a signed object; None for one of another form, which another version has signed."""
    given = [content.get(name) for name in AnswerToken._fields]
    person, decision, field, language, until_ms = given
    is_read = isinstance(person, str) and isinstance(decision, str) and isinstance(until_ms, int)
    return AnswerToken(*given) if is_read and field in FIELDS and language in LANGUAGES else None
