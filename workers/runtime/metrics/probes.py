"""What a process answers when it is asked: whether it is alive, whether it is ready, and how it stands.

There is one for a process, like the registry of its metrics. Whatever runs in it says here how to find out;
the answers are looked for when somebody asks, so that none of them is old.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def nothing_wrong() -> str | None:
    """A process in which nothing can come to a stand."""
    return None


def starting() -> str | None:
    """A process that has not said yet when it is ready."""
    return "it is starting"


def no_status() -> Mapping[str, Any]:
    """A process that has nothing to add."""
    return {}


@dataclass
class Probes:
    """`stalled`: why the process should be started again; `unready`: why it does not do its work yet.

    None: it lives, it does. `status` has what else is told of it, as JSON; `refresh` is called before
    metrics are read. All of these are called by threads of their own.
    """

    worker: str = ""
    stalled: Callable[[], str | None] = nothing_wrong
    unready: Callable[[], str | None] = starting
    status: Callable[[], Mapping[str, Any]] = no_status
    refresh: list[Callable[[], None]] = field(default_factory=list)

    def ready(self) -> None:
        """It does its work from now on."""
        self.unready = nothing_wrong


PROBES = Probes()
