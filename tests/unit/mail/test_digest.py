"""The digest of jobs: which jobs it shows, why, and what happens when there are none."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from schemas.decision import SendDecision
from schemas.documents import Job
from schemas.profile import EnrichedProfile
from tests.unit.mail.mails import TEXT, CountingWriter, decision
from tests.unit.recommend.boards import NOW, NOW_AT, PLAIN, board_of, job
from tests.world import SARAH, World, profile_of
from workers.board.board_changes import BoardChange
from workers.board.live_board import LiveBoard
from workers.mail.digest_writer import DigestWriter, JobPicks
from workers.mail.mail_links import MailLinks
from workers.mail.plain_page import PageWriter
from workers.mail.writer import MailText
from workers.writing.author import Author
from workers.writing.pace.text_cache import TextCache

TITLES = ("Sous Chef", "Line Cook", "Data Analyst", "看護師", "Kindergarten Teacher", "Accountant")


def live_board(*jobs: Job, ready: bool = True) -> LiveBoard:
    """A board with some jobs."""
    board = LiveBoard(board_of())
    board.apply([BoardChange(each.id, NOW, job=each) for each in jobs])
    if ready:
        board.begin()
    return board


def jobs(count: int = 12) -> list[Job]:
    """Open jobs, some of which are new and some picked by editors."""
    return [
        job(
            str(number),
            f"{TITLES[number % len(TITLES)]} {number}",
            location="Tokyo",
            tags=["kitchen"],
            posted_at=NOW_AT - timedelta(days=3 * number),
            is_editorial=number % 4 == 0,
        )
        for number in range(count)
    ]


def profile_known(profile: EnrichedProfile | None) -> Callable[[str], Awaitable[EnrichedProfile | None]]:
    async def profile_of_person(person: str) -> EnrichedProfile | None:
        return profile

    return profile_of_person


async def written(
    board: LiveBoard, made: SendDecision, profile: EnrichedProfile | None = None
) -> tuple[MailText, CountingWriter]:
    """The mail of a decision, and the writer of other mails."""
    other = CountingWriter()
    url = "https://jobs.example/{id}"
    picks = JobPicks(
        board, profile_known(profile), PLAIN, lambda: NOW, links=MailLinks(url), board_seconds=0.05
    )
    writer = DigestWriter(picks, Author(None, TextCache(None, "t:", 60), lambda: NOW), other)
    return await PageWriter(writer).write(made), other


@pytest.mark.parametrize("language", ["en", "ja"])
async def test_a_digest_shows_open_jobs_in_sections_with_reasons(language: str) -> None:
    """E3, E4: no job twice, each with its link; the words are those of the reader's language."""
    brief = {"first_name": "Sarah", "language": language}
    text, other = await written(live_board(*jobs()), decision(campaign="job-digest", brief=brief))

    shown = [each.job_id for each in text.jobs]
    assert len(shown) == len(set(shown)) >= 4
    assert text.jobs[0].section == "editorial_picks"
    assert text.html is not None
    assert text.text is not None
    assert all(f"https://jobs.example/{each}" in text.html for each in shown)
    assert ("編集部のおすすめ" if language == "ja" else "Picked by our editors") in text.text
    assert text.making is not None
    assert (text.making.introduction, text.writer, other.count) == ("bank", "template", 0)


async def test_a_closed_job_is_not_in_the_mail() -> None:
    """B17: it closed after the decision."""
    closed = job("closed", "Sous Chef", closes_at=NOW_AT - timedelta(hours=1))
    text, _ = await written(live_board(*jobs(), closed), decision(campaign="job-digest"))

    assert "closed" not in {each.job_id for each in text.jobs}


async def test_what_a_person_did_decides_what_they_are_shown() -> None:
    """The profile is that of now."""
    world = World()
    world.put("users", SARAH.model_copy(update={"resume": "Sous chef in a kitchen, cook"}))
    profile = profile_of(world)
    text, _ = await written(live_board(*jobs()), decision(campaign="job-digest"), profile)

    top = [each.job_id for each in text.jobs if each.section == "top_recommendations"]
    assert {TITLES[int(each) % len(TITLES)] for each in top} & {"Sous Chef", "Line Cook"}


@pytest.mark.parametrize(
    ("board", "made"),
    [
        (live_board(*jobs(2)), decision(campaign="job-digest")),
        (live_board(), decision(campaign="job-digest")),
        (live_board(*jobs(), ready=False), decision(campaign="job-digest")),
        (live_board(*jobs()), decision(campaign="event-invite")),
        (live_board(*jobs()), decision("ask", campaign="job-digest")),
    ],
)
async def test_without_enough_jobs_another_mail_is_written(board: LiveBoard, made: SendDecision) -> None:
    """Also while the board is not ready, and for other campaigns; it has both parts, too."""
    text, other = await written(board, made)

    assert other.count == 1
    assert (text.subject, text.jobs) == (TEXT.subject, ())
    assert text.text is not None
    assert TEXT.body[0] in text.text
    assert text.html is not None
    assert TEXT.body[0] in text.html


async def test_a_job_with_a_title_that_would_become_a_link_is_left_out() -> None:
    """B16: no mail client gets anything to click that we did not put there."""
    evil = job("evil", "www.evil.example", posted_at=NOW_AT)
    text, _ = await written(live_board(*jobs(), evil), decision(campaign="job-digest"))

    assert "evil" not in (text.html or "") + (text.text or "")
