"""`python -m tests.integration.folding`: a worker that stores how many records a key had, and their chain.

The chain is a checksum over the values in their order, so a record that is lost, doubled or out of order
changes it for ever.
"""

from typing import Any
from zlib import crc32

from workers.runtime.process import logs, settings
from workers.runtime.stage import Record, Stage, StepMessage

WORKER = "folding"
INPUT = "numbers"
CHANGELOG = f"{WORKER}-fold-changelog"
State = tuple[int, int]  # how many records, their chain


class StateCodec:
    """States as text."""

    def encode(self, state: State) -> bytes:
        return b"%d %d" % state

    def decode(self, data: bytes) -> State:
        count, chain = data.split()
        return int(count), int(chain)


def fold(state: State | None, value: bytes) -> State:
    """The state after one more record."""
    count, chain = state or (0, 0)
    return count + 1, crc32(value, chain)


def step(state: State | None, message: StepMessage) -> tuple[State, tuple[()]]:
    """Fold one record."""
    assert isinstance(message, Record)
    return fold(state, message.value), ()


STAGE: Stage[Any] = Stage(name="fold", inputs={INPUT: bytes}, codec=StateCodec(), step=step)


def main() -> None:
    """Run it until a signal."""
    from workers.runtime.metrics.endpoints import serve_endpoints
    from workers.runtime.metrics.probes import PROBES
    from workers.runtime.runner.runner import Runner

    loaded = settings.load()
    logs.setup(WORKER, loaded.kairos_log_level)
    serve_endpoints(loaded.kairos_metrics_host, loaded.kairos_metrics_port, PROBES)
    Runner(WORKER, [STAGE], loaded).run()


if __name__ == "__main__":
    import mode.loop

    mode.loop.use("uvloop")
    main()
