"""Each signal by itself, what they say together, and the cases that others have met."""

from typing import Any

import pytest

from schemas.mail import MailClick
from workers.learn.bots import (
    CERTAIN,
    SIGNALS,
    THRESHOLD,
    ClickContext,
    TimedClick,
    first_human,
    score,
    scored_from,
)

SENT = 1_800_000_000_000
HOUR = 3_600_000
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"


def click(seconds: float = 600, **fields: Any) -> TimedClick:
    """A person's click so many seconds after the hand-over, but for the fields given."""
    values: dict[str, Any] = {"link": "1", "kind": "job", "user_agent": BROWSER, "links": 40}
    return TimedClick(SENT + int(seconds * 1000), MailClick(**(values | fields)))


def signals(*clicks: TimedClick, handed_over_at: int | None = SENT) -> tuple[str, ...]:
    """The signals of the first click."""
    return score(ClickContext(clicks[0], clicks, handed_over_at)).signals


CASES = {
    "honeypot": (click(), click(629, kind="honeypot", link="h")),
    "not GET": (click(method="head"),),
    "prefetch": (click(prefetch=True),),
    "several links at once": (click(600), click(604, link="2"), click(610, link="3")),
    "at the hand-over": (click(4.9),),
    "soon after the hand-over": (click(60),),
    "user agent of a tool": (click(user_agent="Mozilla/5.0 (compatible; ExampleBot/1.0)"),),
    "user agent of no browser": (click(user_agent="Outlook-iOS/2.0"),),
    "many readers in one network": (click(network_readers=5),),
    "data centre": (click(data_centre=True),),
    "unsubscribe and another link": (click(), click(605, kind="unsubscribe", link="u")),
}


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_each_signal_holds_by_itself(signal: Any) -> None:
    """Of a click that is a person's in all else; only the certain ones decide alone."""
    context = ClickContext(CASES[signal.name][0], CASES[signal.name], SENT)
    found = score(context)
    assert found.signals == (signal.name,)
    assert found.is_human is (signal.weight != CERTAIN)
    assert signal.weight == CERTAIN or 0 < signal.weight < THRESHOLD


def test_a_click_of_a_person_has_no_signal() -> None:
    """Nor has one of which nothing is known."""
    assert signals(click()) == ()
    unknown = TimedClick(SENT, MailClick(link="1"))
    assert signals(unknown, handed_over_at=None) == ()


@pytest.mark.parametrize(
    "clicks",
    [
        (click(630.1), click(600, kind="honeypot", link="h")),
        (click(600), click(604, link="2"), click(610.1, link="3")),
        (click(600), click(601), click(602)),
        (click(60.1),),
        (click(network_readers=4),),
        (click(), click(610.1, kind="unsubscribe", link="u")),
    ],
)
def test_what_is_just_outside_is_no_signal(clicks: tuple[TimedClick, ...]) -> None:
    """Another time, the same link again, fewer readers."""
    assert signals(*clicks) == ()


def test_all_links_of_a_short_mail_are_a_burst() -> None:
    """Two of two; one of one is a reader."""
    assert signals(click(links=2), click(601, link="2", links=2)) == ("several links at once",)
    assert signals(click(links=1)) == ()


def test_before_the_hand_over_is_confirmed() -> None:
    """The gateway opens the links while it still answers."""
    assert signals(click(-2)) == ("at the hand-over",)


@pytest.mark.parametrize(
    "agent",
    [
        "python-requests/2.32",
        "curl/8.5",
        "Java/17.0.2",
        "Go-http-client/1.1",
        "Mozilla/5.0 HeadlessChrome/120.0",
    ],
)
def test_tools_are_known(agent: str) -> None:
    """By their own names."""
    assert "user agent of a tool" in signals(click(user_agent=agent))


def test_a_scanner_that_looks_like_a_browser_is_found() -> None:
    """Twelve seconds after the hand-over, other network, same browser: all links at once give it away."""
    scan = [click(12 + n / 10, link=str(n), data_centre=True) for n in range(4)]
    assert all(not score(ClickContext(each, scan, SENT)).is_human for each in scan)


def test_a_tool_without_a_browser_needs_no_other_sign() -> None:
    """An agent that says what it is, and is none of a browser."""
    assert not score(ClickContext(click(user_agent="curl/8"), [click(user_agent="curl/8")], SENT)).is_human


def test_a_page_that_was_seen_was_seen_by_a_person() -> None:
    """Whatever the rest says; a page that was seen for less than two seconds proves nothing."""
    early = click(1, user_agent="curl/8")
    for seconds, human in ((1.9, False), (2.0, True)):
        report = click(5, visible_seconds=seconds)
        assert score(ClickContext(early, [early, report], SENT)).is_human is human
    elsewhere = click(300, link="2", visible_seconds=60)
    assert not score(ClickContext(early, [early, elsewhere], SENT)).is_human


def test_a_reader_after_a_scanner_is_found() -> None:
    """The scanner's clicks do not count, the reader's an hour later does."""
    scan = [click(3 + n, link=str(n)) for n in range(5)]
    reader = click(3600, link="3")
    assert first_human(scan, SENT, SENT + 10 * HOUR) is None
    assert first_human([reader, *scan], SENT, SENT + 10 * HOUR) == reader


def test_a_click_is_not_scored_before_its_minute_is_over() -> None:
    """Until then more may come that tells who it was."""
    one = click(600)
    assert first_human([one], SENT, scored_from(one.at) - 1) is None
    assert first_human([one], SENT, scored_from(one.at)) == one


def test_unsubscribing_is_no_success() -> None:
    """Nor is the link that nobody sees."""
    clicks = [click(600, kind="unsubscribe", link="u"), click(9000, kind="honeypot", link="h")]
    assert first_human(clicks, SENT, SENT + 10 * HOUR) is None
