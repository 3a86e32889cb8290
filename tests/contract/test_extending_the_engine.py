"""README's "To add a …" of the engine: each takes one row or one function, on a copy of the code."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.readme import blocks
from tests.unit.source_tree import ROOT

HEAD = re.compile(r"# (workers/mail/engine/\w+\.py) (\w+)\n")
START = """
import asyncio
from datetime import UTC, datetime
from workers.mail.engine import *

sunday = datetime(2026, 12, 6, 12, tzinfo=UTC)
person = {"id": "mia", "name": "Mia Sato", "time_zone": "Asia/Tokyo"}
engine = IntelligentPersonalizationEngine(user_id=1)

def message(at=sunday, platform="email"):
    return asyncio.run(engine.personalize_message(person, "We play on Friday.", at=at, platform=platform))
"""
# what the row is for, as a program on the copy sees it
PROGRAMS = {
    "STRATEGY_RULES": """
assert "a-weekend" in message().strategy.rules
weekday = message(at=sunday.replace(day=3)).strategy
assert "a-weekend" not in weekday.rules
assert message().strategy.weights["tone:casual"] > weekday.weights["tone:casual"]
""",
    "SUBJECT_OPTIONS": """
from workers.recommend.variations.choice import ArmScore, ChoiceRules
engine = IntelligentPersonalizationEngine(
    user_id=1,
    rules=ChoiceRules(control_share=0, hold_out_share=0, new_share=1, floor=0),
    scores=lambda segment: {"subject:short": ArmScore(1e6, 1)},
)
assert message().message.subject == "For Mia", message().message.subject
""",
    "CONTEXT_ANALYSERS": """
assert message().context["season"] == {"is_winter": True}
assert message(at=sunday.replace(month=6)).context["season"] == {"is_winter": False}
""",
    "PLATFORM_ROWS": """
sent = message(platform="chat").message
assert (sent.platform, sent.subject, sent.segment) == ("chat", "", "chat:en:new")
assert "We play on Friday." in sent.text
try:
    asyncio.run(engine.personalize_message(person, "word " * 101, platform="chat"))
except ComplianceError as error:
    assert "rules of chat" in str(error)
else:
    raise AssertionError("501 characters")
""",
}
SHORT_TESTS = ("test_variations.py", "test_selection.py", "test_profile.py", "test_message_template.py")


def howtos() -> dict[str, tuple[str, str]]:
    """The file and the code of each how-to, by the table into which its row goes."""
    found = ((HEAD.match(body), body) for body in blocks("python"))
    return {match[2]: (match[1], body[match.end() :]) for match, body in found if match}


def with_row(source: str, table: str, code: str) -> str:
    """A file with a row at the end of one of its tables, and the function of the row before the table."""
    function, _, row = code.rstrip("\n").rpartition("\n\n\n")
    found = re.search(rf"^{table} = \(\n.*?^\)\n", source, re.MULTILINE | re.DOTALL)
    assert found is not None, table
    before = f"{function}\n\n\n" if function else ""
    return source[: found.start()] + before + found.group()[:-2] + f"{row},\n)\n" + source[found.end() :]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of our packages, to be edited."""
    for package in ("schemas", "topics", "workers", "tests"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(copy: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in the copy."""
    environment = os.environ | {"PYTHONPATH": str(copy)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, timeout=600
    )


def test_p12_there_are_four_howtos() -> None:
    """P12: strategy rule, variation, context analyser, platform."""
    assert set(howtos()) == set(PROGRAMS)


@pytest.mark.parametrize("table", PROGRAMS)
def test_p12_a_row_is_all_that_it_takes(copy: Path, table: str) -> None:
    """P12: without it the program fails, with it the row does what it is for, and all else goes on."""
    file, code = howtos()[table]
    assert run(copy, "-c", START + PROGRAMS[table]).returncode == 1
    path = copy / file
    path.write_text(with_row(path.read_text("utf-8"), table, code), "utf-8")

    done = run(copy, "-c", START + PROGRAMS[table])
    assert (done.returncode, done.stderr) == (0, "")
    tests = [f"tests/unit/mail/engine/{name}" for name in SHORT_TESTS]
    tested = run(copy, "-m", "pytest", "-q", "--no-cov", "-p", "no:cacheprovider", *tests)
    assert tested.returncode == 0, tested.stdout
