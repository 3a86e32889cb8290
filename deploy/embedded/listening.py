"""An HTTP stand-in on a port of this machine."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from deploy.embedded.ports import HOST

STOP_SECONDS = 0.5  # for requests that are still answered


@asynccontextmanager
async def listening(app: web.Application, port: int) -> AsyncIterator[str]:
    """An application on a port (0: a free one) while the block runs; yields its address."""
    runner = web.AppRunner(app, shutdown_timeout=STOP_SECONDS, handler_cancellation=True, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, HOST, port).start()
        yield f"http://{HOST}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
