"""The workers of a bench are those of the tree that was named, and not those that are installed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import tree


def test_workers_of_another_tree_come_before_those_here_and_installed(tmp_path: Path) -> None:
    (tmp_path / "old" / "workers").mkdir(parents=True)
    (tmp_path / "old" / "workers" / "__init__.py").touch()
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "tests").symlink_to(Path(tree.__file__).parents[1])
    environment = dict(os.environ) | tree.environment(tmp_path / "old", tmp_path / "path")
    code = "from tests.bench import tree; tree.check(); print(tree.measured())"
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == str(tmp_path / "old")


def test_other_workers_than_those_named_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(tree.VARIABLE, "/elsewhere")
    with pytest.raises(RuntimeError, match="not those of /elsewhere"):
        tree.check()
