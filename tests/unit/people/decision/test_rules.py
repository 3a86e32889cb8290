"""The decision: every rule, the timer of the cooldown, missing sources, the policy."""

from pathlib import Path
from typing import Any

import pytest

from schemas.decision import SendDecision
from schemas.documents import Message, Order, User
from schemas.questions import QUESTIONS
from tests.world import SARAH, World, at, event, ms, sample, sent_on
from workers.people.decision.rules import rules_of
from workers.people.policy import DEFAULT_FIELDS, Policy, PolicyError, load_policy
from workers.runtime.process.settings import DEPLOY

LITTLE = User(id="user_001", email="ann@x.jp")


def decided(user: User = SARAH, *messages: Message, policy: Policy | None = None) -> SendDecision:
    world = World(policy=policy)
    world.put("users", user)
    for message in messages:
        world.put("messages", message)
    world.settle()
    decision = world.decision()
    assert decision is not None
    return decision


def test_the_sample_user_gets_a_mail() -> None:
    """In slot 1, valid for a day, with a brief that has no address."""
    world = sample()
    world.settle()
    (decision,) = world.decisions()

    assert (decision.id, decision.verdict, decision.slot) == ("user_001:1", "send", 1)
    assert (decision.decided_at, decision.valid_until) == (at("2024-02-10"), at("2024-02-11"))
    assert decision.because == "enough is known, and the last message is 16 days old"
    assert decision.policy == Policy().version
    assert decision.brief is not None
    assert (decision.brief.first_name, decision.brief.language) == ("Sarah", "en")
    assert b"@" not in decision.brief.dumps()


def test_the_brief_names_no_friend() -> None:
    """The name of a friend is derived from an address: the profile may have it, a mail may not."""
    world = sample()
    world.settle()
    profile, decision = world.profile(), world.decisions()[-1]

    assert profile is not None
    assert "Mike Jones" in profile.summary
    assert decision.brief is not None
    assert "Mike" not in decision.brief.summary
    assert decision.brief.summary.startswith("Sarah is a 32-year-old software engineer")


@pytest.mark.parametrize(
    ("user", "messages", "policy", "verdict", "reason", "because"),
    [
        (SARAH, [], {}, "send", None, "enough is known, and nothing was sent yet"),
        (
            SARAH.model_copy(update={"email": " "}), [], {},
            "wait", "address", "there is no address",
        ),
        (
            SARAH.model_copy(update={"is_team_member": True}), [], {"write_to_team": False},
            "wait", "team", "the person is on the team",
        ),
        (
            SARAH.model_copy(update={"is_team_member": True}), [], {},
            "send", None, "enough is known, and nothing was sent yet",
        ),
        (
            SARAH, [sent_on("2024-02-08")], {},
            "wait", "cooldown", "the last message is 2 days old, 7 are needed",
        ),
        (
            SARAH, [sent_on("2024-02-08")], {"cooldown_days": 2},
            "send", None, "enough is known, and the last message is 2 days old",
        ),
        (
            LITTLE.model_copy(update={"age": 30, "interests": ["art"]}), [], {},
            "wait", "enough-fields", "2 of 4 fields are known, 3 are needed",
        ),
        (
            LITTLE, [], {}, "ask", None,
            "interests is not known; with it 1 of 4 fields are, 3 are needed, and nothing was sent yet",
        ),
        (
            LITTLE, [sent_on("2024-02-09")], {},
            "wait", "cooldown", "the last message is 1 day old, 7 are needed",
        ),
    ],
)  # fmt: skip
def test_each_outcome_has_its_reason(
    user: User, messages: list[Message], policy: dict[str, Any], verdict: str, reason: str, because: str
) -> None:
    """One row per way to a send, an ask or a wait."""
    decision = decided(user, *messages, policy=Policy(**policy))
    assert (decision.verdict, decision.reason, decision.because) == (verdict, reason, because)
    assert [rule.name for rule in rules_of(Policy(**policy))] == [result.rule for result in decision.rules]


def test_one_question_is_asked_for_the_first_missing_field() -> None:
    """The question is the first required field's, in the language of the reader."""
    english = decided(LITTLE.model_copy(update={"interests": ["art"]}))
    japanese = decided(LITTLE.model_copy(update={"language": "ja-JP"}))
    assert (english.brief and english.brief.question) == QUESTIONS["cuisine_preference"]["en"]
    assert (japanese.brief and japanese.brief.question) == QUESTIONS["interests"]["ja"]
    assert set(QUESTIONS) == set(DEFAULT_FIELDS)


