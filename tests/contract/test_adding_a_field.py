"""README's "To add a …": a made-up field takes the edits that are named there, and no others."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.readme import README
from tests.unit.source_tree import ROOT

FIELD = "    shoe_size: str | None = None\n"
DOCUMENT = {"schemas/documents.py": ("    is_team_member: bool | None = None\n", FIELD)}
PROFILE = DOCUMENT | {
    "workers/people/state.py": (
        "    time_zone: str | None = None\n    notes: tuple[StoredNote, ...] = ()\n",
        FIELD,
    ),
    "schemas/profile/model.py": ("    birth_date: Day | None = None\n", FIELD),
}
# a user with the field comes from the database; what reaches the inbox, the profile and the terminal?
PROGRAM = """
import json
from schemas.documents import User
from tests.world import World
from workers.commands.profile_view import profile_page
from workers.product.mapping import map_document
from workers.product.reading import read
from workers.product.sources import read_sources
from rich.console import Console

source = read_sources({}).of("users")
user = read(User, map_document(source, {"_id": "mia", "shoe_size": 38, "likes": "tea"}))
world = World()
world.put("users", user)
world.settle()
fact = next(json.loads(raw.value) for raw in world.fleet.records("inbox") if raw.key == b"mia")
profile = world.profile("mia")
console = Console(width=100, record=True, file=open("/dev/null", "w"))
console.print(profile_page(profile))
print(json.dumps([fact["value"]["shoe_size"], getattr(profile, "shoe_size", None), console.export_text()]))
"""
SHORT_TESTS = (
    "tests/contract/test_snapshots.py",
    "tests/contract/test_catalog.py",
    "tests/unit/people/test_fact_structs.py",
    "tests/unit/people/test_state_formats.py",
    "tests/unit/product/reading/test_fields.py",
    "tests/unit/commands/test_profile_view.py",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of our packages, to be edited."""
    for package in ("schemas", "topics", "workers", "deploy", "tests"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def edit(copy: Path, edits: dict[str, tuple[str, str]]) -> None:
    """Put the field behind the first occurrence of a known line in each file."""
    for name, (known, field) in edits.items():
        text = (copy / name).read_text("utf-8")
        assert known in text, name
        (copy / name).write_text(text.replace(known, known + field, 1), "utf-8")


def run(copy: Path, *arguments: str) -> str:
    """The output of Python in the copy."""
    environment = os.environ | {"PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def named_files(title: str) -> set[str]:
    """The files that one entry of README's list names."""
    entry = re.search(rf"- \*\*{title}\*\*(.*?)(?=\n- \*\*|\n\n)", README, re.DOTALL)
    assert entry is not None
    return set(re.findall(r"`((?:schemas|workers)/[\w/]+\.py)`", entry[1]))


def test_a_field_of_a_document_takes_one_edit(copy: Path) -> None:
    """It is mapped, read by its type, and in the fact of its person; nothing else needs to know it."""
    edit(copy, DOCUMENT)
    run(copy, "-m", "topics.snapshot")
    shoe_size, in_profile, _ = json.loads(run(copy, "-c", PROGRAM))

    assert (shoe_size, in_profile) == ("38", None)
    assert named_files("field of a document") == set(DOCUMENT)
    run(copy, "-m", "pytest", "-q", "--no-cov", "-p", "no:cacheprovider", *SHORT_TESTS)


def test_a_field_of_the_user_document_in_the_profile_takes_two_more(copy: Path) -> None:
    """The stored user, and the profile; the terminal shows it by itself."""
    edit(copy, PROFILE)
    run(copy, "-m", "topics.snapshot")
    shoe_size, in_profile, shown = json.loads(run(copy, "-c", PROGRAM))

    assert (shoe_size, in_profile) == ("38", "38")
    assert re.search(r"shoe size +38", shown)
    assert named_files("field of the user document in the profile") | set(DOCUMENT) == set(PROFILE)
    run(copy, "-m", "pytest", "-q", "--no-cov", "-p", "no:cacheprovider", *SHORT_TESTS)
