"""What is said and stored: observed decisions, pauses, the ramp, what nothing is heard of."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.mail import Outcome
from schemas.ramp import SendRequest
from tests.property.contact_history import DAY_MS, HOUR_MS, START, History, Sender, user
from workers.people.decision.deciding import Launch
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.stage import Output

NOBODY = (Sender(None, ()),)


def history(policy: Policy | None = None, senders: Any = NOBODY) -> History:
    """A person with enough fields."""
    made = History("UTC", policy or Policy(), senders)
    made.hear("user", user(0, "UTC"))
    return made


def verdicts(of: History) -> list[tuple[str, str | None]]:
    return [(decision.verdict, decision.reason) for decision in of.decisions]


class Ramped(History):
    """A history with a ramp: its requests, which are answered by the test."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._stage = stage(self.policy, Launch(is_ramped=True))
        self.requests: list[SendRequest] = []

    def _take(self, actions: Any) -> None:
        super()._take(actions)
        for output in actions:
            if isinstance(output, Output) and isinstance(output.value, SendRequest):
                self.requests.append(output.value)

    def grant(self, number: int, granted: bool, until: int) -> None:
        """The ramp answers."""
        value = {"person": "a", "number": number, "granted": granted, "until": until / 1000}
        self.hear("grant", value)


def test_an_observed_decision_has_no_slot_and_nobody_acts_on_it() -> None:
    """It is said once, with what a preview is written from; when mails go live, the next look decides."""
    of = history()
    of._stage = stage(of.policy, Launch(is_live=False))
    of.run(START + 10 * DAY_MS)
    (decision,) = of.decisions
    assert (decision.id, decision.verdict, decision.observed) == ("a:observed", "send", True)
    assert decision.slot is None
    assert decision.brief is not None
    assert decision.valid_until == decision.decided_at + timedelta(hours=of.policy.valid_hours)
    assert decision.campaign == "job-digest"
    assert of.state is not None
    assert of.state.stored.contact.number == 0
    of.restart(of.policy)
    of.run(START + 11 * DAY_MS)
    assert [each.id for each in of.decisions] == ["a:observed", "a:1"]


def test_a_pause_of_all_is_said_once_and_decided_anew_within_minutes() -> None:
    """Of the many looks in between nothing is said."""
    of = history()
    of.pause("all", is_on=True)
    of.run(START + 5 * HOUR_MS)
    assert verdicts(of) == [("wait", "paused")]
    assert of.decisions[0].until is None
    of.pause("all", is_on=False)
    of.run(START + 5 * HOUR_MS + 600_000)
    assert verdicts(of) == [("wait", "paused"), ("send", None)]


def test_a_pause_of_a_person_ends_when_it_says_so() -> None:
    """To the millisecond; without an end, with the fact that resumes."""
    until = START + 3 * HOUR_MS
    of = history()
    of.hear("pause", {"subject": "person:a", "by": "ops", "at": 1, "until": until / 1000})
    of.run(START + DAY_MS)
    waiting, sending = of.decisions
    assert (waiting.reason, waiting.until) == ("paused", sending.decided_at)
    assert sending.decided_at.timestamp() * 1000 == until


def test_the_ramp_is_asked_once_and_its_leave_is_used_once() -> None:
    """Facts in between ask nothing; the next mail needs another leave."""
    of = Ramped("UTC", Policy(cooldown_days=1), (Sender(0.0, (("sent", 0),)),))
    of.hear("user", user(0, "UTC"))
    of.run(START + 60_000)
    of.hear("user", user(0, "UTC"))
    of.run(START + 120_000)
    assert verdicts(of) == [("wait", "ramp")]
    assert [each.number for each in of.requests] == [1]
    of.grant(1, granted=True, until=of.now + HOUR_MS)
    of.run(of.now + DAY_MS)
    assert verdicts(of)[1] == ("send", None)
    of.run(of.now + 2 * DAY_MS)
    assert len(of.sent) == 1
    assert {each.number for each in of.requests} == {1, 2}
    assert of.decisions[-1].reason == "ramp"


def test_a_refusal_of_the_ramp_is_waited_for() -> None:
    """The end is said, and then it is asked again, with the next number."""
    of = Ramped("UTC", Policy(), NOBODY)
    of.hear("user", user(0, "UTC"))
    of.run(START + 1)
    until = START + 20 * HOUR_MS
    of.grant(1, granted=False, until=until)
    of.run(until - 1)
    full = of.decisions[-1]
    assert (full.reason, full.because) == ("ramp", "the day's mails are all given out")
    assert full.until is not None
    assert full.until.timestamp() * 1000 == until
    of.run(until + 1)
    assert [each.number for each in of.requests] == [1, 2]