def test_the_end_of_the_cooldown_is_a_timer() -> None:
    """Without new facts the wait ends exactly seven days after the last message."""
    world = World()
    world.put("users", SARAH)
    world.put("messages", sent_on("2024-02-08T12:00:00"))
    world.settle()
    world.settle("2024-02-15T11:59:59")
    world.settle("2024-02-15T12:00:00")
    waiting, sending = world.decisions()
    assert (waiting.until, sending.verdict) == (at("2024-02-15T12:00:00"), "send")
    assert sending.decided_at == at("2024-02-15T12:00:00")
    assert sending.because == "enough is known, and the last message is 7 days old"


def test_a_wait_is_emitted_once() -> None:
    """A new fact that changes neither reason nor end emits no decision; another end does."""
    world = World()
    world.put("users", SARAH)
    world.put("messages", sent_on("2024-02-08"))
    world.settle()
    world.put("events", event("e", "2024-02-01", "sarah.chen@email.com"))
    world.settle("2024-02-11")
    assert len(world.decisions()) == 1
    world.put("messages", sent_on("2024-02-09", "m2"))
    world.settle()
    assert [decision.until for decision in world.decisions()] == [at("2024-02-15"), at("2024-02-16")]


def test_no_decision_is_made_before_the_watermark_reaches_the_newest_fact() -> None:
    """A watermark before the fact's time is too early for a decision."""
    world = World()
    world.put("users", SARAH)
    world.fleet.run()
    world.fleet.watermark(world.now - 1)
    world.fleet.run()
    assert world.decisions() == []
    world.settle()
    assert len(world.decisions()) == 1


def test_an_older_fact_that_arrives_later_makes_no_decision_earlier() -> None:
    """The time of the newest fact counts, not that of the last one that arrived."""
    world = World()
    world.put("users", SARAH)
    world.fleet.run()
    world.fleet.put("orders", "o1", Order(id="o1", user_id="user_001"), version=(1, 1), at=world.now - 100)
    world.fleet.run()
    world.fleet.watermark(world.now - 50)
    world.fleet.run()
    assert world.decisions() == []
    world.settle()
    assert len(world.decisions()) == 1


def test_while_a_source_is_missing_the_decision_is_to_wait() -> None:
    """It is emitted once, with the names of the sources; when they are ready a decision is made."""
    world = World()
    world.put("users", SARAH)
    for _ in range(3):
        world.wait_for("messages")
    world.settle()
    waiting, sending = world.decisions()
    assert (waiting.reason, waiting.because) == ("sources", "messages not read yet")
    assert (waiting.id, sending.id) == ("user_001:wait", "user_001:1")


def test_a_cooldown_that_ends_while_a_source_is_missing_is_not_forgotten() -> None:
    """The end of the wait falls into an outage: the decision comes with the first good watermark."""
    world = World()
    world.put("users", SARAH)
    world.put("messages", sent_on("2024-02-08"))
    world.settle()
    world.now = ms("2024-02-16")
    world.wait_for("messages")
    world.settle()
    assert [decision.reason for decision in world.decisions()] == ["cooldown", "sources", None]


def test_the_policy_file_has_the_defaults() -> None:
    """deploy/policy.toml has the values of the model, and another policy has another version."""
    assert load_policy(DEPLOY / "policy.toml") == Policy()
    assert Policy(cooldown_days=8).version != Policy().version


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("cooldown_days = -1", "cooldown_days: -1 is out of range; 0 to 36,500 are possible"),
        ("cooldown_days = 100000000", "cooldown_days: 100000000 is out of range"),
        ("active_events = 0", "active_events: 0 is out of range; 1 to"),
        ("enough = 9", "enough: 9 is out of range; 0 to 4 are possible, the number of required_fields"),
        ("enough = -1", "enough: -1 is out of range; 0 to 4"),
        ("ask_below = 5", "ask_below: 5 is out of range; 0 to 4"),
        ('required_fields = ["age"]', "enough: 3 is out of range; 0 to 1"),
        ("enuogh = 3", "enuogh: unknown key; did you mean enough"),
        ('required_fields = ["shoe_size"]', "required_fields.0"),
        ("colour = 1", "colour"),
        ("cooldown_days =", "not TOML"),
        (None, "cannot be read"),
    ],
)
def test_a_wrong_policy_names_file_and_field(tmp_path: Path, text: str | None, wrong: str) -> None:
    """So that the operator finds it."""
    path = tmp_path / "policy.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(PolicyError, match=f"{path}.*{wrong}"):
        load_policy(path)


def test_all_required_fields_may_be_needed() -> None:
    """The bounds are those that can be reached."""
    assert Policy(required_fields=("age",), enough=1).ask_below == 2
    assert Policy(required_fields=("age", "gender"), enough=2, ask_below=2).enough == 2
    assert Policy(required_fields=(), enough=0, ask_below=0).enough == 0
