"""How many mails a new domain sends a day."""

from datetime import date

import pytest

from schemas.model import from_epoch_ms
from schemas.returns import HandedOver
from tests.unit.deliver.test_returned import HANDED, report
from workers.deliver.handed_over import HandedOverToday
from workers.deliver.warm_up import DAY_MS, WarmUp
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.settings import load
from workers.runtime.process.smtp_settings import unfit_for_sending

FIRST = (date(2024, 2, 10) - date(1970, 1, 1)).days
AT = FIRST * DAY_MS + 3_600_000


def topic(**days: int) -> HandedOverToday:
    """What counts two mails on the first day, three on the second; of each key the day that it went out."""
    today = HandedOverToday(WarmUp((2, 3), FIRST))
    records = [handed(key, FIRST * DAY_MS + day * DAY_MS + 5) for key, day in days.items()]
    today.apply(records)
    today.caught_up(AT)
    return today


def handed(key: str, at: int) -> ConsumerRecord:
    """The record of a hand-over."""
    value: HandedOver = HANDED.model_copy(update={"at": from_epoch_ms(at)})
    return ConsumerRecord("mail-returns", 0, 1, key.encode(), value.dumps(), at)


@pytest.mark.parametrize(("day", "most"), [(-1, 0), (0, 2), (1, 3), (2, None), (90, None)])
def test_the_table_says_how_many(day: int, most: int | None) -> None:
    """None before its first day, any number after its last."""
    assert WarmUp((2, 3), FIRST).most(AT + day * DAY_MS) == most


def test_a_full_day_lets_the_next_mail_go_tomorrow() -> None:
    """One that was granted goes, however often it is tried."""
    today = topic()

    assert [today.grant(key, AT) for key in ("a", "b", "a")] == [None, None, None]
    assert today.grant("c", AT) == (FIRST + 1) * DAY_MS
    assert [today.grant(key, AT + DAY_MS) for key in "cde"] == [None] * 3
    assert today.grant("f", AT + DAY_MS) == (FIRST + 2) * DAY_MS
    assert today.grant("f", AT + 2 * DAY_MS) is None


def test_after_a_restart_the_topic_says_what_went_out_today() -> None:
    """Also what other workers handed over; a report is no hand-over, and yesterday's do not count."""
    today = topic(a=0, b=-1)
    value = report("suppress").dumps()
    today.apply([ConsumerRecord("mail-returns", 0, 2, b"a", value, AT), handed("c", AT)])

    assert today.grant("a", AT) is None
    assert today.grant("d", AT) == (FIRST + 1) * DAY_MS


def test_both_settings_are_needed() -> None:
    """A table without its first day says nothing."""
    given = {"KAIROS_SMTP_URL": "smtps://mail.example", "KAIROS_MAIL_FROM": "a@mail.example"}
    only = load(given | {"KAIROS_WARM_UP": "50,100"})
    both = load(given | {"KAIROS_WARM_UP": "50,100", "KAIROS_WARM_UP_START": "2026-12-01"})

    assert [text.partition(":")[0] for text in unfit_for_sending(only)] == [
        "KAIROS_WARM_UP, KAIROS_WARM_UP_START"
    ]
    assert [*unfit_for_sending(both)] == []
    assert both.environment()["KAIROS_WARM_UP_START"] == "2026-12-01"
