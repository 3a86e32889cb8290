"""A writer that gives every mail its HTML and plain text, also one that has no sections. Pure."""

from dataclasses import replace

from schemas.decision import Brief, SendDecision
from workers.mail.mail_senders import MailSenders
from workers.mail.writer import MailText, Writer
from workers.writing.rendering.page import MailPage, Sender
from workers.writing.rendering.render import render_html, render_text

LONGEST_PREHEADER = 90


class PageWriter:
    """Writes with another writer, and renders what has no parts yet, with the sender of its language."""

    def __init__(self, writer: Writer, senders: MailSenders | None = None) -> None:
        self.writer, self._senders = writer, senders or MailSenders()

    async def write(self, decision: SendDecision) -> MailText:
        """Return the other's text with both parts; raises what the other raises."""
        text = await self.writer.write(decision)
        if text.html is not None:
            return text
        language = (decision.brief or Brief()).language
        page = page_of_text(text, language, self._senders.of(decision, language))
        return replace(text, preheader=page.preheader, html=render_html(page), text=render_text(page))


def page_of_text(text: MailText, language: str, sender: Sender | None = None) -> MailPage:
    """A mail of paragraphs as it is shown; the one with the link is a button."""
    link = text.action[1] if text.action else None
    body = tuple(each for each in text.body if link is None or link not in each)
    first = text.preheader or (text.body[0] if text.body else "")
    return MailPage(
        language="ja" if language == "ja" else "en",
        subject=text.subject,
        preheader=first if len(first) <= LONGEST_PREHEADER else first[: LONGEST_PREHEADER - 1] + "…",
        greeting=text.greeting,
        introduction=body,
        sections=(),
        closing=text.closing,
        signature="",
        sender=sender,
        action=text.action,
        farewell=text.farewell,
    )
