"""`kairos what-if` without services: the outcomes of other decisions, the comparison, the beginning."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.model import from_epoch_ms
from tests.unit.commands.recorded import BEGIN, Recorded, RecordedReader
from workers.commands.recorded_inbox import in_batches
from workers.commands.what_if import feed
from workers.commands.what_if_decisions import PolicyTotals
from workers.commands.what_if_run import WhatIf
from workers.people.policy import Policy

WEEKLY, DAILY, RARE = Policy(cooldown_days=7), Policy(cooldown_days=1), Policy(cooldown_days=30)
NOTHING_ASKED = Policy(ask_below=0)


def day(number: float) -> datetime:
    return from_epoch_ms(BEGIN) + timedelta(days=number)


def compared(
    inbox: Recorded, current: Policy, new: Policy, since: datetime | None = None, size: int = 1_000
) -> WhatIf:
    run = WhatIf(current, new, since)
    for batch in in_batches(inbox.records, size):
        run.feed(batch)
    return run


def mails(totals: PolicyTotals) -> int:
    return totals.sends + totals.asks


def test_a_decision_without_an_outcome_counts_as_sent_when_it_was_made() -> None:
    """Its slot ends after 25 hours; freed, it would be decided again every day."""
    inbox = Recorded().user("a").hours(0, 20)
    run = compared(inbox, WEEKLY, RARE)

    assert (run.current.sends, run.new.sends) == (3, 1)  # days 0, 7 and 14
    assert [line.decided_at for line in run.affected.sample()["a"].current if line.is_mail] == [
        day(7),
        day(14),
    ]


def test_the_outcome_of_a_decision_is_that_of_the_recorded_run() -> None:
    """Sent two hours after the decision, so the cooldown ends two hours later than without an outcome."""
    begin = Recorded().user("a").mark(0)
    without = compared(Recorded().user("a").mark(0).hours(0.2, 7.5), WEEKLY, WEEKLY)
    begin.outcome("a:1", "written", 1 / 24).outcome("a:1", "sent", 2 / 24)
    run = compared(begin.hours(0.2, 7.5), WEEKLY, WEEKLY)

    assert (without.current.sends, run.current.sends) == (2, 2)
    later = run.current.last["a"].decided_at - without.current.last["a"].decided_at
    assert later == timedelta(hours=2)


def test_an_outcome_of_another_decision_is_left_out() -> None:
    """The recorded run wrote mail 2 on day 7; under a daily policy mail 2 was long sent on day 1."""
    inbox = Recorded().user("a").mark(0).outcome("a:1", "sent", 0.01).hours(0.02, 7)
    inbox.outcome("a:2", "written", 7.01).outcome("a:2", "sent", 7.02).hours(7.03, 9)
    without = Recorded()
    without.records = [record for record in inbox.records if b"a:2" not in (record.value or b"")]
    assert len(without.records) == len(inbox.records) - 2
    with_it, without_it = (compared(each, WEEKLY, DAILY).new for each in (inbox, without))

    assert vars(with_it) == vars(without_it)
    assert with_it.sends > 4


@pytest.mark.parametrize("outcome", ["unsubscribed", "complained"])
def test_an_unsubscription_holds_for_the_person_under_every_policy(outcome: Any) -> None:
    """Though the mail in which it was done was decided by the recorded run only."""
    inbox = Recorded().user("a").mark(0).hours(1.2, 3).outcome("a:9", outcome, 3.01).hours(3.02, 20)
    run = compared(inbox, WEEKLY, DAILY)

    assert run.current.sends == 1
    assert run.new.sends <= 3
    assert run.new.last["a"].reason == "suppressed"


def test_a_later_outcome_of_an_adopted_decision_is_used() -> None:
    """Sent, then failed: after `retry_hours` it is written again, under both policies alike."""
    inbox = Recorded().user("a").mark(0).outcome("a:1", "written", 0.01).outcome("a:1", "failed", 0.02)
    run = compared(inbox.hours(0.03, 2), WEEKLY, RARE)

    assert run.current.sends == run.new.sends == 2
    assert run.affected.count == 0


def test_equal_policies_have_no_difference() -> None:
    """And the sample is empty."""
    inbox = Recorded().user("a").user("b", interests=[], age=None).hours(0, 15)
    run = compared(inbox, WEEKLY, WEEKLY)

    assert (run.affected.count, run.affected.sample()) == (0, {})
    assert run.current.asks > 0
    assert vars(run.current) == vars(run.new)


def test_the_size_of_batches_changes_nothing() -> None:
    """Neither figures nor the sample."""
    inbox = Recorded()
    for number in range(30):
        inbox.user(f"p{number}", day=number / 10, **({} if number % 3 else {"interests": [], "age": None}))
        inbox.mark(number / 10)
    inbox.hours(3, 12)
    runs = [
        compared(inbox, WEEKLY, Policy(cooldown_days=3, ask_below=0), size=size) for size in (1, 7, 10_000)
    ]

    assert (
        len({repr((run.affected.sample(), run.affected.count, vars(run.new)["waits"])) for run in runs}) == 1
    )
    assert runs[0].affected.count == 30


@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_since_counts_later_decisions_of_the_states_of_then(size: int) -> None:
    """Under the current policy the person was written to on day 0 and 7: the daily one begins on day 8."""
    inbox = Recorded().user("a").hours(0, 10)
    run = compared(inbox, WEEKLY, DAILY, day(8), size)

    assert (run.current.sends, run.new.sends) == (0, 2)
    (sides,) = run.affected.sample().values()
    assert sides.new[0].decided_at < day(8) <= sides.new[1].decided_at
    assert run.records == len(inbox.records)


def test_who_is_asked_by_one_policy_only_is_affected() -> None:
    """Waiting instead is another decision: nobody is written to."""
    inbox = Recorded().user("a", interests=[], age=None).user("b").hours(0, 1)
    run = compared(inbox, WEEKLY, NOTHING_ASKED)

    assert (run.current.asks, run.new.asks, run.affected.count) == (1, 0, 1)
    assert run.new.waits["enough-fields"] == 1
    (sides,) = run.affected.sample().values()
    assert [line.verdict for line in (sides.current[0], sides.new[0])] == ["ask", "wait"]


def test_a_record_that_cannot_be_used_is_counted_and_the_others_go_on() -> None:
    """As a dead letter is."""
    inbox = Recorded().user("a")
    inbox.records.append(inbox.records[0]._replace(offset=1, value=b"{"))
    inbox.hours(0, 0.1)
    inbox.records[2:] = [record._replace(offset=record.offset + 1) for record in inbox.records[2:]]
    run = compared(inbox, WEEKLY, RARE)

    assert (run.current.unused, run.current.sends) == (1, 1)


def test_of_a_cut_inbox_histories_are_complete_only_of_later_users() -> None:
    """`new` was created after the first watermark; of `old`, `odd` and `gone` that is not known."""
    inbox = Recorded(first_offset=5).mark(1)
    inbox.user("new", 2, created_at=day(1.5).isoformat()).user("old", 2, created_at=day(0.5).isoformat())
    inbox.user("odd", 2).mark(3)
    profiles = [inbox.records[1]._replace(topic="enriched-profiles", key=key) for key in (b"new", b"gone")]

    assert feed(WhatIf(WEEKLY, RARE), RecordedReader(inbox, {"enriched-profiles": profiles})) == 3  # type: ignore[arg-type]
    whole = Recorded().mark(1).user("old", 2).mark(3)
    assert feed(WhatIf(WEEKLY, RARE), RecordedReader(whole)) == 0  # type: ignore[arg-type]
