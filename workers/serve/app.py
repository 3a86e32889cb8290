"""Runs serve: HTTP, and beside it profiles, decisions and mails from their topics into Redis."""

import threading
from contextlib import closing
from functools import partial

import structlog
from kafka.errors import KafkaError
from redis.exceptions import RedisError

from topics.plan import TopicsError
from workers.board.board_changes import TOPICS as BOARD_TOPICS
from workers.board.board_tail import followed
from workers.board.embedders import live_board
from workers.recommend.policy import load_feed_policy
from workers.runtime.kafka.broker import describe
from workers.runtime.kafka.topic_watch import watching
from workers.runtime.metrics.decisions import PEOPLE
from workers.runtime.metrics.probes import PROBES
from workers.runtime.process import exits
from workers.runtime.process.background import short_turns
from workers.runtime.process.backoff import GIVE_UP_SECONDS, Backoff
from workers.runtime.process.error_text import one_line
from workers.runtime.process.garbage import collected_rarely
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.changes import TOPICS
from workers.serve.dead_letters import DeadLetterWriter
from workers.serve.http_server import serving_http
from workers.serve.programs.endpoints import Enrich
from workers.serve.read_model import ReadModel
from workers.serve.topic_tail import TopicTail
from workers.serve.web import WRITTEN, serve_app

REDIS_SECONDS = 5.0
VECTOR_SECONDS = 2.0  # for an answer of Redis, without which vectors are made anew
log = structlog.get_logger()


def run(
    settings: Settings,
    stop: threading.Event,
    give_up_seconds: float = GIVE_UP_SECONDS,
    enrich: Enrich | None = None,
) -> None:
    """Serve until `stop` is set, with a route for documents if `enrich` is given.

    If Kafka or Redis fails for too long: one log line and SystemExit(4). Raises SettingsError for unsafe
    settings of HTTP. `stop` is set when this ends.
    """
    board = live_board(settings, connect(settings, VECTOR_SECONDS))
    PROBES.refresh.append(partial(count_people, ReadModel(connect(settings, REDIS_SECONDS), settings)))
    application = serve_app(settings, board, load_feed_policy(settings.kairos_policy), enrich)
    with (
        collected_rarely(),
        short_turns(),
        serving_http(settings, stop, application),
        followed(settings, board, stop),
    ):
        keep_read_model(settings, stop, give_up_seconds)


def count_people(model: ReadModel) -> None:
    """Say in the metrics how many people have which decision; nothing while Redis is away."""
    PEOPLE.clear()
    try:
        totals = model.totals()
    except RedisError:
        return
    for verdict, count in totals.verdicts.items():
        if verdict != "wait":
            PEOPLE.labels(verdict, "").set(count)
    for reason, count in totals.reasons.items():
        PEOPLE.labels("wait", reason).set(count)


def keep_read_model(settings: Settings, stop: threading.Event, give_up_seconds: float) -> None:
    """Keep Redis up to date until `stop` is set; raises as `run` does."""
    backoff = Backoff(give_up_seconds)
    while not stop.is_set():
        try:
            session(settings, stop, backoff)
        except (KafkaError, RedisError, TopicsError) as error:
            lost = "Redis" if isinstance(error, RedisError) else "Kafka"
            delay = backoff.failed()
            if backoff.exhausted:
                log.error("serve cannot go on", lost=lost, error=one_line(error))
                raise SystemExit(exits.INFRASTRUCTURE) from None
            log.warning(f"waiting for {lost}", error=one_line(error), in_seconds=delay)
            stop.wait(delay)


def session(settings: Settings, stop: threading.Event, backoff: Backoff) -> None:
    """Serve until the first failure; raises KafkaError, RedisError, TopicsError and TopicsMissing."""
    with connect(settings, REDIS_SECONDS) as redis, closing(DeadLetterWriter(settings)) as letters:
        redis.ping()
        topics = describe(settings, (*TOPICS, *BOARD_TOPICS, *WRITTEN, "dead-letters"))
        with watching(settings, topics):
            TopicTail(settings, topics, ReadModel(redis, settings), letters, backoff.reset).run(stop)
