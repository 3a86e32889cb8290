"""Small recordings for tests."""

from workers.evaluate.parameters import START_MS
from workers.evaluate.recording import MS_PER_DAY, Act, ActKind, RecordedJob, RecordedPerson, Recording

START = START_MS
ALWAYS = START - 100 * MS_PER_DAY, START + 100 * MS_PER_DAY


def job(name: str, opens: tuple[int, int] = ALWAYS, title: str = "", location: str = "") -> RecordedJob:
    """A job that is open from and to two times."""
    return RecordedJob(name, *opens, title=title, location=location)


def view(person: int, of: int, minute: int, seconds: float | None = 60.0, kind: ActKind = "viewed") -> Act:
    """An act so many minutes after START."""
    return Act(person, of, kind, START + minute * 60_000, seconds)


def recording(jobs: int, people: int, acts: list[Act]) -> Recording:
    """Jobs that are always open, and people without a profile."""
    return Recording(
        tuple(job(f"job-{number}") for number in range(jobs)),
        tuple(RecordedPerson(f"person-{number}") for number in range(people)),
        tuple(sorted(acts, key=lambda act: act.at)),
    )
