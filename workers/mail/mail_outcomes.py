"""What is measured of the outcomes of decisions to write."""

from schemas.decision import SendDecision
from schemas.model import to_epoch_ms
from workers.mail.lease import MailOutcome
from workers.mail.writer import MailText
from workers.runtime.metrics.mails import MAIL_SECONDS, MAILS
from workers.runtime.stage import Measured


def measured(decision: SendDecision, outcome: MailOutcome, text: MailText | None) -> Measured:
    """What is measured of a result: outcome, language and writer, and since the decision how long it took."""
    language = decision.brief.language if decision.brief else "en"
    if text is None:
        return Measured((outcome, language, ""))
    return Measured((outcome, language, text.writer), to_epoch_ms(decision.decided_at))


def measure(measured: Measured, now: int) -> None:
    """Count the outcome of a decision that is acknowledged."""
    MAILS.labels(*measured.what).inc()
    if measured.since is not None:
        MAIL_SECONDS.observe(max(0, now - measured.since) / 1000)
