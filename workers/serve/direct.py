"""Answers the routes that most requests are for at a third of the CPU: without Starlette's layers for each.

A `DirectRoute` is a route like any other. Only its own method, on exactly its path, is answered here; a
preflight, another method and every error beside a refusal go the usual way.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workers.serve.requests import LONGEST_BODY, bounded_body, measured

MOST_ORIGINS = 1_000  # whose headers are remembered
RawHeaders = list[tuple[bytes, bytes]]


class DirectRequest:
    """A request's address and headers, by name in lower case (of one name the first), and its body."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        client = scope["client"]
        self.address: str = client[0] if client else ""
        self.headers: Mapping[str, str] = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])
        }
        self._receive = receive

    async def body(self) -> bytes:
        """The body; raises RequestRefused, 413 for one that is too long, 408 when it does not come."""
        return await bounded_body(self._receive, self.headers.get("content-length", ""), LONGEST_BODY)


DirectHandler = Callable[[DirectRequest], Awaitable[Response]]


class DirectEndpoint:
    """An ASGI application of one handler, which answers with a whole response."""

    def __init__(self, name: str, handle: DirectHandler) -> None:
        self.answer = measured(name, handle)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer without any layer above; here Starlette's own come first."""
        response = await self.answer(DirectRequest(scope, receive))
        await response(scope, receive, send)


class DirectRoute(Route):
    """A POST route whose handler is given a DirectRequest; `name` is what its requests are counted under."""

    def __init__(self, path: str, name: str, handle: DirectHandler) -> None:
        self.direct = DirectEndpoint(name, handle)
        super().__init__(path, self.direct, methods=["POST"], name=name)


class DirectOrOthers(CORSMiddleware):
    """Answers direct routes itself, with the headers that the rules for other origins want."""

    def __init__(self, app: ASGIApp, routes: Iterable[BaseRoute], **rules: Any) -> None:
        super().__init__(app, **rules)
        self._direct = {route.path: route.direct for route in routes if isinstance(route, DirectRoute)}
        self._by_origin: dict[str | None, RawHeaders] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        direct = self._direct.get(scope["path"]) if scope.get("method") == "POST" else None
        if direct is None:
            await super().__call__(scope, receive, send)
            return
        request = DirectRequest(scope, receive)
        response = await direct.answer(request)
        origin = request.headers.get("origin")
        rules = self._by_origin.get(origin) or await self._rules_for(origin)
        start = {"status": response.status_code, "headers": response.raw_headers + rules}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": response.body})

    async def _rules_for(self, origin: str | None) -> RawHeaders:
        """The headers of an answer to a page of an origin, as CORSMiddleware says them, at least one."""
        start: Message = {"type": "http.response.start"}
        await self.send(start, nowhere, Headers({} if origin is None else {"origin": origin}))
        headers: RawHeaders = start["headers"]
        if len(self._by_origin) < MOST_ORIGINS:
            self._by_origin[origin] = headers
        return headers


async def nowhere(_message: Message) -> None:
    """Send nothing."""
