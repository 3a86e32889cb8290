"""workers/README.md, the map of the rooms, names what is there: every path, every class, every function."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.unit.source_tree import ROOT, sources

FOLDER = ROOT / "workers"
TEXT = (FOLDER / "README.md").read_text("utf-8")
PATH = re.compile(r"`([\w./-]+\.(?:py|md|toml))`|\]\(([\w./-]+)\)")
HOP = re.compile(r"^\|[^|]*\| `([\w./]+\.py)` \| ([^|]+) \|$", re.MULTILINE)
WORD = re.compile(r"^\| [\w ]+ \| `(\w+)` in `([\w./]+\.py)` \|", re.MULTILINE)
PATHS = sorted({found[0] or found[1] for found in PATH.findall(TEXT)})
NAME = re.compile(r"`([\w.]+)`")
HOPS = sorted({(path, name) for path, names in HOP.findall(TEXT) for name in NAME.findall(names)})
WORDS = WORD.findall(TEXT)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def defined(path: Path) -> frozenset[str]:
    """Every function and class of a file, and every method behind the name of its class."""
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{each.name}" for each in node.body if isinstance(each, FUNCTIONS)}
    return frozenset(names)


def test_the_page_is_read() -> None:
    """The patterns below find what the page is made of: a changed layout would test nothing."""
    assert len(PATHS) >= 30
    assert len(HOPS) >= 60
    assert len(WORDS) >= 12


@pytest.mark.parametrize("path", PATHS)
def test_every_path_exists(path: str) -> None:
    """Relative to workers/, or to the root."""
    assert (FOLDER / path).exists() or (ROOT / path).exists()


@pytest.mark.parametrize(("path", "name"), HOPS)
def test_every_function_of_a_hop_is_in_its_file(path: str, name: str) -> None:
    """A reader who opens the file finds the function."""
    assert name in defined(FOLDER / path)


@pytest.mark.parametrize(("name", "path"), WORDS)
def test_every_word_is_one_class(name: str, path: str) -> None:
    """The class of a word is where the page says, and nowhere else."""
    named = [source.path for source in sources() if "tests" not in source.name.split(".")]
    there = [each for each in named if name in defined(each)]

    assert there == [(FOLDER / path).resolve()]


def test_every_room_is_listed() -> None:
    """Each folder of workers/, and each of workers/runtime, has its line."""
    rooms = {path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.glob("*/__init__.py")}
    rooms |= {path.parent.relative_to(FOLDER).as_posix() for path in FOLDER.glob("runtime/*/__init__.py")}

    assert rooms <= set(re.findall(r"^\| \[([\w/]+)\]", TEXT, re.MULTILINE))
