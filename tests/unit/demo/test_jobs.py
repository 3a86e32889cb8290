"""The made-up jobs: many, in two languages, most of them open, and looked at by whom they suit."""

import random
from collections import Counter

from schemas.documents import Job
from schemas.model import RawDocument, from_epoch_ms
from tests.unit.demo.products import NOW
from workers.demo import product
from workers.demo.job_acts import drawn_job, trade
from workers.demo.jobs import JOBS, make_jobs
from workers.product.reading.document import read

AT = from_epoch_ms(NOW)


def jobs() -> list[RawDocument]:
    """The jobs of the default product."""
    return product.make(NOW).collections["jobs"]


def test_every_field_of_every_job_is_readable() -> None:
    """No note says that something could not be read."""
    for document in jobs():
        job = read(Job, {"id": document["_id"], **document})

        assert job.notes == []
        assert all((job.title, job.company, job.location, job.salary, job.description, job.work_style))


def test_most_jobs_are_open_and_some_are_closed() -> None:
    """Each was posted in the past and closes after that; hundreds are open in each language."""
    is_open = [job["posted_at"] <= AT < job["closes_at"] for job in jobs()]
    languages = Counter(job["language"] for job in jobs())

    assert len(is_open) == JOBS
    assert all(job["posted_at"] < job["closes_at"] and job["posted_at"] <= AT for job in jobs())
    assert 0.8 * JOBS < sum(is_open) < JOBS
    assert min(languages["ja"], languages["en"]) > 100


def test_the_same_seed_gives_the_same_jobs() -> None:
    """They depend on the seed and the time only."""
    assert make_jobs(random.Random(5), NOW) == make_jobs(random.Random(5), NOW)
    assert make_jobs(random.Random(5), NOW) != make_jobs(random.Random(6), NOW)


def test_nothing_is_viewed_or_preferred_before_it_was_posted() -> None:
    """The times of what people did fit those of the jobs."""
    collections = product.make(NOW).collections
    posted = {job["_id"]: job["posted_at"] for job in collections["jobs"]}

    assert all(view["viewed_at"] > posted[view["job_id"]] for view in collections["job_views"])
    assert all(each["created_at"] > posted[each["job_id"]] for each in collections["job_preferences"])


def test_people_look_at_jobs_of_their_language_and_trade() -> None:
    """Most of the time, not always."""
    rng, user = random.Random(1), {"_id": "user_005", "language": "ja"}
    made = jobs()
    drawn = [drawn_job(rng, user, made, NOW) for _ in range(400)]
    suiting = sum(bool(set(job["tags"]) & set(trade("user_005"))) for job in drawn)

    assert sum(job["language"] == "ja" for job in drawn) > 350
    assert 250 < suiting < 400
    assert all(job["closes_at"] > AT for job in drawn)
