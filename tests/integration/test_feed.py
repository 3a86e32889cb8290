"""The job feed of the document, through HTTP, Kafka and the feed: what a person does changes their list."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from schemas.documents import Job, User
from schemas.interactions import Impression
from tests.integration.processes import until
from tests.integration.test_tracking import ServeProcess, serve_process
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
FLEET = ("route", "people", "jobs")
TITLES = {
    "python": "Python Developer",
    "analyst": "Data Analyst",
    "ml": "Machine Learning Engineer",
    "manager": "Product Manager",
    "backend": "Backend Developer",
    "researcher": "AI Researcher",
    "statistics": "Data Analyst, Statistics",
    "cook": "Line Cook",
    "driver": "Truck Driver",
    "nurse": "Registered Nurse",
}
EXACT = {"kairos_person_per_minute": 1e6, "kairos_person_burst": 1_000_000}
EXACT |= {"kairos_feed_per_minute": 1e6, "kairos_feed_burst": 1_000_000}


class JobSite:
    """A product's job site whose pages talk to serve."""

    def __init__(self, served: ServeProcess) -> None:
        self._served = served

    def put(self, topic: str, id_: str, document: Any) -> None:
        """Write a document, as a product that feeds the topics itself does."""
        self._served.wire.put(topic, id_, document, now_ms())

    def feed(self, person: str) -> dict[str, Any]:
        """The whole list of a person, by job."""
        query = urlencode({"person": person, "size": 50})
        status, page = self._served.get_json(f"/jobs/api/feed/?{query}")
        return {each["job"]["id"]: each for each in page["jobs"]} if status == 200 else {}

    def press(self, person: str, job_id: str, kind: str, **more: Any) -> None:
        """Press a button of a job's page."""
        press = {"id": f"{person}-{job_id}-{kind}", "person": person, "job_id": job_id, "kind": kind}
        assert self._served.post("/jobs/api/track-preference/", press | more) == 202

    def view(self, person: str, job_id: str, seconds: float) -> None:
        """Look at a job's page for some seconds."""
        visit = {"id": f"{person}-{job_id}-visit", "seq": 1, "person": person, "job_id": job_id}
        assert self._served.post("/jobs/api/track-view/", visit | {"seconds": seconds}) == 202

    def impressions(self) -> list[Impression]:
        """Everything that was logged of what was shown."""
        return [Impression.loads(raw.value or b"") for raw in self._served.wire.records("impressions")]


@contextmanager
def job_site(services: Any, folder: Path) -> Iterator[JobSite]:
    """A fleet whose topics are fed from outside, with the jobs of TITLES and the people mia and bob."""
    with (
        serve_process(services, folder, **EXACT) as served,
        workers(FLEET, served.wire.settings, folder),
        served.running(),
    ):
        site = JobSite(served)
        for person in ("mia", "bob"):
            site.put("users", person, User(id=person, email=f"{person}@x.jp", occupation="Engineer"))
        for job_id, title in TITLES.items():
            site.put("jobs", job_id, Job(id=job_id, title=title, company=f"Company of {job_id}"))
        until(lambda: set(site.feed("mia")) == set(TITLES))
        until(lambda: set(site.feed("bob")) == set(TITLES))
        yield site


def score(feed: dict[str, Any], job_id: str) -> float:
    """The score of a job in a list, without what people at large do with it and what was shown before."""
    parts: dict[str, float] = feed[job_id]["parts"]
    return sum(points for name, points in parts.items() if name not in ("trend", "fatigue", "boost"))


def test_what_a_person_does_changes_their_feed(services: Any, tmp_path: Path) -> None:
    """The example of the document: viewed, saved and rejected; then taken back."""
    with job_site(services, tmp_path) as site:
        before, others = site.feed("mia"), site.feed("bob")
        site.view("mia", "ml", 120)
        site.press("mia", "backend", "saved")
        site.press("mia", "analyst", "rejected")
        until(lambda: learned(site.feed("mia")))

        after = site.feed("mia")
        assert score(after, "researcher") > score(before, "researcher")  # as what was viewed
        assert score(after, "python") > score(before, "python")  # as what was saved
        assert "statistics" not in after or score(after, "statistics") < score(after, "researcher")
        for job_id in ("cook", "driver", "nurse"):
            assert score(after, job_id) == pytest.approx(score(before, job_id), abs=1.0)
        assert all(0 <= each["parts"].get("boost", 0) <= 10 for each in after.values())
        assert set(site.feed("bob")) == set(others)  # a rejection is the person's own

        site.press("mia", "analyst", "rejected", id="undo", undo=True)
        until(lambda: "analyst" in site.feed("mia"))


def learned(feed: dict[str, Any]) -> bool:
    """Whether a list follows what was viewed, saved and rejected."""
    named = {each["reason"]["text"] for each in feed.values()}
    ours = [text for text in named if "Backend Developer" in text or "Machine Learning" in text]
    return "analyst" not in feed and bool(ours)


def test_others_with_the_same_interest_boost_a_job(services: Any, tmp_path: Path) -> None:
    """Bob wants two jobs that have nothing in common: who is interested in one sees more of the other."""
    with job_site(services, tmp_path) as site:
        site.press("bob", "nurse", "applied")
        until(lambda: "nurse" not in site.feed("bob"))
        site.press("bob", "driver", "applied")
        until(lambda: "driver" not in site.feed("bob"))
        site.press("mia", "nurse", "saved")
        until(lambda: boost_of(site.feed("mia"), "driver") > 0)

        feed = site.feed("mia")
        boosts = {job_id: boost_of(feed, job_id) for job_id in feed}
        assert 0 < boosts["driver"] <= 10
        assert not any(boost for job_id, boost in boosts.items() if job_id not in ("driver", "nurse"))


def boost_of(feed: dict[str, Any], job_id: str) -> float:
    """The points that a job of a list has from its neighbours; 0 for one that is not on it."""
    return float(feed[job_id]["parts"].get("boost", 0.0)) if job_id in feed else 0.0


def test_what_was_shown_is_logged(services: Any, tmp_path: Path) -> None:
    """Every list, with the place, score and propensity of each job; a closed job is on none from then on."""
    with job_site(services, tmp_path) as site:
        shown = site.feed("mia")
        until(lambda: any(set(shown) == {job.job_id for job in each.jobs} for each in site.impressions()))
        assert all(0 < job.propensity <= 1 for each in site.impressions() for job in each.jobs)

        site.put("jobs", "cook", None)
        until(lambda: set(site.feed("mia")) == set(TITLES) - {"cook"})
