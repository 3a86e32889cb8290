"""Reads recorded behaviour from the entries of files. What cannot be used is left out, counted and named.

| entry | fields, and other names that they may have |
|---|---|
| job | id (job_id), title, company, location (place, city), tags, text (description), language, posted_at, closes_at, salary, work_style |
| interaction | person (person_id, user_id), job (job_id), kind (viewed without one), seconds (time_spent_seconds), time (at, viewed_at, created_at) |
| person | id (person, user_id), text (profile, resume), place (location, city), language |
"""  # noqa: E501

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from schemas.model import to_epoch_ms
from workers.evaluate.recording import MS_PER_DAY, Act, ActKind, RecordedJob, RecordedPerson, Recording
from workers.product.reading.dates import read_time
from workers.product.reading.numbers import read_number
from workers.product.reading.values import READ_ERRORS, read_id, read_prose, read_text

JOB_ID = ("id", "job_id", "job")
TITLE, COMPANY = ("title", "job_title", "name"), ("company", "company_name")
PLACE = ("location", "place", "city")
TEXT = ("text", "description", "body")
POSTED, CLOSES = ("posted_at", "posted"), ("closes_at", "closes")
PERSON = ("person", "person_id", "user_id", "user")
PERSON_ID = ("id", *PERSON)
PROFILE = ("text", "profile", "resume", "wish")
ACTED_ON = ("job", "job_id")
KIND, SECONDS = ("kind", "type", "event"), ("seconds", "time_spent_seconds", "duration")
TIME = ("time", "at", "viewed_at", "created_at", "timestamp")
KINDS: Mapping[str, ActKind] = {
    **{kind: kind for kind in get_args(ActKind)},
    "view": "viewed",
    "apply": "applied",
    "save": "saved",
    "reject": "rejected",
    "ignore": "ignored",
}
AROUND_VIEWS = 7 * MS_PER_DAY  # how long a job without its own times is open before and after its views
ABSURD_SECONDS = 86_400.0
SPLIT_TAGS = ("|", ";", "、", ",")


class FileFields:
    """One entry of a file, and the list of problems that its fields add to."""

    def __init__(self, value: Mapping[str, Any], what: str, problems: Counter[str]) -> None:
        self._value = {str(name).strip().lower(): each for name, each in value.items()}
        self._what, self._problems = what, problems

    def first(self, names: Iterable[str]) -> Any:
        """The first field of some names that holds anything."""
        return next((self._value[name] for name in names if self._value.get(name) not in (None, "")), None)

    def text(self, *names: str) -> str:
        """A text; empty without one, or for something that is none."""
        try:
            return read_prose(self.first(names)) or ""
        except READ_ERRORS:
            self.problem(f"{names[0]} is no text")
            return ""

    def id(self, names: Iterable[str]) -> str | None:
        """An id; None for something that is none."""
        try:
            return read_id(self.first(names))
        except READ_ERRORS:
            return None

    def time(self, names: tuple[str, ...]) -> int | None:
        """A time in epoch milliseconds; None without one, or for something that is none."""
        try:
            time = read_time(self.first(names))
        except READ_ERRORS:
            self.problem(f"{names[0]} is no time")
            return None
        return None if time is None else to_epoch_ms(time)

    def seconds(self) -> float | None:
        """How long a view was; None where nobody measured, or something else stands there."""
        try:
            seconds = read_number(self.first(SECONDS))
        except READ_ERRORS:
            self.problem("seconds are no number from 0 on, and count as not measured")
            return None
        if seconds is not None and seconds > ABSURD_SECONDS:
            self.problem("seconds are more than a day; a view weighs no more for them")
        return seconds

    def tags(self) -> tuple[str, ...]:
        """Tags, as a list or in one text."""
        value = self.first(("tags", "keywords"))
        if isinstance(value, str):
            sign = next((each for each in SPLIT_TAGS if each in value), ",")
            value = value.split(sign)
        if not isinstance(value, list | tuple):
            return ()
        texts = [read_text(each) for each in value if isinstance(each, str)]
        return tuple(text for text in texts if text)

    def problem(self, reason: str) -> None:
        """Count something that is wrong."""
        self._problems[f"{self._what}: {reason}"] += 1


def identified(
    values: Iterable[Any], what: str, names: Iterable[str], problems: Counter[str]
) -> Iterator[tuple[str, FileFields]]:
    """The entries of a file with their ids; one without an id, or with that of an earlier one, is counted."""
    seen: set[str] = set()
    for entry in mappings(values, what, problems):
        name = entry.id(names)
        if name is None:
            entry.problem("has no id")
        elif name in seen:
            entry.problem("has the id of another one")
        else:
            seen.add(name)
            yield name, entry


