"""Every reason to wait, row by row: the rule that gives it, what it says, and until when."""

from typing import Any, get_args

import pytest

from schemas.decision import RuleName
from tests.unit.people.decision.cases import DAY_MS, FREE, HOUR_MS, NOW, contacted, judged
from workers.people.contact_state import Permissions, StoredGrant
from workers.people.decision.case import Circumstances
from workers.people.decision.decide import judge
from workers.people.decision.rules import RESUMED_WITHIN_MS, share_of
from workers.people.policy import Policy

UNKNOWN = {"consent": {"unknown": "refused"}}
NIGHT = {"quiet_hours": {"start": "10:00", "end": "14:00"}}
HELD = {"hold_out": {"share": share_of("a", "1") + 0.001}}
CAMPAIGN: dict[str, Any] = {"name": "digest"}
MAILS = {"mails": {"digest": [NOW - 2 * DAY_MS]}}


def only(**campaign: Any) -> dict[str, Any]:
    """A policy with one campaign."""
    return {"campaigns": [CAMPAIGN | campaign]}


ROWS: list[tuple[RuleName, dict[str, Any], dict[str, Any], str, int | None]] = [
    ("sources", {}, {"around": Circumstances(waiting=("orders",))}, "orders not read yet", None),
    ("address", {}, {"has_address": False}, "there is no address", None),
    ("suppressed", {}, {"suppressed_by": "complained"}, "the person has complained", None),
    (
        "suppressed", {}, {"suppressed_by": "imported"},
        "the person is on a list of people not to write to", None,
    ),
    ("bounced", {"most_bounces": 2}, {"bounces": 2}, "2 mails came back", None),
    ("consent", {}, {"consents": {"mail": False}}, "the person refused", None),
    ("consent", UNKNOWN, {}, "it is not known that the person agreed", None),
    ("team", {"write_to_team": False}, {"on_team": True}, "the person is on the team", None),
    ("paused", {}, {"pause": (True, None)}, "mails to this person are paused", None),
    ("paused", {}, {"pause": (True, NOW + 5)}, "mails to this person are paused", NOW + 5),
    ("hold-out", HELD, {}, "the person is in the hold-out of the season 1", None),
    (
        "slot", {}, {"busy_until": NOW + HOUR_MS},
        "the last mail is under way, or failed or was held back a short while ago", NOW + HOUR_MS,
    ),
    ("queued", {"queued_messages": "wait"}, {"queued": 1}, "1 message of the product queued", None),
    (
        "cooldown", {}, contacted(2) | {"cooldown_end": NOW + 5 * DAY_MS},
        "the last message is 2 days old, 7 are needed", NOW + 5 * DAY_MS,
    ),
    (
        "cap", {"caps": {"last_24_hours": 2}}, contacted(0.5, 0.25, 3),
        "2 in 24 hours, 2 are allowed", NOW + DAY_MS // 2,
    ),
    (
        "cap", {"caps": {"last_7_days": 2}}, contacted(6, 5, 8), "2 in 7 days, 2 are allowed", NOW + DAY_MS,
    ),
    (
        "cap", {"caps": {"last_30_days": 1, "last_7_days": 1}}, contacted(6),
        "1 in 30 days, 1 are allowed", NOW + 24 * DAY_MS,
    ),
    ("cap", {"caps": {"day": 1}}, contacted(0.1), "1 today, 1 a day are allowed", NOW + DAY_MS // 2),
    (
        "fatigue", {"fatigue": {"ignored": 3}}, contacted(8) | {"ignored": 3},
        "the last 3 mails brought no click", NOW + 22 * DAY_MS,
    ),
    ("hours", NIGHT, {}, "it is not the hour to write", NOW + 2 * HOUR_MS),
    (
        "outage", {}, {"around": Circumstances(is_ramped=True, held_until=NOW + 5)},
        "it came due in an outage, and such mails are spread", NOW + 5,
    ),
    (
        "outage", {"quiet_hours": {"start": "13:00", "end": "14:00"}},
        {"around": Circumstances(held_until=NOW + HOUR_MS)},
        "it came due in an outage, and such mails are spread", NOW + 2 * HOUR_MS,
    ),
    (
        "ramp", {}, {"around": Circumstances(is_ramped=True)}, "the ramp is asked", NOW + HOUR_MS,
    ),
    (
        "ramp", {},
        {
            "around": Circumstances(is_ramped=True),
            "permissions": Permissions(requests=1, grant=StoredGrant((0, 1), 1, False, NOW + 9)),
        },
        "the day's mails are all given out", NOW + 9,
    ),
    ("enough-fields", {}, {"filled": 2}, "2 of 4 fields are known, 3 are needed", None),
    ("campaign", {"campaigns": []}, {}, "there is no campaign", None),
    (
        "campaign", only(cooldown_days=7), MAILS,
        "digest: its last mail is 2 days old, 7 are needed", NOW + 5 * DAY_MS,
    ),
    (
        "campaign", only(cap_30_days=1), MAILS,
        "digest: 1 mail of it in 30 days, 1 are allowed", NOW + 28 * DAY_MS,
    ),
    (
        "campaign", only(purpose="jobs"), {"consents": {"jobs": False}},
        "digest: the person refused mails for jobs", None,
    ),
    (
        "campaign", only(), {"around": Circumstances(paused=("campaign:digest",))},
        "digest: the campaign is paused", NOW + HOUR_MS,
    ),
    ("campaign", only(eligible={"has": "resume"}), {}, "digest: it is not for the person", None),
    (
        "campaign", only(eligible={"field": "age", "above": 17}), {},
        "digest: it is not known whether it is for the person", None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "policy", "changed", "because", "until"), ROWS)
def test_a_wait_has_its_reason_and_its_end(
    reason: RuleName, policy: dict[str, Any], changed: dict[str, Any], because: str, until: int | None
) -> None:
    """Without the change, under the same policy or the default one, there is a mail."""
    judgement = judged(policy, **changed)
    assert (judgement.verdict, judgement.reason) == ("wait", reason)
    assert (judgement.because, judgement.until) == (because, until)
    assert judged().verdict == "send"


def test_every_reason_is_reached() -> None:
    """By a row above, by a question, or as the reason of a campaign that lost."""
    waits = {row[0] for row in ROWS}
    lost = {each.reason for row in ROWS for each in judged(row[1], **row[2]).lost}
    lost |= {each.reason for each in judged(profile={"number_of_events_attended": 1}).lost}
    asked = judged(filled=0, missing=("age",))
    rules = {rule.name for rule, finding in asked.results if finding.passed and rule.verdict}
    assert waits | lost | rules == set(get_args(RuleName))


def test_a_pause_of_all_is_looked_at_again_at_a_time_of_each_person() -> None:
    """Within some minutes, and not by all at once."""
    around = Circumstances(paused=("all",))
    ends = set()
    for person in map(str, range(50)):
        judgement = judged(around=around, person=person)
        assert judgement.until is not None
        assert RESUMED_WITHIN_MS // 2 <= judgement.until - NOW < RESUMED_WITHIN_MS
        ends.add(judgement.until)
    assert len(ends) > 45


def test_an_end_that_falls_into_closed_hours_is_their_end() -> None:
    """The wait says at once when a mail is possible."""
    policy = {"quiet_hours": {"start": "22:00", "end": "07:00"}}
    until = NOW + 15 * HOUR_MS  # 03:00
    judgement = judged(policy, **contacted(6.4) | {"cooldown_end": until})
    assert (judgement.reason, judgement.until) == ("cooldown", NOW + 19 * HOUR_MS)


def test_the_campaign_with_the_highest_priority_is_written() -> None:
    """The others are kept with the reason."""
    found = judged(profile={"number_of_events_attended": 3})
    assert found.campaign is not None
    assert found.campaign.name == "event-invite"
    assert [(lost.campaign.name, lost.reason) for lost in found.lost] == [("job-digest", "priority")]
    found = judged(profile={"number_of_events_attended": 0})
    assert found.campaign is not None
    assert found.campaign.name == "job-digest"
    assert [(lost.campaign.name, lost.reason) for lost in found.lost] == [("event-invite", "eligible")]


def test_the_question_is_the_one_that_changes_most() -> None:
    """Of equal ones the first; a field that campaigns read counts more."""
    asked = judged(filled=1, missing=("cuisine_preference", "age", "occupation"))
    assert asked.because.startswith(
        "cuisine_preference is not known; with it 2 of 4 fields are, 3 are needed"
    )
    policy = Policy.model_validate(
        {"campaigns": [{"name": "x", "eligible": {"has": "age"}}, {"name": "q", "verdict": "ask"}]}
    )
    asked = judge(FREE._replace(filled=1, missing=("cuisine_preference", "age", "occupation")), policy, dict)
    assert (asked.verdict, asked.campaign and asked.campaign.name) == ("ask", "q")
    assert "age is not known; with it 2 of 4 fields are, 3 are needed, 1 campaign read it" in asked.because


@pytest.mark.parametrize("share", [0.01, 0.3])
def test_the_hold_out_is_a_share_that_each_season_draws_anew(share: float) -> None:
    """As many as the policy says, always the same people in a season, and others in the next."""
    people = [str(number) for number in range(4_000)]
    one, two = ({each for each in people if share_of(each, season) < share} for season in ("1", "2"))
    assert len(one) == pytest.approx(4_000 * share, rel=0.35)
    assert len(one & two) < len(one) * (share + 0.2)
