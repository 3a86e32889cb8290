"""Membership of a consumer group by kafka-python's consumer, which needs some help to be one."""

from collections.abc import Iterable
from typing import Any

from kafka import KafkaConsumer

from workers.runtime.process.security import kafka_options
from workers.runtime.process.settings import Settings


def group_consumer(settings: Settings, worker: str, **options: Any) -> Any:
    """A consumer in the group of a worker, which commits nothing by itself; see `subscribe`.

    `options` are those of kafka-python's KafkaConsumer. Raises KafkaError when no broker answers.
    """
    session = int(settings.kairos_session_seconds * 1000)
    consumer = KafkaConsumer(
        bootstrap_servers=settings.brokers,
        **kafka_options(settings),
        client_id=settings.name(worker),
        group_id=settings.name(worker),
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        session_timeout_ms=session,
        heartbeat_interval_ms=session // 6,
        **options,
    )
    finish_rebalances(consumer)
    return consumer


def subscribe(consumer: Any, topics: Iterable[str], listener: Any) -> None:
    """Join the group over topics, by their names on the broker; `listener` hears of partitions, None: nobody.

    The client must know them before: else it may join without them, and be assigned no partition.
    """
    names = list(topics)
    for name in names:
        consumer.partitions_for_topic(name)
    consumer.subscribe(names, listener=listener)


def finish_rebalances(consumer: Any) -> None:
    """Make a consumer finish every rebalance that it has begun; to be called before it subscribes.

    kafka-python 3.0 asks to join again when a metadata answer lacks a topic. Has the next answer that topic
    again before the group has answered, or while a refused request waits to be repeated, it forgets the
    rebalance: it is a member then that reads nothing and sends no heartbeat, until the group removes it.
    """
    coordinator = consumer._coordinator
    needed = coordinator.need_rejoin
    coordinator.need_rejoin = lambda: coordinator.rejoining or needed()
