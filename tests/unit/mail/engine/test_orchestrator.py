"""The engine leads a message through the steps, and decides nothing but how it is written."""

import inspect
from typing import Any

import pytest

from tests.unit.mail.engine.prospects import AT, SARAH, TEMPLATE, engine
from tests.unit.source_tree import is_inside, sources
from tests.unit.test_architecture import pure
from workers.mail.engine import STEPS, IntelligentPersonalizationEngine, PersonalizationResult, ProspectError
from workers.recommend.variations.choice import ArmScore


def test_p1_the_steps_are_six_pure_functions_in_one_table() -> None:
    """P1: in the document's order, each in a file without I/O."""
    names = ["profile", "context", "strategy", "variations", "selection", "feedback"]
    files = {source.name for source in pure}

    assert [step.name for step in STEPS] == names
    assert {step.function.__module__ for step in STEPS} <= files
    assert not any(inspect.iscoroutinefunction(step.function) for step in STEPS)


async def test_p2_the_result_says_all_that_was_decided() -> None:
    """P2: message, variation, strategy, context, propensity, findings and the decision's id."""
    result = await engine().personalize_message(SARAH, TEMPLATE, decision_id="sarah:1", at=AT)

    assert result.decision_id == result.message.decision_id == "sarah:1"
    assert set(result.variation) == set(result.probabilities)
    assert 0 < result.propensity < 1
    assert (result.findings, result.fallback, result.left_out) == ((), False, 1)
    assert result.strategy.rules
    assert set(result.context) == {"platform", "history", "timing", "channel"}
    assert "interest" in result.used


async def test_p2_the_log_of_a_choice_has_what_estimates_need() -> None:
    """P2: the probability of each eligible arm, what was intended, and why; no text, no value."""
    logged = (await engine().personalize_message(SARAH, TEMPLATE, decision_id="sarah:1", at=AT)).as_dict()

    assert set(logged) == {
        "decision_id", "person", "at", "segment", "platform", "language", "template", "intended", "arms",
        "probabilities", "propensity", "reason", "fallback",
    }  # fmt: skip
    names = [logged["segment"], *logged["intended"].values()]
    assert not any("/" in name for name in names)  # which stands between both in the keys of scores
    for kind, arm in logged["intended"].items():
        assert logged["probabilities"][kind][arm] > 0
    assert not any(text in repr(logged) for text in ("Chen", "jazz", "Rust", "example.com"))


async def test_p2_the_same_decision_gives_the_same_message() -> None:
    """P2: and another account may give another one."""
    first = await engine().personalize_message(SARAH, TEMPLATE, decision_id="sarah:1", at=AT)
    again = await engine().personalize_message(dict(SARAH), TEMPLATE, decision_id="sarah:1", at=AT)
    unnamed = await engine().personalize_message(SARAH, TEMPLATE)

    assert first == again
    assert unnamed.decision_id == f"123/sarah/template/{int(AT.timestamp() * 1000)}"


async def test_p13_one_who_cannot_be_read_does_not_spoil_a_batch() -> None:
    """P13: a result or an error for each, in their order."""
    people: list[Any] = [SARAH, None, "jun"]
    sarah, nobody, jun = await engine().personalize_batch(
        people, "We have news for {{first_name|you}}.", at=AT
    )

    assert isinstance(nobody, ProspectError)
    assert isinstance(sarah, PersonalizationResult)
    assert isinstance(jun, PersonalizationResult)
    assert (sarah.message.person, jun.message.person) == ("sarah", "jun")


def test_p14_the_names_of_the_arguments_are_those_of_the_document() -> None:
    """P14: a prospect is a person, and nothing else of that trade is in the engine."""
    method = inspect.signature(IntelligentPersonalizationEngine.personalize_message)
    texts = [source.text for source in sources() if is_inside(source.name, "workers.mail.engine")]

    assert list(method.parameters)[1:3] == ["prospect", "template"]
    assert texts
    assert not any("affiliate" in text.lower() for text in texts)


@pytest.mark.parametrize("alpha", [0.0, 1.0, 1e6])
async def test_p16_evidence_never_makes_a_message_more_likely(alpha: float) -> None:
    """P16: whatever it says, there is one message, and it says nothing of whether to send."""
    arms = ("casual", "professional", "friendly", "as_written")
    scores = {f"tone:{arm}": ArmScore(alpha, 1e6 - alpha) for arm in arms}
    result = await engine(scores=lambda segment: scores).personalize_message(SARAH, TEMPLATE, at=AT)

    assert result.message.text
    assert not {"send", "verdict", "is_sent"} & set(dir(result) + dir(result.message))


def test_p16_who_decides_knows_nothing_of_variations() -> None:
    """P16: `people` imports neither the engine nor the evidence."""
    deciders = [source for source in sources() if is_inside(source.name, "workers.people")]
    known = {name for source in deciders for name in source.imports}

    assert deciders
    assert not [name for name in known if is_inside(name, "workers.mail", "workers.recommend.variations")]
