"""`kairos jobs report --views`: row U3, the views and preferences, by person and kind."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from schemas.jobs import JobSignal
from tests.unit.jobs.job_records import raw, signal
from workers.commands import jobs_report
from workers.commands.jobs import jobs


def listed(monkeypatch: pytest.MonkeyPatch, signals: list[JobSignal], *arguments: str) -> Result:
    """Run the command over signals; one record is none."""

    class Topics:
        def read(self, topic: str) -> Iterator[Any]:
            values = [b"[", *(each.dumps() for each in signals)]
            for offset, value in enumerate(values):
                yield raw(topic, offset, "job", value)

    @contextmanager
    def reading(_settings: Any) -> Iterator[Topics]:
        yield Topics()

    monkeypatch.setattr(jobs_report, "reading", reading)
    with capture_logs():
        return CliRunner().invoke(jobs, ["report", "--views", *arguments], terminal_width=120)


def said(id_: str, kind: Any = "viewed", days_ago: int = 0, **fields: Any) -> JobSignal:
    """A signal of its own id."""
    return signal(kind, days_ago=days_ago, **fields).model_copy(update={"id": id_})


MANY = [
    said("v1", days_ago=3, person="mia", seconds=60.0),
    said("v2", days_ago=1, person="bob"),
    said("p1", "saved", days_ago=2, person="mia"),
    said("v3", days_ago=0, person="mia"),
    said("v4", person="mia").model_copy(update={"at": None}),
]


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ([], ["v3", "v2", "p1", "v1", "v4"]),
        (["--person", "mia"], ["v3", "p1", "v1", "v4"]),
        (["--kind", "saved"], ["p1"]),
        (["--kind", "saved", "--kind", "viewed", "--last", "2"], ["v3", "v2"]),
        (["--person", "eve"], []),
    ],
)
def test_u3_views_and_preferences_are_listed(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], ids: list[str]
) -> None:
    """The newest first; what has no time comes last."""
    done = listed(monkeypatch, MANY, "--json", *arguments)
    assert [row["id"] for row in json.loads(done.stdout)] == ids


def test_what_was_taken_back_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor what was corrected: its other version is."""
    first = said("v1", seconds=3.0)
    signals = [first, first.model_copy(update={"retracted": True}), said("v1", seconds=30.0)]
    signals += [said("p1", "saved"), said("p1", "saved").model_copy(update={"retracted": True})]

    rows = json.loads(listed(monkeypatch, signals, "--json").stdout)
    assert [(row["id"], row["seconds"]) for row in rows] == [("v1", 30.0)]


def test_it_is_a_table_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one word when there is nothing."""
    text = listed(monkeypatch, MANY).stdout
    assert "person" in text
    assert "60.0" in text
    assert listed(monkeypatch, []).stdout == "nothing\n"


@pytest.mark.parametrize("option", [("--person", "mia"), ("--kind", "saved"), ("--last", "3")])
def test_its_options_go_with_it(option: tuple[str, str]) -> None:
    """Without --views they would do nothing."""
    done = CliRunner().invoke(jobs, ["report", *option])
    assert done.exit_code == 2
    assert "go with --views" in done.stderr
