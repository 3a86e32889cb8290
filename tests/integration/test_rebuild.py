"""`kairos rebuild people` on a real broker: what was lost comes back, and no mail is sent twice."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from schemas.decision import SendDecision
from schemas.documents import Event, Message, Order, User
from schemas.model import Model, from_ms
from schemas.profile import EnrichedProfile
from tests.fleet import Fleet
from tests.integration.processes import until
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.soak.product import Product
from workers.cli import kairos
from workers.commands.rebuild_history import CHANGELOG
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import Kept
from workers.process.clock import now_ms
from workers.route.stage import STAGES as ROUTE
from workers.runtime.head import OURS, pack, unpack
from workers.wire.records import Raw

pytestmark = [pytest.mark.wire, pytest.mark.timeout(180)]
PATIENT = 60.0
DAY_MS = 86_400_000
CODEC = stage(Policy()).codec
LOST = "p1"  # of whom everything is forgotten; of the others all but the user
PEOPLE = tuple(f"p{number}" for number in range(6))


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    made = Wire.create(services, kairos_session_seconds=3, kairos_stale_seconds=3 * DAY_MS / 1000)
    yield made
    made.close()


def rebuild(wire: Wire, code: int = 0) -> Result:
    """Run the command as its user does."""
    done = CliRunner().invoke(kairos, ["rebuild", "people"], env=wire.settings.environment())
    assert done.exit_code == code, (done.output, done.exception)
    return done


def put(wire: Wire, document: Model, topic: str, at: int) -> None:
    """A document comes in."""
    wire.put(topic, str(document.model_dump()["id"]), document, at)


def product(wire: Wire, now: int) -> None:
    """Some people who buy, meet and are written to; one message has no date but that of its change."""
    likes = {"interests": ["art"], "cuisine_preference": ["Thai"], "age": 30, "occupation": "cook"}
    for number, person in enumerate(PEOPLE):
        put(wire, User.model_validate({"id": person, "email": f"{person}@x.jp"} | likes), "users", now)
        put(wire, Order(id=f"o{number}", user_id=person, amount=10, date=from_ms(now)), "orders", now)
        put(wire, Order(id="gone", user_id=person), "orders", now)
    wire.put("orders", "gone", None, now)
    for number in range(3):
        date, names = from_ms(now - (number + 2) * DAY_MS), [f"{person}@x.jp" for person in PEOPLE[number:]]
        event = Event.model_validate(
            {"id": f"e{number}", "date": date, "host": "Ploy", "participants": names}
        )
        put(wire, event, "events", now)
    put(wire, Message(id="m", user_id="p2", status="sent"), "messages", now - 3 * DAY_MS)
    put(wire, User(id="left", email="left@x.jp"), "users", now)
    wire.put("users", "left", None, now)


def profiles(wire: Wire, at: int) -> dict[str, bytes]:
    """The profiles as of one time: theirs is when something was heard last, and that was heard again."""
    return at_time(wire.latest("enriched-profiles"), at)


def at_time(latest: dict[str, bytes], at: int) -> dict[str, bytes]:
    """Profiles as of one time (epoch milliseconds)."""
    return {key: EnrichedProfile.loads(value).at(from_ms(at)).dumps() for key, value in latest.items()}


def mails(wire: Wire) -> dict[str, bytes]:
    """Every decision to write, by its id; one id has one content."""
    found: dict[str, bytes] = {}
    for raw in wire.records("send-decisions"):
        decision = None if raw.value is None else SendDecision.loads(raw.value)
        if decision is not None and decision.slot is not None:
            assert found.setdefault(decision.id, decision.dumps()) == decision.dumps()
    return found


def settled(wire: Wire, now: int) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Profiles and mails, once everybody has been decided upon."""
    wire.watermark(now)
    wire.producer.flush()
    until(lambda: len(mails(wire)) == len(PEOPLE) - 1, PATIENT)  # but for who had a message
    until(lambda: wire.lag({"people": ["inbox"]}) == 0, PATIENT)
    return profiles(wire, now), mails(wire)


def rewrite(wire: Wire, forget: Any) -> None:
    """Change the states of `people`, which must not run, as its own newest owner would write them."""
    with_name = {raw.key: raw for raw in wire.records(CHANGELOG) if raw.key not in OURS}
    producer = KafkaProducer(bootstrap_servers=wire.settings.brokers)
    for key, raw in with_name.items():
        head, body = unpack(raw.value or b"")
        stored = pack(*head, CODEC.encode(forget(raw, CODEC.decode(body))))
        name = wire.settings.name(CHANGELOG)
        producer.send(name, stored, key, headers=list(raw.headers), partition=raw.partition).get(10)
    producer.close()


