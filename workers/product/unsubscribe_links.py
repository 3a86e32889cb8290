"""The address in a mail under which its reader can unsubscribe: a signed token, and how it is read. Pure.

A token names the person and the mail by itself, as RFC 8058 asks, and holds as long as its key does.
"""

from typing import NamedTuple, get_args

from schemas.decision import SendDecision
from schemas.mail import Language
from schemas.model import to_epoch_ms
from workers.runtime.process.http_settings import HttpSettings
from workers.runtime.process.signed_tokens import SignedTokens, TokenError

PURPOSE = "unsubscribe"
PATH = "/unsubscribe/"
LANGUAGES = get_args(Language)


class UnsubscribeToken(NamedTuple):
    """Who unsubscribes, with which mail, and its language (None: unknown)."""

    person: str
    decision: str
    language: Language | None = None


def unsubscribe_tokens(settings: HttpSettings) -> SignedTokens:
    """The tokens of such addresses, with the secrets of the settings."""
    return SignedTokens(settings.token_secrets, PURPOSE)


def unsubscribe_link(settings: HttpSettings, decision: SendDecision, language: str) -> str | None:
    """The address under which the reader of a decision's mail unsubscribes: the same for each decision.

    None without KAIROS_PUBLIC_URL.
    """
    if not settings.kairos_public_url:
        return None
    known: Language = "ja" if language == "ja" else "en"
    token = UnsubscribeToken(decision.person, decision.id, known)
    signed = unsubscribe_token(unsubscribe_tokens(settings), token, to_epoch_ms(decision.decided_at))
    return f"{settings.kairos_public_url}{PATH}{signed}"


def unsubscribe_token(tokens: SignedTokens, content: UnsubscribeToken, written_ms: int) -> str:
    """The token of a mail that was written at a time (epoch ms): the same whenever it is made."""
    return tokens.sign(content._asdict(), written_ms)


def read_unsubscribe_token(tokens: SignedTokens, token: str) -> UnsubscribeToken:
    """Whom a token unsubscribes; raises TokenError."""
    content = tokens.read(token).content
    person, decision, language = (content.get(name) for name in UnsubscribeToken._fields)
    if not isinstance(person, str) or not isinstance(decision, str) or not person or not decision:
        raise TokenError("names nobody")
    return UnsubscribeToken(person, decision, language if language in LANGUAGES else None)
