"""Faust's thread of the Kafka client, as a group member that may be replaced at any time."""

import copy
from typing import Any

import faust.transport.drivers.aiokafka as driver
from aiokafka.consumer.fetcher import READ_UNCOMMITTED
from aiokafka.errors import KafkaError
from faust.types import TP

from workers.runtime.kafka.group import Heartbeats, abort, exit_when_fenced
from workers.runtime.kafka.record_batch import patch_fetcher
from workers.runtime.process import exits

GATHERED_BYTES = 32_000  # that are worth an answer
AT_ONCE = (1, 1_500)  # bytes that are worth an answer, milliseconds to wait for them


class MemberThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]
    """Faust's thread of the Kafka client, which ends the process when the group has removed this member."""

    heartbeats: Heartbeats | None = None
    gather_ms = 0  # for which the broker waits for more records, in the fetch behind one that brought some

    def _create_worker_consumer(self, transport: Any) -> Any:
        """Faust's client, which reads what was committed only: Faust asks for that in transactions alone."""
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"
        return consumer

    async def _highwaters(self, partitions: Any) -> Any:
        """The real ends of changelogs, where Faust's recovery stops.

        aiokafka would say where the first open transaction begins, and what we have written behind that of
        another program would be missing in the states.
        """
        consumer = self._ensure_consumer()
        fetcher = copy.copy(consumer._fetcher)  # with the same connections
        fetcher._isolation_level = READ_UNCOMMITTED
        return await fetcher.end_offsets(partitions, consumer._request_timeout_ms)

    def stable_end(self, tp: TP) -> int | None:
        """The offset of a partition behind which a transaction is open, as last heard; None: not known."""
        end = self._consumer.last_stable_offset(tp)
        return None if end is None or end < 0 else int(end)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Do nothing: Faust misses records in its own streams, where none of ours goes, and logs errors."""

    def verify_recovery_event_path(self, now: float, tp: TP) -> None:
        """Do nothing, as above; `Liveness` watches the broker, the group and the event loop."""

    async def on_start(self) -> None:
        """Start the client, and watch its coordinator; where no broker answers the process ends in one line.

        Faust's thread would print the error with its trace, twice, before the process ends.
        """
        try:
            await super().on_start()
        except KafkaError as error:
            if not self.app.should_stop:
                abort(exits.INFRASTRUCTURE, f"Kafka: {type(error).__name__}: {error}")
            raise
        patch_fetcher(self._consumer._fetcher, self.app.batch_topics)
        self.gather_once(self._consumer._fetcher)
        coordinator, conf = self._consumer._coordinator, self.app.conf
        exit_when_fenced(coordinator, conf.consumer_group_instance_id, conf.broker_session_timeout)
        self.heartbeats = Heartbeats(coordinator)

    def position_now(self, tp: TP) -> int | None:
        """The offset behind what was handed over of a partition; None while it is not known."""
        assignment = self._consumer._subscription.subscription.assignment
        if assignment is None or tp not in assignment.tps:
            return None
        state = assignment.state_value(tp)
        return int(state.position) if state.has_valid_position else None

    def gather_once(self, fetcher: Any) -> None:
        """Let the broker wait `gather_ms` for more records, once, after an answer that brought some.

        At a low rate one answer then brings the records of all partitions, where each had a fetch of its own.
        Were it to wait so in every fetch, a consumer at rest would ask again all that often.
        """
        fetch = fetcher._proc_fetch_request

        async def fetch_and_set(assignment: Any, node: int, request: Any) -> Any:
            has_data = await fetch(assignment, node, request)
            options = (GATHERED_BYTES, self.gather_ms) if has_data and self.gather_ms else AT_ONCE
            fetcher._fetch_min_bytes, fetcher._fetch_max_wait_ms = options
            return has_data

        fetcher._proc_fetch_request = fetch_and_set

    async def _fetch_records(
        self, consumer: Any, active_partitions: set[TP], *args: Any, **kwargs: Any
    ) -> Any:
        """Fetch; seek back when a rebalance came in between, because the records would be dropped.

        Faust empties its set of partitions then, aiokafka takes that for all of them, and a recovery that has
        just gone to the beginning of a changelog would go on behind records that were not applied.
        """
        wanted, rebalances = frozenset(active_partitions), self.app.rebalancing_count
        if not wanted:
            return {}
        records = await super()._fetch_records(consumer, wanted, *args, **kwargs)
        if self.consumer.flow_active and self.app.rebalancing_count == rebalances:
            return records
        for tp in records.keys() & consumer.assignment():
            consumer.seek(tp, records[tp][0].offset)
        return {}
