"""The texts of a mail, with tokens, and how each was made."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from workers.writing.models import EmailSectionType

Origin = Literal["model", "cache", "bank"]


class SectionText(NamedTuple):
    """The prose of a section."""

    intro: str
    call_to_action: str


class PersonalText(NamedTuple):
    """The prose around the sections."""

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


@dataclass(frozen=True)
class MailTexts:
    """All prose of a mail, with tokens."""

    personal: PersonalText
    sections: dict[EmailSectionType, SectionText]
    personal_made: Made = field(default_factory=Made)
    sections_made: Made = field(default_factory=Made)

    @property
    def made(self) -> tuple[Made, Made]:
        """How both parts were made."""
        return self.personal_made, self.sections_made
