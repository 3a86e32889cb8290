"""The short links of mails: which mail and which of its links they stand for, signed, and how they are read.

A link holds no address: `serve` leads to the page of the record that it names, and nowhere else. Pure.
"""

import re
from typing import Any, Literal, NamedTuple, get_args
from urllib.parse import quote

from schemas.decision import SendDecision
from schemas.model import to_epoch_ms
from workers.runtime.process.http_settings import HttpSettings
from workers.runtime.process.signed_tokens import SignedTokens, TokenError

LinkedKind = Literal["job", "event", "honeypot"]
PURPOSE = "link"
PATH = "/l/"
VALID_MS = 90 * 86_400_000  # after the decision
KINDS: tuple[LinkedKind, ...] = get_args(LinkedKind)
LONGEST_TOKEN = 800  # characters; a longer one is of an id that nobody gives
WEB_PAGE = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


class MailLink(NamedTuple):
    """A link in the mail of a decision about a person; `item` is the id of its job or event."""

    person: str
    decision: str
    kind: LinkedKind
    item: str = ""


def link_tokens(settings: HttpSettings) -> SignedTokens:
    """The tokens of links, with the secrets of the settings."""
    return SignedTokens(settings.token_secrets, PURPOSE)


def record_page(template: str, id_: str) -> str | None:
    """The page of a record, of an address with `{id}` in it, as it stands in mails; None without one."""
    return template.replace("{id}", quote(id_, safe="")) if template else None


def is_web_page(url: str | None) -> bool:
    """Whether an address is one of http or https, in one piece."""
    return url is not None and WEB_PAGE.fullmatch(url) is not None


def location_of(url: str) -> str:
    """An address for a header: byte for byte the same, but for letters that a header cannot hold."""
    return NOT_ASCII.sub(lambda found: quote(found.group()), url)


def mail_link(
    tokens: SignedTokens, public_url: str, decision: SendDecision, kind: LinkedKind, item: str = ""
) -> str | None:
    """The address of a link in the mail of a decision, under that of `serve`: the same whenever it is made.

    None where the plain address stands: without a public address, in a mail that nobody is sent (its
    decision has no slot), and for an
    id too long or odd for a link.
    """
    if not public_url or decision.slot is None:
        return None
    link = MailLink(decision.person, decision.id, kind, item)
    try:
        token = link_token(tokens, link, to_epoch_ms(decision.decided_at))
    except UnicodeEncodeError:
        return None
    return f"{public_url}{PATH}{token}" if len(token) <= LONGEST_TOKEN else None


def link_token(tokens: SignedTokens, link: MailLink, decided_ms: int) -> str:
    """The token of a link in the mail of a decision of a time (epoch ms), in few letters.

    The person is left out where the id of the decision says who it is, as those of `people` do.
    """
    content = {"d": link.decision, link.kind[0]: link.item}
    if person_of(link.decision) != link.person:
        content["p"] = link.person
    return tokens.sign(content, decided_ms)


def read_link_token(tokens: SignedTokens, token: str, now_ms: int) -> MailLink:
    """What a token stands for at a time; raises TokenError, outdated for one that has expired."""
    signed = tokens.read(token)
    link = link_of(signed.content)
    if link is None:
        raise TokenError("names no link")
    if now_ms >= signed.signed_ms + VALID_MS:
        raise TokenError("has expired", is_outdated=True)
    return link


def link_of(content: Any) -> MailLink | None:
    """The link of a signed object; None for one of another form, which another version has signed."""
    decision = content.get("d")
    if not isinstance(decision, str):
        return None
    person = content.get("p", person_of(decision))
    found = [(kind, content[kind[0]]) for kind in KINDS if kind[0] in content]
    if not isinstance(person, str) or not person or len(found) != 1:
        return None
    kind, item = found[0]
    is_read = isinstance(item, str) and bool(item) == (kind != "honeypot")
    return MailLink(person, decision, kind, item) if is_read else None


def person_of(decision: str) -> str:
    """The person in the id of a decision as `people` gives them; empty for another id."""
    person, _, number = decision.rpartition(":")
    return person if number.isdecimal() else ""
