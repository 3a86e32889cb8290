"""Members of consumer groups by kafka-python: what its client forgets, we do not."""

from contextlib import closing
from typing import Any

import pytest

from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from workers.runtime.kafka.sync_group import group_consumer, subscribe

pytestmark = pytest.mark.wire


def test_a_rebalance_that_has_begun_is_finished(services: Addressed) -> None:
    """A metadata answer lacks the topic, the next one has it; in between the member has asked to join."""
    with closing(Wire.create(services)) as wire, closing(member(wire)) as consumer:
        coordinator = consumer._coordinator
        until(lambda: is_assigned(consumer))
        generation = coordinator._generation.generation_id
        known = coordinator._metadata_snapshot
        until(lambda: has_asked_to_join(consumer))
        coordinator._metadata_snapshot = known

        until(lambda: is_assigned(consumer))
        assert coordinator._generation.generation_id > generation
        until(lambda: coordinator.heartbeat.last_receive > 0)


def member(wire: Wire) -> Any:
    """A consumer in a group of its own, with six heartbeats in six seconds."""
    consumer = group_consumer(wire.settings.model_copy(update={"kairos_session_seconds": 6.0}), "g")
    subscribe(consumer, [wire.settings.name("users")], None)
    return consumer


def is_assigned(consumer: Any) -> bool:
    """Poll; whether the member is one for good."""
    consumer.poll(timeout_ms=100)
    return bool(consumer.assignment()) and consumer._coordinator.stable()


def has_asked_to_join(consumer: Any) -> bool:
    """Lack the topic and poll, for too short a moment for an answer; whether a request to join is under way.

    Each time anew: a metadata answer of the client's own may come in between, and have the topic.
    """
    consumer._coordinator._metadata_snapshot = {}
    consumer.poll(timeout_ms=0.1)
    return consumer._coordinator._join_task is not None
