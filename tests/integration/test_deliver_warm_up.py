"""A new sending domain hands over so many mails a day, also across a restart."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from schemas.model import from_epoch_ms
from tests.integration.delivering import HOUR_MS, register, told, wire_to, write_mail
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from workers.deliver.warm_up import DAY_MS
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire


def are_told(wire: Wire, people: Iterable[str]) -> bool:
    """Whether it is known what became of the mails to some people."""
    return set(people) <= told(wire).keys()


def test_the_mails_of_a_day_are_counted_across_a_restart(services: Addressed, tmp_path: Path) -> None:
    """Three go out; what does not hold until tomorrow expires."""
    now = now_ms()
    given = {"kairos_warm_up": "3,100", "kairos_warm_up_start": from_epoch_ms(now).date()}
    holds = min(now + HOUR_MS, (now // DAY_MS + 1) * DAY_MS)
    with running(MailSink()) as sink:
        wire = wire_to(sink, services, tmp_path, **given)
        for people in ("ab", "cde"):
            for person in people:
                register(wire, person)
                write_mail(wire, person, valid_until=holds)
            with workers(["deliver"], wire.settings, tmp_path):
                until(partial(are_told, wire, people))
        found = told(wire)
        wire.close()
    assert (found["a"], found["b"]) == ("sent", "sent")
    assert sorted(found[person] for person in "cde") == ["expired", "expired", "sent"]
    assert len(sink.accepted) == 3
