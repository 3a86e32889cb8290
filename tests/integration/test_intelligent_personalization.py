"""The document of the engine: its examples run as they stand there, with our module's name.

What an example takes from nowhere stands in GIVEN. No service is needed.
"""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

import workers.mail.engine
from tests.unit.mail.engine.prospects import SARAH, TEMPLATE
from workers.mail.engine import (
    FeedbackLoop,
    IntelligentPersonalizationEngine,
    MessageVariation,
    PersonalizationResult,
    PersonalizationStrategy,
)

DOCUMENT = (Path(__file__).parents[1] / "documents" / "personalization-engine.md").read_text("utf-8")
THEIRS, OURS = "services.outreach.personalization", "workers.mail.engine"
BLOCKS = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
FILE = "tests/integration/test_intelligent_personalization.py"
SENT = {"outcome": "sent", "at": "2026-12-01T00:00:00Z"}
CLICKED = {"outcome": "clicked", "at": "2026-12-01T09:00:00Z"}


class Errors:
    """What an example writes into its log."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def error(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)


def block(text: str) -> str:
    """The one example that begins with what `text` says, in our names."""
    (found,) = [each for each in BLOCKS if text in each]
    return str(found).replace(THEIRS, OURS)


async def run(source: str, **given: Any) -> dict[str, Any]:
    """Run an example; the names that it has defined."""
    scope: dict[str, Any] = {"prospect": SARAH, "template": TEMPLATE, **given}
    code = compile(source, "document", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, scope)
    if inspect.isawaitable(result):
        await result
    return scope


def test_p8_one_word_of_each_example_is_another_one() -> None:
    """P8: the module's name, and nothing else, in the five examples that import."""
    imports = [line for each in BLOCKS for line in each.splitlines() if line.startswith("from ")]

    assert len(imports) == 5
    assert {line.split()[1] for line in imports} == {THEIRS}
    names = {line.rpartition(" ")[2] for line in imports}
    assert names <= set(workers.mail.engine.__all__)


async def test_p2_the_example_of_the_engine_runs() -> None:
    """P2: the account is 123, the prospect a mapping."""
    scope = await run(block("engine = IntelligentPersonalizationEngine"))
    result = scope["result"]

    assert isinstance(result, PersonalizationResult)
    assert scope["engine"].user_id == 123
    assert result.message.person == "sarah"
    assert "The band is jazz." in result.message.text or result.variation["length"] == "length:brief"


async def test_p3_p4_the_examples_of_strategy_and_variation_run() -> None:
    """P3, P4: the second one uses what the first one has made."""
    strategy = (await run(block("strategy = PersonalizationStrategy")))["strategy"]
    variation = (await run(block("variation = MessageVariation"), strategy=strategy))["variation"]

    assert isinstance(strategy, PersonalizationStrategy)
    assert strategy.tone_rules == {"professional": pytest.approx(0.8), "casual": pytest.approx(0.2)}
    assert isinstance(variation, MessageVariation)
    assert variation.weights["tone:professional"] > variation.weights["tone:casual"]
    assert len(variation.candidates({})) == 4


async def test_p5_the_example_of_the_context_runs() -> None:
    """P5: without an argument, without services."""
    data = (await run(block("context = ContextEngine")))["data"]

    assert data["platform"]["name"] == "email"
    assert data["history"]["messages_sent"] == 5
    assert data["timing"]["local_hour"] in range(24)


async def test_p6_the_example_of_feedback_runs() -> None:
    """P6: with the message of the engine's example, and a click of it, twice."""
    result = (await run(block("engine = IntelligentPersonalizationEngine")))["result"]
    scope = await run(block("feedback = FeedbackLoop"), message=result, engagement_data=CLICKED)
    loop = scope["feedback"]
    await loop.update_model(result, CLICKED)

    assert isinstance(loop, FeedbackLoop)
    assert [record.is_clicked for record in loop.records] == [True]


async def test_p7_the_example_of_errors_runs() -> None:
    """P7: it has an engine, a log and the error from nowhere; what cannot be used is said in its log."""
    example = block("except PersonalizationError")
    given = {
        "engine": IntelligentPersonalizationEngine(user_id=123),
        "PersonalizationError": workers.mail.engine.PersonalizationError,
        "logger": Errors(),
    }
    await run(example, **given)
    assert given["logger"].lines == []  # type: ignore[attr-defined]

    await run(example, **given, template="Hello {{frist_name}}.")
    (line,) = given["logger"].lines  # type: ignore[attr-defined]
    assert line.startswith("Personalization failed: body[0]: there is no placeholder {{frist_name}}")


def test_p11_the_file_that_the_document_names_is_this_one() -> None:
    """P11: and so is that of its command."""
    assert f"`{FILE}`" in DOCUMENT
    assert f"pytest {FILE}" in DOCUMENT
    assert Path(__file__).as_posix().endswith(FILE)


async def test_the_whole_way_of_messages_to_many_people() -> None:
    """P1, P10: chosen, sent, clicked, learnt, and measured against the control group."""
    engine = IntelligentPersonalizationEngine(user_id=123)
    people = [SARAH | {"id": f"person-{number}"} for number in range(400)]
    for person in people:
        result = await engine.personalize_message(person, TEMPLATE)
        assert isinstance(result, PersonalizationResult)
        await engine.feedback.update_model(result, SENT)
        if result.variation["tone"] == "tone:casual":
            await engine.feedback.update_model(result, CLICKED)
    await engine.feedback.update_model(result, {"outcome": "opened", "at": "2026-12-09"})
    metrics = engine.metrics()
    records = engine.feedback.records

    assert metrics["personalization_success_rate"] == 1.0
    assert {record.message.reason for record in records} == {"drawn", "control", "hold-out"}
    effect = metrics["strategy_effectiveness"]
    assert effect.low > 0.3  # type: ignore[attr-defined]
    performance = metrics["variation_performance"]
    assert performance["tone:casual"].value == 1.0  # type: ignore[index]
    assert performance["tone:friendly"].value == 0.0  # type: ignore[index]
