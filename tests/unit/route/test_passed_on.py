"""What people did and said passes into the inbox of its person, or is counted and goes no further."""

from typing import Any

import pytest

from schemas.answers import Answer
from schemas.contact_facts import AnswerFact
from schemas.facts import EngagementFact, InteractionFact
from schemas.interactions import Interaction
from schemas.mail import Engagement
from workers.route.passed_on import answer, engagement, interaction
from workers.runtime.stage import Irregularity, Output, Record

AT = 1_707_523_200_000
PRESS = {"id": "press", "person": " mia ", "kind": "saved", "job_id": "job_001", "at": AT}


def passed(**values: Any) -> tuple[list[Output], list[str]]:
    """What becomes of an interaction: outputs, and what it is counted as."""
    said = Interaction.model_validate(PRESS | values)
    actions = interaction(Record("interactions", 0, 7, "mia", said, (0, 7), AT))
    counted = [action.kind for action in actions if isinstance(action, Irregularity)]
    return [action for action in actions if isinstance(action, Output)], counted


def test_it_goes_to_the_inbox_of_its_person() -> None:
    """As a fact of its own id, in the version of its record."""
    (output,), counted = passed()
    assert isinstance(output.value, InteractionFact)
    fact = output.value
    assert fact.value is not None

    assert (output.topic, output.key, counted) == ("inbox", "mia", [])
    assert (fact.id, fact.version, fact.value.kind) == ("interactions/press", (0, 7), "saved")


@pytest.mark.parametrize("values", [{}, {"kind": "viewed", "seconds": 60}, {"unknown_job": True}])
def test_nothing_is_learned_from_a_bot(values: dict[str, Any]) -> None:
    """It is counted."""
    assert passed(bot=True, **values) == ([], ["bot"])


def test_a_job_that_the_board_does_not_know_counts_and_is_counted() -> None:
    """The board may have been late."""
    outputs, counted = passed(unknown_job=True)

    assert (len(outputs), counted) == (1, ["unknown-job"])


@pytest.mark.parametrize(
    ("click", "passes"),
    [
        (None, True),
        ({"kind": "job"}, True),
        ({"kind": "answer", "method": "get"}, True),
        ({"kind": "job", "method": "HEAD"}, False),
        ({"kind": "event", "prefetch": True}, False),
        ({"kind": "honeypot"}, False),
        ({"kind": "unsubscribe"}, False),
    ],
)
def test_what_no_reader_did_is_no_click(click: dict[str, Any] | None, passes: bool) -> None:
    """Somebody whose mails a scanner alone reads ignores them; how a link was requested stays behind."""
    said = {"decision_id": "mia:1", "person": "mia", "outcome": "clicked", "at": AT}
    value = Engagement.model_validate(said | {"click": click and {"link": "1"} | click})
    (action,) = engagement(Record("engagements", 0, 7, "mia", value, (0, 7), AT))
    if passes:
        assert isinstance(action, Output)
        assert isinstance(action.value, EngagementFact)
        assert action.value.value == value.model_copy(update={"click": None})
    else:
        assert action == Irregularity("bot")


SAID = {"decision_id": "mia:1", "person": " mia ", "field": "age", "value": 34, "at": AT - 5}


def answered(**values: Any) -> AnswerFact:
    """The fact of an answer whose record is of AT."""
    said = Answer.model_validate(SAID | values)
    (output,) = answer(Record("answers", 0, 7, "mia", said, (0, 7), AT))
    assert isinstance(output, Output)
    assert (output.topic, output.key) == ("inbox", "mia")
    assert isinstance(output.value, AnswerFact)
    return output.value


def test_an_answer_has_the_version_of_its_time() -> None:
    """So that of several the last counts; none was given after its record was written."""
    fact, ahead = answered(), answered(at=AT + 1)

    assert (fact.id, fact.version, fact.at) == ("answers/mia/age", (0, AT - 5), AT - 5)
    assert ahead.version == (0, AT)
    assert answer(Record("answers", 0, 7, "mia", None, (0, 7), AT)) == (Irregularity("no-value"),)


@pytest.mark.parametrize("values", [{"value": "old"}, {"field": "email"}, {"at": "1969-01-01"}])
def test_an_answer_that_cannot_be_read_is_refused(values: dict[str, Any]) -> None:
    """It becomes a dead letter."""
    with pytest.raises(ValueError, match=r"is no|nobody is asked"):
        answered(**values)


def test_how_a_link_was_requested_does_not_go_to_the_inbox() -> None:
    """Only that it was: the user agent and the network of a person are for the learner."""
    example = next(each for each in Engagement.EXAMPLES if "click" in each)
    clicked = Engagement.model_validate(example)
    (output,) = engagement(Record("engagements", 0, 7, "user_001", clicked, (0, 7), AT))

    assert isinstance(output, Output)
    assert isinstance(output.value, EngagementFact)
    assert output.value.value == clicked.model_copy(update={"click": None})
    assert clicked.click is not None
