"""Keeps a board up to date from its topics, and its second board filled: two threads beside the others."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import structlog

from workers.board.board_changes import JOBS, TOPICS, BoardChange, board_change
from workers.board.live_board import LiveBoard
from workers.product.sources import Source, load_sources
from workers.recommend.embedding import EmbedderError, label
from workers.runtime.kafka.following import follow_on
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.background import background
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import Settings

SWEEP_MS = 60_000
WAIT_SECONDS = 0.5  # after which the thread that fills looks whether it shall stop
FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0  # seconds between attempts of an embedder that fails
log = structlog.get_logger()


class BoardFollower:
    """Applies the topics to a board, and sweeps it now and then; `changes`: see `board_change`."""

    def __init__(self, board: LiveBoard, changes: Source | None = None) -> None:
        self._board = board
        self._changes = changes
        self._swept_at = 0

    def begin(self) -> None:
        """Nothing to do: what is read again changes nothing."""

    def apply(self, records: Sequence[ConsumerRecord]) -> None:
        """Apply records to the board."""
        if now_ms() - self._swept_at > SWEEP_MS:
            self._swept_at = now_ms()
            self._board.sweep(self._swept_at)
        self._board.apply(list(changes_of(records, self._changes)))

    def caught_up(self, at: int) -> None:
        """The board is ready."""
        if not self._board.is_ready:
            self._board.begin()


@contextmanager
def followed(settings: Settings, board: LiveBoard, stop: threading.Event) -> Iterator[None]:
    """Keep a board up to date and filled in threads while the block runs; `stop` ends them, too.

    After a failure of Kafka it begins anew; another failure sets `stop`, and is raised at the end.
    """
    sources = load_sources(settings.kairos_sources)
    with ExitStack() as threads:
        follower = BoardFollower(board, sources.changes.get(JOBS))
        following = partial(follow_on, settings, TOPICS, follower, stop, "board")
        threads.enter_context(background("board", following, stop))
        if board.has_second:
            threads.enter_context(background("vectors", lambda: keep_filled(board, stop), stop))
        yield


def keep_filled(
    board: LiveBoard, stop: threading.Event, first: float = FIRST_DELAY, longest: float = LONGEST_DELAY
) -> None:
    """Fill the second board of a board until `stop` is set.

    While the embedder fails it is asked again after `first` seconds, twice as many …, at most `longest`; of
    failures in a row the first is said.
    """
    backoff = Backoff(first=first, longest=longest)
    while not stop.is_set():
        if not board.wait_for_texts(WAIT_SECONDS):
            continue
        try:
            board.fill()
        except EmbedderError as error:
            delay = backoff.failed()
            if backoff.failures == 1:
                log.warning("the board waits for its embedder", error=str(error), used=label(board.embedder))
            stop.wait(delay)
        else:
            backoff.reset()


def changes_of(records: Iterable[ConsumerRecord], changes: Source | None = None) -> Iterator[BoardChange]:
    """The changes of some records; one that cannot be read is passed over with a line."""
    for record in records:
        yield from read_each(record.topic, (record,), partial(change_of, changes=changes))


def change_of(record: ConsumerRecord, changes: Source | None = None) -> BoardChange:
    """The change of one record; raises ValueError for one that is none."""
    version = version_of(record.headers) or (0, record.offset)
    return board_change(record.topic, record.key, record.value, record.timestamp, version, changes)
