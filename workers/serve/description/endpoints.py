"""The route of the description."""

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from workers.serve.description.openapi import description
from workers.serve.description.operations import OPERATIONS, Operation

PATH = "/openapi.json"


def operations_of(routes: Sequence[BaseRoute]) -> list[Operation]:
    """The rows of the routes that there are."""
    there = {
        (method.lower(), route.path.replace(":path}", "}"))
        for route in routes
        if isinstance(route, Route)
        for method in route.methods or ()
    }
    return [row for row in OPERATIONS if (row.method, row.path) in there]


def description_route(routes: Sequence[BaseRoute]) -> Route:
    """`GET /openapi.json`: the description of some routes."""
    body = msgspec.json.encode(description(operations_of(routes)))

    async def answer(_request: Request) -> Response:
        return Response(body, media_type="application/json")

    return Route(PATH, answer, methods=["GET"])
