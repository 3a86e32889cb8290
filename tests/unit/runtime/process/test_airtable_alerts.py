"""The alert rules for Airtable: every series that they read is served, with its labels."""

import re

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from tests.unit.source_tree import ROOT
from workers.runtime.metrics.sources import AIRTABLE_REQUESTS, AIRTABLE_WEBHOOKS, SOURCE_READ_AT

RULES = (ROOT / "deploy" / "prometheus" / "airtable-alerts.yml").read_text("utf-8")
SERIES = re.findall(r'(kairos_\w+)\{(\w+)=~?"([^"]+)"\}', RULES)


def served() -> str:
    """The metrics as Prometheus reads them."""
    registry = CollectorRegistry()
    for metric in (SOURCE_READ_AT, AIRTABLE_REQUESTS, AIRTABLE_WEBHOOKS):
        registry.register(metric)
    SOURCE_READ_AT.labels("airtable/messages").set(1.0)
    AIRTABLE_REQUESTS.labels("app1", "429").inc()
    AIRTABLE_WEBHOOKS.labels("messages", "refused").inc()
    return generate_latest(registry).decode()


def test_there_is_a_rule_for_each_of_them() -> None:
    """Three rules, one series each."""
    assert len(re.findall(r"- alert: ", RULES)) == len(SERIES) == 3


@pytest.mark.parametrize(("name", "label", "values"), SERIES)
def test_a_rule_reads_a_series_that_there_is(name: str, label: str, values: str) -> None:
    """With the name, the label and the value that a worker serves."""
    assert re.search(rf'^{name}{{(\w+="[^"]*",)*{label}="{values}"', served(), re.MULTILINE)
