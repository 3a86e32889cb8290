"""What the demo says: lines for profiles, decisions, mails and totals, on a terminal and in a file."""

import io
from typing import Any

import pytest
from rich.console import Console

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.world import ms, profile_of, sample
from workers.demo import check, tell
from workers.demo.screen import Screen
from workers.demo.tally import News, Tally

AT = from_epoch_ms(ms("2026-03-01T12:00:00"))
MAIL = Email.model_validate(Email.EXAMPLES[0])
SEND = SendDecision.model_validate(SendDecision.EXAMPLES[0])
WAIT = SendDecision.model_validate(SendDecision.EXAMPLES[1])
LONG = ", ".join(["the last message is 2 days old, 7 are needed"] * 4)


def profile(**fields: Any) -> EnrichedProfile:
    """A small profile."""
    return EnrichedProfile.model_validate({"id": "user_007", "as_of": AT, **fields})


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ({"total_orders": 2}, {"total_orders": 3}, "orders 2→3"),
        (
            {},
            {"age": 41, "personalization_score": 6},
            "age: 41, score 0→6",
        ),
        ({"interests": ["hiking"]}, {"interests": []}, "interests: none"),
        ({"friends": ["Mike Jones"]}, {"friends": ["Mike Jones", "葵"]}, "new friends: 葵"),
        ({}, {"upcoming_events": [{"name": "月見の会"}]}, "will attend: 月見の会"),
        ({}, {"days_since_last_event": 3}, None),
    ],
)
def test_a_profile_is_told_by_what_changed(
    before: dict[str, Any], after: dict[str, Any], line: str | None
) -> None:
    """Counts as from→to, words as they are now, nothing for what only time moves."""
    assert tell.profile_text(profile(**before), profile(**after)) == line


def test_a_first_and_a_last_profile() -> None:
    """A new person is told by a portrait, one who left by a word."""
    assert tell.profile_text(None, profile(total_orders=2)) == "new: events 0, orders 2, score 0"
    assert tell.profile_text(profile(), None) == "deleted"
    assert tell.profile_text(None, None) is None


def test_a_decision_is_told_with_its_reason() -> None:
    """The verdict, the rule that stopped it, why, and until when."""
    until = tell.moment(WAIT.until) if WAIT.until else ""

    assert tell.decision_text(SEND) == f"send: {SEND.because}"
    assert tell.decision_text(WAIT) == f"wait (cooldown): {WAIT.because}; until {until}"
    assert tell.decision_text(None) == "withdrawn"


def test_a_mail_is_told_by_its_subject() -> None:
    """Another language than English is said."""
    japanese = MAIL.model_copy(update={"language": "ja", "subject": "[MOCK] またお会いしましょう"})

    assert tell.mail_text(MAIL) == MAIL.subject
    assert tell.mail_text(japanese) == "(ja) [MOCK] またお会いしましょう"


def test_totals_count_verdicts_and_reasons() -> None:
    """The most frequent reason comes first."""
    thin = WAIT.model_copy(update={"reason": "enough-fields"})

    assert tell.totals_text([SEND, WAIT, WAIT, thin]) == (
        "4 people: 1 send, 0 ask, 3 wait (cooldown 2, enough-fields 1)"
    )
    assert tell.totals_text([]) == "0 people: 0 send, 0 ask, 0 wait"


def test_no_line_holds_an_address() -> None:
    """People are told by id and name, made from the address when there is no other."""
    tally = Tally()
    news = tally.hear("enriched-profiles", "user_001", profile_of(sample()).dumps(), 0)

    assert news is not None
    assert news.name == "Sarah Chen"
    assert "@" not in str(news)


def test_the_time_since_a_change_is_told_once() -> None:
    """The first profile after a change is measured; one long after has another cause."""
    tally = Tally()
    tally.changed("user_007", 1_000)
    first = tally.hear("enriched-profiles", "user_007", profile(age=1).dumps(), 1_042)
    second = tally.hear("enriched-profiles", "user_007", profile(age=2).dumps(), 1_050)
    late = tally.hear("send-decisions", "user_007", WAIT.dumps(), 90_000)

    assert [news and news.ms for news in (first, second, late)] == [42, None, None]
    assert tally.medians() is None


def test_ready_means_profiles_decisions_and_mails() -> None:
    """Decisions on half-read sources do not count, and who is written to has the mail."""
    tally = Tally()
    tally.hear("enriched-profiles", "user_001", profile().dumps(), 0)
    unread = WAIT.model_copy(update={"reason": "sources"})
    states = []
    for topic, value in (("send-decisions", unread), ("send-decisions", SEND), ("emails", MAIL)):
        tally.hear(topic, "user_001", value.dumps(), 0)
        states.append(tally.ready(1))

    assert states == [False, False, True]
    assert not tally.ready(2)


def test_a_file_gets_plain_lines() -> None:
    """Without a terminal: one line each, however long, no colours, no foot, no cursor moves."""
    out = io.StringIO()
    with Screen(Console(file=out, width=80)) as screen:
        screen.step("downloading a lot … 1 of 9 jars")
        screen.step("downloading a lot … 2 of 9 jars")
        screen.news(News("decision", "user_007", "田中 健二", f"wait (cooldown): {LONG}", 12), AT)
        screen.foot(["4 people"])
    lines = out.getvalue().splitlines()

    assert lines[0] == "downloading a lot … 1 of 9 jars"
    assert lines[1].endswith(f"decision user_007 田中 健二             wait (cooldown): {LONG}  [12 ms]")
    assert len(lines) == 2
    assert "\x1b" not in out.getvalue()


@pytest.mark.parametrize("width", [80, 100, 120])
def test_a_terminal_gets_columns(width: int) -> None:
    """What is long goes on below itself, and no line is wider than the terminal."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system=None)
    with Screen(console) as screen:
        screen.news(News("decision", "user_007", "田中 健二", LONG), AT)
    text = out.getvalue().replace("\x1b[?25l", "").replace("\x1b[?25h", "")
    lines = [line for line in text.splitlines() if "needed" in line or "user_007" in line]

    assert len(lines) > 1
    assert max(len(line) for line in lines) <= width
    assert all(line.startswith(" " * 40) for line in lines[1:])


def test_the_check_names_what_is_wrong() -> None:
    """Each expectation that does not hold is a line; a person who never came out fails all."""
    tally = Tally()
    assert len(check.problems(tally)) == len(check.EXPECTED)

    tally.hear("enriched-profiles", "user_001", profile_of(sample()).dumps(), 0)
    tally.hear("send-decisions", "user_001", SEND.dumps(), 0)
    tally.hear("emails", "user_001", MAIL.dumps(), 0)
    assert check.problems(tally) == []

    tally.hear("emails", "user_001", MAIL.model_copy(update={"subject": "Hello"}).dumps(), 0)
    assert check.problems(tally) == ["user_001: mail's subject starts with: 'Hello', expected '[MOCK]'"]
