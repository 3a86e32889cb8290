"""The texts of a mail, with tokens, and how each was made."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from workers.writing.bank_tables import BANK, Bank
from workers.writing.models import EmailSectionType

Origin = Literal["model", "cache", "bank"]


class SectionText(NamedTuple):
    """The prose of a section."""

    intro: str
    call_to_action: str


class PersonalText(NamedTuple):
    """The prose around what a mail shows: its sections, or an event."""

    subject: str
    preheader: str
    introduction: str
    closing: str


@dataclass(frozen=True)
class Made:
    """How a text was made: by what, and what that has cost. `reason` says why it comes from the bank."""

    origin: Origin = "bank"
    reason: str | None = None
    model: str | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    micro_dollars: int = 0
    cached_tokens: int = 0  # of the input, which the model had read before


@dataclass(frozen=True)
class Wording:
    """The words around the prose, without tokens; where they are empty those of the bank stand, or none."""

    greeting: str = ""
    call_to_action: str = ""
    farewell: str = ""


@dataclass(frozen=True)
class InviteTexts:
    """All prose of an invitation, with tokens."""

    personal: PersonalText
    made: Made = field(default_factory=Made)
    bank: Bank = field(default_factory=lambda: BANK, repr=False)
    wording: Wording = Wording()


@dataclass(frozen=True)
class MailTexts:
    """All prose of a mail, with tokens; what is not there, such as the greeting, is in the bank."""

    personal: PersonalText
    sections: dict[EmailSectionType, SectionText]
    personal_made: Made = field(default_factory=Made)
    sections_made: Made = field(default_factory=Made)
    bank: Bank = field(default_factory=lambda: BANK, repr=False)
    wording: Wording = Wording()

    @property
    def made(self) -> tuple[Made, Made]:
        """How both parts were made."""
        return self.personal_made, self.sections_made
