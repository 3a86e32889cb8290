"""Faust's app and worker without files, terminal output and log set-up of their own."""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.types import TP

from workers.runtime.kafka.group import abort
from workers.runtime.kafka.producer import BatchProducer
from workers.runtime.process import exits
from workers.runtime.process.settings import Settings
from workers.runtime.runner.security import credentials

POLL = 10_000  # records of one fetch
END_SECONDS = 1.0  # for what has to be cancelled at the end of the process
HEARTBEAT_SECONDS = 2.0  # at most: a member hears of a rebalance from the answer
log = structlog.get_logger()


class PartitionOwner(Protocol):
    """Who owns the partitions: what Faust's app asks of a runner."""

    def on_seek(self, starts: Mapping[TP, int]) -> None:
        """Reading goes on at these offsets of the inputs; everything before them is processed."""

    async def guard(self) -> None:
        """Run from the very start until the end, in front of everything that may wait for a broker."""

    async def end_effects(self) -> None:
        """End the effects that are open, before partitions leave."""

    def forget_effects(self) -> None:
        """Forget those that have not ended: offsets are committed, and their records come again."""

    def first_open(self, tp: TP) -> int | None:
        """The first offset that must be read again after a crash, though later ones are processed."""


class App(faust.App):  # type: ignore[misc]
    """Faust's app without a folder on disk.

    `worker` is its name without the prefix, `settings` tell topics' names with and without it. `batch_topics`
    are the inputs that go past Faust's streams, by their names on the broker. `revoking` is set while
    partitions are being revoked: what takes long is to be interrupted. `output` is connected and the `owner`
    guards from the very start, where Faust's own tasks begin after the recovery only.
    """

    def __init__(
        self,
        worker: str,
        settings: Settings,
        *,
        batch_topics: frozenset[str],
        revoking: asyncio.Event,
        output: BatchProducer,
        owner: PartitionOwner,
        **conf: Any,
    ) -> None:
        self.worker, self.settings, self.batch_topics = worker, settings, batch_topics
        self.revoking, self._output, self.owner = revoking, output, owner
        super().__init__(settings.name(worker), **conf)

    @property
    def known_consumer(self) -> Any | None:
        """The consumer; None before there is one. Faust makes one for whoever asks, in that thread."""
        return self._consumer

    @property
    def known_recovery(self) -> Any | None:
        """The recovery of states; None before there is one, which is made for whoever asks, too."""
        return self.tables._recovery

    async def on_start(self) -> None:
        """Connect the output, and start the guard, in front of everything that may wait for a broker."""
        await super().on_start()
        await self._output.start()
        self.async_exit_stack.push_async_callback(self._output.stop)
        self.add_future(self.owner.guard())

    def _create_directories(self) -> None:
        """No state is on disk, so no folder is needed."""


class QuietWorker(faust.Worker):  # type: ignore[misc]
    """Faust's worker, which leaves the logs as they are set up and prints nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spinner = None

    async def start(self) -> None:
        """Start; after a signal to stop, what breaks in the middle of the start is the stop's doing.

        A failure of Kafka in it ends the process as one later does: in one line, to be started again.
        """
        try:
            await super().start()
        except Exception as error:
            if self._signal_stop_time is not None:
                log.info("stopped while starting", cut_short=type(error).__name__)
            elif isinstance(error, KafkaError):
                abort(exits.INFRASTRUCTURE, f"Kafka: {type(error).__name__}: {error}")
            else:
                raise

    def _crash(self, reason: BaseException) -> None:
        """End the process in one line when one of Faust's tasks fails, as when one of ours does.

        Faust itself would stop all services and exit with 1, without the reason.
        """
        error = f"{type(reason).__name__}: {reason}"
        if self._signal_stop_time is None:
            abort(exits.INFRASTRUCTURE, error)
        log.info("failed while stopping", cut_short=error)

    def _gather_all(self) -> None:
        """Cancel what still runs, and wait until it has ended."""
        if tasks := asyncio.all_tasks(self.loop):
            for task in tasks:
                task.cancel()
            self.loop.run_until_complete(asyncio.wait(tasks, timeout=END_SECONDS))

    async def _sentinel_task(self) -> None:
        """Do not sleep for a second, as Faust does, in case something has not ended."""

    def _setup_logging(self) -> None:
        """Keep our logs."""


async def never(stream: Any) -> None:
    """Subscribe to the inputs; no record comes this way."""
    async for _ in stream:
        raise RuntimeError("a record went through Faust's own streams; the consumer should have taken it")


def new_app(
    worker: str, settings: Settings, inputs: frozenset[str], output: BatchProducer, owner: PartitionOwner
) -> App:
    """The app of a worker, subscribed to its input topics; see `App` for the others.

    The session is `kairos_session_seconds`: it has six heartbeats or more, and a rebalance lasts two at most.
    """
    seconds = settings.kairos_session_seconds
    app = App(
        worker,
        settings,
        batch_topics=inputs,
        revoking=asyncio.Event(),
        output=output,
        owner=owner,
        broker=";".join(f"kafka://{broker}" for broker in settings.brokers),
        broker_credentials=credentials(settings),
        store="memory://",
        topic_partitions=settings.kairos_partitions,
        topic_replication_factor=settings.kairos_replication,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.kairos_instance or None,
        table_standby_replicas=0,
        broker_max_poll_records=POLL,
        broker_commit_interval=0.5,
        broker_session_timeout=seconds,
        broker_heartbeat_interval=min(seconds / 6, HEARTBEAT_SECONDS),
        broker_rebalance_timeout=seconds * 2,
        broker_request_timeout=max(40.0, seconds * 3),  # the request to join lasts as long as a rebalance
        stream_wait_empty=True,
        web_enabled=False,
        # Faust refuses an assignment made for another address, as of a static member that has moved
        canonical_url="http://kairos",
    )
    raw = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
    app.agent(app.topic(*sorted(inputs), **raw), name=f"{worker}-subscription")(never)
    return app
