"""The flow of the fleet as Mermaid."""

import pytest

from topics.catalog import BY_NAME, CATALOG
from topics.graph import graph
from topics.row import OUTSIDE


def test_every_topic_has_one_line_of_arrows() -> None:
    """No row of the catalogue is left out, none is drawn twice."""
    lines = graph().splitlines()

    for row in CATALOG:
        assert sum(f"--> t_{row.name.replace('-', '_')} -->" in line for line in lines) == 1, row.name


def test_every_worker_is_a_node() -> None:
    """Producers and consumers are declared before they are used."""
    text = graph()

    for row in CATALOG:
        for name in {*row.producers, *row.consumers} - {OUTSIDE}:
            assert f"    w_{name}([{name}])\n" in text


def test_one_row_reads_from_left_to_right() -> None:
    """Writers stand left of the topic, readers right; programs from outside have a node on each side."""
    assert graph([BY_NAME["enriched-profiles"]]).splitlines() == [
        "flowchart LR",
        "    w_people([people])",
        "    w_serve([serve])",
        "    w_deliver([deliver])",
        '    source(["your programs"])',
        '    reader(["your programs"])',
        "    t_enriched_profiles[enriched-profiles]",
        "    w_people --> t_enriched_profiles --> w_serve & w_deliver & reader",
    ]


def test_planned_workers_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that do not exist yet are dashed."""
    assert "planned" not in graph()
    monkeypatch.setattr("topics.graph.PLANNED", ("learn",))
    assert "class w_learn planned" in graph()
