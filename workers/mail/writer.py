"""The interface of a mail writer, and writers that choose or mark what another one writes."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from schemas.decision import SendDecision
from schemas.mail import MailedEvent, MailedJob, MailMaking, MailVariation
from workers.mail.mail_engine import ChoiceFigures
from workers.writing.tokens import MOCK


@dataclass(frozen=True)
class MailText:
    """The text of one mail, its writer, and the model that wrote it (None for a template).

    `html` and `text` are its parts as they are sent, None until they are rendered; `jobs` and `events` are
    shown in it.
    `action` is the text and the address of its one button, `farewell` a line above the signature.
    `variations` are how it was chosen, by type, and `figures` what metrics say of that; both are empty for a
    mail that was written as it is.
    """

    subject: str
    greeting: str
    body: tuple[str, ...]
    closing: str
    writer: Literal["gpt", "template"]
    model: str | None = None
    preheader: str = ""
    signature: str = ""
    html: str | None = None
    text: str | None = None
    jobs: tuple[MailedJob, ...] = ()
    events: tuple[MailedEvent, ...] = ()
    making: MailMaking | None = None
    action: tuple[str, str] | None = None
    farewell: str = ""
    variations: tuple[MailVariation, ...] = ()
    figures: ChoiceFigures | None = None


class Writer(Protocol):
    """Writes the mail for a decision."""

    async def write(self, decision: SendDecision, /) -> MailText:
        """Return the text for a decision to send or ask; raises WritingError."""


class MarkingWriter:
    """Writes with another writer, and marks the subject, so that nobody takes such a mail for a real one."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def write(self, decision: SendDecision) -> MailText:
        """Return the other's text under a marked subject; raises what the other raises."""
        text = await self.writer.write(decision)
        return replace(text, subject=MOCK + text.subject)


class PreviewingWriter:
    """Writes mails with one writer, and what was only observed with another, which costs nothing."""

    def __init__(self, mails: Writer, previews: Writer) -> None:
        self.mails, self.previews = mails, previews

    async def write(self, decision: SendDecision) -> MailText:
        """Return the text of the writer that is for the decision; raises what that raises."""
        return await (self.previews if decision.observed else self.mails).write(decision)
