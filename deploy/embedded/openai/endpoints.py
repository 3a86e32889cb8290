"""The paths of responses and embeddings."""

import asyncio
import json
import time
from typing import cast

from aiohttp import web

from deploy.embedded.faults import reset_connection
from deploy.embedded.openai.bodies import Json
from deploy.embedded.openai.errors import ApiError, status_fault
from deploy.embedded.openai.faults import STATUS_FAULTS, WIRE_FAULTS
from deploy.embedded.openai.requests import read_json
from deploy.embedded.openai.service import EMBEDDINGS, RESPONSES, ApiService
from deploy.embedded.openai.settings import StatusFault, WireFault
from deploy.embedded.traffic import Arrival

HTML = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


class ModelEndpoints:
    """Answers like a model: as fast, within the limits, and with the faults that are set."""

    def __init__(self, service: ApiService) -> None:
        self._service = service

    def add_to(self, app: web.Application) -> None:
        """Add the paths to an application."""
        app.router.add_post(RESPONSES, self.answer)
        app.router.add_post(EMBEDDINGS, self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, and note that it came."""
        began = time.monotonic()
        arrival = self._service.traffic.arrived(began, request.path)
        try:
            response = await self._answer(request, arrival)
        except ApiError as error:
            arrival.status = error.status
            error.headers |= self._service.limits.headers(time.monotonic())
            raise
        arrival.status = response.status
        return response

    async def _answer(self, request: web.Request, arrival: Arrival) -> web.StreamResponse:
        service, asked = self._service, read_json(await request.read())
        read = service.read(request.path, asked)
        fault = service.draw(request.path)
        answered = service.answered(read, asked, fault)
        arrival.tokens = answered.input_tokens
        refusal = service.limits.take(answered.tokens, arrival.at)
        if refusal is not None:
            raise refusal
        if fault in STATUS_FAULTS:
            return failing(cast(StatusFault, fault))
        arrival.tokens = answered.tokens
        headers = service.limits.headers(arrival.at)
        await asyncio.sleep(service.seconds(read, answered))
        if fault in WIRE_FAULTS:
            return await self._broken(request, cast(WireFault, fault), answered.body)
        return web.json_response(answered.body, headers=headers)

    async def _broken(self, request: web.Request, fault: WireFault, body: Json) -> web.StreamResponse:
        """An answer that never comes, is cut off, or is no whole JSON."""
        if fault == "timeout":
            await asyncio.sleep(self._service.settings.hang_seconds)
        if fault == "cut_json":
            text = json.dumps(body)
            return web.Response(text=text[: len(text) // 2], content_type="application/json")
        return reset_connection(request)


def failing(fault: StatusFault) -> web.Response:
    """The answer of a proxy in front of the API; all other faults of this kind are raised as ApiError."""
    if fault == "bad_gateway":
        return web.Response(status=502, text=HTML, content_type="text/html")
    raise status_fault(fault)
