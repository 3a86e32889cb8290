"""Senders with wrong clocks report that they have sent: nobody gets a second mail."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.documents import User
from schemas.profile import EnrichedProfile
from tests.integration.processes import until
from tests.integration.test_waiting_for_sources import decisions, put, user
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms

pytestmark = [pytest.mark.wire, pytest.mark.timeout(240)]
PATIENT = 90.0
CLOCKS = (0, 1, 3, 3600, 9 * 3600, -9 * 3600, 365 * 86_400, -730 * 86_400)  # seconds ahead of ours
CLAIMS = ("0001-01-01T00:00:00Z", "9999-12-31T00:00:00", None, 1.7e15)
PEOPLE = tuple(f"p{number}" for number in range(len(CLOCKS) + len(CLAIMS)))


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


def claims() -> list[object]:
    """What each sender says that the time is, in order of PEOPLE."""
    now = datetime.fromtimestamp(now_ms() / 1000, UTC).replace(tzinfo=None, microsecond=0)
    return [*((now + timedelta(seconds=seconds)).isoformat() for seconds in CLOCKS), *CLAIMS]


def report(wire: Wire, slot: int) -> None:
    """Every sender reports the mail of a slot as sent, without our headers."""
    for person, at in zip(PEOPLE, claims(), strict=True):
        value = {"decision_id": f"{person}:{slot}", "person": person, "outcome": "sent", "at": at}
        wire.send("engagements", person.encode(), json.dumps(value).encode(), [], now_ms())


def have_last(wire: Wire, expected: tuple[str, str | None]) -> bool:
    """Write a watermark; whether everybody's last decision is the expected one."""
    wire.watermark(now_ms())
    return all(decisions(wire, person)[-1:] == [expected] for person in PEOPLE)


def test_nobody_gets_a_second_mail_whatever_the_time_of_a_report(wire: Wire, tmp_path: Path) -> None:
    """One decision to send each, then to wait; the profile says that there was a contact."""
    with workers(["route", "people"], wire.settings, tmp_path):
        for person in PEOPLE:
            document: User = user(person)
            put(wire, "users", document)
        until(lambda: have_last(wire, ("send", None)), PATIENT)
        report(wire, 1)
        until(lambda: have_last(wire, ("wait", "cooldown")), PATIENT)
        report(wire, 1)
        put(wire, "users", user("last"))
        until(lambda: have_last(wire, ("wait", "cooldown")) and bool(decisions(wire, "last")), PATIENT)
    for person in PEOPLE:
        assert decisions(wire, person).count(("send", None)) == 1
        profile = EnrichedProfile.loads(wire.latest("enriched-profiles")[person])
        assert (profile.can_send_new_message, profile.total_messages_sent) == (False, 1)
    assert wire.records("dead-letters") == []
