"""Which request to a stand-in fails, and how: by chance with the shares that were set, or as the next one."""

import random
import socket
import struct
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from aiohttp import web

NO_LINGER = struct.pack("ii", 1, 0)  # a socket closed with it resets the connection
K = TypeVar("K", bound=str)


class Faults(Generic[K]):
    """Draws faults; the same seed draws the same ones in the same order of requests."""

    def __init__(self, shares: Mapping[K, float], next_faults: Iterable[K], seed: int) -> None:
        self._shares, self._next = shares, list(next_faults)
        self._random = random.Random(seed)

    def draw(self, kinds: frozenset[str]) -> K | None:
        """The fault of a request that can fail in one of these ways; None for one that goes well."""
        if self._next and self._next[0] in kinds:
            return self._next.pop(0)
        place = self._random.random()
        for kind, share in self._shares.items():
            if place < share:
                return kind if kind in kinds else None
            place -= share
        return None


def reset_connection(request: web.Request) -> web.Response:
    """Cut the connection of a request off; the answer is one that nobody reads."""
    if request.transport is not None:
        connection: socket.socket = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        request.transport.abort()
    return web.Response(status=499)
