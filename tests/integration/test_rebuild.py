"""`kairos rebuild people` on a real broker: lost facts are restored, and no mail is sent twice."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.documents import Message, Order, User
from schemas.model import from_epoch_ms
from tests.fleet import ROUTE, Fleet
from tests.integration.processes import until
from tests.integration.rebuilding import (
    DAY_MS,
    PEOPLE,
    after_decisions,
    at_time,
    delete,
    mails,
    product,
    profiles,
    profiles_of_states,
    put,
    rebuild,
    rewrite,
    without_facts,
)
from tests.integration.wire import Addressed, Wire
from tests.integration.workers import workers
from tests.soak.product import Product
from workers.commands.rebuild_history import CHANGELOG
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.runtime.process.clock import now_ms

pytestmark = pytest.mark.wire


@pytest.fixture
def wire(services: Addressed) -> Iterator[Wire]:
    """Topics of a test's own."""
    wire = Wire.create(services, kairos_stale_seconds=3 * DAY_MS / 1000)
    yield wire
    wire.close()


def test_lost_facts_are_restored_and_no_mail_is_sent_again(wire: Wire, tmp_path: Path) -> None:
    now = now_ms() - DAY_MS
    product(wire, now)
    with workers(["route", "people"], wire.settings, tmp_path):
        before, sent = after_decisions(wire, now)
    assert len(before) == len(PEOPLE)
    assert profiles_of_states(wire, now) == before
    rewrite(wire, without_facts)
    assert all(profile != before[key] for key, profile in profiles_of_states(wire, now).items())
    (tmp_path / "again").mkdir()
    with workers(["route", "people"], wire.settings, tmp_path / "again"):
        put(
            wire, Order(id="o0", user_id="p0", amount=99), "orders", now
        )  # of p0 the state has only this order
        wire.producer.flush()
        until(lambda: profiles(wire, now)["p0"] != before["p0"])
        put(wire, Order(id="o0", user_id="p0", amount=10, date=from_epoch_ms(now)), "orders", now)
        wire.producer.flush()
        until(lambda: wire.lag({"route": ["orders"]}) == 0)
        assert "facts said again" in rebuild(wire).output
        until(lambda: wire.lag({"people": ["inbox"]}) == 0)
        assert profiles(wire, now) == profiles_of_states(wire, now) == before
        wire.watermark(now + DAY_MS // 2)
        until(lambda: wire.inbox_time() == now + DAY_MS // 2)
        until(lambda: wire.lag({"people": ["inbox"]}) == 0)
        assert mails(wire) == sent


def test_before_the_first_mail_all_states_may_be_lost(wire: Wire, tmp_path: Path) -> None:
    """Their topic is deleted while `people` is stopped: all facts are restored from `route`."""
    now = now_ms() - DAY_MS
    product(wire, now)
    for person in PEOPLE:  # mails of the product itself
        put(
            wire,
            Message(id=person, user_id=person, status="sent", sent_date=from_epoch_ms(now)),
            "messages",
            now,
        )
    with workers(["route", "people"], wire.settings, tmp_path):
        wire.watermark(now)
        wire.producer.flush()
        until(lambda: len(wire.latest("send-decisions")) == len(PEOPLE))
        until(lambda: wire.lag({"people": ["inbox"]}) == 0)
        before = profiles(wire, now)
    delete(wire, CHANGELOG)
    (tmp_path / "again").mkdir()
    with workers(["route", "people"], wire.settings, tmp_path / "again"):
        put(wire, User(id="new", email="new@x.jp"), "users", now + 1)  # later than what was read
        wire.producer.flush()
        until(lambda: "new" in wire.latest("enriched-profiles"))
        assert profiles_of_states(wire, now).keys() & before.keys() == set()
        rebuild(wire)
        until(lambda: wire.lag({"people": ["inbox"]}) == 0)
        restored = profiles_of_states(wire, now)
        assert restored.pop("new") is not None
        assert restored == before
    assert mails(wire) == {}


def test_changes_during_a_rebuild_win(wire: Wire, tmp_path: Path) -> None:
    """Documents change, move and are deleted meanwhile: in the end profiles are those without a rebuild."""
    now, simulated = now_ms(), Product(seed=5, people=30)
    expected = Fleet((*ROUTE, stage(Policy())))
    done = threading.Event()

    def change() -> None:
        topic, key, document = simulated.change(now)
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
        until(lambda: len(wire.latest("enriched-profiles")) > 10)
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
        until(lambda: wire.inbox_time() == now + 1)
        until(lambda: wire.lag({"people": ["inbox"]}) == 0)
        live = profiles(wire, now + 1)
    expected.run()
    expected.watermark(now + 1)
    expected.run()
    assert count > 1_000
    assert live == at_time(expected.latest("enriched-profiles"), now + 1)


def test_a_rebuild_is_refused_when_mails_are_missing_in_the_states(wire: Wire, tmp_path: Path) -> None:
    """Only the states of `people` hold the mails to each person."""
    now = now_ms() - DAY_MS
    assert "has never run here" in rebuild(wire, code=1).output
    product(wire, now)
    with workers(["route", "people"], wire.settings, tmp_path):
        after_decisions(wire, now)
    delete(wire, CHANGELOG)
    count = len(wire.records("inbox"))
    assert f"topic {wire.settings.name(CHANGELOG)}" in rebuild(wire, code=1).output
    (tmp_path / "again").mkdir()
    with workers(["people"], wire.settings, tmp_path / "again"):
        put(wire, User(id="new", email="new@x.jp"), "users", now)
        with workers(["route"], wire.settings, tmp_path / "again"):
            until(lambda: "new" in wire.latest("enriched-profiles"))
        error = rebuild(wire, code=1).output
    assert "has forgotten mails" in error
    assert "@" not in error
    assert len(wire.records("inbox")) <= count + 1
