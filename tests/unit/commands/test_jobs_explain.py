"""`kairos jobs explain`: row E12, the base text and what each act contributes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from schemas.documents import Job
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.jobs.job_records import raw
from workers.commands import jobs_explain
from workers.commands.jobs import jobs
from workers.recommend.policy import DAY_MS
from workers.serve.changes import Totals

NOW = 1_790_000_000_000


class Model:
    """A read model with one person."""

    def __init__(self, **fields: Any) -> None:
        self._profile = EnrichedProfile.model_validate({"id": "mia", "as_of": from_epoch_ms(NOW)} | fields)

    def profile(self, person: str) -> EnrichedProfile | None:
        """The profile."""
        return self._profile if person == "mia" else None

    def totals(self) -> Totals:
        """What is in it."""
        return Totals(people=1, verdicts={}, reasons={})


class Topics:
    """A reader of the topic jobs."""

    def __init__(self, *found: Job) -> None:
        self._jobs = found

    def read(self, topic: str) -> Iterator[Any]:
        """The records: each job, one that is deleted, and one that nobody can read."""
        for offset, job in enumerate(self._jobs):
            yield raw(topic, offset, job.id, job.dumps())
        yield raw(topic, 90, "gone", Job(id="gone", title="Gone").dumps())
        yield raw(topic, 91, "gone", None)
        yield raw(topic, 92, "cook", b"[")


def days_ago(days: float) -> Any:
    """A time some days before NOW."""
    return from_epoch_ms(NOW - int(days * DAY_MS))


def explained(monkeypatch: pytest.MonkeyPatch, *arguments: str, **fields: Any) -> Result:
    """Run the command over a profile."""

    @contextmanager
    def model() -> Iterator[Model]:
        yield Model(**fields)

    @contextmanager
    def topics(_settings: Any) -> Iterator[Topics]:
        yield Topics(Job(id="nurse", title="Registered Nurse"))

    monkeypatch.setattr(jobs_explain, "now_ms", lambda: NOW)
    monkeypatch.setattr(jobs_explain, "read_model", model)
    monkeypatch.setattr(jobs_explain, "reading", topics)
    with capture_logs():
        return CliRunner().invoke(jobs, ["explain", *arguments], terminal_width=120)


JOBS = [
    {"job_id": "nurse", "saved_at": days_ago(30), "viewed_seconds": 60.0, "viewed_at": days_ago(0.5)},
    {"job_id": "cook", "rejected_at": days_ago(0)},
    {"job_id": "old", "saved_at": days_ago(91)},
]
SEARCHES = [{"query": "ward", "place": "Osaka", "at": days_ago(0)}]


def test_e12_it_shows_the_base_and_every_contribution(monkeypatch: pytest.MonkeyPatch) -> None:
    """Job, kind, weight after decay and age, the heaviest first; what is too old counts no more."""
    done = explained(
        monkeypatch,
        "mia",
        "--json",
        resume="Nurse in Osaka",
        jobs=JOBS,
        searches=SEARCHES,
        excluded_jobs=["cook"],
    )
    values = json.loads(done.stdout)

    assert (values["person"], values["excluded_jobs"]) == ("mia", ["cook"])
    assert values["base"] == {"kind": "resume", "weight": 1.0, "text": "Nurse in Osaka"}
    rows = [(row["kind"], row["job_id"], round(row["weight"], 2)) for row in values["contributions"]]
    assert rows == [
        ("rejected", "cook", -0.3),
        ("saved", "nurse", 0.2),
        ("viewed", "nurse", 0.2),
        ("searched", None, 0.1),
    ]
    ages = [row["age_days"] for row in values["contributions"]]
    assert ages == pytest.approx([0, 30, 0.5, 0], abs=0.02)


def test_it_is_a_page_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the fields of the profile where there is no résumé, and titles if they are asked for."""
    done = explained(
        monkeypatch,
        "mia",
        "--titles",
        occupation="Nurse",
        jobs=JOBS,
        searches=SEARCHES,
        excluded_jobs=["cook"],
    )
    text = " ".join(done.stdout.split())

    assert done.exit_code == 0
    assert "Known by the profile, as there is no résumé, weight 1.00: Nurse" in text
    assert "Registered Nurse (nurse)" in text
    assert "+0.198 │ 12.0 hours" in text
    assert "+0.200 │ 30.0 days" in text
    assert "-0.300" in text
    assert "ward, Osaka" in text
    assert "Not shown any more: cook" in text


def test_of_a_newcomer_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """And it says so; somebody without a profile is an error with a hint."""
    text = explained(monkeypatch, "mia").stdout
    assert "Nothing is known by which jobs could be compared" in text
    assert "Nothing that they did counts now." in text

    missing = explained(monkeypatch, "eve")
    assert missing.exit_code == 1
    assert "the read model has no profile of eve; it holds 1 people" in missing.stderr
