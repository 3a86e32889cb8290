"""Serve against a real broker and a real Redis."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import REGISTRY

from schemas.facts import OrderFact
from schemas.model import from_epoch_ms
from tests.integration.processes import HANG_SECONDS
from tests.integration.serving import Served, delete_keys, served
from workers.serve.changes import ReadModelChange, Totals
from workers.serve.read_model import PositionUpdate

pytestmark = pytest.mark.wire


@pytest.fixture
def fleet(services: Any) -> Iterator[Served]:
    """The topics and the read model of one test."""
    with served(services) as fleet:
        yield fleet


def test_profiles_decisions_and_mails_are_stored_and_deleted(fleet: Served) -> None:
    """Each value can be read as it was written and counts in the totals; a tombstone deletes it."""
    model = fleet.model
    with fleet.serving():
        fleet.profile("u1", total_orders=2)
        fleet.put("send-decisions", "u1", person="u1", verdict="send")
        fleet.put("emails", "u1", person="u1", subject="First")
        fleet.put("emails", "u1", person="u1", subject="Second")
        fleet.profile("u2")
        fleet.put("send-decisions", "u2", person="u2", verdict="wait", reason="cooldown")
        fleet.await_change(lambda: (mail := model.mail("u1")) and mail.subject == "Second", "the mail")
        fleet.await_change(lambda: model.totals().reasons == {"cooldown": 1}, "the totals")

        profile, decision = model.profile("u1"), model.decision("u1")
        assert profile is not None
        assert profile.total_orders == 2
        assert decision is not None
        assert decision.verdict == "send"
        assert model.profile("u3") is None
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


def test_the_pauses_in_force_are_there_until_they_end(fleet: Served) -> None:
    """The oldest first; one that ends by itself is left out then."""
    model, now = fleet.model, from_epoch_ms(1_707_523_200_000)

    def subjects(later_ms: int = 0) -> list[str]:
        return [pause.subject for pause in model.pauses(now + timedelta(milliseconds=later_ms))]

    with fleet.serving():
        assert subjects() == []
        fleet.put("controls", "campaign:digest", subject="campaign:digest", at=now)
        fleet.put("controls", "all", subject="all", at=0, until=now + timedelta(milliseconds=5))
        fleet.await_change(lambda: subjects() == ["all", "campaign:digest"], "both pauses")
        assert subjects(5) == ["campaign:digest"]
        fleet.put("controls", "all")
        fleet.put("controls", "campaign:digest", subject="campaign:digest", at=now, paused=False)
        fleet.await_change(lambda: subjects() == [], "the end of both")


def order(number: int) -> bytes:
    """A fact of the inbox, a minute after the one before."""
    fact = OrderFact(id=f"orders/{number}", version=(1, number), at=1_707_523_200_000 + number * 60_000)
    return fact.dumps()


def test_the_timeline_has_the_newest_of_all_topics_and_survives_a_second_reading(fleet: Served) -> None:
    """Facts, a decision, a mail; the positions are lost, all is read again, and nothing is there twice."""
    model, settings = fleet.model, fleet.settings

    def entries() -> list[tuple[str, str]]:
        return [(entry.kind, entry.id) for entry in model.timeline("u1")]

    expected = [("fact", f"orders/{number}") for number in range(12, 60)]
    mails = [("decision", "u1:1"), ("mail", "u1:1")]
    with fleet.serving():
        for number in range(60):
            fleet.put("inbox", "u1", order(number))
        fleet.put("inbox", "u1", b"{")
        fleet.put("send-decisions", "u1", id="u1:1", person="u1", decided_at="2024-02-11T00:00:00Z")
        fleet.put("emails", "u1", decision_id="u1:1", person="u1", written_at="2024-02-11T00:00:01Z")
        fleet.await_change(lambda: entries() == expected + mails, "the timeline")
        assert fleet.letters() == []

        fleet.redis.delete(*fleet.redis.scan_iter(match=settings.name("position:*")))
        fleet.put("inbox", "u1", order(60))
        later = [*expected[1:], ("fact", "orders/60"), *mails]
        fleet.await_change(lambda: entries() == later, "the same and one more")

        fleet.profile("u1")
        fleet.put("enriched-profiles", "u1")
        fleet.await_change(lambda: model.timeline("u1") == [], "its end with the profile")


def test_every_change_is_published(fleet: Served) -> None:
    """A subscriber gets kind, person and time, and finds the change in the read model."""
    with fleet.redis.pubsub(ignore_subscribe_messages=True) as channel, fleet.serving():
        channel.subscribe(fleet.settings.name("changes"))
        channel.get_message(timeout=HANG_SECONDS)
        fleet.profile("u1")

        message = fleet.next_message(channel)

        assert (message["kind"], message["person"]) == ("profile", "u1")
        assert message["at_ms"] > 1_700_000_000_000
        assert fleet.model.profile("u1") is not None


def test_lost_data_are_rebuilt_while_serve_runs(fleet: Served) -> None:
    """Redis loses everything: all of it is written again without a restart, and deleted values are not."""
    with fleet.serving():
        fleet.profile("u1")
        fleet.profile("u2")
        fleet.put("enriched-profiles", "u2")
        fleet.put("send-decisions", "u1", person="u1", verdict="ask")
        before = Totals(1, {"send": 0, "ask": 1, "wait": 0}, {})
        fleet.await_change(lambda: fleet.model.totals() == before, "the first reading")

        delete_keys(fleet.redis, fleet.settings)

        fleet.await_change(lambda: fleet.model.totals() == before, "the second reading")
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the profile")
        assert fleet.model.profile("u2") is None


def test_lost_data_are_rebuilt_after_a_restart(fleet: Served) -> None:
    """The group has committed offsets, Redis has no positions: the next worker reads from the beginning."""
    fleet.profile("u1")
    with fleet.serving():
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the first reading")
    delete_keys(fleet.redis, fleet.settings)
    with fleet.serving():
        fleet.await_change(lambda: fleet.model.profile("u1") is not None, "the second reading")


def test_a_restarted_worker_reads_on_from_the_positions_in_redis(fleet: Served) -> None:
    """Applied records are not applied again: a value changed by hand stays until its topic has a new one."""
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
    """A record that cannot be decoded is a dead letter with position and reason; later ones are applied."""
    labels = {"worker": "serve", "reason": reason.decode()}
    counted = REGISTRY.get_sample_value("kairos_dead_letters_total", labels) or 0
    with fleet.serving():
        fleet.profile("u1", total_orders=3)
        fleet.put("enriched-profiles", key, value)
        people = [f"p{number}" for number in range(8)]  # some of them in the partition of the poison
        for person in people:
            fleet.profile(person)
        fleet.await_change(lambda: fleet.model.totals().people == 9, "the later profiles")

        assert REGISTRY.get_sample_value("kairos_dead_letters_total", labels) == counted + 1
        (letter,) = fleet.letters()
        headers = dict(letter.headers)
        assert (letter.value, headers["kairos_reason"]) == (value, reason)
        assert (headers["kairos_worker"], headers["kairos_topic"]) == (b"serve", b"enriched-profiles")
        profile = fleet.model.profile("u1")
        assert profile is not None
        assert profile.total_orders == 3


def test_two_workers_share_the_partitions(fleet: Served) -> None:
    """One leaves; the other reads all partitions from the positions of the first."""
    with fleet.serving():
        with fleet.serving():
            for number in range(20):
                fleet.profile(f"u{number}")
            fleet.await_change(lambda: fleet.model.totals().people == 20, "all profiles")
        for number in range(20, 40):
            fleet.profile(f"u{number}")
        fleet.await_change(lambda: fleet.model.totals().people == 40, "the profiles after one has left")


def test_a_worker_with_an_outdated_position_writes_nothing(fleet: Served) -> None:
    """A stored position that another worker has moved stops the write; repeating a write changes nothing."""
    model = fleet.model
    ours = [PositionUpdate("position:x:0", None, b"1")]
    theirs = [PositionUpdate("position:x:0", b"1", b"2")]
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
