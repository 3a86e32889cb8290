"""The interface of a mail writer, and a writer that falls back to another."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import structlog

from schemas.decision import SendDecision
from schemas.mail import MailedJob, MailMaking
from workers.writing.errors import WritingError
from workers.writing.tokens import MOCK

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class MailText:
    """The text of one mail, its writer, and the model that wrote it (None for a template).

    `html` and `text` are its parts as they are sent, None until they are rendered; `jobs` are shown in it.
    `action` is the text and the address of its one button.
    """

    subject: str
    greeting: str
    body: tuple[str, ...]
    closing: str
    writer: Literal["gpt", "template"]
    model: str | None = None
    preheader: str = ""
    html: str | None = None
    text: str | None = None
    jobs: tuple[MailedJob, ...] = ()
    making: MailMaking | None = None
    action: tuple[str, str] | None = None


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


class FallbackWriter:
    """Writes with `primary`, and with `fallback` when that fails."""

    def __init__(self, primary: Writer, fallback: Writer) -> None:
        self.primary = primary
        self.fallback = fallback

    async def write(self, decision: SendDecision) -> MailText:
        """Return the primary's text, or the fallback's; raises what the fallback raises."""
        try:
            return await self.primary.write(decision)
        except WritingError as error:
            log.warning("the second writer takes over", decision=decision.id, detail=str(error))
        except Exception:
            # a bug in the primary writer must not cost the mail
            log.exception("the second writer takes over", decision=decision.id)
        return await self.fallback.write(decision)
