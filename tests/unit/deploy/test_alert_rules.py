"""The alert rules for Prometheus read series that the fleet serves, and each has a page of the runbook."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.deploy.promtool import PROMTOOL
from tests.unit.source_tree import ROOT
from workers.runtime.metrics.every import METRICS

FOLDER = ROOT / "deploy" / "prometheus"
FILES = sorted(FOLDER.glob("*-alerts.yml"))
RUNBOOK = FOLDER / "RUNBOOK.md"
NAME = re.compile(r"\bkairos_\w+")
SUFFIXES = ("", "_total", "_sum", "_count", "_bucket", "_info")
ALERT = re.compile(r"^      - alert: (\w+)\n(.*?)(?=^      - |^  - |\Z)", re.MULTILINE | re.DOTALL)


class AlertRule(NamedTuple):
    """An alert, and what stands under it."""

    name: str
    text: str

    def value(self, key: str) -> str:
        """What stands behind a key, once."""
        (value,) = re.findall(rf"{key}: ([^\n}}]+)", self.text)
        return str(value)


ALERTS = [AlertRule(*found) for path in FILES for found in ALERT.findall(path.read_text("utf-8"))]


def served() -> set[str]:
    """The names of all series."""
    return {metric.name + suffix for each in METRICS for metric in each.collect() for suffix in SUFFIXES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_series_of_a_rule_is_served(path: Path) -> None:
    """A renamed metric would silence its alarm."""
    names = {*NAME.findall(path.read_text("utf-8"))}
    assert names
    assert names <= served()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule.name)
def test_every_alert_says_how_urgent_it_is_and_what_to_do(rule: AlertRule) -> None:
    """In two sentences, and on a page of the runbook."""
    assert rule.value("severity") in {"page", "ticket"}
    assert rule.value("summary").endswith(".")
    assert rule.value("help").endswith(".")
    assert rule.value("runbook_url") == f"deploy/prometheus/RUNBOOK.md#{rule.name.lower()}"


def test_the_runbook_has_a_page_for_every_alert_and_no_other() -> None:
    """Each more than a heading, with the alert's own sentences in it."""
    pages = dict(
        re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", RUNBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
    assert sorted(pages) == sorted(rule.name for rule in ALERTS)
    for rule in ALERTS:
        words = " ".join(pages[rule.name].split())
        assert rule.value("summary") in words
        assert rule.value("help") in words
        assert f"({rule.value('severity')})" in words


@PROMTOOL
@pytest.mark.parametrize("command", ["check", "test"])
def test_promtool_finds_nothing_wrong(command: str) -> None:
    """Neither in the rules nor in what they say of series that are made up."""
    files = FILES if command == "check" else sorted((FOLDER / "tests").glob("*.yml"))
    assert len(files) > 2
    done = subprocess.run(["promtool", command, "rules", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
