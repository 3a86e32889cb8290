"""Writes a recording as the entries of files: what `reading.py` reads."""

from collections.abc import Iterator
from typing import Any

from workers.evaluate.recording import Recording
from workers.evaluate.texts import as_time


def job_entries(recording: Recording) -> Iterator[dict[str, Any]]:
    """An object for each job."""
    for job in recording.jobs:
        yield {
            "id": job.id,
            "title": job.title,
            "company": job.company,
            "location": job.location,
            "tags": list(job.tags),
            "text": job.text,
            "language": job.language,
            "salary": job.salary,
            "work_style": job.work_style,
            "posted_at": as_time(job.posted_at),
            "closes_at": as_time(job.closes_at),
        }


def person_entries(recording: Recording) -> Iterator[dict[str, Any]]:
    """An object for each person with a profile."""
    for person in recording.people:
        if person.has_profile:
            yield {
                "id": person.id,
                "text": person.text,
                "place": person.place,
                "language": person.language,
            }


def interaction_entries(recording: Recording) -> Iterator[dict[str, Any]]:
    """An object for each act, with the list in which the job was found where that is known."""
    for act in recording.acts:
        entry: dict[str, Any] = {
            "person": recording.people[act.person].id,
            "job": recording.jobs[act.job].id,
            "kind": act.kind,
            "seconds": act.seconds,
            "time": as_time(act.at),
        }
        if act.position is not None:
            entry |= {"source": act.source, "position": act.position, "propensity": act.propensity}
        yield entry
