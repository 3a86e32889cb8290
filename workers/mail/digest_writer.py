"""The writer of job digests: picks of now from the board, prose from the author, both parts of the mail."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import structlog

from schemas.decision import SendDecision
from schemas.profile import EnrichedProfile
from workers.board.live_board import LiveBoard
from workers.mail.digest import LEAST_JOBS, digest_plan, is_digest, mailed_jobs, paragraphs
from workers.mail.making import making_of
from workers.mail.writer import MailText, Writer
from workers.recommend.policy import FeedPolicy
from workers.recommend.profile_seeker import seeker_of
from workers.recommend.sections import sections
from workers.recommend.seeker import JobSeeker
from workers.writing.author import Author
from workers.writing.plan import MailPlan
from workers.writing.rendering.page import Sender
from workers.writing.results import sendable

ProfileOf = Callable[[str], Awaitable[EnrichedProfile | None]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class JobPicks:
    """What a digest picks from: the board, the profiles, the policy, what editors chose, where jobs are seen.

    `senders` are who sends it, by language.
    `board_seconds` is how long a mail waits for a board that is not ready; `clock` is in epoch milliseconds.
    """

    board: LiveBoard
    profile_of: ProfileOf
    policy: FeedPolicy
    clock: Callable[[], int]
    editorial: tuple[str, ...] = ()
    job_url: str = ""
    board_seconds: float = 60.0
    senders: Mapping[str, Sender] = field(default_factory=dict)


class DigestWriter:
    """Writes digests of jobs; other mails, and those without enough jobs, are written by `other`."""

    def __init__(self, picks: JobPicks, author: Author, other: Writer) -> None:
        self._picks, self._author, self.other = picks, author, other

    async def write(self, decision: SendDecision) -> MailText:
        """The text of a decision; raises what the other writer raises."""
        if not is_digest(decision) or not await self._is_ready():
            return await self.other.write(decision)
        plan = await self._plan(decision)
        if plan.count < LEAST_JOBS:
            log.debug("too few jobs for a digest", decision=decision.id, jobs=plan.count)
            return await self.other.write(decision)
        sender = self._picks.senders.get(plan.language.value)
        mail = sendable(plan, await self._author.texts(plan), sender=sender)
        if mail is None:
            return await self.other.write(decision)
        page, texts = mail.page, mail.texts
        return MailText(
            subject=page.subject,
            greeting=page.greeting,
            body=paragraphs(mail),
            closing=page.closing,
            writer="template" if texts.personal_made.origin == "bank" else "gpt",
            model=texts.personal_made.model,
            preheader=page.preheader,
            html=mail.html,
            text=mail.text,
            jobs=mailed_jobs(mail.plan),
            making=making_of(texts),
        )

    async def _is_ready(self) -> bool:
        """Whether the board has all jobs; waits for a while until it has."""
        board = self._picks.board
        is_ready = board.is_ready or await asyncio.to_thread(
            board.wait_until_ready, self._picks.board_seconds
        )
        if not is_ready:
            log.warning("the board of jobs is not ready")
        return is_ready

    async def _plan(self, decision: SendDecision) -> MailPlan:
        """The jobs for a person now; without a profile what people want is shown."""
        profile, picks = await self._picks.profile_of(decision.person), self._picks
        language = None if decision.brief is None else decision.brief.language
        seeker = JobSeeker(decision.person, language=language) if profile is None else seeker_of(profile)
        now = picks.clock()

        def planned() -> MailPlan:
            with picks.board.locked() as board:
                found = sections(seeker, board, picks.policy, now, editorial=picks.editorial)
            return digest_plan(decision, found, picks.board.job, picks.job_url)

        return await asyncio.to_thread(planned)
