"""The raw message of a mail: who it is from, what stands in its headers, and its two parts. Pure."""

import re
from collections.abc import Mapping
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

from schemas.mail import Email
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.deliver.dkim import DkimKey, signed
from workers.product.returns.references import MailReferences
from workers.product.unsubscribe_links import UnsubscribeToken, unsubscribe_token
from workers.runtime.process.signed_tokens import SignedTokens
from workers.writing.rendering.message import mime_message
from workers.writing.rendering.page import MailPage, Sender
from workers.writing.rendering.printed import clean_line

TOKEN = "{token}"
ADDRESS = re.compile(r"[!#$%&'*+/=?^_`{|}~A-Za-z0-9.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LONGEST_ADDRESS = 254
ONE_CLICK = "List-Unsubscribe=One-Click"
# in a name: an old mail program may read it as another address
MAILBOX_SYNTAX = ("@", ">", "<", ",", ";", ":", '"', "\\", "(", ")", "[", "]")


class UnfitMail(ValueError):
    """A mail of which no message can be made; the text says why, without an address."""


class MailOrigin(NamedTuple):
    """Who sends, the same for all mails.

    `address` stands behind the sender's name, the company of `senders` by language. `references` are what
    bounces name their mails by. `one_click_url` has the token in place of `{token}`; empty: there is the
    sender's own page alone. `dkim` None: nothing is signed.
    """

    address: str
    senders: Mapping[str, Sender]
    tokens: SignedTokens
    references: MailReferences
    reply_to: str = ""
    one_click_url: str = ""
    dkim: DkimKey | None = None

    @property
    def domain(self) -> str:
        """The domain of the address."""
        return self.address.rpartition("@")[2]


def message_id(mail: Email, origin: MailOrigin) -> str:
    """The Message-ID of a mail: the reference of its decision, so the same whenever it is handed over."""
    return f"<{origin.references.sign(mail.decision_id)}@{origin.domain}>"


def raw_message(mail: Email, address: str, origin: MailOrigin, at: int) -> bytes:
    """The message of a mail to an address, its Date `at` (epoch milliseconds); lines end by CRLF.

    Raises UnfitMail without a sender in the mail's language, and for what cannot be written in a header.
    """
    if not ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS:
        raise UnfitMail("the address of the person is none that mail can be sent to")
    sender = origin.senders.get(mail.language)
    if sender is None:
        raise UnfitMail(f"the policy has no [sender.{mail.language}]")
    page = MailPage(mail.language, mail.subject, "", "", (), (), "", "", sender)
    try:
        raw = mime_message(page, html_part(mail), text_part(mail), headers_of(mail, address, origin, at))
    except ValueError as error:
        raise UnfitMail(without_addresses(str(error))) from error
    return raw if origin.dkim is None else signed(raw, origin.dkim, at)


def headers_of(mail: Email, address: str, origin: MailOrigin, at: int) -> dict[str, str]:
    """All headers but the subject and those of MIME, in their order."""
    sender = origin.senders[mail.language]
    headers = {
        "From": f"{display_name(sender.company)} <{origin.address}>",
        "To": f"<{address}>",
        "Date": format_datetime(from_epoch_ms(at)),
        "Message-ID": message_id(mail, origin),
    }
    if origin.reply_to:
        headers["Reply-To"] = f"<{origin.reply_to}>"
    if origin.one_click_url:
        headers["List-Unsubscribe"] = f"<{one_click_url(mail, origin)}>"
        headers["List-Unsubscribe-Post"] = ONE_CLICK
    headers["List-Id"] = f"<{label(mail.campaign or 'mail')}.{origin.domain}>"
    headers["Feedback-ID"] = f"{label(mail.campaign or 'mail')}:{mail.writer}:kairos"
    headers["Auto-Submitted"] = "auto-generated"
    headers["X-Auto-Response-Suppress"] = "OOF"
    return headers


def one_click_url(mail: Email, origin: MailOrigin) -> str:
    """The address whose POST unsubscribes the person of a mail; the same whenever it is handed over."""
    content = UnsubscribeToken(mail.person, mail.decision_id, mail.language)
    token = unsubscribe_token(origin.tokens, content, to_epoch_ms(mail.written_at))
    return origin.one_click_url.replace(TOKEN, token)


def display_name(name: str) -> str:
    """A name that stands before an address, in one line, and without signs of the syntax of addresses."""
    cleaned = clean_line(name)
    for sign in MAILBOX_SYNTAX:
        cleaned = cleaned.replace(sign, " ")
    return " ".join(cleaned.split())


def label(name: str) -> str:
    """A name as a label of a domain: lower case letters, digits and hyphens."""
    letters = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name.lower())
    return letters.strip("-")[:60].rstrip("-") or "mail"


def without_addresses(text: str) -> str:
    """One line of text, its mail addresses left out."""
    return " ".join("(address)" if "@" in word else word for word in text.split())


def text_part(mail: Email) -> str:
    """The plain text of a mail, made of its paragraphs where it has none."""
    if mail.text is not None:
        return encodable(mail.text)
    return encodable("\n\n".join(paragraphs_of(mail)) + "\n")


def html_part(mail: Email) -> str:
    """The HTML of a mail, made of its paragraphs where it has none."""
    if mail.html is not None:
        return encodable(mail.html)
    body = "\n".join(f"<p>{escape(each)}</p>" for each in paragraphs_of(mail))
    title = escape(mail.subject)
    head = f'<!doctype html>\n<html lang="{mail.language}">\n<head><title>{title}</title></head>'
    return encodable(f"{head}\n<body>\n{body}\n</body>\n</html>\n")


def paragraphs_of(mail: Email) -> list[str]:
    """The texts of a mail in their order."""
    return [text for text in (mail.greeting, *mail.body, mail.closing, mail.signature) if text]


def encodable(text: str) -> str:
    """A text with a question mark for what UTF-8 cannot hold, such as half an emoji."""
    return text.encode("utf-8", "replace").decode()
