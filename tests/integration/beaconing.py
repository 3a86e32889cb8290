"""Sends beacons to serve at a rate, cheaply, and notes which were answered with 202.

The client speaks just as much HTTP as this needs, so that it leaves the machine to what is measured.
"""

import asyncio
import json
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

CONNECTIONS = 64
TICK_SECONDS = 0.002  # the least time to sleep: what is due by then is sent together
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


class Sent(NamedTuple):
    """A beacon that waits for its answer, its request, and when it was to be sent."""

    beacon: Beacon
    request: bytes
    at: float


class Connection(asyncio.Protocol):
    """A connection that is kept; one request at a time.

    `answered` is called with the connection, what was sent and the status, 0 when it ended without one.
    """

    def __init__(self, answered: Callable[["Connection", Sent, int], None]) -> None:
        self._answered = answered
        self._received = b""
        self._sent: Sent | None = None
        self.is_closed = False

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self._transport = transport

    def post(self, sent: Sent) -> None:
        """Send a request."""
        self._sent = sent
        self._transport.write(sent.request)

    def data_received(self, data: bytes) -> None:
        """Find out whether the answer is complete."""
        self._received = received = self._received + data
        head = ANSWER.match(received)
        if head and len(received) >= head.end() + int(head[2]):
            self._received = b""
            self._end(int(head[1]))

    def connection_lost(self, error: Exception | None) -> None:
        """Tell who waits."""
        self.is_closed = True
        self._end(0)

    def close(self) -> None:
        """Disconnect."""
        self._transport.close()

    def _end(self, status: int) -> None:
        sent, self._sent = self._sent, None
        if sent is not None:
            self._answered(self, sent, status)


class Client:
    """Connections to one address, made as they are needed; what finds none free waits.

    `on_answer` is called with every beacon, its status (0 without an answer) and the seconds that it took.
    """

    def __init__(self, address: str, on_answer: Callable[[Beacon, int, float], None]) -> None:
        place = urlsplit(address)
        self._host, self._port = place.hostname or "", place.port or 80
        self._on_answer = on_answer
        self._free: list[Connection] = []
        self._waiting: deque[Sent] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._open = 0

    def post(self, sent: Sent) -> None:
        """Send a beacon now, or when a connection is free."""
        while self._free:
            connection = self._free.pop()
            if not connection.is_closed:
                connection.post(sent)
                return
            self._open -= 1
        if self._open < CONNECTIONS:
            self._open += 1
            task = asyncio.ensure_future(self._connect(sent))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)
        else:
            self._waiting.append(sent)

    def close(self) -> None:
        """Close every connection."""
        for connection in self._free:
            connection.close()

    async def _connect(self, sent: Sent) -> None:
        try:
            _, connection = await asyncio.get_running_loop().create_connection(
                lambda: Connection(self._answered), self._host, self._port
            )
        except OSError:
            self._answered(None, sent, 0)
        else:
            connection.post(sent)

    def _answered(self, connection: Connection | None, sent: Sent, status: int) -> None:
        if connection is None or connection.is_closed:
            self._open -= 1
        else:
            self._free.append(connection)
        self._on_answer(sent.beacon, status, time.perf_counter() - sent.at)
        if self._waiting:
            self.post(self._waiting.popleft())


def request_of(beacon: Beacon, host: str) -> bytes:
    """The request of a beacon as browsers send it."""
    head = (
        f"POST {beacon.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain;charset=UTF-8\r\n"
        f"Origin: http://{host}\r\nContent-Length: {len(beacon.body)}\r\n\r\n"
    )
    return head.encode() + beacon.body


async def send(
    address: str,
    beacons: Sequence[Beacon],
    rate: float,
    on_accepted: Callable[[int], None] = lambda accepted: None,
) -> Answers:
    """Send beacons at so many per second, whether or not the earlier ones are answered.

    `on_accepted` is called with the number of 202s so far.
    """
    answers, all_answered = Answers([], Counter(), []), asyncio.Event()

    def answered(beacon: Beacon, status: int, seconds: float) -> None:
        answers.statuses[status] += 1
        answers.seconds.append(seconds)
        if status == 202:
            answers.accepted.append(beacon.id)
            on_accepted(len(answers.accepted))
        if len(answers.seconds) == len(beacons):
            all_answered.set()

    client = Client(address, answered)
    prepared = [(beacon, request_of(beacon, urlsplit(address).netloc)) for beacon in beacons]
    start = time.perf_counter()
    for number, (beacon, request) in enumerate(prepared):
        early = start + number / rate - time.perf_counter()
        if early > 0:
            await asyncio.sleep(max(early, TICK_SECONDS))
        client.post(Sent(beacon, request, time.perf_counter()))
    if beacons:
        await all_answered.wait()
    client.close()
    return answers._replace(lasted=time.perf_counter() - start)
