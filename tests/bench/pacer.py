"""Sends events of the reference job at a steady rate, from a process of its own, and notes when it sent each.

    python -m tests.bench.pacer COUNT SKIP RATE FILE

Of COUNT events the first SKIP are left out. FILE gets one 8-byte float per event, `time.perf_counter()`:
on Linux that is one clock for all processes of a machine.
"""

import asyncio
import sys
import time
from array import array
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import msgspec
import uvloop
from aiokafka import AIOKafkaProducer

from tests.bench.reference import INPUT, Event, events
from workers.runtime.process.settings import Settings, load

encode = msgspec.json.Encoder().encode


async def pace(settings: Settings, events_to_send: Sequence[Event], rate: float) -> "array[float]":
    """Send events at so many per second; when each was handed to the client."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.brokers, acks=1, linger_ms=0)
    await producer.start()
    topic, sent = settings.name(INPUT), array("d")
    began = time.perf_counter()
    for number, event in enumerate(events_to_send):
        early = began + number / rate - time.perf_counter()
        if early > 0:
            await asyncio.sleep(early)
        value = encode(event)
        sent.append(time.perf_counter())
        await producer.send(topic, value, key=event.user_id.encode())
    await producer.stop()
    return sent


def main(count: str, skip: str, rate: str, file: str) -> None:
    """Send, then write the times."""
    events_to_send = list(islice(events(int(count)), int(skip), None))
    Path(file).write_bytes(uvloop.run(pace(load(), events_to_send, float(rate))).tobytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
