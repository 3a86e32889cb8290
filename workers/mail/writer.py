"""The interface of a mail writer, and a writer that falls back to another."""

from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from schemas.decision import SendDecision

log = structlog.get_logger(__name__)


class WritingError(Exception):
    """A text could not be written. The message is the reason; it holds no text and no address."""


@dataclass(frozen=True)
class MailText:
    """The text of one mail, its writer, and the model that wrote it (None for a template)."""

    subject: str
    greeting: str
    body: tuple[str, ...]
    closing: str
    writer: Literal["gpt", "template"]
    model: str | None = None


class Writer(Protocol):
    """Writes the mail for a decision."""

    async def write(self, decision: SendDecision, /) -> MailText:
        """Return the text for a decision to send or ask; raises WritingError."""


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
