"""A way to a server that a test can cut: open connections end, new ones are refused, until it is mended."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536
HOST = "127.0.0.1"


class Proxy:
    """Passes bytes between a port of its own and a server; make it with `with`."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._open: set[socket.socket] = set()
        self._changing = threading.Lock()
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Take connections, always on the same port."""
        listener = socket.create_server((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection and refuse new ones."""
        with self._changing:
            for one in (self._listener, *self._open):
                end(one)
            self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                threading.Thread(target=self._connect, args=(near, listener), daemon=True).start()

    def _connect(self, near: socket.socket, listener: socket.socket) -> None:
        try:
            far = socket.create_connection((HOST, self._server))
        except OSError:
            end(near)
            return
        with self._changing:
            if listener.fileno() < 0:  # cut meanwhile
                end(near)
                end(far)
                return
            self._open |= {near, far}
        back = threading.Thread(target=self._pass, args=(far, near), daemon=True)
        back.start()
        self._pass(near, far)
        back.join()
        with self._changing:
            self._open -= {near, far}

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                target.sendall(data)
        end(source)
        end(target)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut()


def end(one: socket.socket) -> None:
    """Close a connection at once, whoever waits for it; closing it again does nothing."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
