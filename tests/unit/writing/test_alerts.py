"""The alert rules for the worker `mail`: the figures of the library's document, over metrics of ours."""

import re
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest

from tests.unit.source_tree import ROOT
from tests.unit.writing.test_document import block
from workers.runtime.metrics.models import TEXT_CACHE
from workers.runtime.metrics.rounds import EFFECT_SECONDS

RULES = (ROOT / "deploy" / "prometheus" / "mail-alerts.yml").read_text("utf-8")
ALERT = re.compile(r"- alert: (\w+)\n.*?expr: >-\n(.*?)\n +for:", re.DOTALL)
SERIES = re.compile(r'(kairos_\w+)\{(\w+)=~?"([\w|]+)"\}')
BOUND = re.compile(r"([<>]) ([\d.]+)$")


class Series(NamedTuple):
    """What a rule reads: a series, a label, and the values that it may have."""

    name: str
    label: str
    values: frozenset[str]


def rules() -> dict[str, tuple[list[Series], str, float]]:
    """The rules by name: what they read, and the comparison with their bound."""
    found = {}
    for name, text in ALERT.findall(RULES):
        expression = " ".join(text.split())
        bound = BOUND.search(expression)
        assert bound is not None
        series = SERIES.findall(expression)
        read = [Series(each, label, frozenset(values.split("|"))) for each, label, values in series]
        found[name] = (read, bound[1], float(bound[2]))
    return found


def served() -> str:
    """The metrics as Prometheus reads them, after a mail that took a second and a text of each outcome."""
    registry = CollectorRegistry()
    for metric in (EFFECT_SECONDS, TEXT_CACHE):
        registry.register(metric)
    EFFECT_SECONDS.labels("mail").observe(1.0)
    for outcome in ("hit", "made"):
        TEXT_CACHE.labels(outcome).inc()
    return generate_latest(registry).decode()


def test_e42_the_bounds_are_those_of_the_document() -> None:
    """E42: 5,000 ms, and half of what was asked for."""
    source, found = block("# Monitor performance metrics"), rules()

    assert 'metrics["avg_response_time"] > 5000' in source
    assert 'metrics["cache_hits"] / metrics["total_requests"] < 0.5' in source
    assert {name: (sign, bound) for name, (_, sign, bound) in found.items()} == {
        "KairosMailSlow": (">", 5.0),
        "KairosMailCacheLow": ("<", 0.5),
    }


def test_e42_a_rule_reads_series_that_there_are() -> None:
    """E42: with the names, the labels and the values that the worker serves."""
    text = served()
    for read, _, _ in rules().values():
        assert len(read) == 2
        for series in read:
            for value in series.values:
                assert re.search(rf'^{series.name}{{{series.label}="{value}"}} ', text, re.MULTILINE), series
