"""The tables and the JSON of a what-if run."""

import json
from datetime import UTC, datetime

from tests.unit.commands.recorded import Recorded
from tests.unit.commands.test_profile_view import text
from workers.commands import what_if_view as view
from workers.commands.recorded_inbox import in_batches
from workers.commands.what_if_figures import figures_of
from workers.commands.what_if_run import WhatIf
from workers.people.policy import Policy


def run() -> WhatIf:
    """Three people over eight days: one is asked by the current policy only."""
    inbox = Recorded().user("a").user("b").user("c", interests=[], age=None).hours(0, 8)
    what_if = WhatIf(Policy(), Policy(cooldown_days=14, ask_below=0))
    for batch in in_batches(inbox.records, 100):
        what_if.feed(batch)
    return what_if


def test_the_page_has_the_figures_and_the_people() -> None:
    """Current, new and change; a person's decisions from the first difference on."""
    what_if = run()
    page = text(
        view.page(what_if, figures_of(what_if.current, what_if.new, 3, 2), datetime(2024, 2, 1, tzinfo=UTC))
    )
    rows = [tuple(part.strip() for part in line.split("│")[1:-1]) for line in page.splitlines()]

    assert ("sends", "4", "2", "-2 (-50.0%)") in rows
    assert ("waits enough-fields", "0", "1", "+1") in rows
    assert ("people affected", "", "3", "") in rows
    assert "decisions since 2024-02-01 00:00" in page
    assert "history incomplete: of 2 people" in page
    assert "3 of 3 people affected" in page
    assert any(row[:1] == ("c",) and row[1].startswith("2024-02-01 00:00 ask") for row in rows)


def test_the_json_has_the_same() -> None:
    """With the conditions that hold."""
    what_if = run()
    figures = figures_of(what_if.current, what_if.new, what_if.affected.count, 0)
    document = json.loads(view.as_json(what_if, figures, None, ["sends < -40%"]))

    assert document["figures"]["sends"] == {"current": 4, "new": 2, "change": -2}
    assert (document["figures"]["people affected"], document["failed"]) == (3, ["sends < -40%"])
    assert [line["verdict"] for line in document["people"]["c"]["new"]] == ["wait"]
    assert document["policies"] == {"current": Policy().version, "new": what_if.new.version}
