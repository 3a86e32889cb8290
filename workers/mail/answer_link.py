"""A writer that ends a mail with a question by the link under which it can be answered. Pure."""

from collections.abc import Callable
from dataclasses import replace

from schemas.decision import SendDecision
from workers.mail.phrases import PHRASES
from workers.mail.writer import MailText, Writer


class LinkingWriter:
    """Writes with another writer, whoever that is: no model gets the link, and none can change it.

    `link_of` is the address for a decision; None: nothing is added.
    """

    def __init__(self, writer: Writer, link_of: Callable[[SendDecision], str | None]) -> None:
        self.writer = writer
        self._link_of = link_of

    async def write(self, decision: SendDecision) -> MailText:
        """Return the other's text, with a paragraph more if there is a link; raises what the other raises."""
        text, link = await self.writer.write(decision), self._link_of(decision)
        if link is None or decision.brief is None:
            return text
        phrases = PHRASES[decision.brief.language]
        body = (*text.body, phrases.ask_link.format(link=link))
        return replace(text, body=body, action=(phrases.ask_button, link))
