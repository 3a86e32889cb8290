"""The paths by which tests and people steer the stand-in; no key is needed."""

from aiohttp import web
from msgspec import to_builtins

from deploy.embedded.openai.batches import BatchRunner
from deploy.embedded.openai.errors import invalid
from deploy.embedded.openai.service import ApiService

WINDOW_SECONDS = 60.0


class ControlEndpoints:
    """Settings, what came so far, and a new beginning."""

    def __init__(self, service: ApiService, runner: BatchRunner) -> None:
        self._service, self._runner = service, runner

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        app.router.add_get("/control/settings", self.settings)
        app.router.add_post("/control/settings", self.change)
        app.router.add_get("/control/traffic", self.traffic)
        app.router.add_post("/control/reset", self.reset)

    async def settings(self, _request: web.Request) -> web.Response:
        """The settings as they are."""
        return web.json_response(to_builtins(self._service.settings))

    async def change(self, request: web.Request) -> web.Response:
        """Change some of the settings; returns all of them."""
        try:
            return web.json_response(to_builtins(self._service.change(await request.read())))
        except ValueError as error:
            raise invalid(str(error)) from None

    async def traffic(self, request: web.Request) -> web.Response:
        """What came since the start or the last reset, and the heaviest window of `seconds`."""
        try:
            seconds = float(request.query.get("seconds", WINDOW_SECONDS))
        except ValueError:
            raise invalid("'seconds' is a number.", "seconds") from None
        return web.json_response(self._service.traffic.summary(seconds))

    async def reset(self, _request: web.Request) -> web.Response:
        """Forget the traffic, the files and the batches, and have the settings of the start."""
        await self._runner.close()
        self._service.store.clear()
        self._service.reset()
        return web.json_response({})
