"""The document's words on installation and trouble: its snippets run, its packages are there or replaced."""

import ast
import builtins
import re
from importlib import metadata
from typing import Any

import pytest
import redis.asyncio
from openai import AsyncOpenAI

from tests.unit.writing.test_document import ADDED, BLOCKS, DOCUMENT, block, run
from workers.mail import EmailGenerationService

PACKAGES = re.findall(r"^(\w+)>=([\d.]+)$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
REPLACED = {"aioredis": "redis"}  # it does not import on Python 3.11; redis.asyncio is the same API
# of each example: the names that it uses and neither defines nor imports
NOT_IMPORTED = {
    "# Create user profile": {"GenerationStatus"},
    "# Create multiple user profiles": {
        "create_email_generation_service", "UserProfile", "EmailLanguage", "GenerationStatus", "job_matches",
    },
    "FastAPI()": {
        "os", "Dict", "List", "UserProfile", "EmailSectionType", "JobMatch", "GenerationStatus",
    },
}  # fmt: skip


def version(text: str) -> tuple[int, ...]:
    """A version as numbers."""
    return tuple(int(part) for part in text.split(".")[:3])


def unknown_names(source: str) -> set[str]:
    """The names that a program loads, and neither binds, imports nor finds built in."""
    names = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom | ast.Import):
            bound |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            bound |= {node.name, *(argument.arg for argument in node.args.args)}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return {node.id for node in names} - bound - set(dir(builtins))


def test_e40_every_package_is_at_least_as_new_as_the_document_wants() -> None:
    """E39, E40: the client of OpenAI is far newer, as the Responses API needs."""
    assert [name for name, _ in PACKAGES] == ["openai", "aioredis", "structlog", "pydantic"]
    for name, least in PACKAGES:
        if name not in REPLACED:
            assert version(metadata.version(name)) >= version(least)
    assert version(metadata.version("openai")) >= (3, 52)
    assert hasattr(AsyncOpenAI(api_key="not-a-key"), "responses")


@pytest.mark.parametrize("example", NOT_IMPORTED)
def test_e45_the_names_that_an_example_lacks_are_those_that_we_add(example: str) -> None:
    """E45: and no others; they are put in front of it, and nothing of it is changed."""
    assert unknown_names(block(example)) == NOT_IMPORTED[example]
    assert NOT_IMPORTED[example] - {"job_matches"} <= ADDED.keys()


def test_e45_only_the_module_is_replaced() -> None:
    """E45: in one line of each of the four examples that import it."""
    changed = [each for each in BLOCKS if "app.services.gpt5_integration" in each]

    assert [each.count("app.services.gpt5_integration") for each in changed] == [1] * 4


async def test_e39_the_snippet_of_redis_runs_with_the_client_that_we_have(
    unused_tcp_port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """E38, E39: where nobody answers it says so; test_document_redis.py runs it on a real Redis."""
    address = f"127.0.0.1:{unused_tcp_port}"
    source = block("# Error: Redis connection failed").replace("localhost:6379", address)
    await run(source, aioredis=redis.asyncio)

    assert capsys.readouterr().out.startswith("❌ Redis connection failed: Error 111 connecting to 127.0.0.1")


async def test_e38_the_snippet_of_the_key_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """E38: which is why `kairos mail check` does not."""
    await run(block("# Error: Invalid API key"))
    monkeypatch.setenv("OPENAI_API_KEY", "a-key")
    await run(block("# Error: Invalid API key"))

    assert capsys.readouterr().out == "API Key: Not set\nAPI Key: a-key\n"


async def test_e38_the_snippet_of_the_rate_limit_raises_it() -> None:
    """E38: to 200 calls a minute."""
    scope: dict[str, Any] = await run(block("# Error: Rate limit exceeded"))
    service: EmailGenerationService = scope["service"]

    assert service._call is not None
    assert service._call.limiter is not None
    assert service._call.limiter.limits.requests == 200
    await service.close()
