"""A stand-in for responses and embeddings of OpenAI: it sends the replies of a test, and stores requests."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import numpy as np
from aiohttp import web
from numpy.typing import NDArray

DRIP_SECONDS = 0.02
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

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Store the request and send the next reply."""
        self.requests.append(json.loads(await request.text()))
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
        asked = json.loads(await request.text())
        self.requests.append(asked)
        reply = failed(400, "invalid_input") if REFUSED in asked["input"] else embedded(asked)
        return web.json_response(reply.body, status=reply.status)


def embedded(asked: dict[str, Any]) -> Reply:
    """The vectors of the texts of a request, the last text first."""
    data = [
        {"object": "embedding", "index": number, "embedding": encoded(text_vector(text, asked["dimensions"]))}
        for number, text in enumerate(asked["input"])
    ]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return Reply({"object": "list", "data": data[::-1], "model": asked["model"], "usage": usage})


def text_vector(text: str, dims: int) -> NDArray[np.float32]:
    """A vector of a text, of length 1; all of them lie in a cone."""
    vector = np.random.default_rng(crc32(text.encode())).normal(size=dims) / np.sqrt(dims)
    vector[0] += 3.0
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def encoded(vector: NDArray[np.float32]) -> str:
    """A vector as the client asks for it."""
    return base64.b64encode(vector.tobytes()).decode()


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
    return Reply(response([{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]))


def refused() -> Reply:
    """A response in which the model refuses."""
    return Reply(response([{"type": "refusal", "refusal": "I would rather not."}]))


def truncated(text: str) -> Reply:
    """A response that has reached the token limit."""
    body = response([{"type": "output_text", "text": text, "annotations": [], "logprobs": []}])
    return Reply(body | {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}})


def failed(status: int, code: str | None = None, **headers: str) -> Reply:
    """An error, with headers such as retry_after."""
    with_hyphens = {name.replace("_", "-"): value for name, value in headers.items()}
    error = {"message": "told to fail", "code": code, "type": "test", "param": None}
    return Reply({"error": error}, status, with_hyphens)


def response(content: list[dict[str, Any]]) -> dict[str, Any]:
    """The body of a completed response with one message; a token is four bytes of its text."""
    output_tokens = sum(len(part.get("text", "").encode()) for part in content) // 4
    message = {"id": "m1", "type": "message", "role": "assistant", "status": "completed", "content": content}
    return {
        "id": "r1",
        "object": "response",
        "created_at": 1_707_523_200,
        "model": "stand-in",
        "status": "completed",
        "output": [{"id": "t1", "type": "reasoning", "summary": []}, message],
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": False,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": 900,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": output_tokens,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 900 + output_tokens,
        },
    }


@asynccontextmanager
async def stand_in(*replies: Reply | Replying) -> AsyncIterator[OpenAI]:
    """A stand-in on a free port of this machine."""
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
    finally:
        await runner.cleanup()
