"""The metrics of how mails are chosen, as Prometheus reads them."""

from prometheus_client import REGISTRY

from tests.unit.mail.mails import FREE_RULES, TEXT, CountingWriter
from tests.unit.mail.test_mail_engine import liking, made_for, written
from workers.mail.mail_engine import MailEngine
from workers.mail.measuring import MeasuringWriter, outcome_of
from workers.mail.writer import MailText


class Ready:
    """A writer whose mail is there."""

    def __init__(self, text: MailText) -> None:
        self.text = text

    async def write(self, decision: object) -> MailText:
        """The mail."""
        return self.text


def row(name: str, **labels: str) -> float:
    """The value of a row; 0 for one that is not there."""
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_the_share_of_mails_as_they_were_chosen() -> None:
    """P10: success is what is whole, of all."""
    made = made_for("question")
    chosen = await written(MailEngine(rules=FREE_RULES), made)
    rows = [
        ("kairos_mails_personalized_total", kind, outcome)
        for kind, outcome in (("question", "whole"), ("unknown", "none"))
    ]
    before = [row(name, kind=kind, outcome=outcome) for name, kind, outcome in rows]
    assert await MeasuringWriter(Ready(chosen)).write(made) is chosen
    await MeasuringWriter(CountingWriter()).write(made)

    assert [row(name, kind=kind, outcome=outcome) for name, kind, outcome in rows] == [
        each + 1 for each in before
    ]
    assert outcome_of(TEXT) == "none"


async def test_relevance_of_the_context_and_impact_of_feedback() -> None:
    """P10: nothing learnt moves nothing; what everybody clicks moves the probabilities far."""
    quiet, moved, unseen = [
        await written(engine, made_for("letter"))
        for engine in (
            MailEngine(rules=FREE_RULES, impact_share=1),
            liking("tone:casual"),
            MailEngine(rules=FREE_RULES, impact_share=0),
        )
    ]
    count = row("kairos_mail_feedback_impact_count", kind="letter")
    await MeasuringWriter(Ready(unseen)).write(made_for("letter"))
    assert row("kairos_mail_feedback_impact_count", kind="letter") == count
    before = row("kairos_mail_feedback_impact_sum", kind="letter")
    await MeasuringWriter(Ready(quiet)).write(made_for("letter"))
    assert row("kairos_mail_feedback_impact_sum", kind="letter") == before
    await MeasuringWriter(Ready(moved)).write(made_for("letter"))

    assert row("kairos_mail_feedback_impact_sum", kind="letter") > before + 0.1
    assert quiet.figures is not None
    assert 0 <= quiet.figures.relevance <= 1
