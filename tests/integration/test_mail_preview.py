"""`kairos mail preview` on real Kafka and Redis."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.documents import Event, Job
from schemas.model import from_epoch_ms
from tests.integration.processes import HANG_SECONDS
from tests.integration.wire import Addressed, Wire
from tests.unit.source_tree import ROOT
from tests.world import SARAH, World, profile_of
from workers.runtime.process.clock import now_ms
from workers.runtime.process.redis_connection import connect
from workers.runtime.process.settings import without_settings

pytestmark = pytest.mark.wire


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Ten open jobs, and the profile of a person."""
    wire = Wire.create(services)
    now = now_ms()
    for number in range(10):
        job = Job(id=f"j{number}", title=f"Sous Chef {number}", posted_at=from_epoch_ms(now))
        wire.put("jobs", job.id, job, now)
    wire.producer.flush()
    world = World()
    world.put("users", SARAH)
    with connect(wire.settings, 5.0) as redis:
        redis.set(wire.settings.name("profile:user_001"), profile_of(world).dumps())
    yield wire
    wire.close()


def preview(wire: Wire, *arguments: str, code: int = 0) -> tuple[str, str]:
    """What the command prints, and what it says on stderr."""
    result = subprocess.run(
        [sys.executable, "-m", "workers", "mail", "preview", *arguments],
        env=without_settings(os.environ) | wire.settings.environment(),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=HANG_SECONDS,
    )
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout, result.stderr


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_mail_of_now_is_shown(wire: Wire, language: str, tmp_path: Path) -> None:
    """As plain text, and as HTML in a file."""
    file = tmp_path / "mail.html"
    text, _ = preview(wire, "user_001", "--language", language, "--html", str(file))

    assert text.startswith("Subject: ")
    assert ("新着求人" if language == "ja" else "New Arrivals") in text
    assert all(f"Sous Chef {number}" in text for number in range(10))
    assert f'lang="{language}"' in file.read_text("utf-8")


def test_an_invitation_is_to_an_event_of_now(wire: Wire) -> None:
    """With the reasons; without an event it is the general text."""
    arguments = ("user_001", "--campaign", "event-invite")
    assert "Truffle Supper" not in preview(wire, *arguments)[0]
    date = from_epoch_ms(now_ms() + 5 * 86_400_000)
    event = Event(id="e1", name="Truffle Supper", date=date, cuisine=["Italian"])
    wire.put("events", event.id, event, now_ms())
    wire.producer.flush()
    text, _ = preview(wire, *arguments)

    assert "Truffle Supper" in text.split("\n")[0]
    assert "Italian is to your taste" in text


def test_other_campaigns_and_unknown_people(wire: Wire) -> None:
    """A mail without jobs; and who it is that nobody knows."""
    assert "Sous Chef" not in preview(wire, "user_001", "--campaign", "event-invite")[0]
    assert "nobody" in preview(wire, "nobody", code=1)[1]
