"""The fleet's state as the demo reads it: lines, latencies, and when everything is there."""

from typing import Any

from schemas.learning import VariationOutcome, VariationScore
from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause
from tests.unit.demo.values import MAIL, SEND, WAIT, profile
from tests.world import profile_of, sample
from workers.demo.fleet_state import FleetState


def test_no_line_holds_an_address() -> None:
    """A line has id and name; without a name one is made from the address."""
    state = FleetState()
    line = state.apply("enriched-profiles", "user_001", profile_of(sample()).dumps(), 0)

    assert line is not None
    assert line.name == "Sarah Chen"
    assert "@" not in str(line)


def test_the_latency_of_a_write_is_measured_once() -> None:
    """The first profile after a write is measured; a record long after it has another cause."""
    state = FleetState()
    state.ways.change("user_007", 1_000)
    first = state.apply("enriched-profiles", "user_007", profile(age=1).dumps(), 1_042)
    second = state.apply("enriched-profiles", "user_007", profile(age=2).dumps(), 1_050)
    late = state.apply("send-decisions", "user_007", WAIT.dumps(), 90_000)

    assert [line and line.ms for line in (first, second, late)] == [42, None, None]
    assert state.latency_lines() == ["median from a change: profile 42 ms"]


def test_the_state_is_ready_with_profiles_decisions_and_mails() -> None:
    """Decisions on incomplete sources do not count, and each decision to send or ask needs its mail."""
    state = FleetState()
    state.apply("enriched-profiles", "user_001", profile().dumps(), 0)
    unread = WAIT.model_copy(update={"reason": "sources"})
    ready = []
    for topic, value in (("send-decisions", unread), ("send-decisions", SEND), ("emails", MAIL)):
        state.apply(topic, "user_001", value.dumps(), 0)
        ready.append(state.is_ready(1))

    assert ready == [False, False, True]
    assert not state.is_ready(2)


def test_each_outcome_of_a_mail_is_told_once() -> None:
    """However often it is written: delivered, clicked, learnt; a report of its page is no further click."""
    state = FleetState()
    state.apply("emails", "user_001", MAIL.dumps(), 0)
    lines = []
    for outcome in (
        "written",
        "sent",
        "sent",
        "clicked",
        "clicked",
        "unsubscribed",
        "unsubscribed",
        "bounced",
    ):
        said = Engagement.model_validate(Engagement.EXAMPLES[1] | {"outcome": outcome})
        lines.append(state.apply("engagements", "user_001", said.dumps(), 0))
    ending = VariationOutcome.model_validate(VariationOutcome.EXAMPLES[0])
    tone = {"variation": ending.variation.model_copy(update={"type": "tone"})}
    changes: tuple[dict[str, Any], ...] = ({"clicked": False}, {}, {}, tone)
    for change in changes:
        told = ending.model_copy(update=change)
        lines.append(state.apply("variation-outcomes", "en/warm", told.dumps(), 0))

    assert [(line.tag, line.text) for line in lines if line] == [
        ("delivered", "the mail server has taken it"),
        ("clicked", "follows the link 1"),
        ("leaves", "unsubscribed: gets no more mails"),
        ("failed", "bounced"),
        ("learnt", f"a click for “{MAIL.subject}” in en"),
    ]
    assert state.outcomes_text() == "1 delivered, 1 clicked, 1 learnt, 1 unsubscribed"


def test_what_is_learnt_is_compared_with_the_scores() -> None:
    """Not of those who are for comparison only, and not what was taken back."""
    state, ending = FleetState(), VariationOutcome.model_validate(VariationOutcome.EXAMPLES[0])
    control = ending.model_copy(
        update={
            "decision_id": "user_002:1",
            "variation": ending.variation.model_copy(update={"reason": "control"}),
        }
    )
    for told in (ending, control):
        state.apply("variation-outcomes", "en/warm", told.dumps(), 0)
    assert state.taught() == (1, 0)
    score = VariationScore.model_validate(VariationScore.EXAMPLES[0] | {"clicked": 1})
    state.apply("variation-scores", "en/warm", score.dumps(), 0)
    assert state.taught() == (1, 1)
    back = ending.model_copy(update={"retracted": True})
    state.apply("variation-outcomes", "en/warm", back.dumps(), 0)
    state.apply("variation-scores", "en/warm", None, 0)
    assert state.taught() == (0, 0)


def test_what_is_paused_is_said_until_it_ends() -> None:
    """Also when it ends by itself, or is deleted."""
    state, now = FleetState(), from_epoch_ms(1_707_523_200_000)

    def control(subject: str, **fields: Any) -> str:
        pause = MailPause.model_validate(
            {"subject": subject, "at": now, "by": "ops", "why": "texts"} | fields
        )
        line = state.apply("controls", subject, pause.dumps(), 0)
        assert line is not None
        return f"{line.tag} {line.text}"

    assert control("all") == "pause paused: all, by ops: texts"
    control("campaign:digest", until=from_epoch_ms(1_707_523_200_001))
    assert state.paused_text(now) == "PAUSED, no mails: all, campaign:digest"
    assert control("all", paused=False, why="") == "pause goes on: all, by ops"
    assert state.paused_text(now) == "PAUSED, no mails: campaign:digest"
    assert state.paused_text(from_epoch_ms(1_707_523_200_001)) == ""
    state.apply("controls", "campaign:digest", None, 0)
    assert state.paused_text(now) == ""
