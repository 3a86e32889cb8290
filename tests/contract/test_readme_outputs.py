"""What the README shows of `kairos explain` and `kairos what-if` is what they print on the demo's product.

The product is the one of the demo as of a fixed time, recorded over two weeks in memory; the commands are run
whole, but for the broker.
"""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.contract.readme import COLUMNS, policy, sessions
from tests.unit.demo.recorded_days import recorded_days
from tests.unit.source_tree import ROOT
from workers.cli import kairos
from workers.commands import explain, what_if

SHOWN = sessions()
ENVIRONMENT = {"COLUMNS": str(COLUMNS), "KAIROS_SENDING": "live", "KAIROS_DAILY_LIMITS": ""}  # as in the demo


@contextmanager
def recorded(settings: Any) -> Iterator[Any]:
    """Stands in for a reader of the broker."""
    yield recorded_days()


@pytest.fixture(autouse=True)
def _in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run the commands over the recorded days, beside the policy that the README shows."""
    for command in (explain, what_if):
        monkeypatch.setattr(command, "reading", recorded)
    monkeypatch.setenv("KAIROS_POLICY", str(ROOT / "deploy" / "policy.toml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new-policy.toml").write_text(policy("new-policy.toml"))


def test_both_commands_are_shown() -> None:
    """Each once."""
    assert [command.split()[:2] for command, _ in SHOWN] == [["kairos", "explain"], ["kairos", "what-if"]]


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_what_is_shown_is_what_is_printed(command: str, shown: str) -> None:
    """Line by line; spaces at the end of a line are none in the README."""
    result = CliRunner().invoke(kairos, shlex.split(command)[1:], env=ENVIRONMENT)

    assert (result.exit_code, result.stderr) == (0, "")
    assert [line.rstrip() for line in result.output.splitlines()] == shown.splitlines()
