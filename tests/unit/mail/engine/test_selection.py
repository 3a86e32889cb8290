"""The fifth step: final message selection."""

from collections import Counter
from math import prod
from typing import Any

import pytest

from tests.unit.mail.engine.prospects import FREE, SARAH, TEMPLATE, engine
from workers.mail.engine import PLATFORMS, ComplianceError, PersonalizationStrategy
from workers.mail.engine.message_template import MessageTemplate
from workers.mail.engine.prospect_profile import profile_of
from workers.mail.engine.selection import Selection, attempts, selection_of, settled
from workers.mail.engine.strategy import WeighedStrategy, strategy_of
from workers.mail.engine.variations import Shown, variations_of
from workers.recommend.variations.choice import ArmScore, ChoiceRules

PROFILE = profile_of(SARAH)
SHOWN = Shown(PLATFORMS["email"], PROFILE.values, PROFILE.protected)
CANDIDATES = variations_of(TEMPLATE, SHOWN)
EVEN = strategy_of(profile_of("x"), {}, rules=())


def selected(
    decision: str,
    scores: dict[str, ArmScore] | None = None,
    strategy: WeighedStrategy = EVEN,
    rules: ChoiceRules = FREE,
) -> Selection:
    """What is chosen of Sarah's candidates."""
    return selection_of(decision, "sarah", CANDIDATES, strategy, scores or {}, rules)


def tones(scores: dict[str, ArmScore], strategy: WeighedStrategy = EVEN) -> Counter[str]:
    """How often each tone is chosen in 300 decisions."""
    return Counter(selected(f"d{each}", scores, strategy).arms["tone"] for each in range(300))


def test_p1_variations_are_evaluated_by_their_evidence() -> None:
    """P1: what was clicked more is chosen more, and nothing is never chosen."""
    scores = {
        "tone:casual": ArmScore(60, 240),
        "tone:friendly": ArmScore(15, 285),
        "tone:professional": ArmScore(15, 285),
        "tone:as_written": ArmScore(15, 285),
    }
    shown = tones(scores)

    assert shown["tone:casual"] > 200
    assert len(shown) == 4


def test_p1_one_message_is_selected_and_its_probability_known() -> None:
    """P1: the same for the same decision; at least the floor for each arm."""
    first, again = selected("sarah:1"), selected("sarah:1")

    assert first == again
    assert first.propensity == pytest.approx(
        prod(choice.probabilities[choice.arm] for choice in first.choices.values())
    )
    for choice in first.choices.values():
        assert sum(choice.probabilities.values()) == pytest.approx(1)
        assert min(choice.probabilities.values()) >= FREE.floor - 1e-12


async def test_p1_the_message_is_formatted_for_its_platform() -> None:
    """P1: paragraphs in a mail, one line in a short message."""
    body = {"body": "A concert on Friday.\n\nCome early.", "subject": "A concert", "greeting": "Hello,"}
    held = ChoiceRules(control_share=1, hold_out_share=0)
    mail = (await engine(rules=held).personalize_message(SARAH, body)).message
    short = (await engine(rules=held).personalize_message(SARAH, body, platform="sms")).message

    assert mail.text.startswith("Hello,\n\nA concert on Friday.\n\nCome early.\n\nTo stop these mails")
    assert (short.text, short.subject) == ("A concert on Friday. Come early. Reply STOP to opt out.", "")


def test_p3_the_weights_of_the_strategy_are_a_prior_and_no_fixed_shares() -> None:
    """P3: without evidence they tip the choice, against much evidence they do not."""
    profile = profile_of("x")
    tipped = strategy_of(profile, {}, PersonalizationStrategy(tone_rules={"professional": 1}), rules=())
    against = {
        "tone:professional": ArmScore(0, 400),
        "tone:casual": ArmScore(80, 320),
        "tone:friendly": ArmScore(0, 400),
        "tone:as_written": ArmScore(0, 400),
    }

    assert tones({}, tipped)["tone:professional"] > 2 * tones({})["tone:professional"]
    assert tones(against, tipped)["tone:casual"] > 240


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (ChoiceRules(control_share=1, hold_out_share=0), "control"),
        (ChoiceRules(control_share=0, hold_out_share=1), "hold-out"),
        (FREE, "drawn"),
    ],
)
def test_the_control_group_gets_the_template_as_it_is(rules: ChoiceRules, reason: str) -> None:
    """P10: it is what the engine is compared with, and one group in all types."""
    scores = {"tone:casual": ArmScore(600, 10)}
    choice = selected("sarah:1", scores, rules=rules)

    assert choice.reason == reason
    if reason != "drawn":
        assert set(choice.arms.values()) == {f"{name}:as_written" for name in CANDIDATES}
        assert choice.propensity == 1


def test_arms_that_break_a_rule_together_give_way_one_after_the_other() -> None:
    """P1: the last type first, and then the body is shortened; what was intended is said."""
    body = "This sentence fills the message, and has little to say beside that it is here. "
    template = MessageTemplate(body=(body * 5 + "The end of it.",), call_to_action="Come.")
    shown = SHOWN._replace(platform=PLATFORMS["sms"])
    candidates = variations_of(template, shown)
    arms = {
        "length": "length:as_written",
        "opening": "opening:venue",
        "call_to_action": "call_to_action:question",
    }
    done = settled(template, shown, candidates, arms)

    assert done.refused[0].where == "text"
    assert done.arms != arms
    assert not done.is_fallback
    tried = list(attempts(arms, candidates))
    assert tried[0] == arms
    assert tried[1] == arms | {"call_to_action": "call_to_action:as_written"}
    assert tried[-1]["length"] == "length:brief"


def test_where_values_break_a_rule_together_none_is_shown() -> None:
    """P13: the fallback is a message without them."""
    template = MessageTemplate(body=("For {{first_name|you}}{{interest|}} we have news.",), subject="News")
    shown = SHOWN._replace(values={"first_name": "evil.", "interest": "com"})
    done = settled(template, shown, variations_of(template, shown), {"tone": "tone:as_written"})

    assert done.is_fallback
    assert done.parts.text("body") == "For you we have news."
    assert {finding.rule for finding in done.refused} == {"links"}


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        ({"body": "Write to jun@example.com today."}, "links"),
        ({"body": "<b>News</b> for you."}, "forbidden-content"),
        ({"body": "See http://example.com/a today."}, "links"),
        ({"body": "News for sarah.chen＠example.com."}, "links"),
        ({"body": "word " * 3_000}, "length"),
    ],
)
async def test_p7_a_template_that_breaks_a_rule_by_itself_is_refused(
    template: dict[str, Any], rule: str
) -> None:
    """P7: the error names platform, part and rule, and no value of the person."""
    with pytest.raises(
        ComplianceError, match=rf"rules of email: .*\({rule}\).*Change the template"
    ) as raised:
        await engine().personalize_message(SARAH, template)

    assert "sarah" not in str(raised.value).lower()
