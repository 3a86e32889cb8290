"""The golden readers: made-up people and jobs by which mails are scored; the table is golden_readers.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from workers.writing.models import EmailLanguage, EmailSectionType, JobMatch, UserProfile
from workers.writing.section_rows import SECTION_ROWS

LINK = "https://jobs.example/jobs/{id}"
ROW = (
    "field", "en_title", "ja_title", "en_company", "ja_company", "en_place", "ja_place", "en_salary",
    "ja_salary", "tags",
)  # fmt: skip
Lists = dict[EmailSectionType, list[JobMatch]]


@dataclass(frozen=True)
class GoldenReader:
    """A reader: a name for tables, what is special, and what is known, as the table has it."""

    name: str
    about: str
    person: tuple[str, str]
    field: str = ""
    experience_level: str | None = None
    work_style: str | None = None
    most: int = 10
    titles: tuple[str, ...] = ()

    def profile(self, language: EmailLanguage) -> UserProfile:
        """The reader, in a language."""
        return UserProfile(
            user_id=self.name,
            name=self.person[language is EmailLanguage.JAPANESE],
            email=f"{self.name}@readers.example",
            preferred_language=language,
            experience_level=self.experience_level,
            work_style=self.work_style,
        )

    def matches(self, language: EmailLanguage) -> Lists:
        """Lists of jobs, each job in one section only; those of the reader's field come first."""
        rows = job_rows()
        order = sorted(range(len(rows)), key=lambda number: rows[number]["field"] != self.field)
        numbers, lists = iter(order), Lists()
        for row in SECTION_ROWS:
            chosen = [next(numbers) for _ in range(min(row.size, self.most))]
            lists[row.kind] = [self._job(rows[number], number, language) for number in chosen]
        every = [job for jobs in lists.values() for job in jobs]
        for job, title in zip(every, self.titles, strict=False):
            job.title = title
        return lists

    def _job(self, row: dict[str, Any], number: int, language: EmailLanguage) -> JobMatch:
        return JobMatch(
            job_id=number,
            title=row[f"{language}_title"],
            company=row[f"{language}_company"],
            location=row[f"{language}_place"],
            salary=row[f"{language}_salary"] or None,
            match_score=90.0 if row["field"] == self.field else 60.0,
            tags=list(row["tags"]),
            url=LINK.format(id=number),
        )


@cache
def job_rows() -> tuple[dict[str, Any], ...]:
    """The jobs, by the names of ROW."""
    return tuple(dict(zip(ROW, row, strict=True)) for row in table()["jobs"])


@cache
def golden_readers() -> tuple[GoldenReader, ...]:
    """All readers."""
    made = []
    for row in table()["readers"]:
        given = row | {"person": tuple(row["person"]), "titles": tuple(row.get("titles", ()))}
        made.append(GoldenReader(**given))
    return tuple(made)


@cache
def table() -> dict[str, Any]:
    """The file as it is."""
    return tomllib.loads(files(__package__).joinpath("golden_readers.toml").read_text("utf-8"))
