"""Who sends the mails, as laws want it shown: [sender.en] and [sender.ja] of deploy/policy.toml."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from workers.writing.rendering.page import Sender

TABLE = "sender"  # of deploy/policy.toml; the rest of that file is the policy of people and of the feed


class SenderPolicyError(ValueError):
    """A table of senders that cannot be used; the text names the file and every wrong key."""


class SenderBlock(BaseModel):
    """The sender in the mails of one language; `contact` is a phone number, an address or a page."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    company: str = Field(min_length=1, max_length=200)
    postal_address: str = Field(min_length=1, max_length=300)
    contact: str = Field(min_length=1, max_length=300)
    site_url: str | None = Field(default=None, max_length=500)


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
    given = {"en": blocks.en, "ja": blocks.ja}
    return {
        language: Sender(block.company, block.postal_address, block.contact, site_url=block.site_url)
        for language, block in given.items()
        if block is not None
    }
