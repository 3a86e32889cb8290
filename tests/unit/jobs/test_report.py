"""The figures of the document: rows M1 to M4 of its table of metrics, and M5's names."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from schemas.jobs import JobSignal, signal_version
from tests.unit.jobs.job_records import NOW, POLICY, TrendOfJob, opened, raw, signal
from workers.commands import jobs_report
from workers.commands.jobs import jobs
from workers.jobs.app import count
from workers.jobs.report import JobFigures, ReadSignal, report_of, unrepeated
from workers.jobs.stage import trends_stage
from workers.runtime.counted import counted
from workers.runtime.engine.replay import Replay
from workers.runtime.metrics.jobs import JOB_SECONDS, JOB_SIGNALS


def back(said: JobSignal) -> JobSignal:
    """The same signal, taken back."""
    return said.model_copy(update={"retracted": True})


def report(*signals: JobSignal, **options: Any) -> dict[str, Any]:
    """The report of some signals."""
    return report_of(JobFigures(signals), options.get("trends", ()), options.get("top", 10))


def test_m1_the_average_time_is_per_view_and_per_job() -> None:
    """Of all views, of those of a job, and decayed, where a new view counts more."""
    views = [
        signal(days_ago=10, seconds=10.0),
        signal(seconds=40.0),
        signal(job_id="b", seconds=100.0),
    ]
    trend = TrendOfJob(opened(), *views[:2]).trend()
    values = report(*views, trends=[trend])

    assert values["average_seconds_per_view"] == 50.0
    first, second = values["jobs"]
    assert (first["job_id"], first["views"], first["average_seconds"]) == ("a", 2, 25.0)
    assert first["average_seconds_decayed"] == pytest.approx(30.0)
    assert (second["average_seconds"], second["average_seconds_decayed"]) == (100.0, None)


def test_m2_the_most_engaged_have_most_views() -> None:
    """At most so many, ties by id; a view that was taken back does not count."""
    taken_back = signal(person="z")
    said = [signal(person=person) for person in ("c", "b", "b", "a")]
    values = report(*said, taken_back, back(taken_back), signal("saved", person="d"), top=2)

    assert values["most_engaged"] == [{"person": "b", "views": 2}, {"person": "a", "views": 1}]


def test_m3_conversion_is_by_views_and_by_pairs() -> None:
    """The document's may exceed 100 %; repeated views of one person are one pair."""
    views = [signal(), signal(), signal(person="q")]
    applied = [signal("applied", person=person) for person in ("p", "x", "y", "z")]
    values = report(*views, *applied)

    assert values["conversion_percent"] == pytest.approx(400 / 3)
    assert (values["pairs_viewed"], values["pairs_applied"]) == (2, 4)
    assert values["pair_conversion_percent"] == 200.0


def test_m3_without_views_nothing_is_known() -> None:
    """A dash, and no error."""
    values = report(signal("applied"))
    assert (values["conversion_percent"], values["average_seconds_per_view"]) == (None, None)
    console = Console(width=100, record=True)
    jobs_report.show(values, console)
    assert "applications by views" in (text := console.export_text())
    assert "–" in text


def test_m4_preferences_are_counted_by_kind() -> None:
    """Four kinds; what was taken back does not count."""
    saved = signal("saved")
    kinds = [signal(kind) for kind in ("applied", "saved", "rejected", "rejected", "ignored")]
    values = report(*kinds, saved, back(saved), signal())
    assert values["preferences"] == {"applied": 1, "saved": 1, "rejected": 2, "ignored": 1}


def test_m5_the_metrics_have_no_ids() -> None:
    """By kind alone; every signal that is read counts."""
    before = JOB_SIGNALS.labels("viewed", "said")._value.get()
    Replay(counted(trends_stage(POLICY), count)).feed(
        [raw("job-signals", 0, "a", signal(seconds=5.0).dumps())]
    )
    assert JOB_SIGNALS.labels("viewed", "said")._value.get() == before + 1
    for metric in (JOB_SIGNALS, JOB_SECONDS):
        assert set(metric._labelnames) <= {"kind", "said"}


def test_a_signal_that_was_written_again_counts_once() -> None:
    """As in the stage."""
    version = signal_version(0, 7, 0)
    records = [ReadSignal(signal(), version, NOW)] * 2 + [ReadSignal(signal(), (0, 5), NOW)] * 2
    assert JobFigures(unrepeated(records)).kinds["viewed"] == 3


def test_the_help_says_where_the_figures_come_from() -> None:
    """And that it has ids."""
    output = " ".join(CliRunner().invoke(jobs, ["report", "--help"]).output.split())
    assert "job-signals" in output
    assert "ids of people" in output


def test_the_report_is_json() -> None:
    """Plain values alone."""
    values = report(signal(), signal("applied"))
    assert json.loads(json.dumps(values)) == values
