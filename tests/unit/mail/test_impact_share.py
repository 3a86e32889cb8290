"""The impact of clicks takes a second selection: it is looked at for a share of the decisions."""

from dataclasses import replace

from tests.unit.mail.mails import FREE_RULES
from tests.unit.mail.test_mail_engine import liking, made_for, written
from workers.mail.mail_engine import MailEngine


async def test_it_is_looked_at_for_some_decisions() -> None:
    """P10: always the same ones, whatever was learnt; nothing else of the mail depends on it."""
    decisions = [made_for("question", id=f"d{number}") for number in range(100)]
    all_of, some_of = liking("tone:casual"), replace(liking("tone:casual"), impact_share=0.2)
    quiet = MailEngine(rules=FREE_RULES, impact_share=0.2)
    seen: dict[str, float] = {}
    for made in decisions:
        whole, some, still = [await written(engine, made) for engine in (all_of, some_of, quiet)]
        assert whole.figures
        assert some.figures
        assert still.figures
        assert whole.variations == some.variations
        assert (still.figures.impact is None) == (some.figures.impact is None)
        assert some.figures.impact in (None, whole.figures.impact)
        if some.figures.impact is not None:
            seen[made.id] = some.figures.impact
            assert still.figures.impact == 0
    assert 8 <= len(seen) <= 35
    assert min(seen.values()) > 0.1
