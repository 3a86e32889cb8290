"""Serve against a real broker and a real Redis."""

from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client import REGISTRY

from tests.integration.serving import Served, forget, served
from workers.serve.changes import ReadModelChange, Totals
from workers.serve.read_model import Move

pytestmark = pytest.mark.wire


@pytest.fixture
def fleet(services: Any) -> Iterator[Served]:
    """The topics and the read model of one test."""
    with served(services) as fleet:
        yield fleet


def test_profiles_decisions_and_mails_arrive_and_go(fleet: Served) -> None:
    """What is said of a person can be looked up as it was said, counts in the totals, and goes with null."""
    model = fleet.model
    with fleet.serving():
        fleet.profile("u1", total_orders=2)
        fleet.put("send-decisions", "u1", person="u1", verdict="send")
        fleet.put("emails", "u1", person="u1", subject="First")
        fleet.put("emails", "u1", person="u1", subject="Second")
        fleet.profile("u2")
        fleet.put("send-decisions", "u2", person="u2", verdict="wait", reason="cooldown")
        fleet.await_change(lambda: (found := model.mail("u1")) and found.subject == "Second", "the mail")
        fleet.await_change(lambda: model.totals().reasons == {"cooldown": 1}, "the totals")

        found = model.profile("u1"), model.decision("u1"), model.profile("u3")
        assert found[0] is not None
        assert found[0].total_orders == 2
        assert found[1] is not None
        assert found[1].verdict == "send"
        assert found[2] is None
        assert model.totals() == Totals(2, {"send": 1, "ask": 0, "wait": 1}, {"cooldown": 1})

        fleet.put("send-decisions", "u2", person="u2", verdict="ask")
        for topic in ("enriched-profiles", "send-decisions", "emails"):
            fleet.put(topic, "u1")
        fleet.await_change(
            lambda: model.totals() == Totals(1, {"send": 0, "ask": 1, "wait": 0}, {}), "the deletions"
        )
        fleet.await_change(lambda: model.mail("u1") is None, "the mail's deletion")
        assert model.profile("u1") is None
        assert model.decision("u1") is None


def test_every_change_is_published(fleet: Served) -> None:
    """A subscriber hears kind, person and time, and finds the change in the read model."""
    with fleet.redis.pubsub(ignore_subscribe_messages=True) as channel, fleet.serving():
        channel.subscribe(fleet.settings.name("changes"))
        channel.get_message(timeout=20)
        fleet.profile("u1")

        heard = fleet.heard(channel)

        assert (heard["kind"], heard["person"]) == ("profile", "u1")
        assert heard["at_ms"] > 1_700_000_000_000
        assert fleet.model.profile("u1") is not None


def test_lost_data_are_read_again_while_it_runs(fleet: Served) -> None:
    """Redis loses everything: what was there comes back without a restart, deletions included."""
    with fleet.serving():
        fleet.profile("u1")
        fleet.profile("u2")
        fleet.put("enriched-profiles", "u2")
        fleet.put("send-decisions", "u1", person="u1", verdict="ask")
        before = Totals(1, {"send": 0, "ask": 1, "wait": 0}, {})
        fleet.await_change(lambda: fleet.model.totals() == before, "the first reading")

        forget(fleet.redis, fleet.settings)

        fleet.await_change(lambda: fleet.model.totals() == before, "the second reading")
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the profile")
        assert fleet.model.profile("u2") is None


def test_lost_data_are_read_again_after_a_restart(fleet: Served) -> None:
    """The group has committed, Redis has nothing: the next worker begins at the beginning."""
    fleet.profile("u1")
    with fleet.serving():
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the first reading")
    forget(fleet.redis, fleet.settings)
    with fleet.serving():
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the second reading")


def test_a_restart_goes_on_where_redis_stands(fleet: Served) -> None:
    """What was applied is not applied again: a value changed by hand stays until its topic says more."""
    fleet.profile("u1", total_orders=1)
    with fleet.serving():
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the first reading")
    fleet.redis.delete(fleet.settings.name("profile:u1"))
    with fleet.serving():
        fleet.profile("u2")
        fleet.await_change(lambda: fleet.model.profile("u2") is not None, "the next profile")
        assert fleet.model.profile("u1") is None


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("u1", b"{broken", b"undecodable"),
        ("u1", b'{"id": "u1"}', b"schema"),
        (b"\xff", b"{}", b"key"),
        ("", b"{}", b"key"),
    ],
)
def test_poison_goes_to_the_dead_letters(
    fleet: Served, key: str | bytes, value: bytes, reason: bytes
) -> None:
    """A record that cannot be used ends there with its place and reason, and those behind it arrive."""
    labels = {"worker": "serve", "reason": reason.decode()}
    counted = REGISTRY.get_sample_value("kairos_dead_letters_total", labels) or 0
    with fleet.serving():
        fleet.profile("u1", total_orders=3)
        fleet.put("enriched-profiles", key, value)
        people = [f"p{number}" for number in range(8)]  # some of them in the partition of the poison
        for person in people:
            fleet.profile(person)
        fleet.await_change(lambda: fleet.model.totals().people == 9, "those behind it")

        assert REGISTRY.get_sample_value("kairos_dead_letters_total", labels) == counted + 1
        (letter,) = fleet.letters()
        headers = dict(letter.headers)
        assert (letter.value, headers["kairos_reason"]) == (value, reason)
        assert (headers["kairos_worker"], headers["kairos_topic"]) == (b"serve", b"enriched-profiles")
        kept = fleet.model.profile("u1")
        assert kept is not None
        assert kept.total_orders == 3


def test_two_workers_share_the_work(fleet: Served) -> None:
    """One leaves, the other goes on with all partitions, from where the first stood."""
    with fleet.serving():
        with fleet.serving():
            for number in range(20):
                fleet.profile(f"u{number}")
            fleet.await_change(lambda: fleet.model.totals().people == 20, "all profiles")
        for number in range(20, 40):
            fleet.profile(f"u{number}")
        fleet.await_change(lambda: fleet.model.totals().people == 40, "those after one has left")


def test_a_worker_that_lost_its_place_writes_nothing(fleet: Served) -> None:
    """A position that is not what the worker left stops its write; repeating a write changes nothing."""
    model, ours, theirs = fleet.model, [Move("position:x:0", None, b"1")], [Move("position:x:0", b"1", b"2")]
    change = ReadModelChange("decision", "u1", b"{}", 0, "wait", "cooldown")

    assert model.apply([change], ours)
    assert model.apply([change._replace(verdict="ask", reason=None)], theirs)
    before = model.totals()
    assert not model.apply([change], ours)
    assert model.positions(["position:x:0"]) == [b"2"]
    assert model.totals() == before == Totals(0, {"send": 0, "ask": 1, "wait": 0}, {})
    assert model.apply([change])
    assert model.apply([change])
    assert model.totals() == Totals(0, {"send": 0, "ask": 0, "wait": 1}, {"cooldown": 1})
