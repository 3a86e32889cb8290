"""One person as they were at a time, from the recorded inbox."""

from datetime import timedelta
from typing import Any

import click
import pytest

from schemas.model import from_epoch_ms
from tests.unit.commands.recorded import BEGIN, DAY_MS, Recorded, RecordedReader
from workers.commands.explain import NO_USER, explained_then
from workers.commands.person_history import LAST, PersonHistory, history_of, unknown_at
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.process.settings import Settings


def inbox() -> Recorded:
    """User a is 30 years old until day 5, then 31, and written to on day 0 and 7; b comes on day 3."""
    recorded = Recorded().user("a").mark(0).outcome("a:1", "sent", 0.02).hours(0.1, 3)
    return recorded.user("b", 3).hours(3.1, 5).user("a", 5, age=31).hours(5.1, 9)


def history(person: str, day: float | None = None, recorded: Recorded | None = None) -> PersonHistory:
    reader: Any = RecordedReader(recorded or inbox())
    return history_of(reader, person, stage(Policy()), None if day is None else round(BEGIN + day * DAY_MS))


def test_a_profile_is_as_it_was() -> None:
    """Before the change of day 5, and after it; without a time it is the last."""
    ages = [profile.age for day in (4.5, 5.5, None) if (profile := history("a", day).profile) is not None]
    assert ages == [30, 31, 31]
    assert history("a", 0.5).facts == 2


def test_the_decision_is_the_one_that_held() -> None:
    """A mail on day 0, the cooldown up to day 7, a mail then."""
    held = [
        (then.decision.verdict, len(then.decisions))
        for day in (0, 4, 8)
        if (then := history("a", day)).decision
    ]
    assert held == [("send", 1), ("wait", 2), ("send", 3)]


def test_the_nearest_change_of_a_decision_is_named() -> None:
    """The cooldown ends; a mail under way would not be, had another been sent."""
    reader: Any = RecordedReader(inbox())
    live = Settings(kairos_sending="live", kairos_daily_limits="")
    waits, sends = (
        explained_then(reader, live, "a", from_epoch_ms(BEGIN) + timedelta(days=day)) for day in (4, 0.01)
    )

    assert waits.nearest == "time passes until 2024-02-08 00:28 UTC: then send"
    assert sends.nearest == "another message is sent to the person: then wait"


def test_a_fact_of_later_is_not_known_yet() -> None:
    """b has no fact before day 3; a fact that was read before its time counts when its time comes."""
    assert history("b", 2.9).facts == 0
    assert history("b", 3.2).decision is not None
    early = Recorded().user("a").mark(0, 1).user("a", 1.5, age=40).mark(2)
    profiles = [history("a", day, early).profile for day in (1.2, 1.6)]
    assert [profile.age for profile in profiles if profile] == [30, 40]


def test_only_the_last_decisions_are_kept() -> None:
    """Without outcomes a mail is decided every 25 hours."""
    decisions = history("a", recorded=Recorded().user("a").hours(0, 20)).decisions

    assert len(decisions) == LAST
    assert [decision.slot for decision in decisions] == list(range(11, 21))


def test_somebody_without_a_user_document_has_no_decision() -> None:
    """Facts are known, so it is no unknown person."""
    recorded = Recorded().fact("order", "orders/1", "c", {"id": "1", "user_id": "c"}).mark(0, 1)
    then = history("c", 1, recorded)
    reader: Any = RecordedReader(recorded)
    explanation = explained_then(reader, Settings(), "c", from_epoch_ms(BEGIN) + timedelta(days=1))

    assert (then.facts, then.profile, explanation.decision, explanation.because) == (1, None, None, NO_USER)
    assert "c had no user document at 2024-02-02 00:00 UTC" in unknown_at(
        then, "c", from_epoch_ms(BEGIN + DAY_MS)
    )


def test_somebody_unknown_is_one_line() -> None:
    """It says when records are missing."""
    cut = Recorded(first_offset=3).mark(1, 2)
    reader: Any = RecordedReader(cut)
    then = history("x", 2, cut)

    assert (then.facts, then.is_cut) == (0, True)
    with pytest.raises(
        click.ClickException, match=r"nothing about x up to 2024-02-03.*first records are deleted"
    ):
        explained_then(reader, Settings(), "x", from_epoch_ms(BEGIN + 2 * DAY_MS))
