"""Counts the requests that a worker's clients send to the broker, by kind, in memory shared by a file.

A counter costs a worker well under a microsecond a request, and can be read at any time without asking it.
"""

import mmap
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE = "BENCH_REQUESTS"  # the variable that names the file of counters
KINDS = {
    0: "produce",
    1: "fetch",
    8: "commit",
    12: "heartbeat",
    22: "transaction",
    24: "transaction",
    25: "transaction",
    26: "transaction",
    28: "transaction",
}
OTHER = "other"
KEYS = 128  # more than there are kinds of requests in Kafka's protocol
SIZE = KEYS * 8


def start() -> None:
    """Count from here on in the file that BENCH_REQUESTS names; nothing to do without the variable."""
    if path := os.environ.get(FILE):
        count_requests(shared(Path(path)))


def shared(path: Path) -> "memoryview[int]":
    """The counters of a file, by the numbers of Kafka's protocol; a new file begins with zeros."""
    with path.open("ab") as file:
        file.truncate(SIZE)
    with path.open("r+b") as file:
        return memoryview(mmap.mmap(file.fileno(), SIZE)).cast("q")


def count_requests(counters: "memoryview[int]") -> None:
    """Count whatever the clients of this process send, whichever of the two libraries they are of."""
    from aiokafka.conn import AIOKafkaConnection
    from kafka.net.connection import KafkaConnection

    AIOKafkaConnection.send = counting(AIOKafkaConnection.send, counters)
    KafkaConnection.send_request = counting(KafkaConnection.send_request, counters)


def counting(send: Callable[..., Any], counters: "memoryview[int]") -> Callable[..., Any]:
    """A method that sends a request as `send` does, and counts it."""

    def counted(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        counters[request.API_KEY] += 1
        return send(self, request, *args, **options)

    return counted


def by_kind(counters: "memoryview[int]") -> Counter[str]:
    """How many requests of each kind there were so far."""
    counts: Counter[str] = Counter()
    for key, count in enumerate(counters):
        if count:
            counts[KINDS.get(key, OTHER)] += count
    return counts
