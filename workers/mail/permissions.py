"""What `mail` holds in memory before it hands anything over: all pauses and suppressions."""

import asyncio

import structlog

from schemas.decision import SendDecision
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, Suppression, SuppressionReason
from workers.mail.withholding import reason_to_withhold
from workers.runtime.kafka.whole_topic import WholeTopic
from workers.runtime.process.clock import now_ms

LOOK_SECONDS = 0.1
log = structlog.get_logger(__name__)


class MailPermissions:
    """Two whole topics; while one of them is not known, or too old, the worker waits."""

    def __init__(self) -> None:
        self.controls = WholeTopic("controls", MailPause.under)
        self.suppressions = WholeTopic("suppressions", reason_of)

    @property
    def topics(self) -> tuple[WholeTopic[MailPause], WholeTopic[SuppressionReason]]:
        """Both, to be kept in memory."""
        return self.controls, self.suppressions

    async def withheld(self, decision: SendDecision) -> str | None:
        """Why the mail of a decision is not to be written now, None if it may be; waits until it is known."""
        await self._known()
        pauses, suppressions = self.controls.get, self.suppressions.get
        return reason_to_withhold(decision, pauses, suppressions, from_epoch_ms(now_ms()))

    async def _known(self) -> None:
        unknown = False
        while not all(topic.is_current(now_ms()) for topic in self.topics):
            if not unknown:
                log.warning("no mails while pauses and suppressions are not known")
            unknown = True
            await asyncio.sleep(LOOK_SECONDS)
        if unknown:
            log.info("pauses and suppressions are known")


def reason_of(key: str, data: bytes) -> SuppressionReason:
    """The reason of a suppression, all that is held of it: there may be millions. Raises ValueError."""
    return Suppression.under(key, data).reason
