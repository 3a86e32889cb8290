"""The choice of a mail beside the event loop: it takes milliseconds, and hundreds of mails begin at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from schemas.decision import SendDecision
from schemas.profile import EnrichedProfile
from workers.mail.mail_draft import MailDraft
from workers.mail.mail_engine import ChosenMail, MailEngine

# one, since a choice only computes; it starts with the first choice
CHOICES = ThreadPoolExecutor(1, thread_name_prefix="choices")


async def chosen_mail(
    engine: MailEngine, decision: SendDecision, draft: MailDraft, profile: EnrichedProfile | None
) -> ChosenMail | None:
    """What `engine.choose` gives; meanwhile the event loop goes on, as heartbeats and fences need it."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(CHOICES, engine.choose, decision, draft, profile)