def forget(raw: Raw, person: Any) -> Any:
    """A state that has kept no more than an older version understood."""
    kept = person.kept
    user = {} if raw.key == LOST.encode() else {"user": kept.user}
    same = {name: getattr(kept, name) for name in ("id", "as_of", "due", "contact", "last")}
    person.kept = Kept(**same, **user)
    return person


def test_what_people_has_lost_comes_back_and_nobody_is_written_to_again(wire: Wire, tmp_path: Path) -> None:
    now = now_ms() - DAY_MS
    product(wire, now)
    with workers(["route", "people"], wire.settings, tmp_path):
        before, sent = settled(wire, now)
    assert len(before) == len(PEOPLE)
    rewrite(wire, forget)
    (tmp_path / "again").mkdir()
    with workers(["route", "people"], wire.settings, tmp_path / "again"):
        put(wire, Order(id="o0", user_id="p0", amount=99), "orders", now)  # somebody has lost all but this
        wire.producer.flush()
        until(lambda: profiles(wire, now)["p0"] != before["p0"], PATIENT)
        put(wire, Order(id="o0", user_id="p0", amount=10, date=from_ms(now)), "orders", now)
        wire.producer.flush()
        until(lambda: wire.lag({"route": ["orders"]}) == 0, PATIENT)
        assert "facts said again" in rebuild(wire).output
        until(lambda: wire.lag({"people": ["inbox"]}) == 0, PATIENT)
        assert profiles(wire, now) == before
        wire.watermark(now + DAY_MS // 2)
        until(lambda: wire.inbox_time() == now + DAY_MS // 2, PATIENT)
        until(lambda: wire.lag({"people": ["inbox"]}) == 0, PATIENT)
        assert mails(wire) == sent


def test_what_changes_meanwhile_wins(wire: Wire, tmp_path: Path) -> None:
    """Documents change, move and go while everything is said again: in the end all is as without it."""
    now, made = now_ms(), Product(seed=5, people=30)
    expected = Fleet((*ROUTE, stage(Policy())))
    done = threading.Event()

    def change() -> None:
        topic, key, document = made.change(now)
        wire.put(topic, key, document, now)
        expected.put(topic, key, document, version=(1, wire.versions), at=now)

    def change_on() -> None:
        while not done.is_set():
            for _ in range(20):
                change()
            done.wait(0.02)

    for _ in range(400):
        change()
    wire.producer.flush()
    with workers(["route", "people"], wire.settings, tmp_path):
        until(lambda: len(wire.latest("enriched-profiles")) > 10, PATIENT)
        changing = threading.Thread(target=change_on)
        changing.start()
        try:
            rebuild(wire)
        finally:
            done.set()
            changing.join()
        count = wire.versions
        wire.watermark(now + 1)
        wire.producer.flush()
        until(lambda: wire.inbox_time() == now + 1, PATIENT)
        until(lambda: wire.lag({"people": ["inbox"]}) == 0, PATIENT)
        found = profiles(wire, now + 1)
    expected.run()
    expected.watermark(now + 1)
    expected.run()
    assert count > 1_000
    assert found == at_time(expected.latest("enriched-profiles"), now + 1)


def test_forgotten_mails_are_refused(wire: Wire, tmp_path: Path) -> None:
    """Without the states of `people` nothing knows when whom was written to."""
    now = now_ms() - DAY_MS
    assert "has never run here" in rebuild(wire, code=1).output
    product(wire, now)
    with workers(["route", "people"], wire.settings, tmp_path):
        settled(wire, now)
    admin = KafkaAdminClient(bootstrap_servers=wire.settings.brokers)
    admin.delete_topics([wire.settings.name(CHANGELOG)])
    until(lambda: wire.settings.name(CHANGELOG) not in admin.list_topics(), PATIENT)
    admin.close()
    count = len(wire.records("inbox"))
    assert f"topic {wire.settings.name(CHANGELOG)}" in rebuild(wire, code=1).output
    (tmp_path / "again").mkdir()
    with workers(["people"], wire.settings, tmp_path / "again"):
        put(wire, User(id="new", email="new@x.jp"), "users", now)
        with workers(["route"], wire.settings, tmp_path / "again"):
            until(lambda: "new" in wire.latest("enriched-profiles"), PATIENT)
        refused = rebuild(wire, code=1).output
    assert "has forgotten mails" in refused
    assert "@" not in refused
    assert len(wire.records("inbox")) <= count + 1
