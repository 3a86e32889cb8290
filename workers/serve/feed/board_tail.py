"""Keeps a board up to date from its topics, and its second board filled: two threads beside the others."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from topics.plan import TopicsError
from workers.recommend.embedding import EmbedderError, label
from workers.runtime.kafka.broker import TopicInfo, describe
from workers.runtime.kafka.escaping_batch import read_any_header_name
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.kafka.reader import CONNECT_MS, consumer_record, options, real_ends
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.kafka.tolerant import read_each
from workers.runtime.process.backoff import Backoff
from workers.runtime.process.clock import now_ms
from workers.runtime.process.error_text import one_line
from workers.runtime.process.settings import Settings
from workers.serve.background import background
from workers.serve.feed.board_changes import TOPICS, BoardChange, board_change
from workers.serve.feed.live_board import LiveBoard

POLL_MS = 100
SWEEP_MS = 60_000
MOST_AT_ONCE = 2_000  # records, so that their texts are embedded together
WAIT_SECONDS = 0.5  # after which the thread that fills looks whether it shall stop
FIRST_DELAY, LONGEST_DELAY = 1.0, 300.0  # seconds between attempts of an embedder that fails
log = structlog.get_logger()


@contextmanager
def followed(settings: Settings, board: LiveBoard, stop: threading.Event) -> Iterator[None]:
    """Keep a board up to date and filled in threads while the block runs; `stop` ends them, too.

    After a failure of Kafka it begins anew; another failure sets `stop`, and is raised at the end.
    """

    def follow_on() -> None:
        backoff = Backoff()
        while not stop.is_set():
            try:
                follow(board, settings, describe(settings, TOPICS), stop)
            except (KafkaError, TopicsError) as error:
                delay = backoff.failed()
                log.warning("the board waits for Kafka", error=one_line(error), in_seconds=delay)
                stop.wait(delay)

    with ExitStack() as threads:
        threads.enter_context(background("board", follow_on, stop))
        if board.has_second:
            threads.enter_context(background("vectors", lambda: keep_filled(board, stop), stop))
        yield


def follow(
    board: LiveBoard, settings: Settings, topics: Mapping[str, TopicInfo], stop: threading.Event
) -> None:
    """Read the topics from their beginnings until `stop` is set; raises KafkaError when Kafka fails."""
    with following(settings, topics) as consumer:
        ends, swept_at = real_ends(consumer, sorted(consumer.assignment())), 0
        while not stop.is_set():
            if now_ms() - swept_at > SWEEP_MS:
                swept_at = now_ms()
                board.sweep(swept_at)
            batches = consumer.poll(timeout_ms=POLL_MS, max_records=MOST_AT_ONCE)
            records = (
                consumer_record(settings.logical(partition.topic), record)
                for partition, batch in batches.items()
                for record in batch
            )
            board.apply(list(changes_of(records)))
            if not board.is_ready and all(consumer.position(tp) >= end for tp, end in ends.items()):
                board.begin()


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


def changes_of(records: Iterable[ConsumerRecord]) -> Iterator[BoardChange]:
    """The changes of some records; one that cannot be read is passed over with a line."""
    for record in records:
        if not is_watermark(record.headers):
            yield from read_each(record.topic, (record,), change_of)


def change_of(record: ConsumerRecord) -> BoardChange:
    """The change of one record; raises ValueError for one that is none."""
    return board_change(record.topic, record.key, record.value, record.timestamp)


@contextmanager
def following(settings: Settings, topics: Mapping[str, TopicInfo]) -> Iterator[Any]:
    """A consumer of all partitions of the board's topics, from their beginnings."""
    read_any_header_name()
    consumer = KafkaConsumer(bootstrap_timeout_ms=CONNECT_MS, **options(settings))
    try:
        consumer.assign(
            [
                TopicPartition(settings.name(topic), number)
                for topic in TOPICS
                for number in range(topics[topic].partitions)
            ]
        )
        consumer.seek_to_beginning()
        yield consumer
    finally:
        with suppress(KafkaError):
            consumer.close()
