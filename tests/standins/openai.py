"""A double of OpenAI within a test: it sends the replies of the test, and stores requests.

The stand-in that behaves like the service is in deploy/embedded/openai.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from deploy.embedded.openai.bodies import (
    embeddings_body,
    error_body,
    incomplete,
    refusal_part,
    response_body,
    text_part,
    usage,
)
from deploy.embedded.openai.vectors import as_base64, text_vector
from tests.standins.openai_description import request_problem

DRIP_SECONDS = 0.02
INPUT_TOKENS = 900  # of every request
REFUSED = "refuse me"  # a text for which there is no vector


@dataclass(frozen=True)
class Reply:
    """One reply: status, body (a dict is sent as JSON), headers, and how long it takes in seconds.

    With `drip` blanks are sent until then, so that the connection is never idle.
    """

    body: dict[str, Any] | str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    drip: bool = False


Replying = Callable[[dict[str, Any]], Reply]  # a reply that depends on the request


@dataclass
class OpenAI:
    """Sends its replies in order, and repeats the last one. `url` is a base URL for the client."""

    url: str = ""
    replies: list[Reply | Replying] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)  # what in requests does not fit OpenAI's description

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Store the request and send the next reply."""
        await self._note(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if not isinstance(reply, Reply):
            reply = reply(self.requests[-1])
        if reply.drip:
            return await dripped(request, reply)
        await asyncio.sleep(reply.seconds)
        if isinstance(reply.body, str):
            return web.Response(text=reply.body, status=reply.status, headers=reply.headers)
        return web.json_response(reply.body, status=reply.status, headers=reply.headers)

    async def embed(self, request: web.Request) -> web.StreamResponse:
        """Store the request and send the next reply, or when there is none the vectors of its texts."""
        if self.replies:
            reply = self.replies[0]
            response = await self.answer(request)
            self.replies = [each for each in self.replies if each is not reply]
            return response
        asked = await self._note(request)
        reply = failed(400, "invalid_input") if REFUSED in asked["input"] else embedded(asked)
        return web.json_response(reply.body, status=reply.status)

    async def _note(self, request: web.Request) -> dict[str, Any]:
        """Store the request and what is wrong with it; returns it."""
        asked: dict[str, Any] = json.loads(await request.text())
        self.requests.append(asked)
        if (problem := request_problem(request.path, asked)) is not None:
            self.problems.append(problem)
        return asked


def embedded(asked: dict[str, Any]) -> Reply:
    """The vectors of the texts of a request, the last text first."""
    vectors = [as_base64(text_vector(text, asked["dimensions"])) for text in asked["input"]]
    body = embeddings_body(vectors, asked["model"], 1)
    return Reply(body | {"data": body["data"][::-1]})


async def dripped(request: web.Request, reply: Reply) -> web.StreamResponse:
    """Send blanks, which JSON allows, for as long as the reply takes, then its body."""
    stream = web.StreamResponse(headers={"content-type": "application/json"})
    await stream.prepare(request)
    for _ in range(int(reply.seconds / DRIP_SECONDS)):
        await stream.write(b" ")
        await asyncio.sleep(DRIP_SECONDS)
    await stream.write(json.dumps(reply.body).encode())
    return stream


def completed(text: str) -> Reply:
    """A complete response with a text."""
    return Reply(response([text_part(text)]))


def refused() -> Reply:
    """A response in which the model refuses."""
    return Reply(response([refusal_part("I would rather not.")]))


def truncated(text: str) -> Reply:
    """A response that has reached the token limit."""
    return Reply(incomplete(response([text_part(text)])))


def failed(status: int, code: str | None = None, **headers: str) -> Reply:
    """An error, with headers such as retry_after."""
    with_hyphens = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(error_body("told to fail", "test", code=code), status, with_hyphens)


def response(content: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of a completed response with one message; a token is four bytes of its text."""
    output_tokens = sum(len(part.get("text", "").encode()) for part in content) // 4
    return response_body(content, usage(INPUT_TOKENS, output_tokens), {})


@asynccontextmanager
async def stand_in(*replies: Reply | Replying) -> AsyncIterator[OpenAI]:
    """A stand-in on a free port of this machine; every request must fit OpenAI's description."""
    server = OpenAI(replies=list(replies))
    app = web.Application()
    app.router.add_post("/v1/responses", server.answer)
    app.router.add_post("/v1/embeddings", server.embed)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield server
        assert server.problems == [], server.problems
    finally:
        await runner.cleanup()
