"""What is measured of the outcomes of decisions to write."""

from typing import get_args

from schemas.decision import SendDecision
from schemas.mail import Email, Language
from schemas.model import to_epoch_ms
from workers.mail.lease import MailOutcome
from workers.mail.writer import MailText
from workers.runtime.counted import measuring
from workers.runtime.metrics.mails import MAIL_SECONDS, MAILS
from workers.runtime.stage import Measured

MEASURE = measuring(MAILS, MAIL_SECONDS)


def measured(decision: SendDecision, outcome: MailOutcome, text: MailText | None) -> Measured:
    """What is measured of a result: outcome, language and writer, and since the decision how long it took."""
    language = decision.brief.language if decision.brief else "en"
    if text is None:
        return Measured((outcome, language, ""))
    return Measured((outcome, language, text.writer), to_epoch_ms(decision.decided_at))


def announce() -> None:
    """Serve the counters of what has not happened yet: the first time would be missed otherwise."""
    for language in get_args(Language):
        for writer in get_args(Email.model_fields["writer"].annotation):
            MAILS.labels("written", language, writer)
        for outcome in ("failed", "expired", "withdrawn"):
            MAILS.labels(outcome, language, "")
