"""The README's sender: run twice, killed anywhere, silent for a day; nobody gets a second mail."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.decision import SendDecision
from tests.contract.readme import program
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.test_waiting_for_sources import decisions, user
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.process.clock import now_ms
from workers.runtime.process.settings import without_settings

pytestmark = pytest.mark.wire
HOUR_MS = 3_600_000
# longer ago than a decision holds, and less than the cooldown; its slot ended whole days ago, so that what is
# decided anew is not held for hours as the mails after an outage are
BEFORE_MS = 73 * HOUR_MS
NOW = "datetime.now(timezone.utc)"
THEN = f"{NOW} - timedelta(milliseconds={BEFORE_MS})"
SEND = 'print("to", decision["person"], decision["brief"]["summary"], flush=True)'
DELIVER = 'open("mails", "a").write(decision["person"] + "\\n")'
DIE = "os.kill(os.getpid(), 9)"
# where the sender is killed, as a line before another one
KILLED = {
    "before it is written": ('report(id, "written", at)  #', "nothing"),
    "before it is handed over": ("send(decision)", "parked"),
    "after it was handed over": ('note(id, "handed over", at)', "parked"),
    "before it is reported": ('report(id, "sent", at)\n', "reported"),
}


class Sender:
    """The program of the README in a folder of its own, on the topics of a test."""

    def __init__(self, wire: Wire, services: Addressed, folder: Path) -> None:
        self._folder = folder
        self._environment = without_settings(os.environ) | services.environment()
        text = program("sender.py")
        assert text.count(SEND) == 1
        for topic in ("send-decisions", "engagements"):
            assert f'"{topic}"' in text
            text = text.replace(f'"{topic}"', f'"{wire.settings.name(topic)}"')
        self._text = text.replace('"sender"', f'"{wire.settings.name("sender")}"').replace(SEND, DELIVER)

    def start(self, killed_before: str = "") -> "subprocess.Popen[str]":
        """Run it; or days ago by its clock, killed before a line, the last one of that text."""
        text = self._text
        if killed_before:
            assert NOW in text
            text = text.replace(NOW, THEN)
            head, found, tail = text.rpartition(killed_before)
            assert found
            text = f"{head}{DIE}; {found}{tail}"
        file = self._folder / "sender.py"
        file.write_text(text)
        return subprocess.Popen(
            [sys.executable, str(file)],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def mails(self) -> list[str]:
        """Who got a mail, in order."""
        file = self._folder / "mails"
        return file.read_text().split() if file.exists() else []


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services, kairos_stale_seconds=2 * BEFORE_MS / 1000)  # days ago is no outage
    yield wire
    wire.close()


def reached(wire: Wire, person: str, expected: tuple[str, str | None], before_ms: int = 0) -> bool:
    """Write a watermark, of so long ago; whether the person's last decision is the expected one."""
    wire.watermark(now_ms() - before_ms)
    return decisions(wire, person)[-1:] == [expected]


def register(wire: Wire, person: str, before_ms: int = 0) -> None:
    """A new user, of so long ago, to whom is written."""
    wire.put("users", person, user(person), now_ms() - before_ms)
    until(lambda: reached(wire, person, ("send", None), before_ms))


def ended(process: "subprocess.Popen[str]", killed: bool = True) -> str:
    """What a process has printed; it is killed, or has ended by itself."""
    if killed:
        process.kill()
    output, _ = process.communicate(timeout=HANG_SECONDS)
    return output


@pytest.mark.parametrize("place", KILLED)
def test_killed_and_silent_for_a_day_it_sends_no_second_mail(
    wire: Wire, services: Addressed, tmp_path: Path, place: str
) -> None:
    """Then it is started again, and sends what is new."""
    line, then = KILLED[place]
    sender = Sender(wire, services, tmp_path)
    with workers(["route", "people"], wire.settings, tmp_path):
        register(wire, "mia", BEFORE_MS)
        assert sender.start(line).wait(HANG_SECONDS) == -signal.SIGKILL
        handed_over = sender.mails() == ["mia"]
        if then == "nothing":  # nobody knows of it, so it is decided anew
            until(lambda: reached(wire, "mia", ("send", None)) and len(mails_decided(wire, "mia")) == 2)
        else:
            until(lambda: reached(wire, "mia", ("wait", "cooldown")))
        register(wire, "jun")
        process = sender.start()
        until(lambda: all(reached(wire, person, ("wait", "cooldown")) for person in ("mia", "jun")))
        output = ended(process)

    assert ("parked" in output) == (then == "parked")
    assert sender.mails().count("mia") == int(handed_over or then == "nothing")
    assert sender.mails().count("jun") == 1
    assert mails_decided(wire, "mia") == (["mia:1", "mia:2"] if then == "nothing" else ["mia:1"])


def mails_decided(wire: Wire, person: str) -> list[str]:
    """The ids of the decisions to write to a person."""
    values = [SendDecision.loads(raw.value) for raw in wire.records("send-decisions") if raw.value]
    return [each.id for each in values if each.person == person and each.verdict != "wait"]


def test_run_twice_each_gets_one_mail(wire: Wire, services: Addressed, tmp_path: Path) -> None:
    """At the same time, and one after the other."""
    sender = Sender(wire, services, tmp_path)
    with workers(["route", "people"], wire.settings, tmp_path):
        first = sender.start()
        until(lambda: (tmp_path / "sender.journal").exists())
        for person in ("mia", "jun"):
            register(wire, person)
        until(lambda: len(sender.mails()) == 2)
        assert sender.start().wait(HANG_SECONDS) == 1
        ended(first)
        again = sender.start()
        register(wire, "kim")
        until(lambda: all(reached(wire, person, ("wait", "cooldown")) for person in ("mia", "jun", "kim")))
        ended(again)

    assert sorted(sender.mails()) == ["jun", "kim", "mia"]


def test_what_is_no_mail_or_too_late_is_left_alone(wire: Wire, services: Addressed, tmp_path: Path) -> None:
    """Waits, deletions, decisions that are observed only, and those that hold no longer."""
    sender, now = Sender(wire, services, tmp_path), now_ms()
    example = SendDecision.EXAMPLES[0]
    for person, fields in (
        ("late", {"valid_until": now + 30_000}),
        ("old", {"valid_until": now - 1}),
        ("waits", {"verdict": "wait", "valid_until": None}),
        ("seen", {"valid_until": now + HOUR_MS, "observed": True}),
        ("good", {"valid_until": now + HOUR_MS}),
    ):
        told = example | fields | {"id": f"{person}:1", "person": person}
        wire.send("send-decisions", person.encode(), SendDecision.model_validate(told).dumps(), [], now)
        wire.send("send-decisions", b"gone", None, [], now)
    wire.producer.flush()
    process = sender.start()
    until(lambda: len(wire.records("engagements")) >= 2)
    ended(process)

    assert sender.mails() == ["good"]
    assert len(wire.records("engagements")) == 2
