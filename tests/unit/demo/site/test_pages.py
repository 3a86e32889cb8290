"""What the pages say of lists and jobs, in both languages."""

import string
from datetime import UTC, datetime, timedelta

import pytest

from schemas.documents import Job
from schemas.mail import Language
from workers.demo.site.feed_pages import compare_page, feed_list
from workers.demo.site.layout import SitePage
from workers.demo.site.site_texts import TEXTS, closes_text, day_text, part_name, posted_text, text
from workers.demo.site.source import JobAct, JobList, ListedJob, Visitor
from workers.serve.markup import Markup, html

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def page(language: Language = "en") -> SitePage:
    """The frame of a page."""
    return SitePage(language, "user_001", [Visitor("user_001")], "/jobs/feed/", NOW, "token")


def listed(job_id: str, score: float, **parts: float) -> ListedJob:
    """A job of a list."""
    return ListedJob(Job(id=job_id, title=f"Title of {job_id}"), score, f"Because of {job_id}", parts)


def test_values_are_escaped_unless_they_are_markup() -> None:
    """Templates nest, and nothing from outside is HTML."""
    assert html('<a href="{to}">{name}</a>', to='"&', name="<b>") == '<a href="&quot;&amp;">&lt;b&gt;</a>'
    assert html("{inner}{gone}", inner=html("<i>{x}</i>", x="{y}"), gone=None) == "<i>{y}</i>"
    assert html("{many}", many=["<", Markup("<br>"), 3]) == "&lt;<br>3"


def test_every_text_takes_the_same_values_in_both_languages() -> None:
    """A place for a value that only one language has would fail, or leave something out."""
    for name, languages in TEXTS.items():
        counts = [
            sum(field is not None for _, field, _, _ in string.Formatter().parse(each)) for each in languages
        ]
        assert counts[0] == counts[1], name
        assert all(languages), name


def test_days_are_counted_in_words() -> None:
    """Today, one day, several."""
    assert [posted_text("en", NOW - days * DAY, NOW) for days in (0, 1, 5)] == [
        "New today",
        "Yesterday",
        "5 days ago",
    ]
    assert [closes_text("en", NOW + days * DAY, NOW) for days in (0.5, 1, 5)] == [
        "Closes today",
        "Closes tomorrow",
        "Closes in 5 days",
    ]
    assert posted_text("ja", NOW - 3 * DAY, NOW) == "3日前"
    assert day_text("ja", NOW) == "2026年3月1日"
    assert day_text("en", NOW) == "1 March 2026"
    assert text("en", "found", "1,000") == "1,000 open jobs"


def test_a_part_without_a_text_is_called_by_its_name() -> None:
    """The ranking may have parts that the site does not know."""
    assert part_name("ja", "place") == "勤務地"
    assert part_name("en", "something") == "something"


def test_the_feed_shows_reasons_scores_and_parts() -> None:
    """Each job with its reason; parts of less than half a point are left out."""
    shown = feed_list(page(), JobList("r1", (listed("a", 82.4, text=60.2, boost=9.6, salary=-3, place=0.2),)))

    assert "Because of a" in shown
    assert 'aria-label="Score 82 of 100"' in shown
    assert "+60" in shown
    assert "-3" in shown
    assert "People like you" in shown
    assert ">Place<" not in shown
    assert 'data-decision="r1" data-position="0"' in shown


def test_an_empty_feed_says_so() -> None:
    """In words."""
    assert "nothing to show" in feed_list(page(), JobList("r1"))
    assert "2 of 20" in feed_list(page(), JobList("r1", (listed("a", 1),), "2 of 20"))


def test_before_and_after_say_what_moved_and_why() -> None:
    """U1, C10: both lists; up, down, new, and gone, with what the person did, or below the end."""
    before = JobList("r1", (listed("a", 70), listed("b", 65), listed("c", 60), listed("d", 50)))
    after = JobList(
        "r2",
        (
            listed("b", 75),
            listed("e", 70),
            listed("a", 70),
        ),
    )
    acts = [JobAct("c", "Title of c", "rejected", NOW), JobAct("b", "Title of b", "viewed", NOW, 95)]
    shown = compare_page(page(), before, after, acts)

    assert "up 1 from place 2 (+10 points)" in shown
    assert "down 2 from place 1<" in shown
    assert "new here" in shown
    assert '<s>Title of c</s> <span class="quiet">you said: Not for you' in shown
    assert '<s>Title of d</s> <span class="quiet">fell below the end' in shown
    assert "Viewed for 95 s" in shown


@pytest.mark.parametrize("language", ["en", "ja"])
def test_without_acts_the_page_says_what_to_do(language: Language) -> None:
    """Both lists are then the same."""
    same = JobList("r1", (listed("a", 70),))

    assert text(language, "no_acts") in compare_page(page(language), same, same, [])
