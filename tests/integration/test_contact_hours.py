"""A cooldown that ends at night, in the person's time zone, leads to one mail in the morning."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from schemas.decision import SendDecision
from schemas.documents import Message, User
from schemas.model import from_epoch_ms, to_epoch_ms
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
ZONE = "Asia/Tokyo"
POLICY = '[quiet_hours]\nstart = "22:00"\nend = "08:00"\n'
TEN_YEARS = 3650 * 86_400


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def decisions(wire: Wire) -> list[SendDecision]:
    """All decisions, in their order, but those to wait for sources."""
    values = [record.value for record in wire.records("send-decisions") if record.value]
    return [said for said in map(SendDecision.loads, values) if said.reason != "sources"]


def has_passed(wire: Wire, at: datetime) -> bool:
    """Whether the watermark of every inbox has reached a time; writes it to the sources."""
    wire.watermark(to_epoch_ms(at))
    return wire.inbox_time() >= to_epoch_ms(at)


def test_one_mail_follows_when_the_quiet_hours_end(wire: Wire, tmp_path: Path) -> None:
    """Nothing but watermarks happens: at three the wait has another reason, and at eight comes the mail."""
    policy = tmp_path / "policy.toml"
    policy.write_text(POLICY)
    settings = wire.settings.model_copy(update={"kairos_policy": policy, "kairos_stale_seconds": TEN_YEARS})
    yesterday = from_epoch_ms(now_ms()).astimezone(ZoneInfo(ZONE)) - timedelta(days=2)
    ends = yesterday.replace(hour=3, minute=0, second=0, microsecond=0)  # in the night
    opens = ends.replace(hour=8)
    begin = ends - timedelta(days=7)
    user = User(id="a", email="a@example.com", time_zone=ZONE, interests=["art"], age=30, occupation="cook")
    with workers(["route", "people"], settings, tmp_path):
        wire.put("users", "a", user, to_epoch_ms(begin))
        sent = Message(id="m", user_id="a", status="sent", sent_date=begin)
        wire.put("messages", "m", sent, to_epoch_ms(begin))
        until(lambda: has_passed(wire, begin + timedelta(hours=1)))
        until(lambda: len(decisions(wire)) == 1)
        for time in (ends, ends + timedelta(hours=1), opens - timedelta(milliseconds=1)):
            until(lambda time=time: has_passed(wire, time))  # type: ignore[misc]
        until(lambda: has_passed(wire, opens))
        until(lambda: decisions(wire)[-1].verdict == "send")
        until(lambda: has_passed(wire, opens + timedelta(hours=2)))
    *waits, sending = decisions(wire)
    assert [(wait.reason, wait.until) for wait in waits] == [("cooldown", opens), ("hours", opens)]
    assert (sending.verdict, sending.decided_at) == ("send", opens)
    assert sending.valid_until == opens.replace(hour=22)
