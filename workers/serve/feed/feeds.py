"""Makes and finds the lists of people: the profile and the lists are in Redis, the jobs in memory."""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from uuid import uuid4

from redis import Redis

from schemas.documents import Job
from schemas.profile import EnrichedProfile
from workers.board.live_board import LiveBoard
from workers.recommend.embedding import Embedder, Vectors
from workers.recommend.feed import recommend
from workers.recommend.picks import Picks
from workers.recommend.policy import FeedPolicy
from workers.recommend.profile_seeker import seeker_of
from workers.recommend.seeker import JobSeeker
from workers.recommend.traces import texts_of
from workers.runtime.process.settings import Settings
from workers.serve.feed.lists import ListStore
from workers.serve.feed.page import FeedPage, is_open, page_of, read_cursor
from workers.serve.feed.person_texts import PersonTexts
from workers.serve.feed.showings import Showings
from workers.serve.read_model import ReadModel
from workers.serve.tracking.refusal import RequestRefused

LONGEST_LIST = 200  # jobs that can be paged through


class FeedRequest(NamedTuple):
    """What was asked for: a page of a new list, or of the list of a cursor, for a person."""

    person: str
    size: int
    cursor: str | None = None
    use_personalization: bool | None = None


class Asker(NamedTuple):
    """Who asks: what is known of the person, and the vectors of what they wrote by an embedder."""

    seeker: JobSeeker
    embedder: Embedder
    texts: Mapping[str, Vectors]


class Feeds:
    """The lists of everybody. Its methods are for threads: they take milliseconds, `asker` also seconds."""

    def __init__(self, board: LiveBoard, redis: Redis, settings: Settings, policy: FeedPolicy) -> None:
        self._board = board
        self._model = ReadModel(redis, settings)
        self._lists = ListStore(redis, settings)
        self._policy = policy
        self._showings = Showings()
        self._texts = PersonTexts()

    def asker(self, asked: FeedRequest, now: int) -> Asker:
        """Who asks, at a time (epoch ms), with all that takes time to be found.

        Raises RequestRefused, 503 while the jobs are still being read, and RedisError.
        """
        if not self._board.is_ready:
            raise RequestRefused(503, "the jobs are still being read", retry_seconds=1.0)
        seeker, embedder = self.seeker(asked.person), self._board.embedder
        texts = texts_of(seeker, self._policy, now) if asked.cursor is None else ()
        return Asker(seeker, embedder, self._texts.vectors(embedder, texts))

    def page(self, asked: FeedRequest, asker: Asker, now: int) -> FeedPage:
        """The page that was asked for, at a time (epoch ms).

        Raises RequestRefused: 410 for a list that is no more, 403 for another person's; and RedisError.
        """
        seeker, begins = asker.seeker, 0
        if asked.cursor is None:
            picks = self.make(asker, now, asked.use_personalization)
            self._lists.put(picks)
        else:
            request_id, begins = read_cursor(asked.cursor)
            picks = self._stored(request_id, asked.person)
        page = page_of(picks, begins, asked.size, self._finder(seeker, now))
        with self._board.locked() as board:
            for pick, _ in page.shown:
                board.shown(pick.job_id)
            self._showings.add(asked.person, [pick.job_id for pick, _ in page.shown], now)
        return page

    def make(self, asker: Asker, now: int, use_personalization: bool | None = None) -> Picks:
        """A new list for a person at a time (epoch ms).

        Where the board got another embedder since, what the person wrote says nothing in this list.
        """
        with self._board.locked() as board:
            return recommend(
                asker.seeker,
                board,
                self._policy,
                now,
                uuid4().hex,
                size=LONGEST_LIST,
                shown=self._showings.of(asker.seeker.id, now),
                use_personalization=use_personalization,
                texts=asker.texts if board.embedder is asker.embedder else {},
            )

    def seeker(self, person: str) -> JobSeeker:
        """What is known of a person; nothing but the id of one who has no profile."""
        profile: EnrichedProfile | None = self._model.profile(person)
        return JobSeeker(person) if profile is None else seeker_of(profile)

    def _stored(self, request_id: str, person: str) -> Picks:
        picks = self._lists.get(request_id)
        if picks is None:
            raise RequestRefused(410, "the list is no more; ask for a new one", "cursor")
        if picks.person != person:
            raise RequestRefused(403, "is of another person's list", "cursor")
        return picks

    def _finder(self, seeker: JobSeeker, now: int) -> Callable[[str], Job | None]:
        """Finds jobs that may be shown: open, and not applied for, rejected or ignored meanwhile."""

        def find(job_id: str) -> Job | None:
            job = None if job_id in seeker.excluded else self._board.job(job_id)
            return job if job is not None and is_open(job, now) else None

        return find
