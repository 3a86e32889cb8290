"""The writer of job digests: picks of now from the board, prose from the author, both parts of the mail."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog

from schemas.decision import SendDecision
from schemas.model import Version
from schemas.profile import EnrichedProfile
from workers.board.live_board import LiveBoard
from workers.mail.choosing import chosen_mail
from workers.mail.digest import LEAST_JOBS, digest_draft, digest_plan, digest_text, is_digest
from workers.mail.mail_engine import MailEngine
from workers.mail.mail_links import MailLinks
from workers.mail.mail_senders import MailSenders
from workers.mail.stored_profiles import ProfileOf
from workers.mail.worded import chosen_text, worded_mail
from workers.mail.writer import MailText, Writer
from workers.recommend.policy import FeedPolicy
from workers.recommend.profile_seeker import seeker_of
from workers.recommend.sections import sections
from workers.recommend.seeker import JobSeeker
from workers.writing.author import Author
from workers.writing.plan import MailPlan
from workers.writing.prompts import PERSONAL_FORM
from workers.writing.request import HURRIED
from workers.writing.results import sendable

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class JobPicks:
    """What a digest picks from: the board, the profiles, the policy, what editors chose, where jobs lead.

    `senders` are who sends it, by language, `engine` chooses how it is written.
    `board_seconds` is how long a mail waits for a board that is not ready; `clock` is in epoch milliseconds.
    """

    board: LiveBoard
    profile_of: ProfileOf
    policy: FeedPolicy
    clock: Callable[[], int]
    editorial: tuple[str, ...] = ()
    links: MailLinks = field(default_factory=MailLinks)
    board_seconds: float = 60.0
    senders: MailSenders = field(default_factory=MailSenders)
    engine: MailEngine = field(default_factory=MailEngine)


class DigestWriter:
    """Writes digests of jobs; other mails, and those without enough jobs, are written by `other`."""

    def __init__(self, picks: JobPicks, author: Author, other: Writer) -> None:
        self._picks, self._author, self.other = picks, author, other

    async def write(self, decision: SendDecision) -> MailText:
        """The text of a decision; raises what the other writer raises."""
        if not is_digest(decision) or not await self._is_ready():
            return await self.other.write(decision)
        profile = await self._picks.profile_of(decision.person)
        plan, versions = await self._plan(decision, profile)
        if plan.count < LEAST_JOBS:
            log.debug("too few jobs for a digest", decision=decision.id, jobs=plan.count)
            return await self.other.write(decision)
        sender = self._picks.senders.of(decision, plan.language.value)
        draft = digest_draft(plan, self._author.bank, is_modelled=self._author.is_writing(PERSONAL_FORM))
        chosen = await chosen_mail(self._picks.engine, decision, draft, profile)
        plan = plan if chosen is None else replace(plan, style=chosen.style)
        texts = await self._author.texts(plan, HURRIED)
        wanted = texts if chosen is None else worded_mail(texts, chosen)
        mail = sendable(plan, wanted, sender=sender)
        if mail is None:
            return await self.other.write(decision)
        return chosen_text(digest_text(mail, versions), chosen, mail.texts, wanted.wording)

    async def _is_ready(self) -> bool:
        """Whether the board has all jobs; waits for a while until it has."""
        board = self._picks.board
        is_ready = board.is_ready or await asyncio.to_thread(
            board.wait_until_ready, self._picks.board_seconds
        )
        if not is_ready:
            log.warning("the board of jobs is not ready")
        return is_ready

    async def _plan(
        self, decision: SendDecision, profile: EnrichedProfile | None
    ) -> tuple[MailPlan, dict[str, Version | None]]:
        """The jobs for a person now, and their versions; without a profile what people want is shown."""
        picks = self._picks
        language = None if decision.brief is None else decision.brief.language
        seeker = JobSeeker(decision.person, language=language) if profile is None else seeker_of(profile)
        now = picks.clock()

        def planned() -> tuple[MailPlan, dict[str, Version | None]]:
            with picks.board.locked() as board:
                found = sections(seeker, board, picks.policy, now, editorial=picks.editorial)
                versions = {
                    pick.job_id: picks.board.version(pick.job_id) for each in found for pick in each.jobs
                }
                return digest_plan(decision, found, picks.board.job, picks.links), versions

        return await asyncio.to_thread(planned)
