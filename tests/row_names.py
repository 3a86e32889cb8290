"""Which tests name the rows of a document: a letter and a number, in a test's name or in its text."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tests.unit.source_tree import ROOT


@cache
def named(letter: str, places: Iterable[str], without: Path) -> dict[str, list[str]]:
    """The tests that name each row (`E12`), in the files of some patterns but one; `letter` is upper case."""
    in_name = re.compile(rf"(?<=_){letter.lower()}(\d+)(?=_)")
    in_text = re.compile(rf"\b{letter}(\d+)\b")
    found = defaultdict(list)
    paths = {path for place in places for path in ROOT.glob(place)} - {without}
    for path in sorted(paths):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                numbers = {*in_name.findall(node.name), *in_text.findall(ast.get_docstring(node) or "")}
                for number in numbers:
                    found[f"{letter}{number}"].append(f"{path.relative_to(ROOT)}::{node.name}")
    return found
