"""The alert rules for Prometheus read series that the fleet serves."""

import re

import pytest

from tests.unit.source_tree import ROOT
from workers.runtime.metrics.every import METRICS

RULES = sorted((ROOT / "deploy" / "prometheus").glob("*-alerts.yml"))
NAME = re.compile(r"\bkairos_\w+")
SUFFIXES = ("", "_total", "_sum", "_count", "_bucket")


def served() -> set[str]:
    """The names of all series."""
    return {metric.name + suffix for each in METRICS for metric in each.collect() for suffix in SUFFIXES}


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_every_series_of_a_rule_is_served(path: object) -> None:
    """A renamed metric would silence its alarm."""
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    expressions = re.findall(r"expr: (?:>-\n)?(.*?)\n +(?:for|annotations):", text, re.DOTALL)
    assert len(expressions) == text.count("- alert:")
    names = {name for expression in expressions for name in NAME.findall(expression)}
    assert names
    assert names <= served()
