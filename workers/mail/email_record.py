"""The record of a written mail. Pure."""

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import from_epoch_ms
from workers.mail.writer import MailText


def email(decision: SendDecision, text: MailText, at: int) -> Email:
    """The mail of a decision; it has the decision's id, so that a repetition is the same mail."""
    subject = next((each for each in text.variations if each.type == "subject"), None)
    return Email.model_validate(
        {
            "id": decision.id,
            "decision_id": decision.id,
            "person": decision.person,
            "verdict": decision.verdict,
            "language": decision.brief.language if decision.brief else "en",
            "subject": text.subject,
            "greeting": text.greeting,
            "body": [*text.body, *([text.closing] if text.closing and text.farewell else [])],
            "closing": text.farewell or text.closing,
            "signature": text.signature,
            "written_at": from_epoch_ms(at),
            "valid_until": decision.valid_until,
            "writer": text.writer,
            "model": text.model,
            "campaign": decision.campaign,
            "preheader": text.preheader,
            "html": text.html,
            "text": text.text,
            "jobs": text.jobs,
            "events": text.events,
            "making": text.making,
            "variation": subject,
            "variations": [each for each in text.variations if each is not subject],
        }
    )
