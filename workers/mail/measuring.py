"""A writer that measures how mails were chosen, whoever writes them."""

from schemas.decision import SendDecision
from workers.mail.writer import MailText, Writer
from workers.runtime.metrics.mails import CONTEXT_RELEVANCE, FEEDBACK_IMPACT, PERSONALIZED

UNKNOWN = "unknown"


class MeasuringWriter:
    """Writes with another writer."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer

    async def write(self, decision: SendDecision) -> MailText:
        """Return the other's text; raises what the other raises."""
        text = await self.writer.write(decision)
        kind = next((each.segment.partition(":")[0] for each in text.variations), UNKNOWN)
        PERSONALIZED.labels(kind, outcome_of(text)).inc()
        if text.figures is not None:
            CONTEXT_RELEVANCE.labels(kind).observe(text.figures.relevance)
            if text.figures.impact is not None:
                FEEDBACK_IMPACT.labels(kind).observe(text.figures.impact)
        return text


def outcome_of(text: MailText) -> str:
    """Whether a mail is as it was chosen (`whole`), is not (`changed`), or was not chosen (`none`)."""
    if not text.variations:
        return "none"
    return "whole" if all(each.sent is None for each in text.variations) else "changed"
