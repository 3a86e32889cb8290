"""Suppressions, pauses and the ramp on real Kafka: what `route` makes of them, and what `mail`."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaProducer

from schemas.control import Watermark
from schemas.decision import LATE_MS, SendDecision
from schemas.documents import User
from schemas.facts import FACT, Fact
from schemas.mail import Email, Engagement
from schemas.model import from_epoch_ms
from schemas.permissions import MailPause, OfSubject, Suppression, address_hash
from schemas.ramp import SendGrant, SendRequest
from tests.integration.processes import HANG_SECONDS, until
from tests.integration.test_waiting_for_sources import user
from tests.integration.wire import NEWEST, Addressed, Wire
from tests.integration.workers import workers
from workers.runtime.kafka.headers import is_watermark
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire
DAY_MS = 86_400_000
RESUMED_MS = 900_000
NOON = 1_707_566_400_000
ADDRESS = "ann@example.com"
HASHED = f"address:{address_hash(ADDRESS)}"


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """The topics of one test."""
    wire = Wire.create(services)
    yield wire
    wire.close()


@pytest.fixture
def ramped(services: Addressed) -> Iterator[Wire]:
    """The topics of one test, with a ramp of one person on the first day."""
    wire = Wire.create(services, kairos_daily_limits="1")
    yield wire
    wire.close()


def say(wire: Wire, topic: str, value: OfSubject) -> None:
    """Write a record as a program from outside does: without a version."""
    wire.send(topic, value.key.encode(), value.dumps(), [], now_ms())
    wire.producer.flush()


def suppression(subject: str) -> Suppression:
    return Suppression(subject=subject, at=from_epoch_ms(now_ms()))


def pause(subject: str, paused: bool = True) -> MailPause:
    return MailPause(subject=subject, paused=paused, at=from_epoch_ms(now_ms()), by="test")


def facts(wire: Wire, person: str) -> dict[str, Fact]:
    """The last fact of each id in the inbox of a person."""
    records = [record for record in wire.records("inbox") if record.key == person.encode()]
    return {fact.id: fact for fact in (FACT.validate_json(record.value or b"") for record in records)}


def paused(wire: Wire) -> list[list[str]]:
    """What the last watermark of each partition of the inbox says is paused, while time passes."""
    wire.watermark(now_ms())
    wire.producer.flush()
    last = {
        record.partition: Watermark.loads(record.value or b"").paused
        for record in wire.records("inbox", watermarks=True, newest=NEWEST)
        if is_watermark(record.headers)
    }
    return [last[partition] for partition in sorted(last)]


def test_a_suppressed_address_reaches_whoever_registers_with_it_later(wire: Wire, tmp_path: Path) -> None:
    """Also after a restart of `route`; a suppressed person is told of it, too."""
    with workers(["route"], wire.settings, tmp_path):
        say(wire, "suppressions", suppression(HASHED))
        say(wire, "suppressions", suppression("person:bob"))
        until(lambda: "suppressions/person:bob" in facts(wire, "bob"))
    with workers(["route"], wire.settings, tmp_path):
        wire.put("users", "ann", User(id="ann", email=ADDRESS.title()), now_ms())
        until(lambda: f"suppressions/{HASHED}" in facts(wire, "ann"))


def test_pauses_are_in_every_inbox_until_they_end_and_after_a_restart(wire: Wire, tmp_path: Path) -> None:
    """Those of a person are facts instead."""
    every = wire.settings.kairos_partitions
    with workers(["route"], wire.settings, tmp_path):
        until(lambda: paused(wire) == [[]] * every)
        for subject in ("all", "campaign:digest", "person:ann"):
            say(wire, "controls", pause(subject))
        until(lambda: paused(wire) == [["all", "campaign:digest"]] * every)
        until(lambda: "controls/person:ann" in facts(wire, "ann"))
    say(wire, "controls", pause("all", paused=False))
    with workers(["route"], wire.settings, tmp_path):
        until(lambda: paused(wire) == [["campaign:digest"]] * every)


def test_the_ramp_answers_into_the_inbox_and_remembers_after_a_restart(ramped: Wire, tmp_path: Path) -> None:
    """One person on the first day, whichever partition they are in."""
    wire = ramped
    people = [f"p{number}" for number in range(8)]

    def granted() -> list[str]:
        answers = [facts(wire, person).get(f"grants/{person}") for person in people]
        values = [answer.value for answer in answers if answer is not None]
        return [value.person for value in values if isinstance(value, SendGrant) and value.granted]

    def ask(person: str) -> None:
        request = SendRequest(person=person, number=1, at=from_epoch_ms(NOON))
        wire.send("send-requests", person.encode(), request.dumps(), [], now_ms())
        wire.producer.flush()

    with workers(["route"], wire.settings, tmp_path):
        ask("p0")
        until(lambda: granted() == ["p0"])
    with workers(["route", "route"], wire.settings, tmp_path):
        for person in people:
            ask(person)
        until(lambda: all(facts(wire, person) for person in people))

    assert granted() == ["p0"]


def decide(wire: Wire, slot: int, campaign: str = "default", ago: int = 0) -> None:
    """Write a decision to send a mail, as `people` does; it was due so many milliseconds ago."""
    now = now_ms() - ago
    decision = SendDecision.model_validate(
        SendDecision.EXAMPLES[0]
        | {"id": f"user_001:{slot}", "slot": slot, "campaign": campaign}
        | {"decided_at": now, "valid_until": now + DAY_MS}
    )
    wire.send("send-decisions", b"user_001", decision.dumps(), [], now)
    wire.producer.flush()


def outcomes(wire: Wire) -> dict[str, str]:
    """The outcome of each decision that `mail` has told."""
    told = [Engagement.loads(record.value or b"") for record in wire.records("engagements")]
    return {engagement.decision_id: engagement.outcome for engagement in told}


def mails(wire: Wire) -> list[str]:
    """The ids of all mails, in their order."""
    return [Email.loads(record.value or b"").id for record in wire.records("emails")]


def test_a_paused_fleet_writes_no_mail_and_after_resume_it_does(wire: Wire, tmp_path: Path) -> None:
    """What is paused is told, so that it is decided anew; other campaigns go on."""
    say(wire, "controls", pause("campaign:digest"))
    with workers(["mail"], wire.settings, tmp_path):
        decide(wire, 1, "digest")
        decide(wire, 2, "other")
        until(lambda: outcomes(wire) == {"user_001:1": "withdrawn", "user_001:2": "written"})
        say(wire, "controls", pause("campaign:digest", paused=False))
        slots = iter(range(3, 1_000))

        def is_written() -> bool:
            """Decide once more, as `people` does when a mail was withdrawn: is one written now?"""
            decide(wire, next(slots), "digest")
            return len(mails(wire)) > 1

        until(is_written)

    assert mails(wire)[0] == "user_001:2"
    assert set(outcomes(wire).values()) == {"withdrawn", "written"}


def test_what_was_decided_in_an_outage_is_given_back(wire: Wire, tmp_path: Path) -> None:
    """One of `mail`, and one of `people`, whose decisions come when they are hours old."""
    with workers(["mail"], wire.settings, tmp_path):
        decide(wire, 1)
        until(lambda: outcomes(wire) == {"user_001:1": "written"})
    decide(wire, 2, ago=2 * LATE_MS)
    decide(wire, 3, ago=LATE_MS // 2)
    with workers(["mail"], wire.settings, tmp_path):
        until(lambda: len(outcomes(wire)) == 3)
        decide(wire, 4, ago=2 * LATE_MS)
        until(lambda: len(outcomes(wire)) == 4)

    ends = outcomes(wire)
    assert [ends[f"user_001:{slot}"] for slot in range(1, 5)] == ["written", "expired", "written", "expired"]
    assert mails(wire) == ["user_001:1", "user_001:3"]


def test_nobody_is_written_to_while_all_is_paused_and_then_everybody(wire: Wire, tmp_path: Path) -> None:
    """The whole way: `people` waits, for mails that are paused; after the resume they are decided on anew."""
    people = ("ann", "bob")
    say(wire, "controls", pause("all"))
    with workers(["route", "people", "mail"], wire.settings, tmp_path):
        for id_ in people:
            wire.put("users", id_, user(id_), now_ms())
        until(lambda: reasons(wire, now_ms()) == dict.fromkeys(people, "paused"))
        assert mails(wire) == []
        say(wire, "controls", pause("all", paused=False))
        # not all are decided on at once: within ten minutes, which pass here by a watermark
        until(lambda: bool(reasons(wire, now_ms() + RESUMED_MS)) and len(mails(wire)) == len(people))

    assert set(outcomes(wire).values()) == {"written"}


def reasons(wire: Wire, at: int) -> dict[str, str | None]:
    """The reason of the last decision about each person; a watermark at a time (epoch ms) goes out before."""
    wire.watermark(at)
    wire.producer.flush()
    decisions = (SendDecision.loads(value) for value in wire.latest("send-decisions").values())
    return {decision.person: decision.reason for decision in decisions}


def test_without_the_pauses_mail_hands_nothing_over(wire: Wire, tmp_path: Path) -> None:
    """A transaction that is open in their topic: what is behind it is not known."""
    settings = wire.settings
    other = KafkaProducer(bootstrap_servers=settings.brokers, transactional_id=settings.name("other"))
    with closing(other):
        other.init_transactions()
        other.begin_transaction()
        stopped = pause("all")
        other.send(settings.name("controls"), key=stopped.key.encode(), value=stopped.dumps()).get(
            timeout=HANG_SECONDS
        )
        with workers(["mail"], settings, tmp_path) as (mail,):
            decide(wire, 1)
            until(lambda: "no mails while pauses and suppressions are not known" in mail.log_text())
            assert mails(wire) == []
            assert outcomes(wire) == {}
            other.commit_transaction()
            until(lambda: outcomes(wire) == {"user_001:1": "withdrawn"})

    assert mails(wire) == []
