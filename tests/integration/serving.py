"""A worker `serve` that a test can start and stop, its topics, and its read model."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient
from redis import Redis

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import Model
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from tests.integration.processes import HANG_SECONDS
from topics.plan import Cluster, apply
from workers.runtime.kafka.reader import reading
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import Settings
from workers.serve.app import run
from workers.serve.read_model import ReadModel

MODELS: dict[str, type[Model]] = {
    "enriched-profiles": EnrichedProfile,
    "send-decisions": SendDecision,
    "emails": Email,
    "controls": MailPause,
}


class Served:
    """Topics under a prefix of their own; `model` is the read model of serve in Redis."""

    def __init__(self, settings: Settings, producer: Any, redis: Redis) -> None:
        self.settings = settings
        self.redis: Any = redis
        self.model = ReadModel(redis, settings)
        self._producer = producer

    def put(self, topic: str, key: str | bytes, value: bytes | None = None, **fields: Any) -> None:
        """Write the model's example with other fields, or these bytes; waits for the acknowledgement."""
        if fields:
            model = MODELS[topic]
            value = model.model_validate(model.EXAMPLES[0] | fields).dumps()
        raw_key = key.encode() if isinstance(key, str) else key
        self._producer.send(self.settings.name(topic), key=raw_key, value=value).get(timeout=HANG_SECONDS)

    def profile(self, person: str, **fields: Any) -> None:
        """Write a profile."""
        self.put("enriched-profiles", person, id=person, **fields)

    def letters(self) -> list[ConsumerRecord]:
        """The dead letters."""
        with reading(self.settings) as reader:
            return list(reader.read("dead-letters"))

    def await_change(self, check: Callable[[], Any], expected: str) -> Any:
        """Call `check` at every published change until its result is true; returns that result."""
        end = time.monotonic() + HANG_SECONDS
        with self.redis.pubsub(ignore_subscribe_messages=True) as channel:
            channel.subscribe(self.settings.name("changes"))
            while not (result := check()):
                assert time.monotonic() < end, f"not within {HANG_SECONDS:.0f} s: {expected}"
                channel.get_message(timeout=0.2)
        return result

    def next_message(self, channel: Any) -> dict[str, Any]:
        """The next message of a channel that a test has subscribed to."""
        message = channel.get_message(timeout=HANG_SECONDS)
        assert message is not None, "no change was published"
        content = json.loads(message["data"])
        assert isinstance(content, dict)
        return content

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve in a thread while the block runs; its failure fails the block."""
        stop, failures = threading.Event(), list[BaseException]()

        def work() -> None:
            try:
                run(self.settings, stop)
            except BaseException as error:
                failures.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(HANG_SECONDS)
            assert not thread.is_alive()
        assert not failures


@contextmanager
def served(services: Any) -> Iterator[Served]:
    """Topics and Redis keys under a prefix of their own, deleted afterwards."""
    settings = Settings(
        kafka_url=services.kafka_url,
        redis_url=services.redis_url,
        kairos_prefix=f"s{uuid.uuid4().hex[:8]}-",
        kairos_partitions=2,
    )
    apply(Cluster(settings.brokers, settings.kairos_prefix, settings.kairos_partitions))
    producer = KafkaProducer(bootstrap_servers=settings.brokers, allow_auto_create_topics=False)
    with connect(settings, HANG_SECONDS) as redis:
        yield Served(settings, producer, redis)
        delete_keys(redis, settings)
    producer.close(timeout=HANG_SECONDS)
    admin = KafkaAdminClient(bootstrap_servers=settings.brokers)
    admin.delete_topics([topic for topic in admin.list_topics() if topic.startswith(settings.kairos_prefix)])
    admin.close()


def delete_keys(redis: Redis, settings: Settings) -> None:
    """Delete all Redis keys of this fleet at once, as FLUSHALL does."""
    if keys := list(redis.scan_iter(match=f"{settings.kairos_prefix}*", count=1_000)):
        redis.delete(*keys)
