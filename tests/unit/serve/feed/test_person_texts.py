"""What persons wrote is embedded before the board is locked, and a slow or failing embedder delays nobody."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from structlog.testing import capture_logs

from schemas.documents import Job
from schemas.profile import EnrichedProfile
from tests.unit.board.embedders import ScriptedEmbedder
from tests.unit.recommend.boards import EMBEDDER, NOW, TITLES, job
from tests.unit.serve.feed.test_feed_endpoints import RedisInMemory
from workers.board.board_changes import BoardChange
from workers.board.live_board import LiveBoard
from workers.board.second_board import SecondBoard
from workers.recommend.board import Board
from workers.recommend.embedding import Vectors, label
from workers.recommend.policy import FeedPolicy
from workers.runtime.metrics.models import EMBEDDED
from workers.runtime.process.settings import Settings
from workers.serve.feed.feeds import FeedRequest, Feeds
from workers.serve.feed.person_texts import PersonTexts


def failed(name: str = "scripted") -> float:
    return float(EMBEDDED.labels(name, "failed")._value.get())


def test_a_text_is_embedded_once_by_each_embedder() -> None:
    texts, chosen, other = PersonTexts(), ScriptedEmbedder(), ScriptedEmbedder("2")
    first = texts.vectors(chosen, ["Nurse", "Cook"])
    again = texts.vectors(chosen, ["Cook", "Nurse"])
    texts.vectors(other, ["Nurse"])

    assert (chosen.asked, other.asked) == (["Nurse", "Cook"], ["Nurse"])
    for title in ("Nurse", "Cook"):
        assert np.array_equal(first[title], ScriptedEmbedder().embed([title])[0])
        assert np.array_equal(again[title], first[title])
    assert texts.vectors(chosen, []) == {}


def test_the_longest_unused_texts_are_forgotten() -> None:
    texts, chosen = PersonTexts(most=2), ScriptedEmbedder()
    for text in ("a nurse", "a cook", "a nurse", "a welder", "a nurse", "a cook"):
        texts.vectors(chosen, [text])

    assert chosen.asked == ["a nurse", "a cook", "a welder", "a cook"]


def test_where_the_embedder_fails_a_text_says_nothing() -> None:
    """Counted, said once, and not asked again for a while; what is known is still known."""
    texts, chosen, before = PersonTexts(), ScriptedEmbedder(), failed()
    known = texts.vectors(chosen, ["Nurse"])["Nurse"]
    chosen.fails = "no network"
    with capture_logs() as lines:
        found = texts.vectors(chosen, ["Nurse", "Cook"])
        chosen.fails = None
        texts.vectors(chosen, ["Cook", "Welder"])

    assert np.array_equal(found["Nurse"], known)
    assert not found["Cook"].any()
    assert chosen.asked == ["Nurse"]
    assert failed() - before == 3
    assert [line["event"] for line in lines] == ["embedding what persons wrote: lost"]


class Slow(ScriptedEmbedder):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        assert self.answer.wait(30)
        return super().embed(texts)


def test_a_slow_embedder_is_not_waited_for() -> None:
    """Its answer is there the next time."""
    texts, slow = PersonTexts(wait_seconds=0.01), Slow()
    assert not texts.vectors(slow, ["Nurse"])["Nurse"].any()

    slow.answer.set()
    texts._threads.shutdown(wait=True)  # until the answer is there
    assert texts.vectors(slow, ["Nurse"])["Nurse"].any()


class Unlocked(ScriptedEmbedder):
    """Notes whether the board was locked while it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.board: LiveBoard | None = None
        self.was_locked: list[bool] = []

    def job_text(self, job: Job) -> str:
        return EMBEDDER.job_text(job)

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.board is not None:
            self.was_locked.append(self.board._lock.locked())
        return super().embed(texts)


@pytest.fixture
def site() -> tuple[Feeds, LiveBoard, Unlocked]:
    """Lists for a nurse, on a board that can switch."""
    chosen, redis, settings = Unlocked(), RedisInMemory(), Settings()
    board = LiveBoard(Board(EMBEDDER), None, SecondBoard(Board(chosen), chosen))
    chosen.board = board
    board.apply([BoardChange(title, NOW, job(title)) for title in TITLES])
    board.begin()
    profile = EnrichedProfile(id="mia", as_of=NOW, occupation="Registered Nurse")
    redis.values[settings.name("profile:mia")] = profile.dumps()
    return Feeds(board, redis, settings, FeedPolicy(exploration=0.0)), board, chosen  # type: ignore[arg-type]


def best(feeds: Feeds) -> tuple[str, str]:
    """The first job of a new list, and the embedder that the list names."""
    asked = FeedRequest("mia", 20, use_personalization=True)
    page = feeds.page(asked, feeds.asker(asked, NOW), NOW)
    return page.shown[0][0].job_id, page.picks.embedder


def test_no_text_is_embedded_while_the_board_is_locked(site: tuple[Feeds, LiveBoard, Unlocked]) -> None:
    """Not of a person, and not of a job; before and after the switch the list follows the profile."""
    feeds, board, chosen = site
    assert best(feeds) == ("Registered Nurse", "table:1")
    board.fill()
    assert best(feeds) == ("Registered Nurse", "scripted:1")

    assert chosen.was_locked == [False] * 3  # the jobs, whether it works, the person


def test_a_switch_between_embedding_and_ranking_mixes_nothing(
    site: tuple[Feeds, LiveBoard, Unlocked],
) -> None:
    """The vectors of the other embedder are as many numbers, and mean something else."""
    feeds, board, _ = site
    asked = FeedRequest("mia", 20, use_personalization=True)
    asker = feeds.asker(asked, NOW)
    board.fill()
    page = feeds.page(asked, asker, NOW)

    assert (label(asker.embedder), page.picks.embedder) == ("table:1", "scripted:1")
    assert not [pick for pick, _ in page.shown if pick.parts.get("text")]


def test_a_failing_embedder_leaves_the_list_without_its_part(
    site: tuple[Feeds, LiveBoard, Unlocked],
) -> None:
    """After the switch; a list is there all the same."""
    feeds, board, chosen = site
    board.fill()
    chosen.fails = "no network"
    asked = FeedRequest("mia", 20, use_personalization=True)
    page = feeds.page(asked, feeds.asker(asked, NOW), NOW)

    assert len(page.shown) == len(TITLES)
    assert not [pick for pick, _ in page.shown if pick.parts.get("text")]
