"""How large a mail is, and what it costs."""

import time
from dataclasses import replace

from tests.unit.writing.rendering.pages import LANGUAGES, SENDERS, page
from workers.writing.rendering.page import MailPage
from workers.writing.rendering.render import fitting, render_html, render_text


def longest(title: str) -> MailPage:
    """Forty Japanese jobs, each with a title."""
    mail = page("ja", 40)
    return replace(
        mail,
        sections=tuple(
            replace(section, jobs=tuple(replace(job, title=title) for job in section.jobs))
            for section in mail.sections
        ),
    )


def test_forty_japanese_jobs_with_long_titles_are_not_clipped() -> None:
    """B30: a hundred characters a title are below the 90,000 bytes; `fitting` then changes nothing."""
    mail = longest("求" * 100)

    assert len(render_html(mail).encode()) < 90_000
    assert fitting(mail) is mail


def test_jobs_drop_from_the_end_until_the_mail_fits() -> None:
    """B30: as few as possible, the sender's block stays."""
    mail = longest("求" * 400)
    fitted = fitting(mail)
    kept = [job for section in fitted.sections for job in section.jobs]
    every = [job for section in mail.sections for job in section.jobs]
    one_more = fitting(mail, len(render_html(fitted).encode()))

    assert len(render_html(mail).encode()) > 90_000 >= len(render_html(fitted).encode()) > 85_000
    assert 0 < len(kept) < 40
    assert kept == every[: len(kept)]
    assert one_more == fitted
    assert SENDERS["ja"].postal_address in render_html(fitted)
    assert fitting(mail, 10).sections[0].jobs == ()


def test_a_mail_of_forty_jobs_is_cheap() -> None:
    """Both parts in well under 20 ms of CPU; the usual is a tenth of that."""
    for language in LANGUAGES:
        mail = page(language, 40)
        rounds = []
        for _ in range(5):
            start = time.process_time()
            render_html(mail)
            render_text(mail)
            rounds.append(time.process_time() - start)

        assert min(rounds) < 0.02
