"""Runs the job site in a thread of the demo."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

STOP_SECONDS = 3


@contextmanager
def running_site(app: Starlette, port: int) -> Iterator[None]:
    """Answer on this port of the machine itself while the block runs; OSError when it is taken."""
    with socket.create_server(("127.0.0.1", port)) as bound:
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [bound]}, name="job-site", daemon=True
        )
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(2 * STOP_SECONDS)
