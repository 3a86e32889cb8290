"""Sends beacons to serve at a rate, cheaply, and notes which were answered with 202.

The client speaks just as much HTTP as this needs, so that it leaves the machine to what is measured.
"""

import asyncio
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 64
ANSWER = re.compile(
    rb"HTTP/1\.1 (\d{3}) .*?\r\ncontent-length: (\d+)\r\n(?:.*?\r\n)?\r\n", re.DOTALL | re.IGNORECASE
)


class Beacon(NamedTuple):
    """One message and the path of its route."""

    path: str
    id: str
    body: bytes


class Answers(NamedTuple):
    """What became of beacons: the ids with a 202, all statuses (0: no answer), and the seconds of each.

    `lasted` is from the first one that was sent to the last that was answered.
    """

    accepted: list[str]
    statuses: Counter[int]
    seconds: list[float]
    lasted: float = 0.0


def views(count: int, people: int, prefix: str) -> list[Beacon]:
    """So many visits of so many people, each with an id of its own."""
    return [view(number, people, f"{prefix}-{number}") for number in range(count)]


def view(number: int, people: int, id_: str) -> Beacon:
    """One visit."""
    values = {"id": id_, "seq": 1, "person": f"user_{number % people}", "job_id": f"job_{number % 997}"}
    values |= {"seconds": number % 600, "source": "feed"}
    return Beacon("/jobs/api/track-view/", id_, json.dumps(values).encode())


class Connection(asyncio.Protocol):
    """A connection that is kept; one request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[int] | None = None
        self.is_closed = False

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Find out whether the answer is complete."""
        self._received += data
        head = ANSWER.match(self._received)
        if head and len(self._received) >= head.end() + int(head[2]) and self._answer is not None:
            self._received = b""
            self._answer.set_result(int(head[1]))
            self._answer = None

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        self.is_closed = True
        if self._answer is not None:
            self._answer.set_result(0)

    async def post(self, request: bytes) -> int:
        """Send a request; the status, 0 when the connection ends without one."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Disconnect."""
        self._transport.close()


class Client:
    """Connections to one address, made as they are needed; what finds none free waits."""

    def __init__(self, address: str) -> None:
        place = urlsplit(address)
        self._host, self._port = place.hostname or "", place.port or 80
        self._free: asyncio.LifoQueue[Connection | None] = asyncio.LifoQueue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def post(self, beacon: Beacon) -> int:
        """Send a beacon; the status, 0 without an answer."""
        connection = await self._free.get()
        try:
            if connection is None or connection.is_closed:
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection, self._host, self._port
                )
            return await connection.post(request_of(beacon, f"{self._host}:{self._port}"))
        except OSError:
            return 0
        finally:
            self._free.put_nowait(connection)

    def close(self) -> None:
        """Close every connection."""
        while not self._free.empty():
            if (connection := self._free.get_nowait()) is not None:
                connection.close()


def request_of(beacon: Beacon, host: str) -> bytes:
    """The request of a beacon as browsers send it."""
    head = (
        f"POST {beacon.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain;charset=UTF-8\r\n"
        f"Origin: http://{host}\r\nContent-Length: {len(beacon.body)}\r\n\r\n"
    )
    return head.encode() + beacon.body


async def send(
    address: str,
    beacons: Iterable[Beacon],
    rate: float,
    on_answer: Callable[[int], None] = lambda accepted: None,
) -> Answers:
    """Send beacons at so many per second, whether or not the earlier ones are answered.

    `on_answer` is called with the number of 202s so far.
    """
    answers, client = Answers([], Counter(), []), Client(address)

    async def post(beacon: Beacon) -> None:
        began = time.perf_counter()
        status = await client.post(beacon)
        answers.statuses[status] += 1
        answers.seconds.append(time.perf_counter() - began)
        if status == 202:
            answers.accepted.append(beacon.id)
            on_answer(len(answers.accepted))

    start = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number, beacon in enumerate(beacons):
            early = start + number / rate - time.perf_counter()
            if early > 0:
                await asyncio.sleep(early)
            group.create_task(post(beacon))
    client.close()
    return answers._replace(lasted=time.perf_counter() - start)
