"""Members of consumer groups by kafka-python: what its client forgets, we do not."""

from contextlib import closing
from typing import Any

import pytest

from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from workers.runtime.kafka.sync_group import group_consumer, subscribe

pytestmark = pytest.mark.wire
POLL_MS = 100


def test_a_rebalance_that_has_begun_is_finished(services: Addressed, monkeypatch: pytest.MonkeyPatch) -> None:
    """A metadata answer lacks the topic, the next one has it; in between the member has asked to join."""
    with closing(Wire.create(services)) as wire, closing(member(wire)) as consumer:
        lack_the_topic(consumer, monkeypatch)
        expect_new_generation(consumer)


def member(wire: Wire) -> Any:
    """A member of a group of its own, with six heartbeats in six seconds."""
    consumer = group_consumer(wire.settings.model_copy(update={"kairos_session_seconds": 6.0}), "g")
    subscribe(consumer, [wire.settings.name("users")], None)
    until(lambda: is_assigned(consumer))
    return consumer


def is_assigned(consumer: Any) -> bool:
    """Poll; whether the member is one for good."""
    consumer.poll(timeout_ms=POLL_MS)
    return bool(consumer.assignment()) and consumer._coordinator.stable()


def lack_the_topic(consumer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lack the topic until a request to join is under way, which takes longer than a poll."""
    coordinator = consumer._coordinator
    known, join = coordinator._metadata_snapshot, coordinator._do_join_and_sync_async
    lacking_topic: dict[str, set[int]] = {topic: set() for topic in consumer.subscription()}
    requests = []

    async def joining() -> Any:
        requests.append(1)
        if len(requests) == 1:
            coordinator._metadata_snapshot = known
            await coordinator._manager._net.sleep(2.5 * POLL_MS / 1000)
        return await join()

    def lacking() -> bool:
        # each time anew: a metadata answer of the client's own may come in between, and have the topic
        coordinator._metadata_snapshot = lacking_topic
        consumer.poll(timeout_ms=POLL_MS)
        return bool(requests)

    monkeypatch.setattr(coordinator, "_do_join_and_sync_async", joining)
    until(lacking)


def expect_new_generation(consumer: Any) -> None:
    """Wait until the member is one of a later generation than its first, and is heard of."""
    coordinator = consumer._coordinator
    until(lambda: is_assigned(consumer) and coordinator._generation.generation_id > 1)
    until(lambda: is_assigned(consumer) and coordinator.heartbeat.last_receive > 0)
