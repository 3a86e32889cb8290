"""A page of a list: which jobs are on it, how it is told, and what is logged of it. Pure."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from schemas.documents import Job
from schemas.interactions import Impression, ShownJob
from schemas.mail import Language
from schemas.model import from_epoch_ms, to_epoch_ms
from workers.recommend.picks import Pick, Picks
from workers.recommend.reasons import sentence
from workers.serve.tracking.refusal import RequestRefused

SIZE, MOST = 20, 50  # jobs on a page
JOB_FIELDS = {
    "id", "title", "company", "location", "salary", "tags", "work_style", "language", "posted_at",
    "closes_at",
}  # fmt: skip


class FeedPage(NamedTuple):
    """Some jobs of a list, and where the next page begins (None: there is none)."""

    picks: Picks
    shown: list[tuple[Pick, Job]]
    next: int | None


def cursor_of(request_id: str, begins: int) -> str:
    """The text by which a page is asked for: the list, and the place at which the page begins."""
    return f"{begins}.{request_id}"


def read_cursor(cursor: str) -> tuple[str, int]:
    """The list and the place of a cursor; raises RequestRefused (422)."""
    begins, dot, request_id = cursor.partition(".")
    if not dot or not begins.isascii() or not begins.isdigit() or len(begins) > 6 or not request_id:
        raise RequestRefused(422, "is none that was given out", "cursor")
    return request_id, int(begins)


def page_of(picks: Picks, begins: int, size: int, find: Callable[[str], Job | None]) -> FeedPage:
    """The next `size` jobs of a list that may still be shown: those that `find` finds."""
    shown: list[tuple[Pick, Job]] = []
    place = begins
    while place < len(picks.jobs) and len(shown) < size:
        pick = picks.jobs[place]
        job = find(pick.job_id)
        if job is not None:
            shown.append((pick, job))
        place += 1
    return FeedPage(picks, shown, place if place < len(picks.jobs) else None)


def is_open(job: Job, now: int) -> bool:
    """Whether a job can be applied for at a time (epoch ms)."""
    return job.closes_at is None or to_epoch_ms(job.closes_at) > now


def answer(page: FeedPage, language: Language) -> dict[str, Any]:
    """The page as JSON, with the reasons in a language."""
    picks = page.picks
    return {
        "request_id": picks.request_id,
        "arm": picks.arm,
        "policy": picks.policy,
        "embedder": picks.embedder,
        "candidates": picks.candidates,
        "shortened": picks.shortened,
        "next": None if page.next is None else cursor_of(picks.request_id, page.next),
        "jobs": [
            {
                "job": job.model_dump(mode="json", include=JOB_FIELDS),
                "position": pick.position,
                "score": pick.score,
                "parts": pick.parts,
                "explored": pick.explored,
                "reason": {"code": pick.why.code, "text": sentence(pick.why, language)},
            }
            for pick, job in page.shown
        ],
    }


def impression(picks: Picks, shown: Sequence[tuple[Pick, Job]], at: int) -> Impression:
    """What is logged of a page that was shown at a time (epoch ms)."""
    return Impression(
        request_id=picks.request_id,
        person=picks.person,
        at=from_epoch_ms(at),
        arm=picks.arm,
        policy=picks.policy,
        embedder=picks.embedder,
        candidates=picks.candidates,
        jobs=[
            ShownJob(
                job_id=pick.job_id,
                position=pick.position,
                score=pick.score,
                propensity=pick.propensity,
                explored=pick.explored,
                reason=pick.why.code,
                parts=pick.parts,
            )
            for pick, _ in shown
        ],
    )
