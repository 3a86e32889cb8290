"""A server between a driver and MongoDB that answers chosen commands itself, as those without a right."""

import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import bson

from tests.standins.proxy import HOST, close

HEADER = struct.Struct("<iiii")  # length, number of the request, number that is answered, kind of message
OP_MSG = 2013
FLAGS_AND_KIND = b"\0\0\0\0\0"  # no flags; a section with one document
Command = Mapping[str, Any]
Answer = Callable[[Command], Mapping[str, Any] | None]


def unauthorized(command: Command) -> Mapping[str, Any]:
    """What MongoDB answers to a command without the right to it."""
    name = next(iter(command))
    text = f"not authorized on {command.get('$db')} to execute command {{ {name}: {command[name]!r} }}"
    return {"ok": 0.0, "errmsg": text, "code": 13, "codeName": "Unauthorized"}


class AnsweringMongo:
    """Passes messages on to a server, but those to which `answer` has one; a context manager.

    `commands` are all that came, in order.
    """

    def __init__(self, server_port: int, answer: Answer) -> None:
        self._server_port, self._answer = server_port, answer
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        self.commands: list[Command] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address for a driver."""
        return f"mongodb://{HOST}:{self.port}/?directConnection=true"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with (
            client,
            socket.create_connection((HOST, self._server_port)) as server,
            suppress(OSError, EOFError),
        ):
            while True:
                message = received(client)
                answered = self._answered(message)
                if answered is None:
                    server.sendall(message)
                    answered = received(server)
                client.sendall(answered)

    def _answered(self, message: bytes) -> bytes | None:
        _, number, _, kind = HEADER.unpack_from(message)
        if kind != OP_MSG:
            return None
        start = HEADER.size + len(FLAGS_AND_KIND)
        size = struct.unpack_from("<i", message, start)[0]
        command = bson.decode(message[start : start + size])
        self.commands.append(command)
        answer = self._answer(command)
        if answer is None:
            return None
        body = FLAGS_AND_KIND + bson.encode(answer)
        return HEADER.pack(HEADER.size + len(body), 0, number, OP_MSG) + body

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close(self._listener)


def received(connection: socket.socket) -> bytes:
    """One whole message; EOFError at the end."""
    header = exactly(connection, HEADER.size)
    return header + exactly(connection, HEADER.unpack(header)[0] - HEADER.size)


def exactly(connection: socket.socket, size: int) -> bytes:
    """So many bytes; EOFError when fewer come."""
    data = b""
    while len(data) < size:
        chunk = connection.recv(size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data
