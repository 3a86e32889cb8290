"""What `deliver` says of a mail whose time is over."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.deliver.outgoing import AT, ORIGIN, VALID_UNTIL, email
from workers.deliver.deliverer import Deliverer
from workers.deliver.handover import FinalOutcome, Hand, HandOver, Prepare, TryLater
from workers.deliver.pace import SendingPace
from workers.deliver.stage import step
from workers.runtime.stage import Effect, EffectResult

EXPIRED = FinalOutcome("expired", "it was not handed over in time")
FULL = FinalOutcome("bounced", "452 mailbox full, 3 attempts", full="a hash")


def deliverer(found: FinalOutcome) -> Deliverer:
    """One that knows all there is to know, and finds an obstacle."""

    async def wait() -> None:
        return None

    known: Any = SimpleNamespace(wait=wait, obstacle=lambda mail: found)
    server: Any = None  # which is not asked
    pace = SendingPace(1.0, 1.0)
    return Deliverer(server, known, ORIGIN, pace, "returns@mail.example", (1,), 1, lambda: VALID_UNTIL)


@pytest.mark.parametrize(
    ("found", "late", "expected"),
    [
        (EXPIRED, None, EXPIRED),
        (EXPIRED, FULL, FULL),  # however late the last attempt would have been
        (FinalOutcome("withdrawn"), FULL, FinalOutcome("withdrawn")),
    ],
)
def test_what_a_server_has_said_is_told_of_a_mail_that_is_too_late(
    found: FinalOutcome, late: FinalOutcome | None, expected: FinalOutcome
) -> None:
    """Unless somebody has said no meanwhile."""
    request = Prepare(email(), attempt=3, late=late)

    assert asyncio.run(deliverer(found).act(request)) == expected


def test_a_server_that_is_away_makes_nobody_forget_what_it_said() -> None:
    """The next attempt knows it, too."""
    mail = email()
    state = HandOver(mail.id, mail.decision_id, mail.person, AT, "handing", 2)
    away = EffectResult(mail.id, Hand(mail, "a hash", 2, FULL), TryLater(0, counts=False), AT)

    assert step(state, away)[1] == (Effect(Prepare(mail, 2, 0, FULL)),)
