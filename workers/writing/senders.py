"""Who sends the mails, as laws want it shown: [sender.en] and [sender.ja] of deploy/policy.toml."""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from workers.writing.gate.refusal import Refusal
from workers.writing.gate.rendered import refusal_of_rendered
from workers.writing.rendering.page import MailPage, Sender
from workers.writing.rendering.printed import is_mail_url, is_uri
from workers.writing.rendering.render import links_of, render_html, render_text

TABLE = "sender"  # of deploy/policy.toml; the rest of that file is the policy of people and of the feed
LANGUAGES: tuple[Literal["en"], Literal["ja"]] = ("en", "ja")


class SenderPolicyError(ValueError):
    """A table of senders that cannot be used; the text names the file and every wrong key."""


def is_page_or_mail(url: str) -> str:
    """A check of an address to opt out."""
    if not is_uri(url):
        raise ValueError("must be an URL of http, https or mailto, the same for every reader")
    return url


def is_page(url: str) -> str:
    """A check of an address of a site."""
    if not is_uri(url) or is_mail_url(url):
        raise ValueError("must be an URL of http or https")
    return url


class SenderBlock(BaseModel):
    """The sender in the mails of one language; `contact` is a phone number, an address or a page.

    `opt_out_url` is a page of the product, or a mailto URL; `notice` a sentence such as that the mail is an
    advertisement.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    company: str = Field(min_length=1, max_length=200)
    postal_address: str = Field(min_length=1, max_length=300)
    contact: str = Field(min_length=1, max_length=300)
    site_url: Annotated[str, AfterValidator(is_page)] | None = Field(default=None, max_length=500)
    opt_out_url: Annotated[str, AfterValidator(is_page_or_mail)] | None = Field(default=None, max_length=500)
    notice: str = Field(default="", max_length=300)

    def sender(self) -> Sender:
        """The sender as mails show it."""
        return Sender(
            self.company,
            self.postal_address,
            self.contact,
            opt_out_url=self.opt_out_url,
            site_url=self.site_url,
            notice=self.notice,
        )


class SenderBlocks(BaseModel):
    """The senders by language; a language without one has no block."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: SenderBlock | None = None
    ja: SenderBlock | None = None


def load_senders(path: Path) -> dict[str, Sender]:
    """The senders of a policy by language; SenderPolicyError if they cannot be used."""
    try:
        blocks = SenderBlocks.model_validate(tomllib.loads(path.read_text("utf-8")).get(TABLE, {}))
    except OSError as error:
        raise SenderPolicyError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, (TABLE, *each['loc'])))}: {each['msg']}" for each in error.errors())
        raise SenderPolicyError(f"{path}: {'; '.join(wrong)}") from error
    except ValueError as error:
        raise SenderPolicyError(f"{path}: not TOML: {error}") from error
    senders: dict[str, Sender] = {}
    for language in LANGUAGES:
        block: SenderBlock | None = getattr(blocks, language)
        if block is None:
            continue
        senders[language] = block.sender()
        if (refusal := refusal_of_sender(senders[language], language)) is not None:
            raise SenderPolicyError(f"{path}: {TABLE}.{language}: no mail may show it: {refusal.rule}")
    return senders


def refusal_of_sender(sender: Sender, language: Literal["en", "ja"]) -> Refusal | None:
    """Why the gate would refuse every mail of a sender; None if it would not."""
    page = MailPage(language, "s", "", "", (), (), "", "", sender)
    return refusal_of_rendered(render_html(page), f"s\n{render_text(page)}", links_of(page))
