"""A stand-in for the model in a thread, for workers that are processes: it writes sentences of the bank."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.standins.served import served
from tests.standins.written_texts import written


@contextmanager
def served_model() -> Iterator[tuple[str, list[str]]]:
    """Its address, and what it was asked."""
    asked: list[str] = []

    async def answer(request: Request) -> JSONResponse:
        body = await request.json()
        asked.append(json.dumps(body, ensure_ascii=False))
        return JSONResponse(written(body).body)

    with served(Starlette(routes=[Route("/v1/responses", answer, methods=["POST"])])) as url:
        yield f"{url}/v1", asked
