"""The bodies of OpenAI's answers. Pure."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
REPEATED = (
    "instructions", "max_output_tokens", "metadata", "model", "parallel_tool_calls", "prompt_cache_key",
    "reasoning", "safety_identifier", "temperature", "text", "top_p", "truncation",
)  # fmt: skip


def error_body(
    message: str, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> Json:
    """The body of an error."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def text_part(text: str) -> Json:
    """A text as a part of a message."""
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def refusal_part(text: str) -> Json:
    """A refusal as a part of a message."""
    return {"type": "refusal", "refusal": text}


def usage(input_tokens: int, output_tokens: int, reasoning_tokens: int = 0) -> Json:
    """The tokens of a response; those of reasoning are a part of the output."""
    return {
        "input_tokens": input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": output_tokens,
        "output_tokens_details": {"reasoning_tokens": reasoning_tokens},
        "total_tokens": input_tokens + output_tokens,
    }


def response_body(
    content: list[Json], used: Json, asked: Mapping[str, Any], name: str = "0", at: int = 1_707_523_200
) -> Json:
    """A completed response whose message has this content, or without a message if it has none.

    What the request says (`asked`) is repeated in it. `name` makes its ids, `at` is in epoch seconds.
    """
    message = {"id": f"msg_{name}", "type": "message", "role": "assistant", "status": "completed"}
    reasoning = {"id": f"rs_{name}", "type": "reasoning", "summary": []}
    repeated = {name: asked[name] for name in REPEATED if asked.get(name) is not None}
    return {
        "id": f"resp_{name}",
        "object": "response",
        "created_at": at,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "stand-in",
        "output": [reasoning, *([message | {"content": content}] if content else [])],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": used,
        **repeated,
    }


def incomplete(body: Json, reason: str = "max_output_tokens") -> Json:
    """A response that ended too early."""
    output = [item | {"status": "incomplete"} if "status" in item else item for item in body["output"]]
    return body | {"status": "incomplete", "incomplete_details": {"reason": reason}, "output": output}


def failed_response(body: Json, code: str = "server_error") -> Json:
    """A response that has status 200 and failed."""
    error = {"code": code, "message": "The model failed to answer."}
    return body | {"status": "failed", "error": error, "output": []}


def embeddings_body(vectors: list[list[float]] | list[str], model: str, tokens: int) -> Json:
    """Vectors in the order of their texts; each is a list of numbers, or base64 of them."""
    data = [
        {"object": "embedding", "index": number, "embedding": vector} for number, vector in enumerate(vectors)
    ]
    counted = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": model, "usage": counted}
