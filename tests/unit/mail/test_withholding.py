"""Whose mails are withheld: by suppressions and pauses, and while those are not known."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, SuppressionReason, address_hash
from tests.unit.mail.mails import AT, decision
from workers.mail.permissions import MailPermissions
from workers.mail.withholding import reason_to_withhold
from workers.runtime.kafka.records import ConsumerRecord
from workers.runtime.process.clock import now_ms


def pause(subject: str, **fields: Any) -> MailPause:
    return MailPause.model_validate({"subject": subject, "at": AT, "by": "ops", **fields})


def reason(*pauses: MailPause, suppressed: str | None = None) -> str | None:
    """Why the mail of the campaign digest to user_001 is withheld at AT."""
    by_subject = {each.subject: each for each in pauses}
    suppressions: dict[str, SuppressionReason] = {} if suppressed is None else {suppressed: "imported"}
    said = decision(campaign="digest", address_hash=address_hash("Mia@example.com"))
    return reason_to_withhold(said, by_subject.get, suppressions.get, from_epoch_ms(AT))


@pytest.mark.parametrize("subject", ["all", "campaign:digest", "person:user_001"])
def test_a_pause_withholds_while_it_is_in_force(subject: str) -> None:
    """Without an end until it is resumed, else before that time."""
    assert reason(pause(subject)) == reason(pause(subject, until=AT + 1)) == f"paused: {subject}"
    assert reason(pause(subject, until=AT)) is reason(pause(subject, paused=False)) is None


@pytest.mark.parametrize("subject", ["campaign:other", "person:user_002"])
def test_the_pause_of_another_does_not(subject: str) -> None:
    assert reason(pause(subject)) is None


def test_a_suppressed_person_gets_nothing() -> None:
    """Whatever is paused or resumed."""
    assert reason(suppressed="person:user_001") == "suppressed: imported"
    assert reason(pause("all", paused=False), suppressed="person:user_002") is None


def test_a_suppressed_address_gets_nothing() -> None:
    """Also before the person is known to have it, and however it is written."""
    assert reason(suppressed=f"address:{address_hash('mia@EXAMPLE.com')}") == "suppressed: imported"
    assert reason(suppressed=f"address:{address_hash('bob@example.com')}") is None


async def test_nothing_is_answered_before_both_topics_are_known() -> None:
    """The wait is said once, and ends by itself."""
    permissions = MailPermissions()
    with capture_logs() as lines:
        answer = asyncio.ensure_future(permissions.withheld(decision()))
        done, _ = await asyncio.wait([answer], timeout=0.3)
        assert not done
        stopped = pause("all")
        record = ConsumerRecord("controls", 0, 0, b"all", stopped.dumps(), 0)
        permissions.controls.apply([record])
        permissions.controls.caught_up(now_ms())
        done, _ = await asyncio.wait([answer], timeout=0.3)
        assert not done
        permissions.suppressions.caught_up(now_ms())
        assert await answer == "paused: all"

    assert [line["event"] for line in lines] == [
        "no mails while pauses and suppressions are not known",
        "pauses and suppressions are known",
    ]
