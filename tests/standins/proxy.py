"""A proxy that a test can cut: connections are closed and new ones refused, until it is opened again."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536
HOST = "127.0.0.1"


class Proxy:
    """Copies bytes between a port of its own and the port of a server; a context manager."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self.port = 0
        self.open()

    def open(self) -> None:
        """Accept connections, always on the same port."""
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Close every connection and refuse new ones."""
        with self._lock:
            for connection in (self._listener, *self._connections):
                close(connection)
            self._connections.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._connect, args=(client, listener), daemon=True).start()

    def _connect(self, client: socket.socket, listener: socket.socket) -> None:
        try:
            server = socket.create_connection((HOST, self._server_port))
        except OSError:
            close(client)
            return
        with self._lock:
            if listener.fileno() < 0:  # cut meanwhile
                close(client)
                close(server)
                return
            self._connections |= {client, server}
        responses = threading.Thread(target=self._copy, args=(server, client), daemon=True)
        responses.start()
        self._copy(client, server)
        responses.join()
        with self._lock:
            self._connections -= {client, server}

    def _copy(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                target.sendall(data)
        close(source)
        close(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()


def close(connection: socket.socket) -> None:
    """Close a connection at once, also for threads that wait for it; closing it twice is no error."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