def test_a_request_that_is_not_answered_is_made_again_with_its_number() -> None:
    """Every hour; the ramp counts it once."""
    of = Ramped("UTC", Policy(), NOBODY)
    of.hear("user", user(0, "UTC"))
    of.run(START + 3 * HOUR_MS + 1)
    assert [each.number for each in of.requests] == [1, 1, 1, 1]


@pytest.mark.parametrize(("outcome", "minutes"), [("expired", 0), ("withdrawn", 10)])
def test_what_was_not_handed_over_is_decided_anew(outcome: Outcome, minutes: int) -> None:
    """Nothing counts; but what was held back is not decided upon again and again without a pause."""
    of = history(senders=(Sender(None, ((outcome, 0),)),))
    of.run(START + 25 * HOUR_MS)
    first, second = (decision for decision in of.decisions if decision.verdict == "send")
    assert (first.id, second.id) == ("a:1", "a:2")
    gap = second.decided_at - first.decided_at
    assert gap == timedelta(hours=24, minutes=minutes)  # the report is of the end of its time


def test_too_many_bounces_end_with_another_address() -> None:
    """Or with a mail that is read."""
    policy = Policy(most_bounces=2, retry_hours=1, valid_hours=1)
    of = history(policy, (Sender(None, (("bounced", 0),)),))
    of.run(START + DAY_MS)
    assert of.decisions[-1].reason == "bounced"
    assert len([each for each in of.decisions if each.verdict == "send"]) == 2
    of.hear("user", user(0, "UTC") | {"email": "b@x.jp"})
    of.run(of.now + 1)
    assert of.decisions[-1].verdict == "send"


def test_a_decision_is_valid_to_the_end_of_the_hours_at_most() -> None:
    """So that nobody hands a mail over in quiet hours."""
    policy = Policy.model_validate({"quiet_hours": {"start": "09:30", "end": "08:00"}})
    of = history(policy)
    of.run(START + DAY_MS)
    waiting, sending = of.decisions[:2]
    assert (waiting.reason, waiting.until) == ("hours", sending.decided_at)
    assert sending.valid_until is not None
    assert (f"{sending.decided_at:%H:%M}", f"{sending.valid_until:%H:%M}") == ("08:00", "09:30")


def test_campaigns_are_remembered_with_their_mails() -> None:
    """So that their own cooldowns and caps count."""
    policy = Policy.model_validate(
        {
            "cooldown_days": 1,
            "campaigns": [
                {"name": "one", "priority": 2, "cooldown_days": 10},
                {"name": "two", "priority": 1, "cap_30_days": 2},
            ],
        }
    )
    of = history(policy, (Sender(0.0, (("sent", 0),)),))
    of.run(START + 30 * DAY_MS)
    names = [decision.campaign for decision in of.decisions if decision.verdict == "send"]
    assert names[:5] == ["one", "two", "two", "one", "one"]
    assert of.state is not None
    assert set(of.state.stored.contact.campaigns.values()) == {"one", "two"}


def said(decisions: list[SendDecision]) -> list[str]:
    """The reasons of waits."""
    return [decision.reason or decision.verdict for decision in decisions]


def test_a_suppression_of_person_or_address_stops_all_and_its_end_frees() -> None:
    """Nothing is lost, nothing is written meanwhile."""
    of = history()
    of.hear("suppression", {"subject": "person:a", "at": 1, "reason": "bounced"})
    of.run(START + 40 * DAY_MS)
    assert said(of.decisions) == ["suppressed"]
    assert of.decisions[0].because == "the person has bounced"


def test_an_answer_counts_in_the_decision_and_is_not_asked_for_again() -> None:
    """Three answers make the mail possible; one that fills nothing is an answer, too."""
    of = History("UTC", Policy(), NOBODY)
    of.hear("user", user(1, "UTC"))
    of.run(START + 1)
    assert verdicts(of)[-1:] == [("ask", None)]
    assert "interests" in of.decisions[-1].because
    at = START / 1000
    for field, value in (("interests", ["tea"]), ("age", 30), ("occupation", "cook")):
        of.answer(field, value, at)
    of.run(START + 40 * HOUR_MS)
    assert verdicts(of)[-1:] == [("send", None)]
