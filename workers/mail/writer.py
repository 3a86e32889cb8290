"""What a writer of mails is, and how one stands in for another."""

from dataclasses import dataclass
from typing import Literal, Protocol

import structlog

from schemas.decision import SendDecision

log = structlog.get_logger(__name__)


class WritingError(Exception):
    """A text could not be written. The message says why; it holds no text and no address."""


@dataclass(frozen=True)
class Text:
    """The words of one mail, who wrote them, and with which model (None for a template)."""

    subject: str
    greeting: str
    body: tuple[str, ...]
    closing: str
    writer: Literal["gpt", "template"]
    model: str | None = None


class Writer(Protocol):
    """Somebody who writes the mail for a decision."""

    async def write(self, decision: SendDecision, /) -> Text:
        """The text for a decision to send or ask; raises WritingError."""


class FallbackWriter:
    """Asks the first writer; when it cannot, the second."""

    def __init__(self, first: Writer, second: Writer) -> None:
        self.first = first
        self.second = second

    async def write(self, decision: SendDecision) -> Text:
        """The first writer's text, or the second's; raises what the second raises."""
        try:
            return await self.first.write(decision)
        except WritingError as error:
            log.warning("the second writer takes over", decision=decision.id, detail=str(error))
        except Exception:
            # a bug in one writer is no reason to write nothing
            log.exception("the second writer takes over", decision=decision.id)
        return await self.second.write(decision)
