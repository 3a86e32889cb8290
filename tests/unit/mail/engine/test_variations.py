"""The fourth step: message variation creation."""

from typing import Any

import pytest

from tests.unit.mail.engine.prospects import SARAH, TEMPLATE
from workers.mail.engine import (
    PLATFORMS,
    VARIATION_TYPES,
    MessageVariation,
    PersonalizationStrategy,
    StrategyError,
    TemplateError,
)
from workers.mail.engine.compliance import findings_of
from workers.mail.engine.message_parts import PARTS, MessageParts
from workers.mail.engine.message_template import read_template
from workers.mail.engine.prospect_profile import profile_of
from workers.mail.engine.variations import Shown, eligible_arms, variations_of

VALUES = profile_of(SARAH).values


def shown(name: str = "email", **values: str) -> Shown:
    """To whom a message is shown: Sarah, or somebody with other values."""
    return Shown(PLATFORMS[name], values or VALUES)


def made(template: Any = TEMPLATE, name: str = "email", **values: str) -> dict[str, MessageParts]:
    """The message of each arm that is eligible."""
    candidates = variations_of(read_template(template), shown(name, **values))
    return {each.arm: each.parts for row in candidates.values() for each in row if each.is_eligible}


def test_p1_several_variations_are_made() -> None:
    """P1: of each type, and each differs in its part alone."""
    variations = made()

    assert set(variations) == {arm for row in VARIATION_TYPES for arm in row.arms}
    assert variations["tone:casual"].greeting == "Hi Sarah,"
    assert variations["opening:venue"].opening == "You have been our guest at The Vault."
    assert variations["subject:interest"].subject == "About jazz"
    changed = [
        part
        for part in PARTS
        if variations["subject:interest"].text(part) != variations["tone:as_written"].text(part)
    ]
    assert changed == ["subject"]


def test_p1_the_rules_of_personalisation_are_applied() -> None:
    """P1: values are filled in; what lacks one is left out, or has its default."""
    parts = made()["tone:as_written"]
    unknown = made(skill="Rust")["tone:as_written"]

    assert parts.greeting == "Hello Sarah,"
    assert "The band is jazz." in parts.text("body")
    assert unknown.greeting == "Hello there,"
    assert "The band is good." in unknown.text("body")
    assert "table" not in parts.text("body")
    assert parts.left_out == 1


@pytest.mark.parametrize("name", PLATFORMS)
def test_p1_each_variation_keeps_the_rules_of_its_platform(name: str) -> None:
    """P1: and has only the parts that the platform shows."""
    template = {"body": "A concert on Friday, in the hall by the river. Come early.", "subject": "A concert"}
    variations = made(template, name)

    assert variations
    for parts in variations.values():
        assert findings_of(parts, PLATFORMS[name]) == ()
    kinds = {arm.partition(":")[0] for arm in variations}
    assert ("subject" in kinds) == ("subject" in PLATFORMS[name].parts)


def test_an_option_without_its_value_is_not_eligible() -> None:
    """P13: nothing is made up."""
    arms = made(first_name="Jun")

    assert {arm for arm in arms if arm.startswith("opening:")} == {"opening:as_written"}
    assert "subject:named" in arms
    assert "subject:interest" not in arms


def test_a_shorter_body_keeps_its_links_and_says_something() -> None:
    """P13: the first sentences, as many as are needed for that."""
    body = (
        "Yes. We play on Friday. Doors open at six, and the music begins an hour later. Bring a friend. Bye."
    )
    linked = (
        "One sentence that is long enough to be one of its own here. Two. Three. "
        "Four: https://example.com/a. Five."
    )

    assert made({"body": body})["length:brief"].text("body") == body.removesuffix(" Bring a friend. Bye.")
    assert made({"body": linked})["length:short"].text("body").endswith("Four: https://example.com/a.")
    assert "length:short" not in made({"body": "One sentence alone."})


def test_a_call_to_action_keeps_its_link() -> None:
    """P13: another wording, the same place."""
    assert made()["call_to_action:direct"].call_to_action == "Have a look. https://example.com/concert?a=1"


def test_without_a_subject_an_email_gets_one() -> None:
    """P13: the template as it is would lack a part."""
    arms = eligible_arms(variations_of(read_template("We have news."), shown())["subject"])

    assert "subject:as_written" not in arms
    assert {"subject:plain", "subject:named", "subject:interest"} <= set(arms)


@pytest.mark.parametrize("kind", [row.name for row in VARIATION_TYPES])
def test_p4_a_variation_type_is_a_row(kind: str) -> None:
    """P4: its arms have weights by the strategy, and each is a message."""
    strategy = PersonalizationStrategy(
        tone_rules={"professional": 0.8, "casual": 0.2},
        content_rules={"technical": 0.7, "industry_news": 0.3},
    )
    variation = MessageVariation(template=TEMPLATE, strategy=strategy, variation_type=kind)

    assert sum(variation.weights.values()) == pytest.approx(1)
    assert [each.arm for each in variation.candidates(VALUES)] == list(variation.weights)


@pytest.mark.parametrize("kind", ["tones", "", None, 3])
def test_p4_an_unknown_type_is_refused_with_the_list(kind: Any) -> None:
    """P4, P7."""
    with pytest.raises(StrategyError, match="there are tone, length, opening, call_to_action, subject"):
        MessageVariation(template=TEMPLATE, strategy=PersonalizationStrategy(), variation_type=kind)


def test_p7_a_body_of_which_nothing_is_left_is_the_templates_fault() -> None:
    """P7: it says how to mend it."""
    with pytest.raises(TemplateError, match=r"give one a default, as in \{\{first_name\|there\}\}"):
        made("Greetings from {{company}}.")


def test_japanese_is_written_in_japanese() -> None:
    """P13: sentences without blanks between them, and the options in the template's language."""
    variations = made(
        "ジャズの演奏会があります。{{company}}の方へ。ぜひお越しください。",
        first_name="花子",
        interest="ジャズ",
    )

    assert variations["tone:as_written"].text("body") == "ジャズの演奏会があります。ぜひお越しください。"
    assert variations["tone:casual"].greeting == "花子さん、こんにちは。"
    assert variations["opening:interest"].opening == "ジャズにご興味があると伺っております。"
    assert made("お知らせです。", skill="Go")["tone:casual"].greeting == ""
