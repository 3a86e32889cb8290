"""The document of the library: its examples run as they stand there, and its models are ours.

Of an example only the module's name is replaced; what it imports from nowhere stands in ADDED.
"""

import ast
import inspect
import os
import re
from collections.abc import AsyncIterator
from enum import Enum
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import structlog
from starlette.testclient import TestClient

import workers.mail
from tests.standins.openai import OpenAI, stand_in
from tests.standins.written_texts import written
from tests.unit.writing.readers import matches, reader
from workers.mail import EmailContent, EmailGenerationService, GenerationStatus, JobMatch, UserProfile
from workers.writing.models import EmailLanguage, EmailSectionType

DOCUMENT = Path(__file__).parents[2] / "documents" / "email-generation.md"
THEIRS, OURS = "app.services.gpt5_integration", "workers.mail"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
# names that examples use and do not import
ADDED = {name: getattr(workers.mail, name) for name in workers.mail.__all__} | {
    "os": os,
    "Dict": dict,
    "List": list,
}


def block(text: str) -> str:
    """The example with a text, with our module's name."""
    found: str
    (found,) = [each for each in BLOCKS if text in each]
    return found.replace(THEIRS, OURS)


async def run(source: str, **names: Any) -> dict[str, Any]:
    """Run an example in this event loop; the names that it has defined."""

    class Awaited(ast.NodeTransformer):
        """`asyncio.run(x)` is `await x` where a loop is running."""

        def visit_Call(self, node: ast.Call) -> ast.AST:
            return ast.Await(node.args[0]) if ast.unparse(node.func) == "asyncio.run" else node

    tree = ast.fix_missing_locations(Awaited().visit(ast.parse(source)))
    scope: dict[str, Any] = {**ADDED, **names}
    code = compile(tree, "document", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, scope)
    if inspect.isawaitable(result):
        await result
    return scope


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> AsyncIterator[OpenAI]:
    """A stand-in for the model, and no Redis."""
    structlog.configure(
        logger_factory=structlog.ReturnLoggerFactory()
    )  # its lines are no output of an example
    async with stand_in(written) as openai:
        monkeypatch.setenv("OPENAI_BASE_URL", openai.url)
        monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{unused_tcp_port}/0")
        monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
        yield openai


@pytest.mark.parametrize("model", [UserProfile, JobMatch, EmailContent])
def test_e16_e17_e19_a_model_has_the_fields_of_the_document_in_their_order(model: type) -> None:
    """E16, E17, E19: ours that come after them have defaults."""
    (declared,) = [each for each in BLOCKS if f"class {model.__name__}" in each]
    names = [node.target.id for node in ast.walk(ast.parse(declared)) if isinstance(node, ast.AnnAssign)]  # type: ignore[union-attr]

    assert list(get_type_hints(model))[: len(names)] == names or [*model.model_fields][: len(names)] == names  # type: ignore[attr-defined]


@pytest.mark.parametrize("enum", [EmailLanguage, EmailSectionType, GenerationStatus])
def test_e27_an_enum_has_the_values_of_the_document(enum: type[Enum]) -> None:
    """E27: under the same names, in the same order."""
    scope: dict[str, Any] = {"Enum": Enum}
    exec(block("class EmailLanguage"), scope)
    theirs = scope[enum.__name__]

    assert [(each.name, each.value) for each in enum] == [(each.name, each.value) for each in theirs]


async def test_the_basic_example_runs(server: OpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    """E7, E8, E45: it names one job of one section, so nothing is written; with all six it prints a mail."""
    source = block("# Create user profile")
    await run(source)
    assert capsys.readouterr().out == ""

    await run(source.replace("job_matches=job_matches", "job_matches=full"), full=matches())
    printed = capsys.readouterr().out
    assert printed.startswith("Subject: ")
    assert "Greeting: 田中太郎様" in printed
    assert printed.count("CTA: ") == 6


async def test_the_example_of_a_batch_runs(server: OpenAI, capsys: pytest.CaptureFixture[str]) -> None:
    """E7, E9, E23, E45: two readers, each in their own language."""
    scope = await run(block("# Create multiple user profiles"), job_matches=matches())
    await scope["batch_generation_example"]()

    assert capsys.readouterr().out == "✅ User 1: Email generated\n✅ User 2: Email generated\n"


async def test_e35_the_example_of_the_mock_mode_runs() -> None:
    """E35: without a key, a model and Redis."""
    await run(block("# Enable mock mode"), user_profile=reader(), job_matches=matches())


async def test_e11_e38_e42_the_figures_and_the_checks_of_the_document_run(
    server: OpenAI, capsys: pytest.CaptureFixture[str]
) -> None:
    """E10, E11, E12, E38, E42: after one mail the ratios are numbers; a wrong list is named."""
    async with EmailGenerationService("your-key") as service:
        await service.generate_email(reader(), matches())
        await run(block("# Get real-time metrics"), service=service)
        await run(block("# Monitor performance metrics"), service=service)
        await run(block("# Error: Invalid job matches structure"), service=service, job_matches={})

    printed = capsys.readouterr().out
    assert "Total requests: 1\nSuccess rate: 100.0%\nCache hit rate: 0.0%" in printed
    assert "Validation errors: ['editorial_picks: is missing'" in printed


async def test_e41_the_example_of_structured_logs_runs() -> None:
    """E41: under the logger that the library uses."""
    await run(block("await logger.adebug"))


def test_e44_the_example_with_fastapi_answers(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    """E44, E28: a mail is "success", also the second time, when its texts are kept."""
    monkeypatch.setenv("EMAIL_GENERATION_MOCK_MODE", "true")
    scope: dict[str, Any] = dict(ADDED)
    with pytest.warns(DeprecationWarning, match="on_event"):
        exec(block("FastAPI()"), scope)
    lists = {kind.value: [job.__dict__ for job in jobs] for kind, jobs in matches().items()}
    person = {"user_id": 1, "name": "Quintus", "email": "q@example.com", "preferred_language": "ja"}
    body = {"user_profile": person, "job_matches": lists}

    with TestClient(scope["app"]) as client:
        for _ in range(2):
            answer = client.post("/generate-email", json=body)
            assert (answer.status_code, answer.json()["status"]) == (200, "success")
            assert answer.json()["email"]["subject"].startswith("[MOCK] ")