def mappings(values: Iterable[Any], what: str, problems: Counter[str]) -> Iterable[FileFields]:
    """The entries of a file; one that is no object is counted."""
    for value in values:
        if isinstance(value, Mapping):
            yield FileFields(value, what, problems)
        else:
            problems[f"{what}: is no object"] += 1


def read_people(values: Iterable[Any], problems: Counter[str]) -> dict[str, RecordedPerson]:
    """People by their ids; of two with one id the first counts."""
    return {
        name: RecordedPerson(name, entry.text(*PROFILE), entry.text(*PLACE), entry.text("language"))
        for name, entry in identified(values, "person", PERSON_ID, problems)
    }


def read_jobs(
    values: Iterable[Any], problems: Counter[str]
) -> dict[str, tuple[FileFields, int | None, int | None]]:
    """Entries of jobs by their ids, with the times of posting and closing where they are known."""
    jobs: dict[str, tuple[FileFields, int | None, int | None]] = {}
    for name, entry in identified(values, "job", JOB_ID, problems):
        posted, closes = entry.time(POSTED), entry.time(CLOSES)
        if posted is not None and closes is not None and closes <= posted:
            entry.problem("closes before it is posted; it counts as open around its views")
            posted = closes = None
        jobs[name] = entry, posted, closes
    return jobs


class Acts:
    """Interactions as they are read: numbers for people, ids for jobs, each told once."""

    def __init__(self, people: Mapping[str, RecordedPerson], jobs: Iterable[str]) -> None:
        self.people = dict(people)
        self.numbers = {name: number for number, name in enumerate(self.people)}
        self.jobs = {name: number for number, name in enumerate(jobs)}
        self.acts: list[Act] = []
        self._told: set[tuple[int, int, str, int]] = set()

    def add(self, entry: FileFields) -> None:
        """Take an interaction; one that lacks something, or was told before, is counted instead."""
        person, job, at = entry.id(PERSON), entry.id(ACTED_ON), entry.time(TIME)
        kind = KINDS.get((entry.text(*KIND) or "viewed").strip().lower())
        if person is None or job is None or at is None:
            missing = "person" if person is None else "job" if job is None else "time"
            return entry.problem(f"has no {missing}")
        if job not in self.jobs:
            return entry.problem("is with a job that is not in the file of jobs")
        if kind is None:
            return entry.problem("is of a kind that is not known")
        if person not in self.numbers:
            self.numbers[person] = len(self.numbers)
            self.people[person] = RecordedPerson(person)
        act = Act(
            self.numbers[person], self.jobs[job], kind, at, entry.seconds() if kind == "viewed" else None
        )
        told = act.person, act.job, act.kind, act.at
        if told in self._told:
            return entry.problem("was told before")
        self._told.add(told)
        self.acts.append(act)
        return None


def read_recording(
    jobs: Iterable[Any],
    interactions: Iterable[Any],
    people: Iterable[Any] = (),
    problems: Counter[str] | None = None,
) -> Recording:
    """A recording of what files hold, each an iterable of objects. Nothing in them raises an error.

    A job without a time of posting or closing is open from 7 days before its first view to 7 days after its
    last; this tells the future a little, to all recommenders alike.
    """
    problems = Counter() if problems is None else problems
    known = read_jobs(jobs, problems)
    acts = Acts(read_people(people, problems), known)
    for entry in mappings(interactions, "interaction", problems):
        acts.add(entry)
    times: dict[int, list[int]] = {}
    for act in acts.acts:
        times.setdefault(act.job, []).append(act.at)
    board = [
        recorded_job(name, *each, times.get(number, [])) for number, (name, each) in enumerate(known.items())
    ]
    return Recording(
        jobs=tuple(board),
        people=tuple(acts.people.values()),
        acts=tuple(sorted(acts.acts, key=lambda act: act.at)),
        problems=dict(problems),
    )


def recorded_job(
    name: str, entry: FileFields, posted: int | None, closes: int | None, times: list[int]
) -> RecordedJob:
    """A job with the times from and to which it is open; never without a view or a time of posting."""
    first = min(times) - AROUND_VIEWS if times else 0
    last = max(times) + AROUND_VIEWS if times else 0
    if posted is None:
        posted = min(first, closes) if closes is not None and times else first
    if closes is None:
        closes = max(last, posted + AROUND_VIEWS) if posted else last
    return RecordedJob(
        id=name,
        posted_at=posted,
        closes_at=closes,
        title=entry.text(*TITLE),
        company=entry.text(*COMPANY),
        location=entry.text(*PLACE),
        tags=entry.tags(),
        text=entry.text(*TEXT),
        language=entry.text("language"),
        salary=entry.text("salary"),
        work_style=entry.text("work_style"),
    )
