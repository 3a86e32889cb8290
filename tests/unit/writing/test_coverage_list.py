"""What the document says is tested has a module of its own: one for each line of its list."""

import ast
import re

import pytest

from tests.unit.source_tree import ROOT
from tests.unit.writing.test_document import DOCUMENT

MODULES = {
    "Email generation (single and batch)": "tests/unit/writing/test_service.py",
    "Caching functionality": "tests/unit/writing/test_shares.py",
    "Rate limiting": "tests/unit/writing/test_rate_limit.py",
    "Error handling and fallbacks": "tests/unit/writing/test_service_faults.py",
    "Performance monitoring": "tests/unit/writing/test_figures.py",
    "Multi-language support": "tests/unit/writing/test_languages.py",
    "Validation logic": "tests/unit/writing/test_matches.py",
    "Mock mode functionality": "tests/unit/writing/test_mock_mode.py",
}


def test_e37_the_list_of_the_document_is_that_of_the_modules() -> None:
    """E37: eight lines, in its order."""
    listed = re.findall(r"^- ✅ (.+)$", DOCUMENT.read_text("utf-8"), re.MULTILINE)

    assert listed == list(MODULES)


@pytest.mark.parametrize("about", MODULES)
def test_e37_each_line_has_a_module_of_its_own(about: str) -> None:
    """E37: whose tests say so in the first words of its text."""
    tree = ast.parse((ROOT / MODULES[about]).read_text("utf-8"))
    tests = [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert len([name for name in tests if name.startswith("test_")]) >= 2
    assert list(MODULES.values()).count(MODULES[about]) == 1


def test_e36_the_test_that_the_document_runs_is_there() -> None:
    """E36: the same file, class and name, under tests/."""
    (command,) = re.findall(r"pytest backend/(\S+::\S+)", DOCUMENT.read_text("utf-8"))
    path, of, name = command.split("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    (found,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == of]

    assert name in {node.name for node in found.body if isinstance(node, ast.AsyncFunctionDef)}
