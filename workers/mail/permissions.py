"""What `mail` holds in memory before it hands anything over: all pauses and suppressions."""

from schemas.decision import SendDecision
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, SuppressionReason, reason_under
from workers.mail.withholding import reason_to_withhold
from workers.runtime.kafka.whole_topic import WholeTopic, until_current
from workers.runtime.process.clock import now_ms


class MailPermissions:
    """Two whole topics; while one of them is not known, or too old, the worker waits."""

    def __init__(self) -> None:
        self.controls = WholeTopic("controls", MailPause.under)
        self.suppressions = WholeTopic("suppressions", reason_under)

    @property
    def topics(self) -> tuple[WholeTopic[MailPause], WholeTopic[SuppressionReason]]:
        """Both, to be kept in memory."""
        return self.controls, self.suppressions

    async def withheld(self, decision: SendDecision) -> str | None:
        """Why the mail of a decision is not to be written now, None if it may be; waits until it is known."""
        await until_current(self.topics, "pauses and suppressions")
        pauses, suppressions = self.controls.get, self.suppressions.get
        return reason_to_withhold(decision, pauses, suppressions, from_epoch_ms(now_ms()))
