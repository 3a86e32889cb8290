"""`kairos deliver`: a person decides about mails of which nobody knows what became."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.mail import Engagement
from schemas.model import from_epoch_ms
from tests.integration.delivering import DOMAIN, parked, register, told, wire_to, write_mail
from tests.integration.mail_sink import MailSink, running
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.unit.source_tree import ROOT
from workers.deliver.app import origin_of
from workers.deliver.message import message_id
from workers.runtime.kafka.headers import cloud_headers, event_type
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import without_settings

pytestmark = pytest.mark.wire


def kairos(wire: Wire, *arguments: str) -> str:
    """What a command prints."""
    finished = subprocess.run(
        [sys.executable, "-m", "workers", "deliver", *arguments],
        env=without_settings(os.environ) | wire.settings.environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"{finished.stdout}{finished.stderr}"


def test_a_person_decides_about_what_is_parked(services: Addressed, tmp_path: Path) -> None:
    """Nothing is sent again before; then once, under the same Message-ID, and it can be parked again."""
    with running(MailSink()) as sink:
        wire = wire_to(sink, services, tmp_path)
        people = ("cut-after", "unfit", "cut-before")
        for person in people:
            register(wire, person)
            write_mail(wire, person)
        with workers(["deliver"], wire.settings, tmp_path):
            until(lambda: len(parked(wire)) == 3)
            assert "3 mails are parked" in kairos(wire, "parked")
            at = now_ms()
            value = Engagement(
                decision_id="cut-after:1", person="cut-after", outcome="sent", at=from_epoch_ms(at)
            )
            headers = cloud_headers(event_type("engagements"), "/kairos/deliver", "cut-after:1/sent", at)
            wire.send("engagements", b"cut-after", value.dumps(), headers, at)
            wire.producer.flush()
            assert "was told as sent" in kairos(wire, "resolve", "cut-after:1", "send-again")
            assert kairos(wire, "resolve", "cut-after:1", "sent") == "cut-after:1: sent\n"
            assert kairos(wire, "resolve", "unfit:1", "drop") == "unfit:1: drop\n"
            assert "no mail of unfit:1 is parked" in kairos(wire, "resolve", "unfit:1", "drop")
            assert sink.asked[f"cut-before@{DOMAIN}"] == 1
            assert kairos(wire, "resolve", "cut-before:1", "send-again") == "cut-before:1: send-again\n"
            until(lambda: parked(wire).keys() == {"cut-before"})
            register(wire, "cut-before", f"mended@{DOMAIN}")
            assert kairos(wire, "resolve", "cut-before:1", "send-again") == "cut-before:1#2: send-again\n"
            until(lambda: "cut-before" in told(wire))
            assert "no mail is parked" in kairos(wire, "parked")

        assert told(wire) == {"cut-after": "sent", "unfit": "failed", "cut-before": "sent"}
        assert dict(sink.counts()) == {f"cut-after@{DOMAIN}": 1, f"mended@{DOMAIN}": 1}
        (again,) = [message for message in sink.messages() if message["To"] == f"mended@{DOMAIN}"]
        assert again["Message-ID"] == message_id(write_mail(wire, "cut-before"), origin_of(wire.settings, {}))
        wire.close()
