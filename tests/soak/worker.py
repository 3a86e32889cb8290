"""A worker that can be ordered to signal itself at a point of its code: `python -m tests.soak.worker NAME`.

SOAK_ORDERS names the file with the order (see `Orders`), SOAK_NO_FENCE=1 disables the runner's fence,
SOAK_CLOCK names a file with the seconds by which the clock is ahead, SOAK_TOPIC_ORDER has the topics in the
order in which capture reads their collections first.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import structlog

from schemas.control import SourcePosition
from tests.integration.skewed_worker import skew_clock
from tests.soak.faults import CLOCK, NO_FENCE, ORDERS, OUTPUTS, SCANNED, STEPPED, TOPIC_ORDER, Orders
from workers.commands.worker import run_one
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.process import logs, settings
from workers.runtime.process.fleet import BY_NAME
from workers.runtime.process.supervisor import end_with_parent


def watch_rounds(orders: Orders) -> None:
    """Obey orders in rounds with outputs: before these are written, and when they are acknowledged."""
    from workers.runtime.engine.rounds import Rounds

    write_outputs = Rounds._write_outputs

    async def _write_outputs(self: Rounds, records: list[ProducerRecord]) -> None:
        is_output = bool(records)
        if is_output:
            orders.obey(STEPPED)
        await write_outputs(self, records)
        if is_output:
            orders.obey(OUTPUTS)

    Rounds._write_outputs = _write_outputs  # type: ignore[method-assign]


def watch_capture(orders: Orders) -> None:
    """Obey orders when changes are acknowledged and the position after them is not written yet.

    And when the first reading of a collection is complete.
    """
    from workers.capture.progress import Progress

    streaming: Any = import_module("workers.capture.streaming")
    write = streaming.write_position

    def write_position(producer: Any, position: SourcePosition, at: int) -> None:
        producer.flush()
        orders.obey(OUTPUTS)
        write(producer, position, at)

    streaming.write_position = write_position
    finished = Progress.finished

    def _finished(self: Progress, topic: str) -> None:
        finished(self, topic)
        orders.obey(SCANNED)

    Progress.finished = _finished  # type: ignore[method-assign]


def read_in_order(topics: Sequence[str]) -> None:
    """Let capture read the collections of these topics in this order."""
    app: Any = import_module("workers.capture.app")
    load_sources = app.load_sources

    def _load_sources(*given: Any) -> Any:
        sources = load_sources(*given)
        return replace(sources, captured=tuple(sources.of(topic) for topic in topics))

    app.load_sources = _load_sources


def follow_clock(file: Path) -> None:
    """Have the time of a test; its jumps do not make old what is held in memory."""
    from workers.runtime.kafka.whole_topic import WholeTopic

    skew_clock(file, 0.0)
    WholeTopic.is_current = lambda self, now, within_ms=0: self._as_of is not None  # type: ignore[method-assign]


def disable_fence() -> None:
    """Let a worker write however long it was stalled."""
    from workers.runtime.runner.liveness import Liveness

    structlog.get_logger().warning("the fence is off")
    Liveness._exit_if_older = lambda self, unheard_seconds: None  # type: ignore[method-assign]


def main(name: str) -> None:
    """Run a worker as `kairos worker` does."""
    if CLOCK in os.environ:
        follow_clock(Path(os.environ[CLOCK]))
    loaded = settings.load()
    logs.setup(name, loaded.kairos_log_level)
    end_with_parent()
    orders = Orders(Path(os.environ[ORDERS]))
    if BY_NAME[name].looped:
        import mode.loop

        mode.loop.use("uvloop")  # before anything of Faust is imported
        watch_rounds(orders)
        if os.environ.get(NO_FENCE):
            disable_fence()
    else:
        watch_capture(orders)
        if TOPIC_ORDER in os.environ:
            read_in_order(os.environ[TOPIC_ORDER].split())
    run_one(name, loaded)


if __name__ == "__main__":
    main(sys.argv[1])
